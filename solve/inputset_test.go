package solve_test

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
)

// perturbed is a pair over a set of inputs.
type perturbed struct {
	problem
	how region.Perturbation
	set *region.Region
}

func newPerturbed(t testing.TB, p problem, how region.Perturbation) perturbed {
	t.Helper()
	set, err := how.Region()
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	joint, err := p.joint.Over(set)
	if err != nil {
		t.Fatal(err)
	}
	p.joint, p.box = joint, set.Hull()
	return perturbed{p, how, set}
}

// margins asks for the extremes over the set.
func (p perturbed) margins(t testing.TB, opt solve.Options, classes ...query.ClassPair) *solve.Result {
	t.Helper()
	res, err := solve.Margins(context.Background(), p.joint, p.set.Box(), classes, opt)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return res
}

// l1Ball draws an L1 ball around the middle of a problem's box, which it may be
// confined to.
func l1Ball(t testing.TB, rng *rand.Rand, p problem) perturbed {
	t.Helper()
	centre := p.box.Center()
	eps := math.Pow(10, 0.7-1.7*rng.Float64())
	how := region.Perturbation{Sample: centre, L1: &eps, Epsilon: make([]float64, len(centre))}
	for i := range centre {
		how.Epsilon[i] = eps
		if i > 0 && rng.IntN(5) == 0 {
			how.Epsilon[i] = []float64{0, eps / 3}[rng.IntN(2)] // fixed, or with a limit of its own
		}
	}
	if rng.IntN(3) == 0 {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range centre {
			lo, hi = min(lo, v), max(hi, v)
		}
		how.Clip = &[2]float64{lo - eps*rng.Float64()*float64(rng.IntN(2)), hi + eps*rng.Float64()}
	}
	return newPerturbed(t, p, how)
}

