package phases

import (
	"context"
	"math/big"

	"rsm/formula"
	"rsm/network"
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
		wanted := formula.And{comparison(b.F, cutoff, formula.Above)}
		for _, c := range b.Given {
			op := formula.AtLeast
			if c.Strict {
				op = formula.Above
			}
			wanted = append(wanted, comparison(c.F, 0, op))
		}
		x, empty := part.Decide(ctx, wanted, better)
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

// comparison says how a functional compares with a number.
func comparison(f network.Functional, v float64, op formula.Operator) formula.Formula {
	var terms []formula.Term
	for k, node := range f.Nodes {
		for i, c := range f.Coef[k] {
			if c != 0 {
				terms = append(terms, formula.Term{Element: formula.Element{Tensor: node, Index: i}, Coef: formula.Float(c)})
			}
		}
	}
	constant := formula.Float(f.Const)
	return formula.New(terms, constant.Sub(constant, formula.Float(v)), op, formula.Position{})
}
