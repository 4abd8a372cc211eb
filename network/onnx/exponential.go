package onnx

import (
	"errors"
	"math/big"
)

// largestExponent bounds the arguments of exponentials.
const largestExponent = 1 << 10

// exponential is e to a real.
func exponential(p real) (real, error) {
	if p.exact != nil && p.exact.Sign() == 0 {
		return real{exact: big.NewRat(1, 1)}, nil
	}
	a, b := p.ends()
	lo, err := exponentialEnd(a, below)
	if err != nil {
		return real{}, err
	}
	hi, err := exponentialEnd(b, above)
	if err != nil {
		return real{}, err
	}
	return between(lo, hi)
}

// exponentialEnd is e to x, rounded to one side: e^x = (e^(x/2^k))^(2^k), by the series for
// the magnitude of x, |x|/2^k < 2^-8; and for a negative x by 1/e^-x, rounded to the other.
func exponentialEnd(x *big.Float, side func() *big.Float) (*big.Float, error) {
	if new(big.Float).Abs(x).Cmp(big.NewFloat(largestExponent)) > 0 {
		return nil, errors.New("the exponent is too large")
	}
	if x.Sign() < 0 {
		other := below
		if side().Mode() == big.ToNegativeInf {
			other = above
		}
		e, err := exponentialEnd(new(big.Float).Neg(x), other)
		if err != nil {
			return nil, err
		}
		return side().Quo(big.NewFloat(1), e), nil
	}
	const terms = 60 // of the series: 2^(-8*60)/60! is far below the last digit
	halvings := 0
	if x.Sign() > 0 {
		halvings = max(0, x.MantExp(nil)+8)
	}
	small := side().SetMantExp(x, -halvings)
	sum, term := side().SetInt64(1), side().SetInt64(1)
	for n := int64(1); n <= terms; n++ {
		term = side().Mul(term, small)
		term = side().Quo(term, new(big.Float).SetInt64(n))
		sum = side().Add(sum, term)
	}
	if side().Mode() == big.ToPositiveInf { // what follows is less than the last term
		sum = side().Add(sum, term)
	}
	for range halvings {
		sum = side().Mul(sum, sum)
	}
	return sum, nil
}

// logarithm is the natural logarithm, by Newton's method, and held against the exponential.
func logarithm(p real) (real, error) {
	if s, known := p.sign(); !known || s <= 0 {
		return real{}, errors.New("it has no logarithm")
	}
	if p.exact != nil && p.exact.Cmp(big.NewRat(1, 1)) == 0 {
		return real{exact: new(big.Rat)}, nil
	}
	a, b := p.ends()
	lo, err := logarithmEnd(a, -1)
	if err != nil {
		return real{}, err
	}
	hi, err := logarithmEnd(b, 1)
	if err != nil {
		return real{}, err
	}
	return between(lo, hi)
}

// logarithmEnd is a number below (side -1) or above (side 1) the logarithm of x.
func logarithmEnd(x *big.Float, side int) (*big.Float, error) {
	ln2, _ := new(big.Float).SetPrec(realDigits).SetString("0.693147180559945309417232121458")
	y := new(big.Float).SetPrec(realDigits).SetInt64(int64(x.MantExp(nil)))
	y.Mul(y, ln2) // near enough to begin with
	for range 12 {
		e, err := exponentialEnd(y, below)
		if err != nil {
			return nil, err
		}
		// Halley: y + 2 (x - e) / (x + e)
		d := new(big.Float).SetPrec(realDigits).Sub(x, e)
		s := new(big.Float).SetPrec(realDigits).Add(x, e)
		d.Quo(d, s)
		y.Add(y, d.Add(d, d))
	}
	unit := new(big.Float).SetMantExp(big.NewFloat(1), max(y.MantExp(nil), 0)-realDigits+40)
	if side < 0 {
		y = below().Sub(y, unit)
		if e, err := exponentialEnd(y, above); err != nil || e.Cmp(x) > 0 {
			return nil, errors.New("its logarithm is not found")
		}
		return y, nil
	}
	y = above().Add(y, unit)
	if e, err := exponentialEnd(y, below); err != nil || e.Cmp(x) < 0 {
		return nil, errors.New("its logarithm is not found")
	}
	return y, nil
}
