package network

import (
	"fmt"
	"math"
	"slices"
)

// Sparse is y = A_0 x_0 + ... + A_(m-1) x_(m-1) + B with matrices that have few
// elements a row: differences of elements, sums over windows, an array in a frame
// of constants. All matrices have the same number of rows.
type Sparse struct {
	A []Rowwise
	B []float64 // one a row, or nil for zero

	terms int
}

// Rowwise is a matrix stored by rows (compressed sparse rows): the elements of row
// i are Weight[k] in column Column[k] for k from Start[i] to Start[i+1]-1. A column
// may come several times; its weights are added.
type Rowwise struct {
	Columns int
	Start   []int // one more than there are rows
	Column  []int
	Weight  []float64
}

// Append appends an element to the row that is being filled.
func (a *Rowwise) Append(column int, weight float64) {
	a.Column, a.Weight = append(a.Column, column), append(a.Weight, weight)
}

// EndRow ends a row.
func (a *Rowwise) EndRow() {
	if a.Start == nil {
		a.Start = []int{0}
	}
	a.Start = append(a.Start, len(a.Column))
}

// Rows is the number of rows.
func (a *Rowwise) Rows() int { return max(len(a.Start)-1, 0) }

// Diagonal is the matrix with the given diagonal.
func Diagonal(weights []float64) Rowwise {
	n := len(weights)
	a := Rowwise{Columns: n, Start: make([]int, n+1), Column: make([]int, n), Weight: weights}
	for i := range n {
		a.Start[i+1], a.Column[i] = i+1, i
	}
	return a
}

// check says what is wrong with the matrix.
func (a *Rowwise) check() error {
	n := a.Rows()
	switch {
	case n == 0 || a.Start[0] != 0 || a.Start[n] != len(a.Column) || !slices.IsSorted(a.Start):
		return fmt.Errorf("the rows of a sparse matrix of %d elements start at the wrong places", len(a.Column))
	case len(a.Column) != len(a.Weight):
		return fmt.Errorf("a sparse matrix has %d columns for %d weights", len(a.Column), len(a.Weight))
	}
	for _, j := range a.Column {
		if j < 0 || j >= a.Columns {
			return fmt.Errorf("column %d is outside of a sparse matrix with %d columns", j, a.Columns)
		}
	}
	return nil
}

// Kind implements Op.
func (s *Sparse) Kind() string { return "sparse" }

// Check implements Op.
func (s *Sparse) Check(in []int) (int, error) {
	if len(in) != len(s.A) || len(in) == 0 {
		return 0, fmt.Errorf("a sparse layer of %d matrices has %d operands", len(s.A), len(in))
	}
	rows := s.A[0].Rows()
	for k := range s.A {
		a := &s.A[k]
		if err := a.check(); err != nil {
			return 0, err
		}
		if a.Rows() != rows || a.Columns != in[k] {
			return 0, fmt.Errorf("a sparse matrix %dx%d does not fit an operand of %d elements and a result of %d", a.Rows(), a.Columns, in[k], rows)
		}
	}
	if s.B != nil && len(s.B) != rows {
		return 0, fmt.Errorf("the bias has %d elements for %d rows of weights", len(s.B), rows)
	}
	if s.terms == 0 {
		s.terms = s.countTerms()
	}
	return rows, nil
}

// countTerms is the number of elements of the fullest row, of all matrices
// together and with the bias, or column.
func (s *Sparse) countTerms() int {
	row := make([]int, s.A[0].Rows())
	most := 0
	for k := range s.A {
		a := &s.A[k]
		column := make([]int, a.Columns)
		for i := range row {
			row[i] += a.Start[i+1] - a.Start[i]
		}
		for _, j := range a.Column {
			column[j]++
			most = max(most, column[j])
		}
	}
	return max(most, slices.Max(row)) + 1
}

// Eval implements Op.
func (s *Sparse) Eval(out []float64, in [][]float64) {
	clear(out)
	for k := range s.A {
		s.Apply(k, out, in[k])
	}
	for i, b := range s.B {
		out[i] += b
	}
}

// Terms implements Affine.
func (s *Sparse) Terms() int {
	if s.terms == 0 { // not in a graph
		return s.countTerms()
	}
	return s.terms
}

// Bias implements Affine.
func (s *Sparse) Bias() []float64 { return s.B }

// Apply implements Affine.
func (s *Sparse) Apply(k int, out, x []float64) {
	a := &s.A[k]
	for i := range out {
		sum := out[i]
		for e := a.Start[i]; e < a.Start[i+1]; e++ {
			sum += a.Weight[e] * x[a.Column[e]]
		}
		out[i] = sum
	}
}

// ApplyAbs implements Affine. The weights of a column that comes twice in a row
// are not added before their magnitudes are taken, which enlarges |A|.
func (s *Sparse) ApplyAbs(k int, out, x []float64) {
	a := &s.A[k]
	for i := range out {
		sum := out[i]
		for e := a.Start[i]; e < a.Start[i+1]; e++ {
			sum += math.Abs(a.Weight[e]) * x[a.Column[e]]
		}
		out[i] = sum
	}
}

// ApplyTransposed implements Affine.
func (s *Sparse) ApplyTransposed(k int, x, y []float64, rows int) {
	a := &s.A[k]
	n := a.Rows()
	for r := range rows {
		xr := x[r*a.Columns : (r+1)*a.Columns]
		for i, c := range y[r*n : (r+1)*n] {
			if c == 0 {
				continue
			}
			for e := a.Start[i]; e < a.Start[i+1]; e++ {
				xr[a.Column[e]] += c * a.Weight[e]
			}
		}
	}
}

// ApplyAbsTransposed implements Affine.
func (s *Sparse) ApplyAbsTransposed(k int, x, y []float64) {
	a := &s.A[k]
	for i, c := range y {
		for e := a.Start[i]; e < a.Start[i+1]; e++ {
			x[a.Column[e]] += c * math.Abs(a.Weight[e])
		}
	}
}

// Entries implements Affine.
func (s *Sparse) Entries(k, _ int, do func(row, column int, weight, divisor float64) bool) {
	a := &s.A[k]
	for i := range a.Rows() {
		for e := a.Start[i]; e < a.Start[i+1]; e++ {
			if w := a.Weight[e]; w != 0 && !do(i, a.Column[e], w, 1) {
				return
			}
		}
	}
}

// Equal implements Op.
func (s *Sparse) Equal(other Op) bool {
	t, ok := other.(*Sparse)
	return ok && equalOrZero(s.B, t.B) && slices.EqualFunc(s.A, t.A, func(a, b Rowwise) bool {
		return a.Columns == b.Columns && slices.Equal(a.Start, b.Start) &&
			slices.Equal(a.Column, b.Column) && slices.Equal(a.Weight, b.Weight)
	})
}

// Parameters implements Op. A weight of 1 or -1 says where an element goes and is
// no parameter.
func (s *Sparse) Parameters() int {
	n := 0
	for _, b := range s.B {
		if b != 0 {
			n++
		}
	}
	for k := range s.A {
		for _, w := range s.A[k].Weight {
			if math.Abs(w) != 1 {
				n++
			}
		}
	}
	return n
}
