package relax_test

import (
	"context"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
)

// TestRefine splits neuron after neuron along the phases of a sampled input:
// the bounds must go on to hold at every input with those phases, and never
// widen.
func TestRefine(t *testing.T) {
	splits := 0
	for seed := range uint64(200) {
		rng, p := random(t, seed)
		e := network.NewEvaluator(p.joint.Graph)
		b, err := relax.Compute(context.Background(), p.joint, p.box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		inputs := make([][]float64, 60)
		for k := range inputs {
			inputs[k] = sample(rng, p.box)
		}
		margin := p.joint.Margin(query.ClassPair{I: 0, J: 1})
		for v, node := range p.joint.Graph.Nodes {
			if _, ok := node.Op.(network.ReLU); !ok {
				continue
			}
			z := node.Inputs[0]
			for i := range node.Size {
				if !b.Unstable(z, i) || rng.IntN(2) == 0 {
					continue
				}
				e.Forward(inputs[0])
				s := relax.Split{Activation: v, Index: i, Above: e.Value(z)[i] > 0}
				next, ok := b.Refine(s, nil)
				if !ok {
					t.Fatalf("seed %d: split %v is called empty, %v is in it", seed, s, inputs[0])
				}
				splits++
				kept := inputs[:1]
				for _, x := range inputs[1:] {
					e.Forward(x)
					if y := e.Value(z)[i]; s.Above && y >= 0 || !s.Above && y <= 0 {
						kept = append(kept, x)
					}
				}
				inputs = kept
				lo, hi := next.Functional(margin)
				const slack = 1e-9
				for _, x := range inputs {
					e.Forward(x)
					if r := e.At(margin); r < lo-slack || r > hi+slack {
						t.Fatalf("seed %d, node %d: margin %v outside [%v, %v]", seed, v, r, lo, hi)
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
				}
				b = next
			}
		}
	}
	if splits < 300 {
		t.Fatalf("only %d splits", splits)
	}
}

// TestRefineInput: a split of a ReLU of the inputs themselves reaches what depends
// on it.
func TestRefineInput(t *testing.T) {
	n := &network.Network{Graph: network.NewGraph(network.Shape{1})}
	at := 0
	for _, op := range []network.Op{network.ReLU{}, &network.Dense{Rows: 2, Cols: 1, W: []float64{1, 0}}} {
		var err error
		if at, err = n.Add("", op, nil, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.Finish(at); err != nil {
		t.Fatal(err)
	}
	p, err := query.NewPair(n, n)
	if err != nil {
		t.Fatal(err)
	}
	j, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	b, err := relax.Compute(context.Background(), j, region.Box{Lo: []float64{-1}, Hi: []float64{2}}, relax.Difference)
	if err != nil {
		t.Fatal(err)
	}
	off, ok := b.Refine(relax.Split{Activation: 1}, nil)
	if !ok || off.Node[1].Hi[0] != 0 {
		t.Errorf("the ReLU of an input at most 0 has the bounds %v", off.Node[1])
	}
}
