package relax

import (
	"context"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// Range holds element-wise bounds of a vector: Lo <= value <= Hi.
type Range struct{ Lo, Hi []float64 }

// Bounds are bounds of every node of a joint graph over a box, and of the
// differences of aligned pre-activations. They hold in exact arithmetic. Once
// computed they are read only and may be shared.
type Bounds struct {
	Joint  *query.Joint
	Box    region.Box
	Method Method
	// Reached is the method, or one below it where the time for the bounds of nodes
	// ended first.
	Reached Method
	// Node[v] bounds the value of node v.
	Node []Range
	// Diff[p].Lo[i] <= z1 - z2 <= Diff[p].Hi[i] for neuron i of the first
	// layer of pair p and its partner; infinite where it has none.
	Diff []Range

	// sensitivity[v] is |A| M + |b| of an affine node, M the magnitudes of its
	// operands: the scale of the rounding errors at the node.
	sensitivity [][]float64
	// underflow[v] is what underflowing coefficients can lose at an affine node.
	underflow []float64
	// ctx ends the work on these bounds: what is not done then is left looser.
	ctx context.Context
	// relaxations are those of the activation nodes.
	relaxations []relaxation
	// ties gives the activation, with values of its own at single numbers, of which a node
	// is the operand.
	ties map[int]network.Staircase
	// grids are those of the nodes where staircases are among them; nil elsewhere.
	grids [][]network.Grid
	// pairOf gives the pair of which a node is the second.
	pairOf map[int]int
	// prior holds valid bounds that these intersect: of the methods below, or
	// of a larger region.
	prior []*Bounds
	// above narrows the region down further, where it is not nil.
	above *Halfspace
	// spent is the halfspace of the joint graph's budget, or nil.
	spent *Halfspace
	// quick walks look at bounds on the way only where they begin: those of a
	// larger box, which these intersect, have been looked at.
	quick bool
	// workers is how many batches of rows are walked at the same time, 0 for one.
	workers int
	// empty is set when bounds that all hold have no common point: no input
	// satisfies the splits.
	empty bool
}

// Unstable says whether element i of node z may be on both sides of 0: a ReLU
// with that pre-activation may be both active and inactive.
func (b *Bounds) Unstable(z, i int) bool {
	return b.Node[z].Lo[i] < 0 && b.Node[z].Hi[i] > 0
}

// Open says whether neuron i of activation node v is not decided by the bounds: an
// unstable ReLU, or a value of a staircase of more than one level.
func (b *Bounds) Open(v, i int) bool { return b.relaxations[v].open(b, v, i) }

// OpenCount counts the neurons that are not decided: those whose activations bend, and
// those whose activations jump.
func (b *Bounds) OpenCount() (relus, quantized int) {
	for v, of := range b.relaxations {
		if of == nil {
			continue
		}
		n := 0
		for i := range b.Joint.Graph.Nodes[v].Size {
			if of.open(b, v, i) {
				n++
			}
		}
		if _, ok := of.(stepped); ok {
			quantized += n
		} else {
			relus += n
		}
	}
	return relus, quantized
}

// intersect replaces the bounds of element i of r by their intersection with
// lo, hi. An empty intersection is noted in b.
func (b *Bounds) intersect(r Range, i int, lo, hi float64) {
	l, h := max(r.Lo[i], lo), min(r.Hi[i], hi)
	switch {
	case l <= h:
		r.Lo[i], r.Hi[i] = l, h
	case l > h: // not where one is not a number
		b.empty = true
	}
}

func newRange(n int) Range { return Range{make([]float64, n), make([]float64, n)} }

func (r Range) finite(i int) bool {
	return isFinite(r.Lo[i]) && isFinite(r.Hi[i])
}
