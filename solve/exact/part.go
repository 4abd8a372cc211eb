package exact

import (
	"context"
	"math/big"
	"slices"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/relax"
)

const (
	// mostOpen is how many neurons of a part may be undecided, mostInputs how many of its
	// inputs may be free, mostCases how many conjunctions its formula may be the
	// disjunction of, and mostChoices how many choices of pieces are looked at.
	mostOpen, mostInputs, mostCases, mostChoices = 12, 64, 256, 512
	// mostLevels is how many pieces a neuron may have.
	mostLevels = 64
	// work bounds all evaluations of a part, in multiplications of machine words, and
	// mostPivots each linear program.
	work, mostPivots = 2e8, 2000
)

// Part is a part of a region, of which bounds of the nodes are known.
type Part struct {
	Joint  *query.Joint
	Bounds *relax.Bounds
	Lo, Hi []*big.Rat
	// Around, where not nil, are bounds over the box alone, of which Bounds are of a part in
	// which some neurons are decided: those decisions are conditions then.
	Around *relax.Bounds
}

// NewPart is the part of the box of bounds that is in given bounds of the inputs; nil is
// no such bounds.
func NewPart(joint *query.Joint, b *relax.Bounds, within [][2]*big.Rat) *Part {
	p := &Part{Joint: joint, Bounds: b}
	for i := range b.Box.Lo {
		lo, hi := formula.Float(b.Box.Lo[i]), formula.Float(b.Box.Hi[i])
		if within != nil {
			if within[i][0].Cmp(lo) > 0 {
				lo = within[i][0]
			}
			if within[i][1].Cmp(hi) < 0 {
				hi = within[i][1]
			}
		}
		p.Lo, p.Hi = append(p.Lo, lo), append(p.Hi, hi)
	}
	return p
}

// Decide looks for an input of the part at which a formula over the nodes is true and
// that is accepted. Where none is found, empty says whether there is none at which it is
// true; elsewhere it was too much to look at, or none was accepted.
func (p *Part) Decide(ctx context.Context, f formula.Formula, accept func(x []*big.Rat) bool) (x []*big.Rat, empty bool) {
	s := &choices{ctx: ctx, Part: p, accept: accept, left: mostChoices, work: work}
	for i, lo := range p.Lo {
		switch c := lo.Cmp(p.Hi[i]); {
		case c > 0:
			return nil, true
		case c < 0:
			s.free = append(s.free, i)
		}
	}
	open := p.Bounds.Known(f)
	if formula.IsFalse(open) {
		return nil, true
	}
	var few bool
	if s.cases, few = conjunctions(formula.Inequalities(open), mostCases); !few || len(s.free) > mostInputs || !s.neurons() {
		return nil, false
	}
	complete := s.choose(0)
	return s.found, complete && s.found == nil
}

// choices is the search of a part.
type choices struct {
	ctx context.Context
	*Part
	accept func(x []*big.Rat) bool
	cases  [][]*formula.Comparison // conjunctions of which the formula is the disjunction
	free   []int                   // inputs
	open   []neuron                // in topological order
	piece  map[formula.Element]*big.Rat
	fixed  map[formula.Element]*big.Rat
	given  []halfspace // where the neurons are on the pieces that are chosen
	left   int         // choices
	work   int64       // that is left
	found  []*big.Rat
}

// neuron is one whose piece is open, or is where its operand may be beyond.
type neuron struct {
	formula.Element
	pieces []network.Piece
}

// neurons lists the neurons that are open, and the pieces of the others.
func (s *choices) neurons() bool {
	s.piece, s.fixed = map[formula.Element]*big.Rat{}, map[formula.Element]*big.Rat{}
	open := 0
	for v, node := range s.Joint.Graph.Nodes {
		op, ok := node.Op.(network.Activation)
		if !ok {
			continue
		}
		for i := range node.Size {
			pieces := s.piecesOf(op, v, i)
			e := formula.Element{Tensor: v, Index: i}
			switch {
			case len(pieces) == 0:
				return false
			case len(pieces) == 1 && pieces[0].From == nil && pieces[0].To == nil:
				s.fixed[e] = pieces[0].Level
			default:
				s.open = append(s.open, neuron{e, pieces})
				if len(pieces) > 1 {
					open++
				}
			}
		}
	}
	return open <= mostOpen
}

