package network_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
	"rsm/network/networktest"
)

// multiple says whether a number is on a grid.
func multiple(g network.Grid, x *big.Rat) bool {
	switch {
	case g == network.AlwaysZero:
		return x.Sign() == 0
	case g == network.AnyNumber:
		return true
	}
	unit := new(big.Rat).SetFloat64(math.Ldexp(1, int(g)))
	return new(big.Rat).Quo(x, unit).IsInt()
}

// TestGrids: exact values are on the grids of their elements, whatever the input is where
// it is free.
func TestGrids(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n := networktest.Dyadic(rng, 3+rng.IntN(20), 3, 4, 3, 2)
		if rapid.Bool().Draw(t, "any steps") {
			n = networktest.Quantized(rng, networktest.Random(rng, 3, 4, 3, 2), 3+rng.IntN(20), 3)
		}
		lo, hi := make([]float64, 3), make([]float64, 3)
		x := make([]*big.Rat, 3)
		for i := range lo {
			lo[i] = math.Round(rng.NormFloat64()*64) / 64
			if hi[i] = lo[i]; rng.IntN(2) == 0 {
				hi[i] = lo[i] + rng.Float64()
			}
			x[i] = new(big.Rat).SetFloat64(lo[i] + rng.Float64()*(hi[i]-lo[i]))
		}
		grids := n.Grids(lo, hi)
		var nodes []int
		for v := range n.Nodes {
			nodes = append(nodes, v)
		}
		values, ok := n.Exactly(x, nodes, 1e9)
		if !ok {
			t.Fatal("no exact values")
		}
		for v, node := range n.Nodes {
			for i, g := range grids[v] {
				if !multiple(g, values.Value(v, i)) {
					t.Fatalf("element %d of node %d (%s) is %v, which is no multiple of 2^%d", i, v, node.Name, values.Value(v, i), g)
				}
			}
		}
	})
}

// TestGridsOfRounded: constants that stand for others have no grid.
func TestGridsOfRounded(t *testing.T) {
	dense := &network.Dense{Rows: 1, Cols: 1, W: []float64{0}, B: []float64{1}}
	root := &network.Elementwise{Div: []float64{2}, Root: []*big.Rat{big.NewRat(4, 1)}, Roundings: 1}
	for _, op := range []network.Op{&network.Rounded{Affine: dense, Roundings: 1}, root} {
		g := network.NewGraph(network.Shape{1})
		at, err := g.Add("rounded", op, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := g.Grids([]float64{1}, []float64{1})[at][0]; got != network.AnyNumber {
			t.Errorf("%s: the grid is %d", op.Kind(), got)
		}
	}
}

// TestInward: no number of a grid is lost when the ends of an interval move to it, and the
// next numbers of a grid are next to each other.
func TestInward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := network.Grid(rapid.IntRange(-1080, 100).Draw(t, "grid"))
		unit := math.Ldexp(1, int(g))
		v := float64(rapid.Int64Range(-1<<53, 1<<53).Draw(t, "multiple")) * unit
		near := func(v float64, name string) float64 {
			switch rapid.IntRange(0, 3).Draw(t, name) {
			case 0:
				return math.Nextafter(v, math.Inf(1))
			case 1:
				return math.Nextafter(v, math.Inf(-1))
			case 2:
				return v + unit*rapid.Float64Range(-3, 3).Draw(t, "away")
			}
			return v
		}
		lo, hi := near(v, "lo"), near(v, "hi")
		l, h := g.Inward(lo, hi)
		if l < lo || h > hi || lo <= v && v < l || h < v && v <= hi {
			t.Fatalf("%v in [%v, %v] is not in [%v, %v]", v, lo, hi, l, h)
		}
		if above, below := g.Above(lo), g.Below(hi); above < lo || below > hi || lo < v && v < above || below < v && v < hi {
			t.Fatalf("%v is between %v and %v, or %v and %v", v, lo, above, below, hi)
		}
	})
}
