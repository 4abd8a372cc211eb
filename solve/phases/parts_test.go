package phases

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/lp"
	"rsm/solve/search"
)

// TestPartsKeepBetterInputs follows sampled inputs down a tree of parts, each
// narrowed down by its halfspace, with a witness that is far from the best and
// gaps of all sizes: every input above what the search has fathomed is in the
// bounds of its part and below its bound. A search by itself hardly shows where
// they are not: its witness is nearly always the best input already.
func TestPartsKeepBetterInputs(t *testing.T) {
	checked, narrowed, dropped := 0, 0, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 77))
		n1 := networktest.Random(rng, 3, 3+rng.IntN(4), 2+rng.IntN(4), 2)
		n2 := networktest.Twin(rng, n1, math.Pow(10, -2*rng.Float64()), 0)
		p, err := query.NewPair(n1, n2)
		if err != nil {
			t.Fatal(err)
		}
		joint, err := p.Joint()
		if seed%3 == 2 {
			joint, err = p.Aligned(networktest.Pairings(rng, n1, n2))
		}
		if err != nil {
			t.Fatal(err)
		}
		eps := []float64{0.3 + 2*rng.Float64(), rng.Float64(), rng.Float64()}
		if seed%4 == 0 {
			eps[1] = 0
		}
		box, err := region.Ball([]float64{rng.NormFloat64(), rng.NormFloat64(), 0}, eps, nil)
		if err != nil {
			t.Fatal(err)
		}
		root, err := relax.Compute(context.Background(), joint, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		f := joint.Margin(query.ClassPair{I: 0, J: 1})
		at := attack.New(joint, box, seed)
		inputs := make([][]float64, 300)
		var values []float64
		for k := range inputs {
			inputs[k] = at.Random(k%4 == 0)
			values = append(values, at.Value(f, inputs[k]))
		}
		slices.Sort(values)
		low := values[rng.IntN(len(values))]
		opt := search.Options{Gap: 1e-6 + float64(seed%2)*rng.Float64()*(values[len(values)-1]-low)}
		_, hi := root.Functional(f)
		b := &bab{State: &search.State{Options: &opt, Joint: root.Joint, F: f, Attacker: at, Witnessed: low, Proved: hi}, root: root, fathomed: math.Inf(-1)}
		if b.lp, err = encode.NewLP(context.Background(), root, encode.Coupled); err != nil {
			t.Fatal(err)
		}
		for side := range b.costs {
			b.costs[side] = newPseudocosts(len(b.lp.Neurons))
		}
		if b.obj, b.offset, err = lp.Objective(b.lp, f); err != nil {
			t.Fatal(err)
		}
		if _, err := b.cut(context.Background()); err != nil {
			t.Fatal(err)
		}
		ev := network.NewEvaluator(joint.Graph)
		// check looks at a part, n nil where it is called empty.
		check := func(n *node, inputs [][]float64) {
			for _, x := range inputs {
				ev.Forward(x)
				r := ev.At(f)
				if r <= b.fathomed+1e-9 {
					dropped++
					continue
				}
				checked++
				if n == nil {
					t.Fatalf("seed %d: an input with %v, and %v is fathomed, is in a part that is called empty", seed, r, b.fathomed)
				}
				if n.upper < r-1e-9 {
					t.Fatalf("seed %d: a part is bounded by %v, and %v is fathomed, and an input in it has %v", seed, n.upper, b.fathomed, r)
				}
				if n.above != nil {
					s := 1e-9 * (1 + math.Abs(n.above.Floor))
					for i, c := range n.above.Coef {
						s += c * x[i]
					}
					if s < n.above.Floor {
						t.Fatalf("seed %d: an input with %v, and %v is fathomed, is left out by a halfspace", seed, r, b.fathomed)
					}
				}
				for v := range joint.Graph.Nodes {
					for i, y := range ev.Value(v) {
						if y < n.bounds.Node[v].Lo[i]-1e-9 || y > n.bounds.Node[v].Hi[i]+1e-9 {
							t.Fatalf("seed %d: element %d of node %d is %v, outside [%v, %v], for an input with %v; %v is fathomed",
								seed, i, v, y, n.bounds.Node[v].Lo[i], n.bounds.Node[v].Hi[i], r, b.fathomed)
						}
					}
				}
			}
		}
		evaluate := func(parent *node, part *relax.Bounds) *node {
			r := b.evaluate(context.Background(), 0, b.cutoffs(), parent, part)
			if r.err != nil {
				t.Fatal(r.err)
			}
			b.record(&r)
			n := r.node
			b.Witnessed = low // not what was found on the way
			if n != nil && n.upper <= b.Cutoff() {
				b.fathomed = max(b.fathomed, n.upper)
			}
			if n != nil && n.above != nil {
				narrowed++
			}
			if n != nil && n.score == nil { // it was of no interest beside what was found
				b.rate(n, nil, nil)
			}
			return n
		}
		var walk func(n *node, inputs [][]float64)
		walk = func(n *node, inputs [][]float64) {
			check(n, inputs)
			if n == nil || n.upper <= b.Cutoff() || len(inputs) == 0 {
				return
			}
			all := b.candidates(n)
			if len(all) == 0 {
				return
			}
			m := b.lp.Neurons[all[rng.IntN(min(3, len(all)))].k]
			for side := range 2 {
				var there [][]float64
				for _, x := range inputs {
					ev.Forward(x)
					if z := ev.Value(m.Node)[m.Index]; z > 0 == (side == 1) {
						there = append(there, x)
					}
				}
				part, ok := n.bounds.Refine(relax.Split{Activation: m.Activation, Index: m.Index, Above: side == 1}, n.above)
				if !ok {
					check(nil, there)
					continue
				}
				walk(evaluate(n, part), there)
			}
		}
		walk(evaluate(&node{upper: hi}, root), inputs)
		b.close()
	}
	t.Logf("%d inputs checked in parts, %d dropped, %d halfspaces", checked, dropped, narrowed)
	if checked < 10000 || dropped < 10000 || narrowed < 500 {
		t.Errorf("%d inputs checked in parts, %d dropped, %d halfspaces: too few", checked, dropped, narrowed)
	}
}
