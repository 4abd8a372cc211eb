package phases

import (
	"context"
	"math/big"

	"rsm/formula"
	"rsm/solve/exact"
)

// mostExact is how many better witnesses of a part rational arithmetic is asked for.
const mostExact = 16

// exactly looks in rational arithmetic at a part in which all neurons are decided, and
// that has no input, or none in float64, with what its bound says: where hyperplanes at which
// activations jump meet, bounds allow values on both sides of each of them together, and an
// activation may have a level at a single number. It says whether no input of the part is of
// interest.
func (b *bab) exactly(ctx context.Context, n *node) bool {
	if !b.Joint.Graph.Singles() {
		return false
	}
	part := exact.NewPart(b.Joint, n.bounds, nil)
	part.Around = b.root
	for range mostExact {
		cutoff := b.Cutoff()
		better := func(x []*big.Rat) bool {
			at := make([]float64, len(x))
			for i, v := range x {
				at[i], _ = v.Float64()
			}
			b.root.Box.Project(at)
			b.Replay(at)
			return b.Cutoff() > cutoff
		}
		x, empty := part.Decide(ctx, b.above(cutoff), better)
		if empty {
			b.fathomed = max(b.fathomed, cutoff)
			return true
		}
		if x == nil || b.Decided() {
			return false
		}
	}
	return false
}

// above says that the objective is above a number.
func (b *bab) above(v float64) formula.Formula {
	var terms []formula.Term
	for k, node := range b.F.Nodes {
		for i, c := range b.F.Coef[k] {
			if c != 0 {
				terms = append(terms, formula.Term{Element: formula.Element{Tensor: node, Index: i}, Coef: formula.Float(c)})
			}
		}
	}
	constant := formula.Float(b.F.Const)
	return formula.New(terms, constant.Sub(constant, formula.Float(v)), formula.Above, formula.Position{})
}
