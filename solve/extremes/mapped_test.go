package extremes_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// checkMapped holds an extremum against the truth, and its witness against what the
// networks see.
func checkMapped(t *testing.T, m *oracle.Mapped, label string, e solve.Extremum, want float64) {
	t.Helper()
	oracle.Compare(t, m.Problem, label, e, want)
	y1, y2 := m.CheckSeen(t, label, e.Witness, e.Moved)
	c := e.Classes
	if r := (y1[c.I] - y1[c.J]) - (y2[c.I] - y2[c.J]); math.Abs(r-e.Witnessed) > oracle.Rounding*(1+math.Abs(r))*10 {
		t.Errorf("%s, %s: %v is said to be witnessed %v, and is %v there", m.Name, label, e.Task, e.Witnessed, r)
	}
}

// TestMapsEnumeration: the extremes of networks that see points through maps are those
// of networks with the maps in their first layers.
func TestMapsEnumeration(t *testing.T) {
	for seed := range uint64(120) {
		rng, p := oracle.Random(t, 21000+seed, 4, 12)
		c := oracle.ClassPair(rng)
		m := oracle.NewMapped(t, p, nil, oracle.Maps(rng, len(p.Box.Lo), false))
		lo, hi := m.Range(c)
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			least, most := m.Margins(t, opt, c)
			checkMapped(t, &m, way.Name, least, lo)
			checkMapped(t, &m, way.Name, most, hi)
		}
	}
}

// clipFor is a domain that holds the box of a problem, in some features tightly.
func clipFor(p oracle.Problem, by float64) *[2]float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range p.Box.Lo {
		lo, hi = min(lo, p.Box.Lo[i]), max(hi, p.Box.Hi[i])
	}
	return &[2]float64{lo - by, hi + by}
}

// TestApartEnumeration: where one network sees another point, of the domain and near
// the first, the extremes are those of an enumeration over points and disturbances.
func TestApartEnumeration(t *testing.T) {
	clipped, wider := 0, 0
	for seed := range uint64(150) {
		rng, p := oracle.Random(t, 23000+seed, 2, 7)
		c := oracle.ClassPair(rng)
		var clip *[2]float64
		if rng.IntN(3) > 0 {
			clip = clipFor(p, rng.Float64()*float64(rng.IntN(2)))
			clipped++
		}
		m := oracle.NewMapped(t, p, clip, oracle.Maps(rng, len(p.Box.Lo), true))
		lo, hi := m.Range(c)
		same := m.Maps
		same.Of[0].Apart, same.Of[1].Apart = nil, nil
		together := oracle.NewMapped(t, p, clip, same)
		if l, h := together.Range(c); l > lo+1e-6 || h < hi-1e-6 {
			wider++
		}
		for _, way := range oracle.Configurations[:3] { // the baseline's tolerance leaves some bounded
			opt := way.Opt
			opt.Seed = seed
			least, most := m.Margins(t, opt, c)
			checkMapped(t, &m, way.Name, least, lo)
			checkMapped(t, &m, way.Name, most, hi)
		}
	}
	if clipped < 60 || wider < 60 {
		t.Errorf("%d of 150 problems are clipped, and the disturbance matters in %d: the test is too easy", clipped, wider)
	}
}

// TestApartOrder: without a disturbance the range is the one of networks that see the
// same, with a larger one it is wider, and networks that change places with their maps
// have the negated range.
func TestApartOrder(t *testing.T) {
	for seed := range uint64(40) {
		rng, p := oracle.Random(t, 25000+seed, 3, 10)
		c, n := oracle.ClassPair(rng), len(p.Box.Lo)
		maps := oracle.Maps(rng, n, false)
		clip := clipFor(p, 0.1)
		ask := func(p oracle.Problem, maps region.Maps) (lo, hi float64) {
			m := oracle.NewMapped(t, p, clip, maps)
			least, most := m.Margins(t, solve.Options{Seed: seed}, c)
			return least.Proved, most.Proved
		}
		lo, hi := ask(p, maps)
		for _, d := range []float64{0, 0.01, 0.1, 1} {
			maps.Of[1].Apart = []float64{d}
			l, h := ask(p, maps)
			if d == 0 && (l != lo || h != hi) {
				t.Errorf("%s: [%v, %v] with a disturbance of 0, [%v, %v] without", p.Name, l, h, lo, hi)
			}
			if l > lo+oracle.Twice || h < hi-oracle.Twice {
				t.Errorf("%s: [%v, %v] with a disturbance of %v, [%v, %v] with a smaller one", p.Name, l, h, d, lo, hi)
			}
			lo, hi = l, h
		}
		swapped := oracle.New(t, p.Name+", swapped", p.Pair.N2, p.Pair.N1, p.Box)
		maps.Of[0], maps.Of[1] = maps.Of[1], maps.Of[0]
		if l, h := ask(swapped, maps); math.Abs(l+hi) > oracle.Twice || math.Abs(h+lo) > oracle.Twice {
			t.Errorf("%s: [%v, %v], and [%v, %v] swapped", p.Name, lo, hi, l, h)
		}
	}
}

