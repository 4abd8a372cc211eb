package relax_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/relax"
)

// TestRefineAbove splits a neuron and narrows the region down to a halfspace at
// the same time, again and again: the bounds hold at every sampled input that has
// the phases and is in all of the halfspaces, never widen, and are often tighter
// than without the halfspace.
func TestRefineAbove(t *testing.T) {
	checked, tighter := 0, 0
	for seed := range uint64(300) {
		rng, p := random(t, seed)
		e := network.NewEvaluator(p.joint.Graph)
		b, err := relax.Compute(context.Background(), p.joint, p.box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		inputs := make([][]float64, 200)
		for k := range inputs {
			inputs[k] = sample(rng, p.box)
		}
		margin := p.joint.Margin(query.ClassPair{I: 0, J: 1})
		for range 3 {
			v, index, ok := unstable(rng, b)
			if !ok {
				break
			}
			z := b.Joint.Graph.Nodes[v].Inputs[0]
			coef := make([]float64, len(p.box.Lo))
			most := 0.0
			for i := range coef {
				coef[i] = rng.NormFloat64()
				most += max(coef[i]*p.box.Lo[i], coef[i]*p.box.Hi[i])
			}
			form := func(x []float64) float64 {
				s := 0.0
				for i, c := range coef {
					s += c * x[i]
				}
				return s
			}
			e.Forward(inputs[0])
			s := relax.Split{Activation: v, Index: index, Above: e.Value(z)[index] > 0}
			floor := form(inputs[0]) - rng.Float64()*(most-form(inputs[0]))
			h := b.NewHalfspace(coef, floor-1e-9*(1+math.Abs(floor)))
			next, ok := b.Refine(s, h)
			if !ok {
				t.Fatalf("seed %d: a part that an input is in is called empty", seed)
			}
			kept := inputs[:1]
			for _, x := range inputs[1:] {
				e.Forward(x)
				if y := e.Value(z)[index]; (s.Above && y >= 0 || !s.Above && y <= 0) && form(x) >= floor {
					kept = append(kept, x)
				}
			}
			inputs = kept
			checked += len(inputs)
			const slack = 1e-9
			lo, hi := next.Functional(margin)
			for _, x := range inputs {
				e.Forward(x)
				if r := e.At(margin); r < lo-slack || r > hi+slack {
					t.Fatalf("seed %d: margin %v outside [%v, %v]", seed, r, lo, hi)
				}
				for u := range p.joint.Graph.Nodes {
					for k, y := range e.Value(u) {
						if l, h := next.Node[u].Lo[k], next.Node[u].Hi[k]; y < l-slack || y > h+slack {
							t.Fatalf("seed %d: node %d[%d] is %v, outside [%v, %v]", seed, u, k, y, l, h)
						}
						if next.Node[u].Lo[k] < b.Node[u].Lo[k] || next.Node[u].Hi[k] > b.Node[u].Hi[k] {
							t.Fatalf("seed %d: node %d[%d] has wider bounds after a split", seed, u, k)
						}
					}
				}
				for q, pair := range p.joint.Pairs {
					z1 := e.Value(p.joint.Graph.Nodes[pair.First].Inputs[0])
					z2 := e.Value(p.joint.Graph.Nodes[pair.Second].Inputs[0])
					for i, j := range pair.Partner {
						if j < 0 {
							continue
						}
						if d := z1[i] - z2[j]; d < next.Diff[q].Lo[i]-slack || d > next.Diff[q].Hi[i]+slack {
							t.Fatalf("seed %d: a difference is %v, outside its bounds", seed, d)
						}
					}
				}
			}
			if plain, ok := b.Refine(s, nil); h != nil && ok {
				if l, u := plain.Functional(margin); hi-lo < u-l-1e-6 {
					tighter++
				}
			}
			b = next
		}
	}
	if checked < 10000 || tighter < 100 {
		t.Errorf("%d inputs checked, %d times tighter: too few", checked, tighter)
	}
}

// unstable picks an unstable neuron, by its ReLU node, if there is one.
func unstable(rng *rand.Rand, b *relax.Bounds) (relu, index int, ok bool) {
	n := 0
	for k, v := range b.Joint.Graph.Nodes {
		if _, is := v.Op.(network.ReLU); !is {
			continue
		}
		for i := range v.Size {
			if b.Unstable(v.Inputs[0], i) {
				if n++; rng.IntN(n) == 0 {
					relu, index, ok = k, i, true
				}
			}
		}
	}
	return relu, index, ok
}
