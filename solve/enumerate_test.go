package solve_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
	"rsm/solve"
)

// rounding is what the float64 evaluations of r in solve and in the oracle may
// differ by, relative to the magnitude of the values.
const rounding = 1e-10

func margins(t testing.TB, p problem, opt solve.Options, classes ...query.ClassPair) *solve.Result {
	t.Helper()
	res, err := solve.Margins(context.Background(), p.joint, p.box, classes, opt)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return res
}

// above is e's bound less v in the direction in which the bound must lie: a
// negative number says that v refutes the bound.
func above(e solve.Extremum, v float64) float64 {
	if e.Sense == solve.Minimum {
		return v - e.Proved
	}
	return e.Proved - v
}

// compare holds an extremum that is claimed to be exact against the truth.
func compare(t *testing.T, p problem, label string, e solve.Extremum, want float64) {
	t.Helper()
	slack := rounding * (1 + math.Abs(want))
	switch {
	case e.Status != solve.Exact:
		t.Errorf("%s, %s: %v is %v [%v, %v] (%v), the oracle has %v", p.name, label, e.Task, e.Status, e.Witnessed, e.Proved, e.Stop, want)
	case math.Abs(e.Witnessed-want) > 1e-6+slack || math.Abs(e.Proved-want) > 1e-6+slack:
		t.Errorf("%s, %s: %v is witnessed %v, proved %v, the oracle has %v", p.name, label, e.Task, e.Witnessed, e.Proved, want)
	case e.Rigor == solve.Certified && above(e, want) < -slack:
		t.Errorf("%s, %s: the certified bound %v of %v is refuted by %v", p.name, label, e.Proved, e.Task, want)
	case !p.box.Contains(e.Witness):
		t.Errorf("%s, %s: the witness %v of %v is not in the box", p.name, label, e.Witness, e.Task)
	}
}

// configurations are the ways to an exact answer.
var configurations = []struct {
	name string
	opt  solve.Options
}{
	{"bab", solve.Options{Engine: solve.BaB}},
	{"split", solve.Options{Engine: solve.Split}},
	{"milp", solve.Options{Engine: solve.MILP}},
	{"plain", solve.Options{Encoding: encode.Plain}},
}

// TestEnumeration: the extremes are those that an enumeration of activation
// patterns finds, in either encoding.
func TestEnumeration(t *testing.T) {
	kinds := make(map[string]int)
	cells, solved := 0, make(map[string]int)
	for seed := range uint64(240) {
		rng, p := random(t, seed, 4, 12)
		kinds[strings.Split(p.name, ", ")[1]]++
		c := classPair(rng)
		o := enumerate(p.pair, p.box, c)
		cells += o.Cells
		for _, way := range configurations {
			opt := way.opt
			opt.Seed = seed
			res := margins(t, p, opt, c)
			compare(t, p, way.name, res.Min[0], o.Min[0])
			compare(t, p, way.name, res.Max[0], o.Max[0])
			for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				if e.Engine != "bounds" {
					solved[e.Engine]++
				}
				if e.Engine != "milp" && e.Rigor != solve.Certified {
					t.Errorf("%s, %s: %v has the rigor %v", p.name, way.name, e.Task, e.Rigor)
				}
			}
		}
	}
	t.Logf("%d cells, of 1440 extremes by each engine: %v, %v", cells, solved, kinds)
	if len(kinds) < 7 || solved["milp"] < 200 || solved["bab"] < 100 {
		t.Errorf("the problems are too easy: kinds %v, by each engine %v", kinds, solved)
	}
}

// TestEnumerationDeep: the same for more neurons over fewer inputs, all class
// pairs at once.
func TestEnumerationDeep(t *testing.T) {
	all := []query.ClassPair{{I: 0, J: 1}, {I: 0, J: 2}, {I: 2, J: 1}}
	nodes := int64(0)
	for seed := range uint64(30) {
		_, p := random(t, 1000+seed, 2, 32)
		o := enumerate(p.pair, p.box, all...)
		for k, way := range configurations {
			if k == 3 && seed%3 > 0 {
				continue
			}
			opt := way.opt
			opt.Seed = seed
			res := margins(t, p, opt, all...)
			for i := range all {
				compare(t, p, way.name, res.Min[i], o.Min[i])
				compare(t, p, way.name, res.Max[i], o.Max[i])
				nodes += res.Min[i].Nodes + res.Max[i].Nodes
			}
		}
	}
	t.Logf("%d nodes", nodes)
}

