package lp

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// TestTightened: bounds tightened by linear programs lie within those before,
// hold the values of both networks at every input, are better for some neurons,
// and with no budget the same.
func TestTightened(t *testing.T) {
	ctx := context.Background()
	better, some := 0, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 10))
		n1 := networktest.Random(rng, 3, 5, 6, 5, 2)
		p, err := query.NewPair(n1, networktest.Twin(rng, n1, math.Pow(10, -2*rng.Float64()), 0))
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box, err := region.Ball(make([]float64, 3), []float64{0.3 + rng.Float64()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := relax.Compute(ctx, j, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		ev := network.NewEvaluator(j.Graph)
		widths := make(map[int]float64)
		for _, budget := range []int{0, 8, 1000} {
			got, err := Tightened(ctx, b, budget)
			if err != nil {
				t.Fatal(err)
			}
			for v := range got.Node {
				for i, lo := range got.Node[v].Lo {
					hi := got.Node[v].Hi[i]
					if lo < b.Node[v].Lo[i] || hi > b.Node[v].Hi[i] {
						t.Fatalf("seed %d: [%v, %v] is not within the bounds before", seed, lo, hi)
					}
					widths[budget] += hi - lo
				}
			}
			for range 50 {
				x := make([]float64, 3)
				for i := range x {
					x[i] = (2*rng.Float64() - 1) * box.Hi[i]
				}
				ev.Forward(x)
				for v := range got.Node {
					for i, y := range ev.Value(v) {
						if slack := 1e-12 * (1 + math.Abs(y)); y < got.Node[v].Lo[i]-slack || y > got.Node[v].Hi[i]+slack {
							t.Fatalf("seed %d: %v is not in [%v, %v]", seed, y, got.Node[v].Lo[i], got.Node[v].Hi[i])
						}
					}
				}
				for p, pair := range j.Pairs {
					z1, z2 := ev.Value(j.Graph.Nodes[pair.First].Inputs[0]), ev.Value(j.Graph.Nodes[pair.Second].Inputs[0])
					for i, k := range pair.Partner {
						if k < 0 {
							continue
						}
						if d := z1[i] - z2[k]; d < got.Diff[p].Lo[i]-1e-12*(1+math.Abs(z1[i])) || d > got.Diff[p].Hi[i]+1e-12*(1+math.Abs(z1[i])) {
							t.Fatalf("seed %d: the difference %v is not in its bounds", seed, d)
						}
					}
				}
			}
		}
		if widths[1000] < widths[0]-1e-3 {
			better++
		}
		if widths[8] < widths[0]-1e-3 && widths[8] > widths[1000]+1e-3 {
			some++
		}
	}
	if better < 20 || some < 5 {
		t.Errorf("bounds are better in %d of 60 problems, and in between for a small budget in %d", better, some)
	}
}
