// Package networktest makes random networks for tests.
package networktest

import (
	"math/rand/v2"
	"slices"

	"rsm/network"
)

// Random returns a fully connected ReLU network with the given layer sizes,
// inputs first and classes last. Weights are normal, scaled to keep values
// near one.
func Random(rng *rand.Rand, sizes ...int) *network.Network {
	n := &network.Network{Graph: network.NewGraph(network.Shape{sizes[0]}), File: "random", Format: "test"}
	at := 0
	for k := 1; k < len(sizes); k++ {
		d := &network.Dense{Rows: sizes[k], Cols: sizes[k-1], W: make([]float64, sizes[k]*sizes[k-1]), B: make([]float64, sizes[k])}
		for i := range d.W {
			d.W[i] = rng.NormFloat64()
		}
		for i := range d.B {
			d.B[i] = 0.3 * rng.NormFloat64()
		}
		at = must(n.Add("dense", d, nil, at))
		if k < len(sizes)-1 {
			at = must(n.Add("relu", network.ReLU{}, nil, at))
		}
	}
	if err := n.Finish(at); err != nil {
		panic(err)
	}
	return n
}

// Twin returns a copy of a network with normal noise of the given deviation on
// every weight of its dense layers and convolutions, and every such weight below
// the threshold in magnitude set to zero.
func Twin(rng *rand.Rand, n *network.Network, sigma, prune float64) *network.Network {
	t := &network.Network{Graph: network.NewGraph(n.Nodes[0].Shape), File: "twin", Format: "test"}
	noisy := func(w []float64) []float64 {
		w = append([]float64(nil), w...)
		for i := range w {
			w[i] += sigma * rng.NormFloat64()
			if w[i] < prune && w[i] > -prune {
				w[i] = 0
			}
		}
		return w
	}
	for _, v := range n.Nodes[1:] {
		op := v.Op
		switch d := op.(type) {
		case *network.Dense:
			c := *d
			c.W, c.B = noisy(d.W), slices.Clone(d.B)
			op = &c
		case *network.Conv:
			c := *d
			c.W, c.B = noisy(d.W), slices.Clone(d.B)
			op = &c
		}
		must(t.Add(v.Name, op, v.Shape, v.Inputs...))
	}
	if err := t.Finish(n.Output()); err != nil {
		panic(err)
	}
	return t
}

func must(i int, err error) int {
	if err != nil {
		panic(err)
	}
	return i
}