// TestBrightnessApart: a disturbance beside a brightness, both clipped, one after the
// other, has the extremes of an enumeration.
func TestBrightnessApart(t *testing.T) {
	clipped := 0
	for seed := range uint64(60) {
		rng, p := oracle.Random(t, 27000+seed, 2, 5)
		s, c, d := p.Box.Center(), oracle.ClassPair(rng), 0.5*rng.Float64()+0.01
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range s {
			lo, hi = min(lo, v), max(hi, v)
		}
		clip := [2]float64{lo - 0.5*rng.Float64(), hi + 0.5*rng.Float64()}
		r, err := region.Perturbation{Sample: s, Brightness: rng.Float64(), Clip: &clip}.Region()
		if err != nil {
			t.Fatal(err)
		}
		b := r.Box().Hi[0]
		k := rng.IntN(2)
		var maps region.Maps
		maps.Of[k].Apart = []float64{d}
		if r, err = r.Through(maps); err != nil {
			t.Fatal(err)
		}
		if p.Joint, err = query.NewJoint(p.Pair, r); err != nil {
			t.Fatal(err)
		}
		box := region.Box{Lo: []float64{-b}, Hi: []float64{b}}
		for range s {
			box.Lo, box.Hi = append(box.Lo, -d), append(box.Hi, d)
		}
		o := &oracle.Enumeration{N1: oracle.Brightened(p.Pair.N1, s, clip, d, k == 0), N2: oracle.Brightened(p.Pair.N2, s, clip, d, k == 1),
			Classes: []query.ClassPair{c}, Min: []float64{math.Inf(1)}, Max: []float64{math.Inf(-1)}}
		o.Run(box)
		if r.Clipped() > 0 {
			clipped++
		}
		for _, way := range oracle.Configurations[:3] {
			opt := way.Opt
			opt.Seed = seed
			res, err := solve.Margins(t.Context(), p.Joint, []query.ClassPair{c}, opt)
			if err != nil {
				t.Fatal(err)
			}
			p.Box = r.Hull()
			oracle.Compare(t, p, way.Name, res.Min[0], o.Min[0])
			oracle.Compare(t, p, way.Name, res.Max[0], o.Max[0])
		}
	}
	if clipped < 30 {
		t.Errorf("%d of 60 problems clip the brightness", clipped)
	}
}

// TestL1Apart: over linear networks the extremes of an L1 ball, and of what differs from
// its points by no more than a disturbance, are known.
func TestL1Apart(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 78))
		n := 2 + rng.IntN(20)
		n1, n2 := networktest.Random(rng, n, oracle.Classes), networktest.Random(rng, n, oracle.Classes)
		s := make([]float64, n)
		for i := range s {
			s[i] = rng.NormFloat64()
		}
		eps, d := 2*rng.Float64(), rng.Float64()
		r, err := region.Perturbation{Sample: s, L1: &eps}.Region()
		if err != nil {
			t.Fatal(err)
		}
		if r, err = r.Through(region.Maps{Of: [2]region.Map{1: {Apart: []float64{d}}}}); err != nil {
			t.Fatal(err)
		}
		joint, err := query.NewJoint(query.Pair{N1: n1, N2: n2}, r)
		if err != nil {
			t.Fatal(err)
		}
		c := query.ClassPair{I: 0, J: 1}
		slope := func(n *network.Network, i int) float64 {
			w := oracle.Dense(n)[0]
			return w.W[c.I*w.Cols+i] - w.W[c.J*w.Cols+i]
		}
		middle, steepest, sum := oracle.Margin(oracle.PlainOf(n1), oracle.PlainOf(n2), c, s), 0.0, 0.0
		for i := range s {
			steepest = max(steepest, math.Abs(slope(n1, i)-slope(n2, i)))
			sum += d * math.Abs(slope(n2, i))
		}
		res, err := solve.Margins(t.Context(), joint, []query.ClassPair{c}, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := oracle.Problem{Name: "linear", Box: r.Hull()}
		oracle.Compare(t, p, "L1", res.Min[0], middle-eps*steepest-sum)
		oracle.Compare(t, p, "L1", res.Max[0], middle+eps*steepest+sum)
	}
}
