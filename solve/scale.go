package solve

import (
	"math"
	"slices"

	"rsm/solve/highs"
)

// scaling relates a model to its scaled form, in which every continuous column
// has bounds of magnitude one at most, and every row a largest coefficient of
// one or less. HiGHS' tolerances are absolute: without scaling they are
// meaningless for neurons of size 1e-6, and claims of optimality have been
// wrong. All factors are powers of two, and those of columns at most 2^100 and
// at least 2^-100, so nothing rounds: package encode keeps coefficients in
// range.
type scaling struct {
	column []float64 // original value = scaled value * column; 0 for columns fixed at 0
	row    []float64 // original row = scaled row * row
	cost   float64   // scaled costs = original costs * cost, beside what columns make of them
}

// scaled returns the scaled form of a model.
func scaled(m *highs.Model) (*highs.Model, scaling) {
	n := len(m.Lo)
	s := scaling{column: make([]float64, n), row: make([]float64, len(m.RowLo)), cost: 1}
	out := *m
	out.Lo, out.Up, out.Cost = make([]float64, n), make([]float64, n), make([]float64, n)
	for j := range n {
		top := max(math.Abs(m.Lo[j]), math.Abs(m.Up[j]))
		if top == 0 {
			continue // its coefficients would only spoil the scale of the rows
		}
		if s.column[j] = 1; !m.Integer[j] {
			s.column[j] = min(max(powerOfTwo(top), 0x1p-100), 0x1p+100)
		}
		out.Lo[j], out.Up[j], out.Cost[j] = m.Lo[j]/s.column[j], m.Up[j]/s.column[j], m.Cost[j]*s.column[j]
	}
	out.Value, out.RowLo, out.RowUp = slices.Clone(m.Value), slices.Clone(m.RowLo), slices.Clone(m.RowUp)
	for i := range out.RowLo {
		from, to := rowElements(m, i)
		s.row[i] = 1
		top := 0.0
		for k := from; k < to; k++ {
			out.Value[k] *= s.column[m.Index[k]]
			top = max(top, math.Abs(out.Value[k]))
		}
		if top == 0 {
			continue
		}
		row := powerOfTwo(top)
		s.row[i] = row
		for k := from; k < to; k++ {
			out.Value[k] /= row
		}
		out.RowLo[i] /= row
		out.RowUp[i] /= row
	}
	return &out, s
}

// rowElements is the range of row i in Index and Value.
func rowElements(m *highs.Model, i int) (from, to int) {
	if i+1 < len(m.Start) {
		return int(m.Start[i]), int(m.Start[i+1])
	}
	return int(m.Start[i]), len(m.Value)
}

// point returns a point of the scaled model.
func (s scaling) point(x []float64) []float64 {
	out := make([]float64, len(x))
	for j, v := range x {
		if s.column[j] > 0 {
			out[j] = v / s.column[j]
		}
	}
	return out
}

// original returns a point of the model from one of the scaled model.
func (s scaling) original(x []float64) []float64 {
	out := make([]float64, len(x))
	for j, v := range x {
		out[j] = v * s.column[j]
	}
	return out
}

// multipliers returns row multipliers of the model from those of the scaled
// model.
func (s scaling) multipliers(y []float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v / (s.row[i] * s.cost)
	}
	return out
}

// costScale is the power of two that brings the largest cost near one. The
// tolerance for dual feasibility is absolute, and the margin of two networks
// that differ by 1e-4 is as small.
func costScale(cost []float64) float64 {
	top := 0.0
	for _, c := range cost {
		top = max(top, math.Abs(c))
	}
	if top == 0 {
		return 1
	}
	return min(max(1/powerOfTwo(top), 0x1p-200), 0x1p+200)
}

// powerOfTwo is the least power of two above v.
func powerOfTwo(v float64) float64 {
	_, e := math.Frexp(v)
	return math.Ldexp(1, e)
}
