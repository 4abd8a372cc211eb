package network

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// Dense multiplies by a matrix along one axis and adds a bias: the operand is
// read as an array of shape Outer x Cols x Inner, the result has shape
// Outer x Rows x Inner, and
//
//	y[o,i,p] = sum_j W[i,j] x[o,j,p] + B[i].
//
// Outer and Inner of 0 mean 1: an ordinary fully connected layer.
type Dense struct {
	Rows, Cols   int
	W            []float64 // Rows x Cols, row-major
	B            []float64 // Rows, or nil for zero
	Outer, Inner int
}

func (d *Dense) outer() int { return max(d.Outer, 1) }
func (d *Dense) inner() int { return max(d.Inner, 1) }

// Kind implements Op.
func (d *Dense) Kind() string { return "dense" }

// Check implements Op.
func (d *Dense) Check(in []int) (int, error) {
	switch {
	case len(in) != 1:
		return 0, fmt.Errorf("a dense layer has one operand, not %d", len(in))
	case d.Rows <= 0 || d.Cols <= 0:
		return 0, fmt.Errorf("the weight matrix is %dx%d: it must not be empty", d.Rows, d.Cols)
	case len(d.W) != d.Rows*d.Cols:
		return 0, fmt.Errorf("the weight matrix has %d elements, not %dx%d", len(d.W), d.Rows, d.Cols)
	case d.B != nil && len(d.B) != d.Rows:
		return 0, fmt.Errorf("the bias has %d elements for %d rows of weights", len(d.B), d.Rows)
	case in[0] != d.outer()*d.Cols*d.inner():
		return 0, fmt.Errorf("the weight matrix %dx%d does not fit an operand of %d elements", d.Rows, d.Cols, in[0])
	}
	return d.outer() * d.Rows * d.inner(), nil
}

// Eval implements Op.
func (d *Dense) Eval(out []float64, in [][]float64) {
	clear(out)
	d.Apply(0, out, in[0])
	if d.B != nil {
		n := d.inner()
		for k := range out {
			out[k] += d.B[k/n%d.Rows]
		}
	}
}

// Terms implements Affine.
func (d *Dense) Terms() int { return max(d.Cols, d.Rows) + 1 }

// Bias implements Affine.
func (d *Dense) Bias() []float64 {
	if d.B == nil || d.outer() == 1 && d.inner() == 1 {
		return d.B
	}
	n := d.inner()
	b := make([]float64, d.outer()*d.Rows*n)
	for k := range b {
		b[k] = d.B[k/n%d.Rows]
	}
	return b
}

// Apply implements Affine.
func (d *Dense) Apply(_ int, out, x []float64) {
	if d.outer() == 1 && d.inner() == 1 {
		blas64.Gemv(blas.NoTrans, 1, d.matrix(), vector(x), 1, vector(out))
		return
	}
	n := d.inner()
	for o := range d.outer() {
		xo := blas64.General{Rows: d.Cols, Cols: n, Stride: n, Data: x[o*d.Cols*n : (o+1)*d.Cols*n]}
		yo := blas64.General{Rows: d.Rows, Cols: n, Stride: n, Data: out[o*d.Rows*n : (o+1)*d.Rows*n]}
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, d.matrix(), xo, 1, yo)
	}
}

// ApplyAbs implements Affine.
func (d *Dense) ApplyAbs(_ int, out, x []float64) {
	n := d.inner()
	for o := range d.outer() {
		for i := range d.Rows {
			row := d.W[i*d.Cols : (i+1)*d.Cols]
			for p := range n {
				s, q := 0.0, o*d.Cols*n+p
				for _, w := range row {
					s += math.Abs(w) * x[q]
					q += n
				}
				out[(o*d.Rows+i)*n+p] += s
			}
		}
	}
}

// ApplyTransposed implements Affine.
func (d *Dense) ApplyTransposed(_ int, x, y []float64, rows int) {
	if d.outer() == 1 && d.inner() == 1 {
		// Row by row: most coefficients of bounds are zero, and matrices of this
		// size do not repay the threads of a matrix product.
		for r := range rows {
			out := vector(x[r*d.Cols : (r+1)*d.Cols])
			for i, c := range y[r*d.Rows : (r+1)*d.Rows] {
				if c != 0 {
					blas64.Axpy(c, vector(d.W[i*d.Cols:(i+1)*d.Cols]), out)
				}
			}
		}
		return
	}
	n := d.inner()
	for r := range rows * d.outer() {
		yr := blas64.General{Rows: d.Rows, Cols: n, Stride: n, Data: y[r*d.Rows*n : (r+1)*d.Rows*n]}
		xr := blas64.General{Rows: d.Cols, Cols: n, Stride: n, Data: x[r*d.Cols*n : (r+1)*d.Cols*n]}
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, d.matrix(), yr, 1, xr)
	}
}

// ApplyAbsTransposed implements Affine.
func (d *Dense) ApplyAbsTransposed(_ int, x, y []float64) {
	n := d.inner()
	for o := range d.outer() {
		for i := range d.Rows {
			row := d.W[i*d.Cols : (i+1)*d.Cols]
			for p := range n {
				c := y[(o*d.Rows+i)*n+p]
				if c == 0 {
					continue
				}
				q := o*d.Cols*n + p
				for _, w := range row {
					x[q] += c * math.Abs(w)
					q += n
				}
			}
		}
	}
}

// Entries implements Affine.
func (d *Dense) Entries(_, _ int, do func(row, column int, weight, divisor float64) bool) {
	n := d.inner()
	for o := range d.outer() {
		for i := range d.Rows {
			for j, w := range d.W[i*d.Cols : (i+1)*d.Cols] {
				if w == 0 {
					continue
				}
				for p := range n {
					if !do((o*d.Rows+i)*n+p, (o*d.Cols+j)*n+p, w, 1) {
						return
					}
				}
			}
		}
	}
}

// Equal implements Op.
func (d *Dense) Equal(other Op) bool {
	e, ok := other.(*Dense)
	return ok && d.Rows == e.Rows && d.Cols == e.Cols && d.outer() == e.outer() && d.inner() == e.inner() &&
		slices.Equal(d.W, e.W) && equalOrZero(d.B, e.B)
}

// Parameters implements Op.
func (d *Dense) Parameters() int { return len(d.W) + len(d.B) }

func (d *Dense) matrix() blas64.General {
	return blas64.General{Rows: d.Rows, Cols: d.Cols, Stride: d.Cols, Data: d.W}
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// equalOrZero compares two vectors, of which nil is a zero vector.
func equalOrZero(a, b []float64) bool {
	if a == nil || b == nil {
		for _, v := range append(append([]float64(nil), a...), b...) {
			if v != 0 {
				return false
			}
		}
		return true
	}
	return slices.Equal(a, b)
}
