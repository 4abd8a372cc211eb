package networktest

import (
	"math/rand/v2"

	"rsm/network"
)

// Select returns a copy of a network of dense layers whose k-th hidden layer
// has the given units of the k-th hidden layer of n, in the given order. What
// other units contributed is lost.
func Select(n *network.Network, units ...[]int) *network.Network {
	t := &network.Network{Graph: network.NewGraph(n.Nodes[0].Shape), File: "selection", Format: "test"}
	at, layer := 0, 0
	var columns []int // nil for all
	for _, v := range n.Nodes[1:] {
		op := v.Op
		if d, ok := op.(*network.Dense); ok {
			var rows []int
			if layer < len(units) {
				rows = units[layer]
			}
			layer++
			op = selected(d, all(rows, d.Rows), all(columns, d.Cols))
			columns = rows
		}
		at = must(t.Add(v.Name, op, nil, at))
	}
	if err := t.Finish(at); err != nil {
		panic(err)
	}
	return t
}

func all(at []int, n int) []int {
	if at == nil {
		for i := range n {
			at = append(at, i)
		}
	}
	return at
}

func selected(d *network.Dense, rows, columns []int) *network.Dense {
	s := &network.Dense{Rows: len(rows), Cols: len(columns)}
	for _, i := range rows {
		s.B = append(s.B, d.B[i])
		for _, j := range columns {
			s.W = append(s.W, d.W[i*d.Cols+j])
		}
	}
	return s
}

// Pairings returns random pairings of ReLU layers of two networks, about half of
// the neurons with a random partner, and of layers at random depths.
func Pairings(rng *rand.Rand, a, b *network.Network) []network.Pairing {
	ra, rb := relus(a), relus(b)
	var pairs []network.Pairing
	for len(ra) > 0 && len(rb) > 0 {
		switch rng.IntN(6) {
		case 0:
			ra = ra[1:]
			continue
		case 1:
			rb = rb[1:]
			continue
		}
		n, m := a.Nodes[ra[0]].Size, b.Nodes[rb[0]].Size
		p := network.Pairing{First: ra[0], Second: rb[0], Partner: make([]int, n)}
		perm := rng.Perm(m)
		for i, k := range rng.Perm(n) {
			p.Partner[k] = -1
			if i < m && rng.IntN(3) > 0 {
				p.Partner[k] = perm[i]
			}
		}
		pairs = append(pairs, p)
		ra, rb = ra[1:], rb[1:]
	}
	return pairs
}

// relus lists the ReLU nodes.
func relus(n *network.Network) []int {
	var nodes []int
	for i, v := range n.Nodes {
		if _, ok := v.Op.(network.ReLU); ok {
			nodes = append(nodes, i)
		}
	}
	return nodes
}
