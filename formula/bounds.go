package formula

import (
	"math"
	"math/big"
)

// Known is what is certain of a comparison where every element is between two float64
// numbers, which may be infinite.
func (c *Comparison) Known(of func(Element) (lo, hi float64)) Truth {
	lo, hi := new(big.Rat).Set(c.Const), new(big.Rat).Set(c.Const)
	below, above := true, true // lo and hi are finite
	product := new(big.Rat)
	add := func(sum *big.Rat, finite *bool, coef *big.Rat, end float64) {
		if math.IsInf(end, 0) || math.IsNaN(end) {
			*finite = false
			return
		}
		sum.Add(sum, product.Mul(coef, Float(end)))
	}
	for _, t := range c.Terms {
		l, h := of(t.Element)
		if t.Coef.Sign() < 0 {
			l, h = h, l
		}
		add(lo, &below, t.Coef, l)
		add(hi, &above, t.Coef, h)
	}
	positive, negative := below && lo.Sign() > 0, above && hi.Sign() < 0
	zero := below && above && lo.Sign() == 0 && hi.Sign() == 0
	notBelow, notAbove := below && lo.Sign() >= 0, above && hi.Sign() <= 0
	var yes, no bool
	switch c.Operator {
	case AtLeast:
		yes, no = notBelow, negative
	case Above:
		yes, no = positive, notAbove
	case Equal:
		yes, no = zero, positive || negative
	case Unequal:
		yes, no = positive || negative, zero
	}
	switch {
	case yes:
		return True
	case no:
		return False
	}
	return Open
}
