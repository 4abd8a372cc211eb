package oracle

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/solve"
)

// Perturbed is a pair over a set of inputs.
type Perturbed struct {
	Problem
	How region.Perturbation
	Set *region.Region
}

// NewPerturbed is a problem over the set of a perturbation.
func NewPerturbed(t testing.TB, p Problem, how region.Perturbation) Perturbed {
	t.Helper()
	set, err := how.Region()
	if err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	joint, err := p.Joint.Over(set)
	if err != nil {
		t.Fatal(err)
	}
	p.Joint, p.Box = joint, set.Hull()
	return Perturbed{p, how, set}
}

// Margins asks for the extremes over the set.
func (p Perturbed) Margins(t testing.TB, opt solve.Options, classes ...query.ClassPair) *solve.Result {
	t.Helper()
	res, err := solve.Margins(context.Background(), p.Joint, classes, opt)
	if err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	return res
}

// L1Ball draws an L1 ball around the middle of a problem's box, which it may be
// confined to.
func L1Ball(t testing.TB, rng *rand.Rand, p Problem) Perturbed {
	t.Helper()
	centre := p.Box.Center()
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
	return NewPerturbed(t, p, how)
}

// EpsilonBox is the box of a perturbation's epsilons in its domain.
func EpsilonBox(t testing.TB, how region.Perturbation) region.Box {
	t.Helper()
	box, err := region.Ball(how.Sample, how.Epsilon, how.Clip)
	if err != nil {
		t.Fatal(err)
	}
	return box
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

// CheckWitness: a witness is an input of the networks, in the ball and the domain
// in exact arithmetic, with the value that is reported.
func (p Perturbed) CheckWitness(t *testing.T, label string, x []float64, e *solve.Extremum) {
	t.Helper()
	if p.How.L1 != nil && !(p.How.Brightness > 0 || p.How.Contrast > 0) && distance1(x, p.How.Sample).Cmp(new(big.Rat).SetFloat64(*p.How.L1)) > 0 {
		t.Errorf("%s, %s: a witness is outside the ball", p.Name, label)
	}
	for i, v := range x {
		if c := p.How.Clip; c != nil && (v < c[0] || v > c[1]) {
			t.Errorf("%s, %s: feature %d of a witness is %v, outside %v", p.Name, label, i, v, *c)
		}
	}
	if e == nil {
		return
	}
	if r := Margin(PlainOf(p.Pair.N1), PlainOf(p.Pair.N2), e.Classes, x); math.Abs(r-e.Witnessed) > Rounding*(1+math.Abs(r)) {
		t.Errorf("%s, %s: %v is said to be witnessed %v, and is %v there", p.Name, label, e.Task, e.Witnessed, r)
	}
}

// ClippedPlain is a network after s + M p, clipped: two ReLUs a feature, for
// the oracle.
func ClippedPlain(n *network.Network, how region.Perturbation, m [][]float64) Plain {
	p := PlainOf(n)
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
	return Plain{append([]plainLayer{front, first}, p.layers[1:]...)}
}

// AffineSet draws brightness and contrast, with a ball in one feature or none, over
// a pair of two or three inputs.
func AffineSet(t testing.TB, rng *rand.Rand, p Problem) (Perturbed, [][]float64) {
	t.Helper()
	how := region.Perturbation{Sample: p.Box.Center()}
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
	q := NewPerturbed(t, p, how)
	var most []float64
	for _, v := range append([]float64{how.Brightness, how.Contrast}, how.Epsilon...) {
		if v > 0 {
			most = append(most, v)
		}
	}
	for k, v := range most {
		if q.Set.Box().Lo[k] != -v || q.Set.Box().Hi[k] != v {
			t.Errorf("%s: the parameters %v go from %v to %v", p.Name, q.Set.Names(), q.Set.Box().Lo, q.Set.Box().Hi)
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

// EnumerateL1 finds the extremes over an L1 ball in its hull: cells of the hull are
// cut by the facets of the ball, and those outside are left out.
func EnumerateL1(t testing.TB, p Perturbed, classes ...query.ClassPair) *Enumeration {
	o := &Enumeration{N1: PlainOf(p.Pair.N1), N2: PlainOf(p.Pair.N2), Classes: classes}
	d := len(p.How.Sample)
	o.More = func(x, _, _ []float64) []float64 {
		var facets []float64
		for signs := range 1 << d {
			s := *p.How.L1
			for i, v := range x {
				s -= float64(2*(signs>>i&1)-1) * (v - p.How.Sample[i])
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
	o.Visit = func(cell []Vertex) {
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
	o.Run(EpsilonBox(t, p.How))
	for k, f := range found {
		o.Min[k], o.Max[k] = f.lo, f.hi
	}
	return o
}
