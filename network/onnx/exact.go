package onnx

import (
	"errors"
	"math"

	"rsm/network"
)

// arithmetic is an operation on two constants: on integers, and on floating-point
// numbers, where exact says whether the result is that over the reals.
type arithmetic struct {
	ints   func(p, q int64) (int64, error)
	floats func(p, q float64) (v float64, exact bool)
}

var errOverflow = errors.New("the result is outside of the type")

var (
	sumOf        = arithmetic{addInts, exactSum}
	differenceOf = arithmetic{subtractInts, func(p, q float64) (float64, bool) { return exactSum(p, -q) }}
	productOf    = arithmetic{multiplyInts, exactProduct}
	quotientOf   = arithmetic{divideInts, exactQuotient}
	maximumOf    = arithmetic{
		func(p, q int64) (int64, error) { return max(p, q), nil },
		func(p, q float64) (float64, bool) { return max(p, q), true },
	}
	minimumOf = arithmetic{
		func(p, q int64) (int64, error) { return min(p, q), nil },
		func(p, q float64) (float64, bool) { return min(p, q), true },
	}
)

func addInts(p, q int64) (int64, error) {
	s := p + q
	if (s > p) != (q > 0) && q != 0 {
		return 0, errOverflow
	}
	return s, nil
}

func subtractInts(p, q int64) (int64, error) {
	s := p - q
	if (s < p) != (q > 0) && q != 0 {
		return 0, errOverflow
	}
	return s, nil
}

func multiplyInts(p, q int64) (int64, error) {
	if p == 0 || q == 0 {
		return 0, nil
	}
	s := p * q
	if s/q != p || p == -1 && q == math.MinInt64 || q == -1 && p == math.MinInt64 {
		return 0, errOverflow
	}
	return s, nil
}

// divideInts rounds towards zero, as ONNX does.
func divideInts(p, q int64) (int64, error) {
	switch {
	case q == 0:
		return 0, errors.New("division by zero")
	case p == math.MinInt64 && q == -1:
		return 0, errOverflow
	}
	return p / q, nil
}

// moduloOf is the remainder with the sign of the divisor, or, for fmod, with that
// of the dividend.
func moduloOf(fmod bool) arithmetic {
	return arithmetic{
		func(p, q int64) (int64, error) {
			switch {
			case q == 0:
				return 0, errors.New("division by zero")
			case q == -1:
				return 0, nil
			}
			r := p % q
			if !fmod && r != 0 && (r < 0) != (q < 0) {
				r += q
			}
			return r, nil
		},
		func(p, q float64) (float64, bool) { r := math.Mod(p, q); return r, fmod && !math.IsNaN(r) },
	}
}

// exactSum is p+q and whether that is exact: the error of a sum of two float64 is
// a float64, and found by Knuth's TwoSum.
func exactSum(p, q float64) (float64, bool) {
	s := p + q
	t := s - p
	lost := (p - (s - t)) + (q - t)
	return s, lost == 0
}

// exactProduct is p q and whether that is exact.
func exactProduct(p, q float64) (float64, bool) {
	s := p * q
	if p == 0 || q == 0 {
		return 0, ordinary(p) && ordinary(q)
	}
	return s, s != 0 && ordinary(s) && math.FMA(p, q, -s) == 0
}

// exactQuotient is p/q and whether that is exact.
func exactQuotient(p, q float64) (float64, bool) {
	s := p / q
	if p == 0 && q != 0 {
		return 0, ordinary(q)
	}
	return s, s != 0 && ordinary(s) && ordinary(p) && ordinary(q) && math.FMA(s, q, -p) == 0
}

// ordinary says whether a number is of a magnitude in which the error of a product
// is a float64 itself.
func ordinary(v float64) bool { return network.CheckFinite([]float64{v}) == nil }
