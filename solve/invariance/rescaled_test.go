package invariance_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestRescaled: a hidden layer that is a million times smaller, with weights a
// million times larger behind it, is the same network. The default engine must
// still be exact, and find the same extremes.
func TestRescaled(t *testing.T) {
	nodes := int64(0)
	for seed := range uint64(24) {
		var results []*solve.Result
		for _, scale := range []float64{1, 0x1p-20} {
			rng := rand.New(rand.NewPCG(seed, 4))
			n1 := networktest.Random(rng, 4, 5, 4, 3)
			n2 := networktest.Twin(rng, n1, 0.1, 0)
			for _, n := range []*network.Network{n1, n2} {
				first, second := n.Nodes[1].Op.(*network.Dense), n.Nodes[3].Op.(*network.Dense)
				oracle.Multiply(first.W, scale)
				oracle.Multiply(first.B, scale)
				oracle.Multiply(second.W, 1/scale)
			}
			p, err := query.NewPair(n1, n2)
			if err != nil {
				t.Fatal(err)
			}
			j, err := p.Joint()
			if err != nil {
				t.Fatal(err)
			}
			box, err := region.Ball(make([]float64, 4), []float64{0.3}, nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := solve.Margins(context.Background(), j.In(box), []query.ClassPair{{I: 0, J: 1}}, solve.Options{Engine: solve.BaB})
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, res)
		}
		for k, e := range [][2]solve.Extremum{{results[0].Min[0], results[1].Min[0]}, {results[0].Max[0], results[1].Max[0]}} {
			nodes += e[1].Nodes
			if e[0].Status != solve.Exact || e[1].Status != solve.Exact || math.Abs(e[0].Witnessed-e[1].Witnessed) > 1e-6 {
				t.Errorf("seed %d, extremum %d: %v %v, rescaled %v %v (gap %v)", seed, k, e[0].Status, e[0].Witnessed, e[1].Status, e[1].Witnessed, e[1].Gap())
			}
		}
	}
	if nodes < 300 {
		t.Errorf("only %d nodes: the problems are too easy", nodes)
	}
}

// TestPartnersOfOtherScale: to align a neuron with one that is larger or smaller
// by orders of magnitude does no harm. Held by its difference from such a
// partner it would be lost in rounding.
func TestPartnersOfOtherScale(t *testing.T) {
	solved := 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 5))
		n1 := networktest.Random(rng, 3, 5, 3)
		n2 := networktest.Twin(rng, n1, 0.1, 0)
		oracle.ScaleNeurons(rng, n1, 40)
		oracle.ScaleNeurons(rng, n2, 40)
		p := oracle.New(t, fmt.Sprintf("seed %d", seed), n1, n2, oracle.Ball(t, make([]float64, 3), 0.5))
		var err error
		if p.Joint, err = p.Pair.Aligned([]network.Pairing{{First: 2, Second: 2, Partner: []int{0, 1, 2, 3, 4}}}); err != nil {
			t.Fatal(err)
		}
		p.Joint = p.Joint.In(p.Box)
		c := query.ClassPair{I: 0, J: 1}
		o := oracle.Enumerate(p.Pair, p.Box, c)
		res := oracle.Margins(t, p, solve.Options{}, c)
		oracle.Compare(t, p, "aligned", res.Min[0], o.Min[0])
		oracle.Compare(t, p, "aligned", res.Max[0], o.Max[0])
		for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
			if e.Engine == "bab" {
				solved++
			}
		}
	}
	if solved < 40 {
		t.Errorf("%d extremes are left to the branch and bound: the problems are too easy", solved)
	}
}