// epsilonBox is the box of a perturbation's epsilons in its domain.
func epsilonBox(t testing.TB, how region.Perturbation) region.Box {
	t.Helper()
	box, err := region.Ball(how.Sample, how.Epsilon, how.Clip)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// enumerateL1 finds the extremes over an L1 ball in its hull: cells of the hull are
// cut by the facets of the ball, and those outside are left out.
func enumerateL1(t testing.TB, p perturbed, classes ...query.ClassPair) *oracle {
	o := &oracle{n1: plainOf(p.pair.N1), n2: plainOf(p.pair.N2), classes: classes}
	d := len(p.how.Sample)
	o.more = func(x, _, _ []float64) []float64 {
		var facets []float64
		for signs := range 1 << d {
			s := *p.how.L1
			for i, v := range x {
				s -= float64(2*(signs>>i&1)-1) * (v - p.how.Sample[i])
			}
			facets = append(facets, s)
		}
		return facets
	}
	type extremes struct{ lo, hi float64 }
	found := make([]extremes, len(classes))
	for k := range found {
		found[k] = extremes{math.Inf(1), math.Inf(-1)}
	}
	o.visit = func(cell []vertex) {
		for _, v := range cell {
			for _, facet := range v.hidden[len(v.hidden)-1<<d:] {
				if facet < -1e-9 {
					return
				}
			}
		}
		for _, v := range cell {
			for k, r := range v.r {
				found[k].lo, found[k].hi = min(found[k].lo, r), max(found[k].hi, r)
			}
		}
	}
	for range classes {
		o.Min, o.Max = append(o.Min, math.Inf(1)), append(o.Max, math.Inf(-1))
	}
	o.run(epsilonBox(t, p.how))
	for k, f := range found {
		o.Min[k], o.Max[k] = f.lo, f.hi
	}
	return o
}

// distance1 is the L1 distance of two points, exactly.
func distance1(x, y []float64) *big.Rat {
	s := new(big.Rat)
	for i := range x {
		d := new(big.Rat).Sub(new(big.Rat).SetFloat64(x[i]), new(big.Rat).SetFloat64(y[i]))
		s.Add(s, d.Abs(d))
	}
	return s
}

// checkWitness: a witness is an input of the networks, in the ball and the domain
// in exact arithmetic, with the value that is reported.
func (p perturbed) checkWitness(t *testing.T, label string, x []float64, e *solve.Extremum) {
	t.Helper()
	if p.how.L1 != nil && !(p.how.Brightness > 0 || p.how.Contrast > 0) && distance1(x, p.how.Sample).Cmp(new(big.Rat).SetFloat64(*p.how.L1)) > 0 {
		t.Errorf("%s, %s: a witness is outside the ball", p.name, label)
	}
	for i, v := range x {
		if c := p.how.Clip; c != nil && (v < c[0] || v > c[1]) {
			t.Errorf("%s, %s: feature %d of a witness is %v, outside %v", p.name, label, i, v, *c)
		}
	}
	if e == nil {
		return
	}
	if r := margin(plainOf(p.pair.N1), plainOf(p.pair.N2), e.Classes, x); math.Abs(r-e.Witnessed) > rounding*(1+math.Abs(r)) {
		t.Errorf("%s, %s: %v is said to be witnessed %v, and is %v there", p.name, label, e.Task, e.Witnessed, r)
	}
}

// budgetWays are the ways to an exact answer where inputs have a budget.
var budgetWays = []struct {
	name string
	opt  solve.Options
}{
	{"bab", solve.Options{Engine: solve.BaB}},
	{"auto", solve.Options{}},
	{"milp", solve.Options{Engine: solve.MILP}},
	{"plain", solve.Options{Encoding: encode.Plain}},
}

// TestL1Enumeration: the extremes over an L1 ball are those of an enumeration of
// activation patterns.
func TestL1Enumeration(t *testing.T) {
	narrower, solved := 0, make(map[string]int)
	for seed := range uint64(120) {
		rng, box := random(t, 3000+seed, 3, 12)
		p := l1Ball(t, rng, box)
		c := classPair(rng)
		o := enumerateL1(t, p, c)
		if whole := enumerate(p.pair, p.box, c); whole.Max[0] > o.Max[0]+1e-6 || whole.Min[0] < o.Min[0]-1e-6 {
			narrower++
		}
		for _, way := range budgetWays {
			opt := way.opt
			opt.Seed = seed
			res := p.margins(t, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				compare(t, p.problem, way.name, e, []float64{o.Min[0], o.Max[0]}[k])
				p.checkWitness(t, way.name, e.Witness, &e)
				if e.Engine != "bounds" {
					solved[e.Engine]++
				}
			}
		}
	}
	t.Logf("the ball matters in %d of 120 problems, solved by %v", narrower, solved)
	if narrower < 60 || solved["bab"] < 50 || solved["milp"] < 50 {
		t.Errorf("the problems are too easy: the ball matters in %d of 120, solved by %v", narrower, solved)
	}
}

// TestL1Linear: over a linear network the extremes of an L1 ball are at its
// vertices, also for many inputs.
func TestL1Linear(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 77))
		inputs := 5 + rng.IntN(60)
		linear := func() *network.Network { return networktest.Random(rng, inputs, classes) }
		sample := make([]float64, inputs)
		for i := range sample {
			sample[i] = rng.NormFloat64()
		}
		eps := 3 * rng.Float64()
		n1, n2 := linear(), linear()
		all := make([]float64, inputs)
		for i := range all {
			all[i] = eps
		}
		p := newPerturbed(t, newProblem(t, "linear", n1, n2, ball(t, sample, eps)), region.Perturbation{Sample: sample, L1: &eps, Epsilon: all})
		c := query.ClassPair{I: 0, J: 1}
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range inputs {
			for _, by := range []float64{eps, -eps} {
				x := append([]float64(nil), sample...)
				x[i] += by
				r := margin(plainOf(n1), plainOf(n2), c, x)
				lo, hi = min(lo, r), max(hi, r)
			}
		}
		res := p.margins(t, solve.Options{}, c)
		compare(t, p.problem, "linear", res.Min[0], lo)
		compare(t, p.problem, "linear", res.Max[0], hi)
		for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
			p.checkWitness(t, "linear", e.Witness, &e)
			if math.Abs(e.Relaxed-e.Proved) > 1e-6 {
				t.Errorf("seed %d: the relaxation of a linear network has %v, the extremum is %v", seed, e.Relaxed, e.Proved)
			}
		}
	}
}

