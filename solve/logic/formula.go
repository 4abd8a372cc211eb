package logic

import (
	"math"
)

// Simplify returns what is left open of a formula where bound gives the range of
// each condition's function: conditions that are true or false everywhere, and
// what follows from them, are left out.
func Simplify(f Formula, bound func(*Condition) (lo, hi float64)) Formula {
	switch f := f.(type) {
	case *Condition:
		lo, hi := bound(f)
		switch {
		case lo > 0 || lo == 0 && !f.Strict:
			return And{}
		case hi < 0 || hi == 0 && f.Strict:
			return Or{}
		}
		return f
	case And:
		var open And
		for _, part := range f {
			part = Simplify(part, bound)
			if IsFalse(part) {
				return part
			}
			if inner, ok := part.(And); ok {
				open = append(open, inner...)
			} else {
				open = append(open, part)
			}
		}
		if len(open) == 1 {
			return open[0]
		}
		return open
	case Or:
		var open Or
		for _, part := range f {
			part = Simplify(part, bound)
			if IsTrue(part) {
				return part
			}
			if inner, ok := part.(Or); ok {
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
func IsTrue(f Formula) bool {
	and, ok := f.(And)
	return ok && len(and) == 0
}

// IsFalse says whether nothing is left of a disjunction.
func IsFalse(f Formula) bool {
	or, ok := f.(Or)
	return ok && len(or) == 0
}

// Holds says whether a formula is true where the conditions' functions have the
// given values.
func Holds(f Formula, value func(*Condition) float64) bool {
	return IsTrue(Simplify(f, func(c *Condition) (lo, hi float64) {
		v := value(c)
		return v, v
	}))
}

// Robustness is a number above zero where the formula is true, and below where it
// is false: the least of a conjunction, the largest of a disjunction. The second
// result is the condition whose value it is, nil for a constant.
func Robustness(f Formula, value func(*Condition) float64) (float64, *Condition) {
	switch f := f.(type) {
	case And:
		best, at := math.Inf(1), (*Condition)(nil)
		for _, part := range f {
			if v, c := Robustness(part, value); v < best {
				best, at = v, c
			}
		}
		return best, at
	case Or:
		best, at := math.Inf(-1), (*Condition)(nil)
		for _, part := range f {
			if v, c := Robustness(part, value); v > best {
				best, at = v, c
			}
		}
		return best, at
	}
	c := f.(*Condition)
	return value(c), c
}

// Conjunctions lists conjunctions of which a formula is the disjunction, or says
// that there are more than most.
func Conjunctions(f Formula, most int) ([][]*Condition, bool) {
	switch f := f.(type) {
	case And:
		all := [][]*Condition{nil}
		for _, part := range f {
			more, ok := Conjunctions(part, most)
			if !ok || len(all)*len(more) > most {
				return nil, false
			}
			var next [][]*Condition
			for _, a := range all {
				for _, b := range more {
					next = append(next, append(append([]*Condition(nil), a...), b...))
				}
			}
			all = next
		}
		return all, len(all) <= most
	case Or:
		var all [][]*Condition
		for _, part := range f {
			more, ok := Conjunctions(part, most-len(all))
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	}
	return [][]*Condition{{f.(*Condition)}}, most >= 1
}

// High is an upper bound of a formula's robustness, by upper bounds of the
// conditions' functions.
func High(f Formula, upper func(*Condition) float64) float64 {
	v, _ := Robustness(f, upper)
	return v
}
