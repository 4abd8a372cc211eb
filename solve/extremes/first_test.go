package extremes_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/solve"
	"rsm/solve/oracle"
)

// behindReLU returns n behind a ReLU of the inputs themselves, once as it is, and
// once with an identity before that ReLU, as the oracle wants it.
func behindReLU(t *testing.T, n *network.Network) (bare, spelled *network.Network) {
	t.Helper()
	size := n.InputSize()
	identity := &network.Dense{Rows: size, Cols: size, W: make([]float64, size*size)}
	for i := range size {
		identity.W[i*size+i] = 1
	}
	for k, first := range [][]network.Op{{network.ReLU{}}, {identity, network.ReLU{}}} {
		m := &network.Network{Graph: network.NewGraph(network.Shape{size})}
		at := 0
		ops := first
		for _, v := range n.Nodes[1:] {
			ops = append(ops, v.Op)
		}
		for _, op := range ops {
			var err error
			if at, err = m.Add("", op, nil, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.Finish(at); err != nil {
			t.Fatal(err)
		}
		if k == 0 {
			bare = m
		} else {
			spelled = m
		}
	}
	return bare, spelled
}

// TestReLUOfInputs: the inputs themselves may be pre-activations, of one network
// or of both, and have partners.
func TestReLUOfInputs(t *testing.T) {
	nodes := int64(0)
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 31))
		n1 := networktest.Random(rng, 3, 1+rng.IntN(4), oracle.Classes)
		n2 := networktest.Twin(rng, n1, math.Pow(10, -3*rng.Float64()), 0)
		s1, s2 := n1, n2
		if seed%3 != 1 {
			n1, s1 = behindReLU(t, n1)
		}
		if seed%3 != 2 {
			n2, s2 = behindReLU(t, n2)
		}
		eps := []float64{2 * rng.Float64(), rng.Float64(), float64(rng.IntN(2))}
		p := oracle.New(t, fmt.Sprintf("seed %d", seed), n1, n2, oracle.Ball(t, []float64{0, 0.5 * rng.NormFloat64(), 0.25}, eps...))
		if seed%2 == 0 {
			var err error
			if p.Joint, err = p.Pair.Aligned(networktest.Pairings(rng, n1, n2)); err != nil {
				t.Fatal(err)
			}
			p.Joint = p.Joint.In(p.Box)
		}
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(query.Pair{N1: s1, N2: s2}, p.Box, c)
		res := oracle.Margins(t, p, solve.Options{}, c)
		oracle.Compare(t, p, "bab", res.Min[0], o.Min[0])
		oracle.Compare(t, p, "bab", res.Max[0], o.Max[0])
		nodes += res.Min[0].Nodes + res.Max[0].Nodes
	}
	t.Logf("%d nodes", nodes)
	if nodes < 300 {
		t.Errorf("only %d nodes: the problems are too easy", nodes)
	}
}
