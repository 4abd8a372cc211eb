package logic

import (
	"math"

	"rsm/internal/query"
)

// Simplify returns what is left open of a formula where bound gives the range of
// each condition's function: conditions that are true or false everywhere, and
// what follows from them, are left out.
func Simplify(f query.Formula, bound func(*query.Condition) (lo, hi float64)) query.Formula {
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
			part = Simplify(part, bound)
			if IsFalse(part) {
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
			part = Simplify(part, bound)
			if IsTrue(part) {
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

// IsTrue says whether nothing is left of a conjunction.
func IsTrue(f query.Formula) bool {
	and, ok := f.(query.And)
	return ok && len(and) == 0
}

// IsFalse says whether nothing is left of a disjunction.
func IsFalse(f query.Formula) bool {
	or, ok := f.(query.Or)
	return ok && len(or) == 0
}

// Holds says whether a formula is true where the conditions' functions have the
// given values.
func Holds(f query.Formula, value func(*query.Condition) float64) bool {
	return IsTrue(Simplify(f, func(c *query.Condition) (lo, hi float64) {
		v := value(c)
		return v, v
	}))
}

// Robustness is a number above zero where the formula is true, and below where it
// is false: the least of a conjunction, the largest of a disjunction. The second
// result is the condition whose value it is, nil for a constant.
func Robustness(f query.Formula, value func(*query.Condition) float64) (float64, *query.Condition) {
	switch f := f.(type) {
	case query.And:
		best, at := math.Inf(1), (*query.Condition)(nil)
		for _, part := range f {
			if v, c := Robustness(part, value); v < best {
				best, at = v, c
			}
		}
		return best, at
	case query.Or:
		best, at := math.Inf(-1), (*query.Condition)(nil)
		for _, part := range f {
			if v, c := Robustness(part, value); v > best {
				best, at = v, c
			}
		}
		return best, at
	}
	c := f.(*query.Condition)
	return value(c), c
}

// Conjunctions lists conjunctions of which a formula is the disjunction, or says
// that there are more than most.
func Conjunctions(f query.Formula, most int) ([][]*query.Condition, bool) {
	switch f := f.(type) {
	case query.And:
		all := [][]*query.Condition{nil}
		for _, part := range f {
			more, ok := Conjunctions(part, most)
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
			more, ok := Conjunctions(part, most-len(all))
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	}
	return [][]*query.Condition{{f.(*query.Condition)}}, most >= 1
}

// High is an upper bound of a formula's robustness, by upper bounds of the
// conditions' functions.
func High(f query.Formula, upper func(*query.Condition) float64) float64 {
	v, _ := Robustness(f, upper)
	return v
}
