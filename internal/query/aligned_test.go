package query_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
)

// TestAligned: pairings of layers of different sizes keep their place in the
// joint graph, in which the second layer follows the first and the operand of
// neither depends on the other; and the graph computes what it did.
func TestAligned(t *testing.T) {
	kept := 0
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 31))
		n1 := networktest.Random(rng, 3, 1+rng.IntN(6), 1+rng.IntN(6), 1+rng.IntN(6), 2)
		n2 := networktest.Random(rng, 3, 1+rng.IntN(6), 1+rng.IntN(6), 2)
		p, err := query.NewPair(n1, n2)
		if err != nil {
			t.Fatal(err)
		}
		pairs := networktest.Pairings(rng, n1, n2)
		j, err := p.Aligned(pairs)
		if err != nil {
			t.Fatal(err)
		}
		if len(j.Pairs) != len(pairs) {
			t.Errorf("seed %d: %d of %d pairings are kept", seed, len(j.Pairs), len(pairs))
		}
		kept += len(pairs)
		for k, pair := range j.Pairs {
			a, b := j.Graph.Nodes[pair.First], j.Graph.Nodes[pair.Second]
			if pair.Second != pair.First+1 || a.Size != len(pair.Partner) || b.Size != n2.Nodes[pairs[k].Second].Size ||
				a.Inputs[0] >= pair.First || b.Inputs[0] >= pair.First || !slices.Equal(pair.Partner, pairs[k].Partner) {
				t.Errorf("seed %d: pairing %v has become %v", seed, pairs[k], pair)
			}
		}
		e := network.NewEvaluator(j.Graph)
		x := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		e.Forward(x)
		if !slices.Equal(e.Value(j.Out1), n1.Logits(x)) || !slices.Equal(e.Value(j.Out2), n2.Logits(x)) {
			t.Errorf("seed %d: the joint graph has other logits", seed)
		}
	}
	if kept < 100 {
		t.Errorf("only %d pairings", kept)
	}
}

// TestAlignedOutOfPlace: pairings that cross, or of a layer that the networks
// share, are left out.
func TestAlignedOutOfPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 32))
	n1 := networktest.Random(rng, 3, 4, 4, 2)
	n2 := networktest.Twin(rng, n1, 0, 0)
	n2.Nodes[3].Op.(*network.Dense).W[0]++
	same := []int{0, 1, 2, 3}
	for _, c := range []struct {
		n2    *network.Network
		pairs []network.Pairing
		want  int
	}{
		{networktest.Random(rng, 3, 4, 4, 2), []network.Pairing{{First: 2, Second: 4, Partner: same}, {First: 4, Second: 2, Partner: same}}, 1},
		{n2, []network.Pairing{{First: 2, Second: 2, Partner: same}, {First: 4, Second: 4, Partner: same}}, 1},
		{n2, []network.Pairing{{First: 2, Second: 4, Partner: same}}, 0}, // the second depends on the first
	} {
		p := query.Pair{N1: n1, N2: c.n2}
		if j, err := p.Aligned(c.pairs); err != nil || len(j.Pairs) != c.want {
			t.Errorf("%v: %v, %v", c.pairs, j.Pairs, err)
		}
	}
	for _, bad := range []network.Pairing{
		{First: 1, Second: 2, Partner: same},
		{First: 2, Second: 9, Partner: same},
		{First: 2, Second: 2, Partner: same[:3]},
		{First: 2, Second: 2, Partner: []int{0, 1, 2, 4}},
		{First: 2, Second: 2, Partner: []int{0, 1, 1, -1}},
		{First: 2, Second: 2, Partner: []int{0, 1, -2, -1}},
	} {
		if _, err := (query.Pair{N1: n1, N2: n2}).Aligned([]network.Pairing{bad}); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}
