package exact

import (
	"math/big"

	"rsm/formula"
)

var one = big.NewRat(1, 1)

// halfspace is sum_k coef[k] y_k + constant >= 0, or > 0 where it is strict. y_k is what
// free input k is above the lower end of the part.
type halfspace struct {
	coef     []*big.Rat
	constant *big.Rat
	strict   bool
}

// minus is h - v >= 0 or, with the other sign, v - h >= 0.
func (h *halfspace) minus(v *big.Rat, negative, strict bool) halfspace {
	out := halfspace{coef: h.coef, constant: new(big.Rat).Sub(h.constant, v), strict: strict}
	if !negative {
		return out
	}
	out.constant.Neg(out.constant)
	out.coef = make([]*big.Rat, len(h.coef))
	for k, c := range h.coef {
		out.coef[k] = new(big.Rat).Neg(c)
	}
	return out
}

// affine writes comparisons in terms of the free inputs, on the pieces that are chosen:
// by the values at the lower corner of the part, and at one step along each input.
func (s *choices) affine(comparisons ...*formula.Comparison) ([]halfspace, bool) {
	var nodes []int
	for _, c := range comparisons {
		for _, t := range c.Terms {
			nodes = append(nodes, t.Element.Tensor)
		}
	}
	out := make([]halfspace, len(comparisons))
	for k := -1; k < len(s.free); k++ {
		x := s.Lo
		if k >= 0 {
			x = append([]*big.Rat(nil), s.Lo...)
			x[s.free[k]] = new(big.Rat).Add(x[s.free[k]], one)
		}
		values, ok := s.Joint.Graph.ExactlyOn(x, nodes, s.work, func(v, i int) *big.Rat {
			e := formula.Element{Tensor: v, Index: i}
			if level, ok := s.piece[e]; ok {
				return level
			}
			return s.fixed[e]
		})
		if !ok {
			return nil, false
		}
		s.work = values.Left()
		for j, c := range comparisons {
			v := c.Value(func(e formula.Element) *big.Rat { return values.Value(e.Tensor, e.Index) })
			if k < 0 {
				out[j] = halfspace{constant: v, strict: c.Operator == formula.Above}
			} else {
				out[j].coef = append(out[j].coef, v.Sub(v, out[j].constant))
			}
		}
	}
	return out, true
}

// status says whether there is a solution.
type status int

const (
	none status = iota
	some
	unknown
)

// point is a solution of the chosen pieces and more halfspaces, if there is one: one with
// slack in all of them where possible.
func (s *choices) point(more []halfspace) ([]*big.Rat, status) {
	all := append(append([]halfspace(nil), s.given...), more...)
	strict := false
	for _, h := range all {
		strict = strict || h.strict
	}
	y, t, st := s.most(all, func(halfspace) bool { return true })
	if st != some || t.Sign() > 0 {
		return s.input(y), st
	}
	if strict { // no slack in all of them: there may be some in those that want it
		if y, t, st = s.most(all, func(h halfspace) bool { return h.strict }); st == some && t.Sign() == 0 {
			st = none
		}
	}
	return s.input(y), st
}

// most maximizes the slack t, 1 at most, of those halfspaces that are to have some.
func (s *choices) most(all []halfspace, slack func(halfspace) bool) (y []*big.Rat, t *big.Rat, st status) {
	n := len(s.free)
	zero := new(big.Rat)
	row := func() []*big.Rat {
		r := make([]*big.Rat, n+1)
		for k := range r {
			r[k] = zero
		}
		return r
	}
	c := row()
	c[n] = one
	var a [][]*big.Rat
	var b []*big.Rat
	for k, i := range s.free {
		r := row()
		r[k] = one
		a, b = append(a, r), append(b, new(big.Rat).Sub(s.Hi[i], s.Lo[i]))
	}
	top := row()
	top[n] = one
	a, b = append(a, top), append(b, one)
	for _, h := range all {
		r := row()
		for k, v := range h.coef {
			r[k] = new(big.Rat).Neg(v)
		}
		if slack(h) {
			r[n] = one
		}
		a, b = append(a, r), append(b, h.constant)
	}
	y, feasible, ended := maximize(c, a, b, mostPivots)
	switch {
	case !ended:
		return nil, nil, unknown
	case !feasible:
		return nil, nil, none
	}
	return y[:n], y[n], some
}

// input is the input of the graph at a solution.
func (s *choices) input(y []*big.Rat) []*big.Rat {
	if y == nil {
		return nil
	}
	x := append([]*big.Rat(nil), s.Lo...)
	for k, i := range s.free {
		x[i] = new(big.Rat).Add(x[i], y[k])
	}
	return x
}