// illScaled draws a small pair that is hard on float64 and on a solver's
// tolerances: weights of all sizes, neurons that cancel, steps, boxes that are
// tiny or huge.
func illScaled(t testing.TB, seed uint64) (*rand.Rand, problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 99))
	power := func(a, b float64) float64 { return math.Pow(10, a+(b-a)*rng.Float64()) }
	sizes := append(append([]int{1 + rng.IntN(3)}, hidden(rng, 7)...), classes)
	n1 := networktest.Random(rng, sizes...)
	n2 := networktest.Twin(rng, n1, power(-7, -1), 0)
	switch rng.IntN(4) {
	case 0:
		n2 = sameSizes(rng, n1)
	case 1:
		n2 = networktest.Twin(rng, n1, 0, 0.5)
	}
	eps := power(-1, 1)
	var kind string
	switch seed % 8 {
	case 0:
		kind = "scaled neurons"
		scaleNeurons(rng, n1, 20)
		scaleNeurons(rng, n2, 20)
	case 1:
		kind = "weights of all sizes"
		for _, d := range dense(n1) {
			for i := range d.W {
				d.W[i] *= power(-6, 3)
			}
		}
	case 2:
		kind = "neurons that cancel"
		nearlyTwice(rng, n1, 0, 1e6)
	case 3:
		kind = "neurons that nearly cancel"
		nearlyTwice(rng, n1, power(-12, -4), power(0, 6))
	case 4:
		kind = "tiny box"
		eps = power(-9, -5)
	case 5:
		kind = "huge box"
		eps = power(2, 4)
	case 6:
		kind = "large and small layers"
		for _, n := range []*network.Network{n1, n2} {
			for _, d := range dense(n) {
				by := power(-6, 5)
				for i := range d.W {
					d.W[i] *= by
				}
				for i := range d.B {
					d.B[i] *= by
				}
			}
		}
	case 7:
		kind = "step"
		step(n1, power(3, 7))
	}
	center := make([]float64, sizes[0])
	for i := range center {
		center[i] = rng.NormFloat64()
	}
	return rng, newProblem(t, fmt.Sprintf("seed %d, %s, epsilon %.2g", seed, kind, eps), n1, n2, ball(t, center, eps))
}

// scaleNeurons scales each hidden neuron up by a power of two, up to 2^most
// either way, and its outgoing weights down by it. No bit of the logits
// changes, short of underflow.
func scaleNeurons(rng *rand.Rand, n *network.Network, most float64) {
	layers := dense(n)
	for l := range len(layers) - 1 {
		d, next := layers[l], layers[l+1]
		for i := range d.Rows {
			by := math.Exp2(math.Round(most * (2*rng.Float64() - 1)))
			for j := range d.Cols {
				d.W[i*d.Cols+j] *= by
			}
			d.B[i] *= by
			for r := range next.Rows {
				next.W[r*next.Cols+i] /= by
			}
		}
	}
}

// nearlyTwice makes the second neuron of each hidden layer a copy of the
// first, up to a relative error, with opposite outgoing weights, amplified.
func nearlyTwice(rng *rand.Rand, n *network.Network, off, gain float64) {
	layers := dense(n)
	for l := range len(layers) - 1 {
		d, next := layers[l], layers[l+1]
		if d.Rows < 2 {
			continue
		}
		for j := range d.Cols {
			d.W[d.Cols+j] = d.W[j] * (1 + off*rng.NormFloat64())
		}
		d.B[1] = d.B[0] * (1 + off*rng.NormFloat64())
		for r := range next.Rows {
			next.W[r*next.Cols] *= gain
			next.W[r*next.Cols+1] = -next.W[r*next.Cols]
		}
	}
}

// step makes the first two neurons a step of height 1 and width 1/slope.
func step(n *network.Network, slope float64) {
	d, next := dense(n)[0], dense(n)[1]
	if d.Rows < 2 {
		return
	}
	for j := range d.Cols {
		d.W[j] *= slope
		d.W[d.Cols+j] = d.W[j]
	}
	d.B[0] *= slope
	d.B[1] = d.B[0] - 1
	for r := range next.Rows {
		next.W[r*next.Cols+1] = -next.W[r*next.Cols]
	}
}

// magnitude bounds the sums of magnitudes of all terms of a logit over a box:
// evaluations of it in float64 err by a small multiple of the unit roundoff
// times this.
func (p plain) magnitude(box region.Box) float64 {
	m := make([]float64, len(box.Lo))
	for i := range m {
		m[i] = max(math.Abs(box.Lo[i]), math.Abs(box.Hi[i]))
	}
	for _, l := range p.layers {
		out := make([]float64, len(l.w))
		for i, row := range l.w {
			out[i] = math.Abs(l.b[i])
			for j, w := range row {
				out[i] += math.Abs(w) * m[j]
			}
		}
		m = out
	}
	top := 0.0
	for _, v := range m {
		top = max(top, v)
	}
	return top
}

// TestCertifiedIllScaled: the bounds of every relaxation hold for weights of
// any scale. They are certified: the slack is for the rounding of the oracle.
func TestCertifiedIllScaled(t *testing.T) {
	for seed := range uint64(1200) {
		rng, p := illScaled(t, seed)
		c := classPair(rng)
		o := enumerate(p.pair, p.box, c)
		slack := 1e-14 * (o.n1.magnitude(p.box) + o.n2.magnitude(p.box))
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), p.joint, p.box, m)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			if lo, hi := b.Functional(p.joint.Margin(c)); lo > o.Min[0]+slack || hi < o.Max[0]-slack {
				t.Errorf("%s, %v: [%v, %v] does not contain [%v, %v]", p.name, m, lo, hi, o.Min[0], o.Max[0])
			}
		}
	}
}

// TestIllScaled: a claim of exactness holds for neurons of any scale.
func TestIllScaled(t *testing.T) {
	for seed := range uint64(50) {
		rng, p := illScaled(t, 8*seed)
		c := classPair(rng)
		o := enumerate(p.pair, p.box, c)
		for _, way := range configurations {
			opt := way.opt
			opt.Seed = seed
			res := margins(t, p, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want := []float64{o.Min[0], o.Max[0]}[k]
				if e.Status == solve.Exact {
					compare(t, p, way.name, e, want)
				} else if above(e, want) < -1e-6*(1+math.Abs(want)) {
					t.Errorf("%s, %v: the bound %v of %v is refuted by %v", p.name, way.name, e.Proved, e.Task, want)
				}
			}
		}
	}
}
