package encode

import "math"

// Program is a mixed-integer linear program without an objective, rows in
// compressed sparse form:
//
//	RowLo <= A x <= RowHi,  Lo <= x <= Hi,  x[j] integer where Integer[j].
type Program struct {
	Names   []string // of columns
	Lo, Hi  []float64
	Integer []bool

	RowNames     []string
	RowLo, RowHi []float64
	Start        []int32 // of each row in Index and Value
	Index        []int32
	Value        []float64
}

// dropBelow is the share of a row's largest possible term under which a term is
// left out: the solver would ignore it in a scaled program. The row is widened by
// what such terms could contribute.
const dropBelow = 1e-9

func (m *Program) column(name string, lo, hi float64, integer bool) int {
	m.Names = append(m.Names, name)
	m.Lo, m.Hi = append(m.Lo, lo), append(m.Hi, hi)
	m.Integer = append(m.Integer, integer)
	return len(m.Lo) - 1
}

// row adds lo <= sum of terms <= hi. Terms name each column once.
func (m *Program) row(name string, lo, hi float64, terms ...Term) {
	m.RowNames = append(m.RowNames, name)
	m.Start = append(m.Start, int32(len(m.Index)))
	largest := 0.0
	size := func(t Term) float64 {
		return math.Abs(t.Value) * max(math.Abs(m.Lo[t.Column]), math.Abs(m.Hi[t.Column]))
	}
	for _, t := range terms {
		largest = max(largest, size(t))
	}
	for _, t := range terms {
		switch {
		case t.Value == 0:
		case size(t) < dropBelow*largest:
			p, q := t.Value*m.Lo[t.Column], t.Value*m.Hi[t.Column]
			lo, hi = down(lo-up(max(p, q))), up(hi-down(min(p, q)))
		default:
			m.Index = append(m.Index, int32(t.Column))
			m.Value = append(m.Value, t.Value)
		}
	}
	m.RowLo, m.RowHi = append(m.RowLo, lo), append(m.RowHi, hi)
}

// check returns ErrRange where a number is out of range.
func (m *Program) check() error {
	for _, v := range m.Value {
		if !inRange(v) {
			return ErrRange
		}
	}
	for j := range m.Lo {
		if !(math.Abs(m.Lo[j]) <= largestCoefficient && math.Abs(m.Hi[j]) <= largestCoefficient) {
			return ErrRange
		}
	}
	for i := range m.RowLo {
		if math.IsNaN(m.RowLo[i]) || math.IsNaN(m.RowHi[i]) {
			return ErrRange
		}
	}
	return nil
}

func inRange(v float64) bool {
	m := math.Abs(v)
	return v == 0 || m >= smallestCoefficient && m <= largestCoefficient
}

// Term is a coefficient of a column.
type Term struct {
	Column int
	Value  float64
}

// Expression is Const plus a sum of terms, one a column at most. It differs
// from what it stands for by at most Err, the rounding of its coefficients,
// anywhere in the region.
type Expression struct {
	Terms []Term
	Const float64
	Err   float64
}

// Violation is the largest amount by which x violates a bound or a row of the
// program, or the integrality of a column.
func (m *Program) Violation(x []float64) float64 {
	worst := 0.0
	for j, v := range x {
		worst = max(worst, m.Lo[j]-v, v-m.Hi[j])
		if m.Integer[j] {
			worst = max(worst, math.Abs(v-math.Round(v)))
		}
	}
	for i := range m.RowLo {
		end := len(m.Index)
		if i+1 < len(m.Start) {
			end = int(m.Start[i+1])
		}
		s := 0.0
		for k := int(m.Start[i]); k < end; k++ {
			s += m.Value[k] * x[m.Index[k]]
		}
		worst = max(worst, m.RowLo[i]-s, s-m.RowHi[i])
	}
	return worst
}
