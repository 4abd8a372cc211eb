package relax

import (
	"math/big"
	"slices"

	"rsm/formula"
	"rsm/network"
)

// gridded are the grids of the nodes. Half-way points between levels matter to
// staircases alone: where there are none, rounding outward costs next to nothing.
func (b *Bounds) gridded() [][]network.Grid {
	switch {
	case b.Joint.Graph.Quantized() == 0:
		return nil
	case len(b.prior) > 0:
		return b.prior[0].grids
	}
	return b.Joint.Graph.Grids(b.Box.Lo, b.Box.Hi)
}

// inward moves the bounds of a node to numbers that it may have. Where scales are powers
// of two, or constants alone matter, pre-activations are on a grid that the half-way
// points between levels are on too: rounding that went beyond such a point by next to
// nothing is taken back.
func (b *Bounds) inward(v int) {
	if b.grids == nil || v == 0 {
		return
	}
	x := b.Node[v]
	for i, g := range b.grids[v] {
		if g == network.AnyNumber {
			continue
		}
		lo, hi := g.Inward(x.Lo[i], x.Hi[i])
		b.intersect(x, i, lo, hi)
	}
}

// beyond is the number that the operand z of a split is at least, or at most, where the
// threshold itself belongs to the other side: the one next to it on its grid.
func (b *Bounds) beyond(s Split, z int, at float64) float64 {
	steps, ok := b.Joint.Graph.Nodes[s.Activation].Op.(network.Staircase)
	if !ok || b.grids == nil || z != b.Joint.Graph.Nodes[s.Activation].Inputs[0] {
		return at
	}
	grid := b.grids[z][s.Index]
	if grid == network.AnyNumber || grid == network.AlwaysZero {
		return at
	}
	switch level := steps.Value(s.Index, at); {
	case s.Above && level <= s.Level:
		return grid.Above(at)
	case !s.Above && level > s.Level:
		return grid.Below(at)
	}
	return at
}

// mostWork is how many multiplications of machine words the exact evaluation at one point
// may take: a second or so.
const mostWork = 5e7

// decidedExactly is b, or, over a single point at which bounds leave levels open, better
// bounds: there the levels follow from values in rational arithmetic, with halves rounded
// as the network rounds them.
func (b *Bounds) decidedExactly() *Bounds {
	if b.grids == nil || b.empty || !slices.Equal(b.Box.Lo, b.Box.Hi) {
		return b
	}
	if _, open := b.OpenCount(); open == 0 {
		return b
	}
	x := make([]*big.Rat, len(b.Box.Lo))
	for i, v := range b.Box.Lo {
		x[i] = formula.Float(v)
	}
	var nodes []int
	for v, node := range b.Joint.Graph.Nodes {
		if network.Jumps(node.Op) {
			nodes = append(nodes, v)
		}
	}
	values, ok := b.Joint.Graph.Exactly(x, nodes, mostWork)
	if !ok {
		return b
	}
	var known []Improvement
	for _, v := range nodes {
		for i := range b.Joint.Graph.Nodes[v].Size {
			if b.Open(v, i) {
				level, _ := values.Value(v, i).Float64() // an integer
				known = append(known, Improvement{Pair: -1, Node: v, Index: i, Lo: level, Hi: level})
			}
		}
	}
	better, ok := b.Improve(known...)
	if !ok {
		b.empty = true
		return b
	}
	return better
}
