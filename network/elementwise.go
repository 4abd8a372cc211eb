package network

import (
	"fmt"
	"math"
	"math/big"
	"slices"
)

// Elementwise is y = x * Mul / Div + Add, element by element. A nil vector
// leaves its operation out. Division has a vector of its own because 1/c is
// rarely a float64.
//
// Divisors may be square roots, as in batch normalization, which are rarely float64
// either: where Root is not nil, the divisor meant is the root of Root[i], and Div[i] is
// that with at most Roundings relative errors of 2^-53, which count as terms.
type Elementwise struct {
	Mul, Div, Add []float64
	Roundings     int
	Root          []*big.Rat
}

// Kind implements Op.
func (e *Elementwise) Kind() string { return "elementwise" }

// Check implements Op.
func (e *Elementwise) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("an elementwise layer has one operand, not %d", len(in))
	}
	for _, v := range [][]float64{e.Mul, e.Div, e.Add} {
		if v != nil && len(v) != in[0] {
			return 0, fmt.Errorf("a constant of %d elements does not fit an operand of %d", len(v), in[0])
		}
	}
	if e.Root != nil && len(e.Root) != len(e.Div) {
		return 0, fmt.Errorf("%d roots do not fit %d divisors", len(e.Root), len(e.Div))
	}
	if slices.Contains(e.Div, 0) {
		return 0, fmt.Errorf("division by zero")
	}
	return in[0], nil
}

// Eval implements Op.
func (e *Elementwise) Eval(out []float64, in [][]float64) {
	clear(out)
	e.Apply(0, out, in[0])
	for i, b := range e.Add {
		out[i] += b
	}
}

// Terms implements Affine: a product, a quotient and a sum, and the errors of the
// divisors.
func (e *Elementwise) Terms() int { return 3 + e.Roundings }

// Bias implements Affine.
func (e *Elementwise) Bias() []float64 { return e.Add }

func (e *Elementwise) scale(i int, x float64) float64 {
	if e.Mul != nil {
		x *= e.Mul[i]
	}
	if e.Div != nil {
		x /= e.Div[i]
	}
	return x
}

// Apply implements Affine.
func (e *Elementwise) Apply(_ int, out, x []float64) {
	for i, v := range x {
		out[i] += e.scale(i, v)
	}
}

// ApplyAbs implements Affine.
func (e *Elementwise) ApplyAbs(_ int, out, x []float64) {
	for i, v := range x {
		out[i] += math.Abs(e.scale(i, v))
	}
}

// ApplyTransposed implements Affine.
func (e *Elementwise) ApplyTransposed(_ int, x, y []float64, rows int) {
	n := len(y) / max(rows, 1)
	for r := range rows {
		for i, v := range y[r*n : (r+1)*n] {
			if v != 0 { // few coefficients of bounds are
				x[r*n+i] += e.scale(i, v)
			}
		}
	}
}

// ApplyAbsTransposed implements Affine.
func (e *Elementwise) ApplyAbsTransposed(k int, x, y []float64) { e.ApplyAbs(k, x, y) }

// Entries implements Affine. Where Roundings is above zero, the divisors are not those
// that are meant.
func (e *Elementwise) Entries(_, columns int, do func(row, column int, weight, divisor float64) bool) {
	for i := range columns {
		weight, divisor := 1.0, 1.0
		if e.Mul != nil {
			weight = e.Mul[i]
		}
		if e.Div != nil {
			divisor = e.Div[i]
		}
		if weight != 0 && !do(i, i, weight, divisor) {
			return
		}
	}
}

// Equal implements Op. Divisors that are rounded are equal where what they stand for is:
// different roots may round to one float64.
func (e *Elementwise) Equal(other Op) bool {
	f, ok := other.(*Elementwise)
	if !ok || e == f {
		return ok
	}
	if e.Roundings != f.Roundings || e.Roundings > 0 && !sameRoots(e.Root, f.Root) {
		return false
	}
	return (e.Mul == nil) == (f.Mul == nil) && slices.Equal(e.Mul, f.Mul) &&
		(e.Div == nil) == (f.Div == nil) && slices.Equal(e.Div, f.Div) && equalOrZero(e.Add, f.Add)
}

// sameRoots says whether both lists are known and the same.
func sameRoots(a, b []*big.Rat) bool {
	return a != nil && slices.EqualFunc(a, b, func(p, q *big.Rat) bool { return p == q || p.Cmp(q) == 0 })
}

// Parameters implements Op.
func (e *Elementwise) Parameters() int { return len(e.Mul) + len(e.Div) + len(e.Add) }
