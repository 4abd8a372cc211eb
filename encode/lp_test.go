package encode_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// TestLPContainsEveryInput: the values of both networks at any input satisfy
// every row of the linear relaxation of any part of the region that the input
// is in. The parts come from splitting neuron after neuron along the phases of
// one sampled input.
func TestLPContainsEveryInput(t *testing.T) {
	splits, pairs := 0, 0
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 6))
		inputs := 1 + rng.IntN(4)
		n1 := networktest.Random(rng, inputs, 2+rng.IntN(6), 2+rng.IntN(6), 2)
		n2 := networktest.Twin(rng, n1, math.Pow(10, -3*rng.Float64()), 0)
		p, err := query.NewPair(n1, n2)
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Joint()
		if seed%3 == 2 { // rows hold for any pairings
			n2 = networktest.Random(rng, inputs, 2+rng.IntN(6), 2+rng.IntN(6), 2)
			p.N2 = n2
			j, err = p.Aligned(networktest.Pairings(rng, n1, n2))
		}
		if err != nil {
			t.Fatal(err)
		}
		box, err := region.Ball(make([]float64, inputs), []float64{0.2 + rng.Float64()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		part, err := relax.Compute(context.Background(), j, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		lp, err := encode.NewLP(context.Background(), part, encode.Crossed)
		if err != nil {
			t.Fatal(err)
		}
		pairs += len(lp.Pairs)
		ev := network.NewEvaluator(j.Graph)
		margin := j.Margin(query.ClassPair{I: 0, J: 1})
		obj, err := lp.Functional(margin)
		if err != nil {
			t.Fatal(err)
		}
		points := make([][]float64, 50)
		for k := range points {
			for range inputs {
				points[k] = append(points[k], (2*rng.Float64()-1)*box.Hi[0])
			}
		}
		check := func() {
			m := lp.Program(part)
			for _, x := range points {
				at := lp.Point(ev, x)
				if v := m.Violation(at); v > 1e-12 {
					t.Fatalf("seed %d after %d splits: violation %v at %v", seed, splits, v, x)
				}
				got := obj.Const
				for _, term := range obj.Terms {
					got += term.Value * at[term.Column]
				}
				if want := ev.At(margin); math.Abs(got-want) > obj.Err+1e-12*(1+math.Abs(want)) {
					t.Fatalf("seed %d: objective %v, margin %v", seed, got, want)
				}
			}
		}
		check()
		for _, k := range rng.Perm(len(lp.Neurons)) {
			n := lp.Neurons[k]
			if !part.Unstable(n.Node, n.Index) {
				continue
			}
			ev.Forward(points[0])
			s := relax.Split{Activation: n.Activation, Index: n.Index, Above: ev.Value(n.Node)[n.Index] > 0}
			next, ok := part.Refine(s, nil)
			if !ok {
				t.Fatalf("seed %d: a part with a point in it is called empty", seed)
			}
			splits++
			part = next
			kept := points[:1]
			for _, x := range points[1:] {
				ev.Forward(x)
				if y := ev.Value(n.Node)[n.Index]; s.Above && y >= 0 || !s.Above && y <= 0 {
					kept = append(kept, x)
				}
			}
			points = kept
			check()
		}
	}
	if splits < 500 || pairs < 300 {
		t.Fatalf("only %d splits and %d pairs", splits, pairs)
	}
}