// piecesOf are the pieces of element i of an activation that its bounds and those of its
// operand allow; none where they are too many.
func (s *choices) piecesOf(op network.Activation, v, i int) []network.Piece {
	z, y := s.Bounds.Node[s.Joint.Graph.Nodes[v].Inputs[0]], s.Bounds.Node[v]
	lo, hi := formula.Float(y.Lo[i]), formula.Float(y.Hi[i])
	pieces := slices.DeleteFunc(op.Pieces(i, z.Lo[i], z.Hi[i], mostLevels), func(p network.Piece) bool {
		return p.Level != nil && (p.Level.Cmp(lo) < 0 || p.Level.Cmp(hi) > 0)
	})
	if s.Around == nil {
		return pieces
	}
	around := s.Around.Node[s.Joint.Graph.Nodes[v].Inputs[0]]
	ends := op.Pieces(i, around.Lo[i], around.Hi[i], mostLevels)
	for k, p := range pieces {
		at := slices.IndexFunc(ends, func(q network.Piece) bool {
			return p.Level == nil && q.Level == nil || p.Level != nil && q.Level != nil && p.Level.Cmp(q.Level) == 0
		})
		if at >= 0 {
			pieces[k] = ends[at]
		}
	}
	return pieces
}

// choose tries the pieces of the open neurons from number k on. It says whether all of
// them were looked at.
func (s *choices) choose(k int) bool {
	if s.left--; s.left < 0 || s.ctx.Err() != nil {
		return false
	}
	if k == len(s.open) {
		return s.conclude()
	}
	n := s.open[k]
	operand := formula.Element{Tensor: s.Joint.Graph.Nodes[n.Tensor].Inputs[0], Index: n.Index}
	z, ok := s.affine(formula.New([]formula.Term{{Element: operand, Coef: one}}, new(big.Rat), formula.AtLeast, formula.Position{}))
	if !ok {
		return false
	}
	complete, before := true, len(s.given)
	for _, p := range n.pieces {
		s.given = s.given[:before]
		if p.From != nil {
			s.given = append(s.given, z[0].minus(p.From, false, p.FromStrict))
		}
		if p.To != nil {
			s.given = append(s.given, z[0].minus(p.To, true, p.ToStrict))
		}
		s.piece[n.Element] = p.Level
		if _, status := s.point(nil); status == none {
			continue
		}
		complete = s.choose(k+1) && complete
		if s.found != nil {
			break
		}
	}
	s.given = s.given[:before]
	return complete
}

// conclude looks for solutions where the networks are affine.
func (s *choices) conclude() bool {
	complete := true
	for _, conjunction := range s.cases {
		halfspaces, ok := s.affine(conjunction...)
		if !ok {
			return false
		}
		x, status := s.point(halfspaces)
		switch status {
		case none:
			continue
		case some:
			if s.try(x) {
				return true
			}
		}
		complete = false
	}
	return complete
}

// triedDigits are those after the point to which a solution is rounded, one after the
// other, to be a decimal number that is accepted.
var triedDigits = [...]int{6, 17, 40, 100, 300}

// try offers a solution as decimal numbers.
func (s *choices) try(x []*big.Rat) bool {
	for _, digits := range triedDigits {
		rounded := slices.Clone(x)
		for i, v := range x {
			if n, finite := v.FloatPrec(); !finite || n > digits {
				rounded[i], _ = new(big.Rat).SetString(v.FloatString(digits))
			}
		}
		if s.accept(rounded) {
			s.found = rounded
			return true
		}
	}
	return false
}

// conjunctions lists conjunctions of which a formula is the disjunction, or says that
// there are more than most.
func conjunctions(f formula.Formula, most int) ([][]*formula.Comparison, bool) {
	switch f := f.(type) {
	case formula.And:
		all := [][]*formula.Comparison{nil}
		for _, part := range f {
			more, ok := conjunctions(part, most)
			if !ok || len(all)*len(more) > most {
				return nil, false
			}
			var next [][]*formula.Comparison
			for _, a := range all {
				for _, b := range more {
					next = append(next, slices.Concat(a, b))
				}
			}
			all = next
		}
		return all, true
	case formula.Or:
		var all [][]*formula.Comparison
		for _, part := range f {
			more, ok := conjunctions(part, most-len(all))
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	}
	return [][]*formula.Comparison{{f.(*formula.Comparison)}}, most >= 1
}
