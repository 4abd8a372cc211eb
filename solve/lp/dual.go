package lp

import (
	"math"

	"rsm/solve/highs"
)

// DualBound bounds the maximum of the objective over the rows and the column
// bounds of m by weak duality, for any row multipliers y:
//
//	c.x <= sum_j max over bounds of (c - A^T y)_j x_j + sum_i max over bounds of y_i (Ax)_i
//
// (Neumaier and Shcherbina, Safe bounds in linear and mixed-integer
// programming, 2004). The rounding of the float64 sums is added.
func DualBound(m *highs.Model, cost []float64, offset float64, y []float64) float64 {
	return DualLine(m, cost, offset, y, nil)
}

// DualLine is DualBound with the first columns left as they are: it writes their
// coefficients to line, and returns the constant of an upper bound
// line.x + constant of the objective.
func DualLine(m *highs.Model, cost []float64, offset float64, y []float64, line []float64) float64 {
	d := append([]float64(nil), cost...)
	scale := make([]float64, len(d))
	for j, c := range d {
		scale[j] = math.Abs(c)
	}
	total, magnitude := offset, math.Abs(offset)
	for i, v := range y {
		bound := m.RowUp[i]
		if v < 0 {
			bound = m.RowLo[i]
		}
		if v == 0 || math.IsInf(bound, 0) || math.IsNaN(v) || math.IsInf(v, 0) {
			continue // the multiplier 0 is as good as any
		}
		total += v * bound
		magnitude += math.Abs(v * bound)
		for k, end := rowElements(m, i); k < end; k++ {
			j, p := m.Index[k], v*m.Value[k]
			d[j] -= p
			scale[j] += math.Abs(p)
		}
	}
	for j, v := range d {
		switch {
		case j < len(line):
			line[j] = v
		case v > 0:
			total += v * m.Up[j]
		default:
			total += v * m.Lo[j]
		}
		magnitude += scale[j] * max(math.Abs(m.Lo[j]), math.Abs(m.Up[j]))
	}
	return total + magnitude*float64(len(d)+len(y)+8)*0x1p-52 + 0x1p-900
}

// Empty says whether the solver's dual ray proves that no point satisfies the rows and
// column bounds of m: with a zero objective, multipliers whose dual bound is below zero.
func Empty(s *highs.Solver, m *highs.Model) bool {
	ray, ok, err := s.DualRay()
	if err != nil || !ok {
		return false
	}
	zero := make([]float64, len(m.Lo))
	if DualBound(m, zero, 0, ray) < 0 {
		return true
	}
	for i := range ray {
		ray[i] = -ray[i]
	}
	return DualBound(m, zero, 0, ray) < 0
}
