package specification

import (
	"math"
	"math/big"

	"rsm/formula"
)

// interval is what bounds say of an input. It may be open at its ends; nil is no end.
type interval struct {
	lo, hi         *big.Rat
	loOpen, hiOpen bool
}

// raise moves the lower end up to v, if it is below, and says whether it was.
func (v *interval) raise(end *big.Rat, open bool) bool {
	if v.lo != nil {
		if c := end.Cmp(v.lo); c < 0 || c == 0 && (v.loOpen || !open) {
			return false
		}
	}
	v.lo, v.loOpen = end, open
	return true
}

// lower moves the upper end down to v, if it is above, and says whether it was.
func (v *interval) lower(end *big.Rat, open bool) bool {
	if v.hi != nil {
		if c := end.Cmp(v.hi); c > 0 || c == 0 && (v.hiOpen || !open) {
			return false
		}
	}
	v.hi, v.hiOpen = end, open
	return true
}

// cut intersects the interval with what a comparison of one element says.
func (v *interval) cut(c *formula.Comparison) {
	a := c.Terms[0].Coef
	end := new(big.Rat).Quo(c.Const, a)
	end.Neg(end)
	open := c.Operator == formula.Above
	if c.Operator == formula.Equal || a.Sign() > 0 {
		v.raise(end, open)
	}
	if c.Operator == formula.Equal || a.Sign() < 0 {
		v.lower(end, open)
	}
}

// meet intersects the interval with another one.
func (v *interval) meet(w *interval) {
	if w.lo != nil {
		v.raise(w.lo, w.loOpen)
	}
	if w.hi != nil {
		v.lower(w.hi, w.hiOpen)
	}
}

// join makes the interval the smallest that holds it and another one.
func (v *interval) join(w *interval) {
	if v.lo != nil {
		if w.lo == nil {
			v.lo, v.loOpen = nil, false
		} else if c := w.lo.Cmp(v.lo); c < 0 || c == 0 && !w.loOpen {
			v.lo, v.loOpen = w.lo, w.loOpen
		}
	}
	if v.hi != nil {
		if w.hi == nil {
			v.hi, v.hiOpen = nil, false
		} else if c := w.hi.Cmp(v.hi); c > 0 || c == 0 && !w.hiOpen {
			v.hi, v.hiOpen = w.hi, w.hiOpen
		}
	}
}

func (v *interval) empty() bool {
	if v.lo == nil || v.hi == nil {
		return false
	}
	c := v.lo.Cmp(v.hi)
	return c > 0 || c == 0 && (v.loOpen || v.hiOpen)
}

func (v *interval) contains(x *big.Rat) bool {
	if v.lo != nil {
		if c := x.Cmp(v.lo); c < 0 || c == 0 && v.loOpen {
			return false
		}
	}
	if v.hi != nil {
		if c := x.Cmp(v.hi); c > 0 || c == 0 && v.hiOpen {
			return false
		}
	}
	return true
}

const (
	// stepsInside is how many float64s beside the nearest one are tried to be in an
	// interval as the decimal numbers that they are printed as.
	stepsInside = 4
	// mostDigits bounds those of a number that is sought in an interval between all of
	// these.
	mostDigits = 1200
)

// decimal is a decimal number in the interval: x where it is one, or one near it with
// few digits. It is nil where there is none: an interval of one number that has no end.
func (v *interval) decimal(x *big.Rat) *big.Rat {
	if _, finite := x.FloatPrec(); finite && v.contains(x) {
		return x
	}
	near, _ := x.Float64()
	direction := 1
	if v.hi != nil && x.Cmp(v.hi) >= 0 {
		direction = -1
	}
	for range stepsInside + 1 {
		if math.IsInf(near, 0) {
			break
		}
		if d := formula.Decimal(near); v.contains(d) {
			return d
		}
		near = math.Nextafter(near, math.Inf(direction))
	}
	if v.lo == nil || v.hi == nil {
		return nil
	}
	for _, end := range [...]*big.Rat{v.lo, v.hi} {
		if _, finite := end.FloatPrec(); finite && v.contains(end) {
			return end
		}
	}
	middle := new(big.Rat).Add(v.lo, v.hi)
	middle.Quo(middle, big.NewRat(2, 1))
	for digits := 1; digits <= mostDigits; digits = digits*2 + 1 {
		if d, ok := new(big.Rat).SetString(middle.FloatString(digits)); ok && v.contains(d) {
			return d
		}
	}
	return nil
}
