package extremes_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/relax"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestEnumeration: the extremes are those that an enumeration of activation
// patterns finds, in either encoding.
func TestEnumeration(t *testing.T) {
	kinds := make(map[string]int)
	cells, solved := 0, make(map[string]int)
	for seed := range uint64(240) {
		rng, p := oracle.Random(t, seed, 4, 12)
		kinds[strings.Split(p.Name, ", ")[1]]++
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		cells += o.Cells
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			res := oracle.Margins(t, p, opt, c)
			oracle.Compare(t, p, way.Name, res.Min[0], o.Min[0])
			oracle.Compare(t, p, way.Name, res.Max[0], o.Max[0])
			for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				if e.Engine != "bounds" {
					solved[e.Engine]++
				}
				if e.Engine != "milp" && e.Rigor != solve.Certified {
					t.Errorf("%s, %s: %v has the rigor %v", p.Name, way.Name, e.Task, e.Rigor)
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
		_, p := oracle.Random(t, 1000+seed, 2, 32)
		o := oracle.Enumerate(p.Pair, p.Box, all...)
		for k, way := range oracle.Configurations {
			if k == 3 && seed%3 > 0 {
				continue
			}
			opt := way.Opt
			opt.Seed = seed
			res := oracle.Margins(t, p, opt, all...)
			for i := range all {
				oracle.Compare(t, p, way.Name, res.Min[i], o.Min[i])
				oracle.Compare(t, p, way.Name, res.Max[i], o.Max[i])
				nodes += res.Min[i].Nodes + res.Max[i].Nodes
			}
		}
	}
	t.Logf("%d nodes", nodes)
}

// illScaled draws a small pair that is hard on float64 and on a solver's
// tolerances: weights of all sizes, neurons that cancel, steps, boxes that are
// tiny or huge.
func illScaled(t testing.TB, seed uint64) (*rand.Rand, oracle.Problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 99))
	power := func(a, b float64) float64 { return math.Pow(10, a+(b-a)*rng.Float64()) }
	sizes := append(append([]int{1 + rng.IntN(3)}, oracle.Hidden(rng, 7)...), oracle.Classes)
	n1 := networktest.Random(rng, sizes...)
	n2 := networktest.Twin(rng, n1, power(-7, -1), 0)
	switch rng.IntN(4) {
	case 0:
		n2 = oracle.SameSizes(rng, n1)
	case 1:
		n2 = networktest.Twin(rng, n1, 0, 0.5)
	}
	eps := power(-1, 1)
	var kind string
	switch seed % 8 {
	case 0:
		kind = "scaled neurons"
		oracle.ScaleNeurons(rng, n1, 20)
		oracle.ScaleNeurons(rng, n2, 20)
	case 1:
		kind = "weights of all sizes"
		for _, d := range oracle.Dense(n1) {
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
			for _, d := range oracle.Dense(n) {
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
	return rng, oracle.New(t, fmt.Sprintf("seed %d, %s, epsilon %.2g", seed, kind, eps), n1, n2, oracle.Ball(t, center, eps))
}

// nearlyTwice makes the second neuron of each hidden layer a copy of the
// first, up to a relative error, with opposite outgoing weights, amplified.
func nearlyTwice(rng *rand.Rand, n *network.Network, off, gain float64) {
	layers := oracle.Dense(n)
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
	d, next := oracle.Dense(n)[0], oracle.Dense(n)[1]
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

// TestCertifiedIllScaled: the bounds of every relaxation hold for weights of
// any scale. They are certified: the slack is for the rounding of the oracle.
func TestCertifiedIllScaled(t *testing.T) {
	for seed := range uint64(1200) {
		rng, p := illScaled(t, seed)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		slack := 1e-14 * (o.N1.Magnitude(p.Box) + o.N2.Magnitude(p.Box))
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), p.Joint, p.Box, m)
			if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
			if lo, hi := b.Functional(p.Joint.Margin(c)); lo > o.Min[0]+slack || hi < o.Max[0]-slack {
				t.Errorf("%s, %v: [%v, %v] does not contain [%v, %v]", p.Name, m, lo, hi, o.Min[0], o.Max[0])
			}
		}
	}
}

// TestIllScaled: a claim of exactness holds for neurons of any scale.
func TestIllScaled(t *testing.T) {
	for seed := range uint64(50) {
		rng, p := illScaled(t, 8*seed)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			res := oracle.Margins(t, p, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want := []float64{o.Min[0], o.Max[0]}[k]
				if e.Status == solve.Exact {
					oracle.Compare(t, p, way.Name, e, want)
				} else if oracle.Above(e, want) < -1e-6*(1+math.Abs(want)) {
					t.Errorf("%s, %v: the bound %v of %v is refuted by %v", p.Name, way.Name, e.Proved, e.Task, want)
				}
			}
		}
	}
}
