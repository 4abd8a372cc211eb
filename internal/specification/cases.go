package specification

import "math/big"

// maxCases bounds the number of problems that disjunctions over inputs are split
// into. What is not split stays in the formulas.
const maxCases = 1 << 12

// simplified is the formula without comparisons of constants. And{} is true,
// Or{} is false.
func simplified(f Formula) Formula {
	switch f := f.(type) {
	case And:
		out := And{}
		for _, g := range f {
			switch g := simplified(g).(type) {
			case And:
				out = append(out, g...)
			case Or:
				if len(g) == 0 {
					return Or{}
				}
				out = append(out, g)
			default:
				out = append(out, g)
			}
		}
		if len(out) == 1 {
			return out[0]
		}
		return out
	case Or:
		out := Or{}
		for _, g := range f {
			switch g := simplified(g).(type) {
			case Or:
				out = append(out, g...)
			case And:
				if len(g) == 0 {
					return And{}
				}
				out = append(out, g)
			default:
				out = append(out, g)
			}
		}
		if len(out) == 1 {
			return out[0]
		}
		return out
	}
	c := f.(*Comparison)
	if len(c.Terms) > 0 {
		return c
	}
	if c.Operator.holds(c.Const.Sign()) {
		return And{}
	}
	return Or{}
}

// conjuncts lists the formulas of a simplified conjunction.
func conjuncts(f Formula) []Formula {
	if and, ok := f.(And); ok {
		return and
	}
	return []Formula{f}
}

// cases splits a simplified formula into conjunctions, one of which holds where
// it does, at disjunctions with bounds of single inputs.
func (b *builder) cases(f Formula) [][]Formula {
	pending, done := [][]Formula{conjuncts(f)}, [][]Formula(nil)
	for len(pending) > 0 {
		parts := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		at := -1
		for i, g := range parts {
			if or, ok := g.(Or); ok && len(done)+len(pending)+len(or) <= maxCases && b.boundsInputs(or) {
				at = i
				break
			}
		}
		if at < 0 {
			done = append(done, parts)
			continue
		}
		or := parts[at].(Or)
		for k := len(or) - 1; k >= 0; k-- { // the first is taken first
			var one []Formula
			one = append(one, parts[:at]...)
			one = append(one, parts[at+1:]...)
			pending = append(pending, append(one, conjuncts(or[k])...))
		}
	}
	return done
}

// boundsInputs says whether a part of the disjunction bounds a single input, or
// ties two.
func (b *builder) boundsInputs(or Or) bool {
	for _, g := range or {
		for _, h := range conjuncts(g) {
			switch h := h.(type) {
			case *Comparison:
				if inputs := b.onlyInputs(h); inputs && (len(h.Terms) == 1 && h.Operator != Unequal || len(h.Terms) == 2 && h.Operator == Equal) {
					return true
				}
			case Or:
				if b.boundsInputs(h) {
					return true
				}
			}
		}
	}
	return false
}

func (b *builder) onlyInputs(c *Comparison) bool {
	for _, t := range c.Terms {
		if b.spec.Tensors[t.Element.Tensor].Kind != Input {
			return false
		}
	}
	return true
}

// bound is an interval that may be open at its ends; nil is no end.
type bound struct {
	lo, hi         *big.Rat
	loOpen, hiOpen bool
}

// cut intersects the interval with what a comparison of one element says.
func (v *bound) cut(c *Comparison) {
	a := c.Terms[0].Coef
	end := new(big.Rat).Quo(c.Const, a)
	end.Neg(end)
	open := c.Operator == Above
	if c.Operator == Equal || a.Sign() > 0 {
		if v.lo == nil || end.Cmp(v.lo) > 0 || end.Cmp(v.lo) == 0 && open {
			v.lo, v.loOpen = end, open
		}
	}
	if c.Operator == Equal || a.Sign() < 0 {
		if v.hi == nil || end.Cmp(v.hi) < 0 || end.Cmp(v.hi) == 0 && open {
			v.hi, v.hiOpen = end, open
		}
	}
}

func (v *bound) empty() bool {
	if v.lo == nil || v.hi == nil {
		return false
	}
	c := v.lo.Cmp(v.hi)
	return c > 0 || c == 0 && (v.loOpen || v.hiOpen)
}
