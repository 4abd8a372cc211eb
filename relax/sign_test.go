package relax_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// TestSignLines: the lines of any slope are above and below the closed graph of a sign, and
// touch it; those of the hull's edges pass through an end of it and the other level at 0.
func TestSignLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, u := 0-rapid.Float64Range(0, 3).Draw(t, "below"), rapid.Float64Range(0, 3).Draw(t, "above")
		s := staircase(t, network.Sign{}, l, u)
		if s.Flat() {
			if l < 0 || u > 0 {
				t.Fatalf("the sign of numbers in [%v, %v] is decided", l, u)
			}
			return
		}
		var points [][2]float64 // corners of the closed graph
		if l < 0 {
			points = append(points, [2]float64{l, -1}, [2]float64{0, -1})
		}
		points = append(points, [2]float64{0, 0})
		if u > 0 {
			points = append(points, [2]float64{0, 1}, [2]float64{u, 1})
		}
		edges := append(append([]float64(nil), arrayOf(s.UpperSlopes())...), arrayOf(s.LowerSlopes())...)
		for n, k := range append(edges, 0, rapid.Float64Range(-3, 3).Draw(t, "slope")) {
			if math.IsInf(k, 0) {
				continue
			}
			least, most, touching := math.Inf(1), math.Inf(-1), 0
			for _, p := range points {
				least, most = min(least, p[1]-k*p[0]), max(most, p[1]-k*p[0])
			}
			slack := 1e-12 * (1 + math.Abs(k*l) + math.Abs(k*u))
			above, below := s.Upper(k), s.Lower(k)
			if !(above >= most && above <= most+slack && below <= least && below >= least-slack) {
				t.Fatalf("slope %v on [%v, %v]: values less it are in [%v, %v], the lines say [%v, %v]", k, l, u, least, most, below, above)
			}
			end := most // of this edge
			if n >= 2 {
				end = least
			}
			for _, p := range points {
				if math.Abs(p[1]-k*p[0]-end) <= slack {
					touching++
				}
			}
			if n < len(edges) && k != 0 && touching < 2 {
				t.Fatalf("the edge of slope %v on [%v, %v] touches the graph at %d corner", k, l, u, touching)
			}
		}
	})
}

func arrayOf(a [2]float64) []float64 { return a[:] }

// TestBinarizedEnclosure is TestQuantizedEnclosure for signs.
func TestBinarizedEnclosure(t *testing.T) { splitsEnclose(t, binarizedPair) }

// binarizedPair is a binarized network and its twin over a box; now and then the one before
// it was binarized.
func binarizedPair(t *testing.T, seed uint64) (*rand.Rand, *query.Joint, region.Box) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 83))
	n := networktest.Random(rng, 4, 6, 5, 3)
	first := networktest.Binarized(rng, n, rng.IntN(3))
	second := networktest.Twin(rng, first, 0.1, 0)
	if seed%4 == 0 {
		second = n
	}
	p, err := query.NewPair(first, second)
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := make([]float64, 4), make([]float64, 4)
	for i := range lo {
		lo[i] = rng.NormFloat64()
		hi[i] = lo[i] + 1.5*rng.Float64()
	}
	box, err := region.NewBox(lo, hi)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	return rng, joint, box
}

// TestSignTies: where an operand is exactly 0, or ends there, its sign is known, however
// float64 rounds the sum that it is.
func TestSignTies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "terms")
		w, lo, hi := make([]float64, n), make([]float64, n), make([]float64, n)
		bias := 0.0
		for i := range w {
			// Multiples of 2^-20 below 2^20: the sum is exact in float64 too.
			w[i] = math.Ldexp(float64(rapid.IntRange(-1000, 1000).Draw(t, "weight")), -10)
			lo[i] = math.Ldexp(float64(rapid.IntRange(-1000, 1000).Draw(t, "least")), -10)
			hi[i] = lo[i]
			if rapid.Bool().Draw(t, "free") {
				hi[i] += math.Ldexp(float64(rapid.IntRange(0, 1000).Draw(t, "width")), -10)
			}
		}
		end := rapid.SampledFrom([]float64{-1, 1}).Draw(t, "end")
		for i, v := range w { // the sum is 0 at this end
			bias -= end * max(end*v*lo[i], end*v*hi[i])
		}
		beside := rapid.SampledFrom([]float64{0, -0x1p-60, 0x1p-60}).Draw(t, "beside")
		g := network.NewGraph(network.Shape{n})
		z, err := g.Add("z", &network.Dense{Rows: 1, Cols: n + 0, W: w, B: []float64{bias}}, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if beside != 0 { // the sum of this and what is before is no float64
			d := network.Dense{Rows: 1, Cols: n + 1, W: append(append([]float64(nil), w...), 1), B: []float64{bias}}
			g = network.NewGraph(network.Shape{n + 1})
			lo, hi = append(lo, beside), append(hi, beside)
			if z, err = g.Add("z", &d, nil, 0); err != nil {
				t.Fatal(err)
			}
		}
		s, err := g.Add("sign", network.Sign{}, nil, z)
		if err != nil {
			t.Fatal(err)
		}
		g.Outputs = []int{s}
		j := &query.Joint{Graph: g, Out1: s, Out2: s}
		b, err := relax.Compute(context.Background(), j, region.Box{Lo: lo, Hi: hi}, relax.Interval)
		if err != nil {
			t.Fatal(err)
		}
		want := network.Sign{}.Value(0, beside)
		got := b.Node[s].Lo[0]
		if end > 0 {
			got = b.Node[s].Hi[0]
		}
		if got != want {
			t.Fatalf("the sign at an end of its operand is %v, not %v", got, want)
		}
	})
}
