package specification

import (
	"iter"
	"slices"

	"rsm/formula"
)

const (
	// mostCases bounds the conjunctions that disjunctions over inputs, one in another,
	// are split into. What is not split stays in the formula.
	mostCases = 1 << 12
	// list is the length from which a disjunction over inputs counts as a list of
	// boxes, which is always split, as long as there are no more than longestList
	// conjunctions.
	list, longestList = 1 << 8, 1 << 24
)

// conjuncts lists the formulas of a simplified conjunction.
func conjuncts(f formula.Formula) []formula.Formula {
	if and, ok := f.(formula.And); ok {
		return and
	}
	return []formula.Formula{f}
}

// cases splits a simplified formula into conjunctions, one of which holds where it
// does, at disjunctions with bounds of single inputs. They are made one after another,
// so that a list of boxes of any length takes little memory.
func (b *builder) cases(f formula.Formula) iter.Seq[[]formula.Formula] {
	return func(yield func([]formula.Formula) bool) {
		b.split(conjuncts(f), 1, yield)
	}
}

// split calls yield for the conjunctions of one of count, and says whether to go on.
func (b *builder) split(parts []formula.Formula, count int, yield func([]formula.Formula) bool) bool {
	at := slices.IndexFunc(parts, func(g formula.Formula) bool {
		or, ok := g.(formula.Or)
		most := mostCases
		if len(or) >= list {
			most = longestList
		}
		return ok && count*len(or) <= most && b.boundsInputs(or)
	})
	if at < 0 {
		return yield(parts)
	}
	or := parts[at].(formula.Or)
	for _, g := range or {
		if !b.split(slices.Concat(parts[:at], parts[at+1:], conjuncts(g)), count*len(or), yield) {
			return false
		}
	}
	return true
}

// boundsInputs says whether a part of the disjunction bounds a single input, or
// ties two.
func (b *builder) boundsInputs(or formula.Or) bool {
	for _, g := range or {
		for _, h := range conjuncts(g) {
			switch h := h.(type) {
			case *formula.Comparison:
				if b.boundsOne(h) || len(h.Terms) == 2 && h.Operator == formula.Equal && b.onlyInputs(h) {
					return true
				}
			case formula.Or:
				if b.boundsInputs(h) {
					return true
				}
			}
		}
	}
	return false
}

func (b *builder) onlyInputs(c *formula.Comparison) bool {
	for _, t := range c.Terms {
		if b.spec.Tensors[t.Element.Tensor].Kind != Input {
			return false
		}
	}
	return true
}
