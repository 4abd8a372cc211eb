package onnx

import (
	"errors"
	"math/big"

	"rsm/network"
)

// real is a real number that a file computes from its constants: known exactly, as a fraction,
// or between two numbers of many digits.
type real struct {
	exact  *big.Rat // nil where it is not known
	lo, hi *big.Float
}

const (
	// realDigits is the precision of ends in bits: they are as close as that allows, but for
	// what cancels.
	realDigits = 320
	// longestFraction bounds the bits of exact fractions.
	longestFraction = 4096
)

var errNotReal = errors.New("it is not a finite number, or not of an ordinary magnitude")

func realOf(v float64) (real, error) {
	if network.CheckFinite([]float64{v}) != nil {
		return real{}, errNotReal
	}
	return real{exact: new(big.Rat).SetFloat64(v)}, nil
}

// rational is a fraction, or what encloses one that is too long.
func rational(v *big.Rat) real {
	if v.Num().BitLen()+v.Denom().BitLen() <= longestFraction {
		return real{exact: v}
	}
	return real{lo: below().SetRat(v), hi: above().SetRat(v)}
}

func below() *big.Float { return new(big.Float).SetPrec(realDigits).SetMode(big.ToNegativeInf) }
func above() *big.Float { return new(big.Float).SetPrec(realDigits).SetMode(big.ToPositiveInf) }

// ends are numbers that the real is between.
func (r real) ends() (lo, hi *big.Float) {
	if r.exact != nil {
		return below().SetRat(r.exact), above().SetRat(r.exact)
	}
	return r.lo, r.hi
}

// between is what lies between two numbers.
func between(lo, hi *big.Float) (real, error) {
	if lo.IsInf() || hi.IsInf() {
		return real{}, errNotReal
	}
	return real{lo: lo, hi: hi}, nil
}

// sign is that of the real, and whether it is known.
func (r real) sign() (int, bool) {
	if r.exact != nil {
		return r.exact.Sign(), true
	}
	return r.lo.Sign(), r.lo.Sign() == r.hi.Sign()
}

// nearest is a float64 next to the real. The relative error is at most 2^-52: that of one
// rounding, and what is not known of the real. It is zero where exact is true.
func (r real) nearest() (v float64, exact bool, err error) {
	if r.exact != nil {
		v, exact = r.exact.Float64()
		if network.CheckFinite([]float64{v}) != nil {
			return 0, false, errNotReal
		}
		return v, exact, nil
	}
	v, _ = r.lo.Float64()
	width := above().Sub(r.hi, r.lo)
	least := above().Abs(r.lo)
	if s, known := r.sign(); !known || s == 0 || width.Cmp(least.SetMantExp(least, -80)) > 0 {
		return 0, false, errors.New("too few of its digits are known, for digits cancel")
	}
	if v == 0 || network.CheckFinite([]float64{v}) != nil {
		return 0, false, errNotReal
	}
	return v, false, nil
}

func addReal(p, q real) (real, error) {
	if p.exact != nil && q.exact != nil {
		return rational(new(big.Rat).Add(p.exact, q.exact)), nil
	}
	a, b := p.ends()
	c, d := q.ends()
	return between(below().Add(a, c), above().Add(b, d))
}

func negReal(p real) real {
	if p.exact != nil {
		return real{exact: new(big.Rat).Neg(p.exact)}
	}
	return real{lo: below().Neg(p.hi), hi: above().Neg(p.lo)}
}

func subtractReal(p, q real) (real, error) { return addReal(p, negReal(q)) }

func multiplyReal(p, q real) (real, error) {
	if p.exact != nil && q.exact != nil {
		return rational(new(big.Rat).Mul(p.exact, q.exact)), nil
	}
	a, b := p.ends()
	c, d := q.ends()
	lo, hi := below().Mul(a, c), above().Mul(a, c)
	for _, pair := range [][2]*big.Float{{a, d}, {b, c}, {b, d}} {
		if v := below().Mul(pair[0], pair[1]); v.Cmp(lo) < 0 {
			lo = v
		}
		if v := above().Mul(pair[0], pair[1]); v.Cmp(hi) > 0 {
			hi = v
		}
	}
	return between(lo, hi)
}

func inverse(p real) (real, error) {
	s, known := p.sign()
	switch {
	case !known:
		return real{}, errors.New("too few digits are known of what is divided by")
	case s == 0:
		return real{}, errors.New("division by zero")
	case p.exact != nil:
		return rational(new(big.Rat).Inv(p.exact)), nil
	}
	one := big.NewFloat(1)
	return between(below().Quo(one, p.hi), above().Quo(one, p.lo))
}

func divideReal(p, q real) (real, error) {
	q, err := inverse(q)
	if err != nil {
		return real{}, err
	}
	return multiplyReal(p, q)
}

// order compares two reals.
func (r real) order(q real) (int, error) {
	d, err := subtractReal(r, q)
	if err != nil {
		return 0, err
	}
	s, known := d.sign()
	if !known {
		return 0, errors.New("too few digits are known to compare them")
	}
	return s, nil
}

// root is the square root.
func root(p real) (real, error) {
	s, known := p.sign()
	if !known || s < 0 {
		return real{}, errors.New("it has no square root")
	}
	if p.exact != nil {
		n, d := new(big.Int).Sqrt(p.exact.Num()), new(big.Int).Sqrt(p.exact.Denom())
		if v := new(big.Rat).SetFrac(n, d); new(big.Rat).Mul(v, v).Cmp(p.exact) == 0 {
			return rational(v), nil
		}
	}
	lo, hi := p.ends()
	return between(rootNear(lo, -1), rootNear(hi, 1))
}

// rootNear is a square root with few errors in its last digits, moved by more than these in
// the direction of side.
func rootNear(v *big.Float, side int64) *big.Float {
	if v.Sign() == 0 {
		return new(big.Float).SetPrec(realDigits)
	}
	r := new(big.Float).SetPrec(realDigits).Sqrt(v)
	step := new(big.Float).SetMantExp(big.NewFloat(1), r.MantExp(nil)-realDigits+8)
	if side < 0 {
		return below().Sub(r, step)
	}
	return above().Add(r, step)
}
