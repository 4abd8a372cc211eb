package network

import (
	"fmt"
	"math"
	"slices"
)

// Sparse is y = A_0 x_0 + ... + A_(m-1) x_(m-1) + B with matrices of few nonzero
// elements. Cols has the number of columns of each matrix; all have Rows rows.
type Sparse struct {
	Rows     int
	Cols     []int
	Elements [][]Element // of each matrix, each place once at most
	B        []float64   // Rows, or nil for zero
}

// Element is a nonzero element of a matrix.
type Element struct {
	Row, Col int
	Value    float64
}

// Kind implements Op.
func (s *Sparse) Kind() string { return "sparse" }

// Check implements Op.
func (s *Sparse) Check(in []int) (int, error) {
	switch {
	case s.Rows <= 0:
		return 0, fmt.Errorf("a sparse layer has %d rows: it must have some", s.Rows)
	case !slices.Equal(in, s.Cols) || len(s.Elements) != len(in):
		return 0, fmt.Errorf("a sparse layer for operands of %v elements, with %d matrices, does not fit operands of %v", s.Cols, len(s.Elements), in)
	case s.B != nil && len(s.B) != s.Rows:
		return 0, fmt.Errorf("the bias has %d elements for %d rows", len(s.B), s.Rows)
	}
	for k, matrix := range s.Elements {
		for _, e := range matrix {
			if e.Row < 0 || e.Row >= s.Rows || e.Col < 0 || e.Col >= s.Cols[k] {
				return 0, fmt.Errorf("element %d,%d is outside a matrix of %dx%d", e.Row, e.Col, s.Rows, s.Cols[k])
			}
		}
	}
	return s.Rows, nil
}

// Eval implements Op.
func (s *Sparse) Eval(out []float64, in [][]float64) {
	clear(out)
	copy(out, s.B)
	for k, x := range in {
		s.Apply(k, out, x)
	}
}

// Terms implements Affine: the elements of the fullest row of all matrices, or of
// the fullest column, and the bias.
func (s *Sparse) Terms() int {
	rows, most := make([]int, s.Rows), 0
	for k, matrix := range s.Elements {
		cols := make([]int, s.Cols[k])
		for _, e := range matrix {
			rows[e.Row]++
			cols[e.Col]++
			most = max(most, rows[e.Row], cols[e.Col])
		}
	}
	return most + 1
}

// Bias implements Affine.
func (s *Sparse) Bias() []float64 { return s.B }

// Apply implements Affine.
func (s *Sparse) Apply(k int, out, x []float64) {
	for _, e := range s.Elements[k] {
		out[e.Row] += e.Value * x[e.Col]
	}
}

// ApplyAbs implements Affine.
func (s *Sparse) ApplyAbs(k int, out, x []float64) {
	for _, e := range s.Elements[k] {
		out[e.Row] += math.Abs(e.Value) * x[e.Col]
	}
}

// ApplyTransposed implements Affine.
func (s *Sparse) ApplyTransposed(k int, x, y []float64, rows int) {
	for r := range rows {
		out, in := x[r*s.Cols[k]:(r+1)*s.Cols[k]], y[r*s.Rows:(r+1)*s.Rows]
		for _, e := range s.Elements[k] {
			out[e.Col] += e.Value * in[e.Row]
		}
	}
}

// ApplyAbsTransposed implements Affine.
func (s *Sparse) ApplyAbsTransposed(k int, x, y []float64) {
	for _, e := range s.Elements[k] {
		x[e.Col] += math.Abs(e.Value) * y[e.Row]
	}
}

// Equal implements Op.
func (s *Sparse) Equal(other Op) bool {
	t, ok := other.(*Sparse)
	return ok && s.Rows == t.Rows && slices.Equal(s.Cols, t.Cols) && equalOrZero(s.B, t.B) &&
		slices.EqualFunc(s.Elements, t.Elements, func(a, b []Element) bool { return slices.Equal(a, b) })
}

// Parameters implements Op.
func (s *Sparse) Parameters() int {
	n := len(s.B)
	for _, matrix := range s.Elements {
		n += len(matrix)
	}
	return n
}