// clippedPlain is a network after s + M p, clipped: two ReLUs a feature, for
// the oracle.
func clippedPlain(n *network.Network, how region.Perturbation, m [][]float64) plain {
	p := plainOf(n)
	lo, hi := -1e3, 1e3
	if how.Clip != nil {
		lo, hi = how.Clip[0], how.Clip[1]
	}
	var front plainLayer
	for _, bound := range []float64{lo, hi} {
		for i, s := range how.Sample {
			front.w = append(front.w, m[i])
			front.b = append(front.b, s-bound)
		}
	}
	first := plainLayer{b: append([]float64(nil), p.layers[0].b...)}
	for i, row := range p.layers[0].w {
		var wide []float64
		wide = append(wide, row...)
		for _, w := range row {
			wide = append(wide, -w)
			first.b[i] += w * lo
		}
		first.w = append(first.w, wide)
	}
	return plain{append([]plainLayer{front, first}, p.layers[1:]...)}
}

// affineSet draws brightness and contrast, with a ball in one feature or none, over
// a pair of two or three inputs.
func affineSet(t testing.TB, rng *rand.Rand, p problem) (perturbed, [][]float64) {
	t.Helper()
	how := region.Perturbation{Sample: p.box.Center()}
	kind := rng.IntN(3)
	if kind != 1 {
		how.Brightness = 2 * rng.Float64()
	}
	if kind != 0 {
		how.Contrast = 2 * rng.Float64()
	}
	if kind != 2 && rng.IntN(2) == 0 {
		how.Epsilon = make([]float64, len(how.Sample))
		how.Epsilon[rng.IntN(len(how.Sample))] = rng.Float64()
	}
	if rng.IntN(3) > 0 {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range how.Sample {
			lo, hi = min(lo, v), max(hi, v)
		}
		how.Clip = &[2]float64{lo - rng.Float64()*float64(rng.IntN(2)), hi + rng.Float64()}
	}
	q := newPerturbed(t, p, how)
	var most []float64
	for _, v := range append([]float64{how.Brightness, how.Contrast}, how.Epsilon...) {
		if v > 0 {
			most = append(most, v)
		}
	}
	for k, v := range most {
		if q.set.Box().Lo[k] != -v || q.set.Box().Hi[k] != v {
			t.Errorf("%s: the parameters %v go from %v to %v", p.name, q.set.Names(), q.set.Box().Lo, q.set.Box().Hi)
		}
	}
	mean := 0.0
	for _, v := range how.Sample {
		mean += v / float64(len(how.Sample))
	}
	m := make([][]float64, len(how.Sample))
	for i, v := range how.Sample {
		if how.Brightness > 0 {
			m[i] = append(m[i], 1)
		}
		if how.Contrast > 0 {
			m[i] = append(m[i], v-mean)
		}
	}
	for i := range how.Epsilon {
		if how.Epsilon[i] > 0 {
			for k := range m {
				m[k] = append(m[k], 0)
			}
			m[i][len(m[i])-1] = 1
		}
	}
	return q, m
}

// TestAffineSetEnumeration: the extremes over images with another brightness,
// contrast and a small ball, clipped to a domain, are those of an enumeration of
// the activation patterns of the networks and of the clipping.
func TestAffineSetEnumeration(t *testing.T) {
	clamped, asked := 0, 0
	for seed := range uint64(150) {
		rng, box := random(t, 5000+seed, 3, 10)
		if how := box.box.Center(); len(how) < 2 || how[0] == how[1] {
			continue // contrast may have no parameter
		}
		p, m := affineSet(t, rng, box)
		if len(p.set.Box().Lo) != len(m[0]) {
			t.Fatalf("seed %d: parameters %v", seed, p.set.Names())
		}
		c := classPair(rng)
		o := &oracle{n1: clippedPlain(p.pair.N1, p.how, m), n2: clippedPlain(p.pair.N2, p.how, m), classes: []query.ClassPair{c},
			Min: []float64{math.Inf(1)}, Max: []float64{math.Inf(-1)}}
		o.run(p.set.Box())
		asked++
		if p.set.Clipped() > 0 {
			clamped++
		}
		for _, way := range configurations {
			opt := way.opt
			opt.Seed = seed
			res := p.margins(t, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				compare(t, p.problem, way.name, e, []float64{o.Min[0], o.Max[0]}[k])
				p.checkWitness(t, way.name, e.Witness, &e)
				if len(e.Parameters) != len(p.set.Names()) || !p.set.Box().Contains(e.Parameters) {
					t.Errorf("%s: the parameters of a witness are %v", p.name, e.Parameters)
				}
			}
		}
	}
	if asked < 100 || clamped < 40 {
		t.Errorf("%d sets, %d of them clipped: the test is too easy", asked, clamped)
	}
}
