package relax

import "math"

// Rounding follows N. Higham, Accuracy and Stability of Numerical Algorithms,
// chapters 2 and 3: a sum of n products computed in any order, with or without
// fused multiply-add, differs from the exact value by at most
// gamma(n) * (sum of the products' magnitudes), gamma(n) = n*u/(1 - n*u), up
// to underflow, which the term tiny covers.

// unit is the unit roundoff of float64, 2^-53.
const unit = 0x1p-53

// tiny exceeds the underflow error of a sum of up to 2^40 products.
const tiny = 0x1p-1000

// smallest replaces smaller magnitudes of operands, so that their products with
// the smallest constant, network.MinMagnitude, do not underflow to zero.
const smallest = 0x1p-500

// gamma returns an upper bound of n*u/(1-n*u), with room for the rounding of
// the few operations in which it is used.
func gamma(n int) float64 {
	nu := float64(n+4) * unit
	return 1.0001 * nu / (1 - nu)
}

var inf = math.Inf(1)

func down(x float64) float64 { return math.Nextafter(x, math.Inf(-1)) }
func up(x float64) float64   { return math.Nextafter(x, math.Inf(1)) }

// magnitude is the largest absolute value in [lo, hi].
func magnitude(lo, hi float64) float64 { return max(math.Abs(lo), math.Abs(hi)) }
