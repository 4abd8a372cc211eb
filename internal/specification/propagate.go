package specification

import (
	"math/big"

	"rsm/formula"
)

// intervals are the bounds of inputs.
type intervals map[formula.Element]*interval

func (v intervals) of(e formula.Element) *interval {
	if v[e] == nil {
		v[e] = &interval{}
	}
	return v[e]
}

// empty says whether an input has no number in its bounds.
func (v intervals) empty() bool {
	for _, i := range v {
		if i.empty() {
			return true
		}
	}
	return false
}

// bounds are those that a formula has by comparisons of single inputs: all that a
// conjunction says, and what all parts of a disjunction say. The second result is false
// where no input is in them.
func (b *builder) bounds(f formula.Formula) (intervals, bool) {
	switch f := f.(type) {
	case formula.And:
		all := intervals{}
		for _, g := range f {
			part, ok := b.bounds(g)
			if !ok {
				return nil, false
			}
			for e, i := range part {
				all.of(e).meet(i)
			}
		}
		return all, !all.empty()
	case formula.Or:
		var any intervals
		for _, g := range f {
			part, ok := b.bounds(g)
			switch {
			case !ok:
				continue
			case any == nil:
				any = part
				continue
			}
			for e, i := range any {
				if part[e] == nil {
					delete(any, e)
				} else {
					i.join(part[e])
				}
			}
		}
		return any, any != nil
	}
	one := intervals{}
	if c := f.(*formula.Comparison); b.boundsOne(c) {
		one.of(c.Terms[0].Element).cut(c)
	}
	return one, true
}

// boundsOne says whether a comparison is a bound of a single input.
func (b *builder) boundsOne(c *formula.Comparison) bool {
	return len(c.Terms) == 1 && b.onlyInputs(c) && c.Operator != formula.Unequal
}

const (
	// mostVisits bounds the terms that propagation looks at.
	mostVisits = 1 << 21
	// mostSweeps bounds how often all constraints are looked at after all inputs that
	// can have bounds have some: bounds may approach a limit without end.
	mostSweeps = 16
	// longestBound is how many bits the ends of bounds may have. Longer ones are
	// rounded outward.
	longestBound = 512
)

// propagate narrows bounds by linear inequalities of inputs: in sum_k a_k x_k + c >= 0,
// a term is at least what the largest values of the others leave. It ends where nothing
// moves, or at a limit: bounds hold at all times.
func (v intervals) propagate(constraints []*formula.Comparison) {
	visits, sweeps := 0, 0
	for moved := true; moved && sweeps < mostSweeps; {
		moved = false
		fresh := false
		for _, c := range constraints {
			if visits += len(c.Terms); visits > mostVisits {
				return
			}
			m, f := v.narrow(c)
			moved, fresh = moved || m, fresh || f
			if m && v.empty() {
				return
			}
		}
		if !fresh {
			sweeps++
		}
	}
}

// narrow propagates one comparison. It says whether a bound moved, and whether there
// was none before.
func (v intervals) narrow(c *formula.Comparison) (moved, fresh bool) {
	switch c.Operator {
	case formula.Unequal:
		return false, false
	case formula.Equal:
		m1, f1 := v.atLeast(c.Terms, c.Const, false, false)
		m2, f2 := v.atLeast(c.Terms, c.Const, true, false)
		return m1 || m2, f1 || f2
	}
	return v.atLeast(c.Terms, c.Const, false, c.Operator == formula.Above)
}

// atLeast propagates sum of terms + constant >= 0 or, where it is strict, > 0; for the
// negative, <=.
func (v intervals) atLeast(terms []formula.Term, constant *big.Rat, negative, strict bool) (moved, fresh bool) {
	// The largest value of each term, and of all whose is finite.
	largest, open := make([]*big.Rat, len(terms)), make([]bool, len(terms))
	sum, infinite, opened := new(big.Rat).Set(constant), 0, 0
	if negative {
		sum.Neg(sum)
	}
	up := func(t formula.Term) bool { return (t.Coef.Sign() > 0) != negative }
	for k, t := range terms {
		i := v.of(t.Element)
		end, o := i.lo, i.loOpen
		if up(t) {
			end, o = i.hi, i.hiOpen
		}
		if end == nil {
			if infinite++; infinite > 1 {
				return false, false
			}
			continue
		}
		largest[k], open[k] = new(big.Rat).Mul(t.Coef, end), o
		if negative {
			largest[k].Neg(largest[k])
		}
		if o {
			opened++
		}
		sum.Add(sum, largest[k])
	}
	for k, t := range terms {
		if infinite == 1 && largest[k] != nil {
			continue
		}
		rest, others := sum, opened
		if largest[k] != nil {
			rest = new(big.Rat).Sub(sum, largest[k])
			if open[k] {
				others--
			}
		}
		// coef x >= -rest
		end := new(big.Rat).Quo(rest, t.Coef)
		if !negative {
			end.Neg(end)
		}
		i, o := v.of(t.Element), strict || others > 0
		if up(t) {
			end, o = outward(end, o, -1)
			fresh = fresh || i.lo == nil
			moved = i.raise(end, o) || moved
		} else {
			end, o = outward(end, o, 1)
			fresh = fresh || i.hi == nil
			moved = i.lower(end, o) || moved
		}
	}
	return moved, fresh
}

// outward keeps the end of a bound from growing long: down for direction -1, up for 1.
func outward(end *big.Rat, open bool, direction int) (*big.Rat, bool) {
	n, d := end.Num().BitLen(), end.Denom().BitLen()
	if max(n, d) <= longestBound {
		return end, open
	}
	// floor(end 2^shift) / 2^shift, with some longestBound / 2 bits.
	shift := longestBound/2 - n + d
	k := new(big.Int)
	num, den := new(big.Int).Set(end.Num()), new(big.Int).Set(end.Denom())
	if shift > 0 {
		num.Lsh(num, uint(shift))
	} else {
		den.Lsh(den, uint(-shift))
	}
	k.Div(num, den) // rounds down
	if direction > 0 {
		k.Add(k, big.NewInt(1))
	}
	out := new(big.Rat).SetInt(k)
	power := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(max(shift, -shift))))
	if shift > 0 {
		return out.Quo(out, power), false
	}
	return out.Mul(out, power), false
}
