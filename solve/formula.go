package solve

import (
	"math"

	"rsm/internal/query"
)

// simplify returns what is left open of a formula where bound gives the range of
// each condition's function: conditions that are true or false everywhere, and
// what follows from them, are left out.
func simplify(f query.Formula, bound func(*query.Condition) (lo, hi float64)) query.Formula {
	switch f := f.(type) {
	case *query.Condition:
		lo, hi := bound(f)
		switch {
		case lo > 0 || lo == 0 && !f.Strict:
			return query.And{}
		case hi < 0 || hi == 0 && f.Strict:
			return query.Or{}
		}
		return f
	case query.And:
		var open query.And
		for _, part := range f {
			part = simplify(part, bound)
			if isFalse(part) {
				return part
			}
			if inner, ok := part.(query.And); ok {
				open = append(open, inner...)
			} else {
				open = append(open, part)
			}
		}
		if len(open) == 1 {
			return open[0]
		}
		return open
	case query.Or:
		var open query.Or
		for _, part := range f {
			part = simplify(part, bound)
			if isTrue(part) {
				return part
			}
			if inner, ok := part.(query.Or); ok {
				open = append(open, inner...)
			} else {
				open = append(open, part)
			}
		}
		if len(open) == 1 {
			return open[0]
		}
		return open
	}
	return f
}

func isTrue(f query.Formula) bool {
	and, ok := f.(query.And)
	return ok && len(and) == 0
}

func isFalse(f query.Formula) bool {
	or, ok := f.(query.Or)
	return ok && len(or) == 0
}

// holds says whether a formula is true where the conditions' functions have the
// given values.
func holds(f query.Formula, value func(*query.Condition) float64) bool {
	return isTrue(simplify(f, func(c *query.Condition) (lo, hi float64) {
		v := value(c)
		return v, v
	}))
}

// robustness is a number above zero where the formula is true, and below where it
// is false: the least of a conjunction, the largest of a disjunction. The second
// result is the condition whose value it is, nil for a constant.
func robustness(f query.Formula, value func(*query.Condition) float64) (float64, *query.Condition) {
	switch f := f.(type) {
	case query.And:
		best, at := math.Inf(1), (*query.Condition)(nil)
		for _, part := range f {
			if v, c := robustness(part, value); v < best {
				best, at = v, c
			}
		}
		return best, at
	case query.Or:
		best, at := math.Inf(-1), (*query.Condition)(nil)
		for _, part := range f {
			if v, c := robustness(part, value); v > best {
				best, at = v, c
			}
		}
		return best, at
	}
	c := f.(*query.Condition)
	return value(c), c
}

// conjunctions lists conjunctions of which a formula is the disjunction, or says
// that there are more than most.
func conjunctions(f query.Formula, most int) ([][]*query.Condition, bool) {
	switch f := f.(type) {
	case query.And:
		all := [][]*query.Condition{nil}
		for _, part := range f {
			more, ok := conjunctions(part, most)
			if !ok || len(all)*len(more) > most {
				return nil, false
			}
			var next [][]*query.Condition
			for _, a := range all {
				for _, b := range more {
					next = append(next, append(append([]*query.Condition(nil), a...), b...))
				}
			}
			all = next
		}
		return all, true
	case query.Or:
		var all [][]*query.Condition
		for _, part := range f {
			more, ok := conjunctions(part, most-len(all))
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	}
	return [][]*query.Condition{{f.(*query.Condition)}}, most >= 1
}

// high is an upper bound of a formula's robustness, by upper bounds of the
// conditions' functions.
func high(f query.Formula, upper func(*query.Condition) float64) float64 {
	v, _ := robustness(f, upper)
	return v
}

// openCase is a conjunction that a branch and bound left open: the least of its
// functions is above its tie by upper at most.
type openCase struct {
	conditions []*query.Condition
	upper      float64
}

// openCases are a disjunction of such.
type openCases []openCase

// high is the largest upper bound.
func (o openCases) high() float64 {
	v := math.Inf(-1)
	for _, c := range o {
		v = max(v, c.upper)
	}
	return v
}

// formula is the disjunction.
func (o openCases) formula() query.Formula {
	var or query.Or
	for _, c := range o {
		var and query.And
		for _, x := range c.conditions {
			and = append(and, x)
		}
		or = append(or, and)
	}
	return or
}
