package lp

import (
	"math"
	"slices"

	"rsm/solve/highs"
)

// Scaling relates a model to its scaled form, in which every continuous column
// has bounds of magnitude one at most, and every row a largest coefficient of
// one or less. HiGHS' tolerances are absolute: without scaling they are
// meaningless for neurons of size 1e-6, and claims of optimality have been
// wrong. All factors are powers of two, and those of columns at most 2^100 and
// at least 2^-100, so nothing rounds: package encode keeps coefficients in
// range.
type Scaling struct {
	Column []float64 // original value = scaled value * column; 0 for columns fixed at 0
	Row    []float64 // original row = scaled row * row
	Cost   float64   // scaled costs = original costs * cost, beside what columns make of them
}

// Scaled returns the scaled form of a model.
func Scaled(m *highs.Model) (*highs.Model, Scaling) {
	n := len(m.Lo)
	s := Scaling{Column: make([]float64, n), Row: make([]float64, len(m.RowLo)), Cost: 1}
	out := *m
	out.Lo, out.Up, out.Cost = make([]float64, n), make([]float64, n), make([]float64, n)
	for j := range n {
		top := max(math.Abs(m.Lo[j]), math.Abs(m.Up[j]))
		if top == 0 {
			continue // its coefficients would only spoil the scale of the rows
		}
		if s.Column[j] = 1; !m.Integer[j] {
			s.Column[j] = min(max(powerOfTwo(top), 0x1p-100), 0x1p+100)
		}
		out.Lo[j], out.Up[j], out.Cost[j] = m.Lo[j]/s.Column[j], m.Up[j]/s.Column[j], m.Cost[j]*s.Column[j]
	}
	out.Value, out.RowLo, out.RowUp = slices.Clone(m.Value), slices.Clone(m.RowLo), slices.Clone(m.RowUp)
	for i := range out.RowLo {
		from, to := rowElements(m, i)
		s.Row[i] = 1
		top := 0.0
		for k := from; k < to; k++ {
			out.Value[k] *= s.Column[m.Index[k]]
			top = max(top, math.Abs(out.Value[k]))
		}
		if top == 0 {
			continue
		}
		row := powerOfTwo(top)
		s.Row[i] = row
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

// Point returns a point of the scaled model.
func (s Scaling) Point(x []float64) []float64 {
	out := make([]float64, len(x))
	for j, v := range x {
		if s.Column[j] > 0 {
			out[j] = v / s.Column[j]
		}
	}
	return out
}

// Original returns a point of the model from one of the scaled model.
func (s Scaling) Original(x []float64) []float64 {
	out := make([]float64, len(x))
	for j, v := range x {
		out[j] = v * s.Column[j]
	}
	return out
}

// Multipliers returns row multipliers of the model from those of the scaled
// model.
func (s Scaling) Multipliers(y []float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v / (s.Row[i] * s.Cost)
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
