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

// TestCutsHold: a cut leaves in the values of both networks at every input of
// the region, also at its corners, and cuts off the point that it was made for.
// Points are those of an input with post-activations moved to random places of
// their ranges: few would be solutions of a relaxation, and all may be cut off.
func TestCutsHold(t *testing.T) {
	single, double, tight := 0, 0, 0
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		inputs := 1 + rng.IntN(4)
		n1 := networktest.Random(rng, inputs, 2+rng.IntN(6), 2+rng.IntN(6), 2)
		n2 := networktest.Twin(rng, n1, math.Pow(10, -2*rng.Float64()), 0.1*float64(rng.IntN(2)))
		p, err := query.NewPair(n1, n2)
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box, err := region.Ball(make([]float64, inputs), []float64{0.2 + rng.Float64()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := relax.Compute(context.Background(), j, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		lp, err := encode.NewLP(context.Background(), b, encode.Coupled)
		if err != nil {
			t.Fatal(err)
		}
		ev := network.NewEvaluator(j.Graph)
		input := func() []float64 {
			x := make([]float64, inputs)
			for i := range x {
				if x[i] = box.Lo[i] + rng.Float64()*(box.Hi[i]-box.Lo[i]); rng.IntN(2) == 0 {
					x[i] = box.Hi[i]
					if rng.IntN(2) == 0 {
						x[i] = box.Lo[i]
					}
				}
			}
			return x
		}
		program := lp.Program(b)
		var cuts []encode.Cut
		for range 5 {
			x := lp.Point(ev, input())
			for _, n := range lp.Neurons {
				_, a := n.Columns()
				x[a] = program.Lo[a] + rng.Float64()*(program.Hi[a]-program.Lo[a])
			}
			for _, c := range lp.Cuts(program, b, x, 1e-6) {
				if c.Above(x) < 1e-9 {
					t.Fatalf("seed %d: a cut does not cut off its point", seed)
				}
				if cuts = append(cuts, c); len(c.Neurons) == 1 {
					single++
				} else {
					double++
				}
			}
		}
		closest := make([]float64, len(cuts))
		for k := range closest {
			closest[k] = math.Inf(-1)
		}
		for range 200 {
			x := lp.Point(ev, input())
			for k, c := range cuts {
				v := c.Above(x)
				if v > 1e-13 {
					t.Fatalf("seed %d: a cut on %v leaves out a point, by %v", seed, c.Neurons, v)
				}
				closest[k] = max(closest[k], v)
			}
		}
		for _, v := range closest {
			if v > -1e-6 {
				tight++
			}
		}
	}
	if single < 500 || double < 200 || tight < 200 {
		t.Errorf("%d cuts on neurons, %d on differences, %d that a point reaches: too few", single, double, tight)
	}
}
