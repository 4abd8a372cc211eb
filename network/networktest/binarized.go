package networktest

import (
	"math/rand/v2"

	"rsm/network"
)

// Binarized returns a copy of a network of dense layers and ReLUs in which every ReLU is a
// Sign, and the layers from the given one on, counted from 0, but not the last have weights
// -1 and 1 and small integers as biases, as networks whose hidden layers are binary: operands
// of signs are often exactly zero then.
func Binarized(rng *rand.Rand, n *network.Network, from int) *network.Network {
	t := &network.Network{Graph: network.NewGraph(n.Nodes[0].Shape), File: "binarized", Format: "test"}
	layer := 0
	for _, v := range n.Nodes[1:] {
		op := v.Op
		switch d := op.(type) {
		case network.ReLU:
			op = network.Sign{}
		case *network.Dense:
			if layer++; layer <= from || len(t.Nodes) == n.Output() {
				break
			}
			c := &network.Dense{Rows: d.Rows, Cols: d.Cols}
			for range d.W {
				c.W = append(c.W, float64(2*rng.IntN(2)-1))
			}
			for range d.Rows {
				c.B = append(c.B, float64(rng.IntN(3)-1))
			}
			op = c
		}
		must(t.Add(v.Name, op, nil, v.Inputs...))
	}
	if err := t.Finish(n.Output()); err != nil {
		panic(err)
	}
	return t
}
