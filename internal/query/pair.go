package query

import (
	"fmt"
	"math/big"

	"rsm/formula"
	"rsm/network"
)

// Pair is two classifiers over the same inputs and the same classes.
type Pair struct {
	N1, N2 *network.Network
}

// NewPair checks that the networks agree on inputs and classes.
func NewPair(n1, n2 *network.Network) (Pair, error) {
	if n1.InputSize() != n2.InputSize() {
		return Pair{}, fmt.Errorf("the networks take different inputs: %s takes %v (%d features), %s takes %v (%d features)",
			n1.File, n1.Nodes[0].Shape, n1.InputSize(), n2.File, n2.Nodes[0].Shape, n2.InputSize())
	}
	if n1.Classes() != n2.Classes() {
		return Pair{}, fmt.Errorf("the networks have different classes: %s has %d logits, %s has %d",
			n1.File, n1.Classes(), n2.File, n2.Classes())
	}
	return Pair{n1, n2}, nil
}

// ClassPair is the pair of classes (I, J) of a margin.
type ClassPair struct{ I, J int }

// String writes the pair as I:J.
func (c ClassPair) String() string { return fmt.Sprintf("%d:%d", c.I, c.J) }

// Problem asks for an input in the region of a joint graph for which a formula over its
// nodes is true: an element's tensor is a node.
type Problem struct {
	Joint   *Joint
	Formula formula.Formula
	// Accept, where not nil, says whether an input is a solution of what the problem was
	// made from, in exact arithmetic. It is asked of those at which the formula is true
	// in float64, as the decimal numbers that float64s are written as. It may be called
	// by several goroutines.
	Accept func(x []*big.Rat) bool
	// Bounds, where not nil, are the bounds of the inputs as they are written, which the
	// box holds.
	Bounds [][2]*big.Rat
}
