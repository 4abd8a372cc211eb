package network

import (
	"fmt"
	"slices"
)

// Sum adds and subtracts operands of one size, element by element:
// y = sum over k of Signs[k] x_k. An operand may be there several times.
type Sum struct {
	Signs []int // 1 or -1, one for each operand
}

// Kind implements Op.
func (s *Sum) Kind() string { return "sum" }

// Check implements Op.
func (s *Sum) Check(in []int) (int, error) {
	if len(in) == 0 || len(in) != len(s.Signs) {
		return 0, fmt.Errorf("a sum of %d signs has %d operands", len(s.Signs), len(in))
	}
	for k, sign := range s.Signs {
		if sign != 1 && sign != -1 {
			return 0, fmt.Errorf("the sign of an operand of a sum is %d instead of 1 or -1", sign)
		}
		if in[k] != in[0] {
			return 0, fmt.Errorf("operands of a sum have %d and %d elements", in[0], in[k])
		}
	}
	return in[0], nil
}

// Eval implements Op.
func (s *Sum) Eval(out []float64, in [][]float64) {
	clear(out)
	for k, x := range in {
		s.Apply(k, out, x)
	}
}

// Terms implements Affine.
func (s *Sum) Terms() int { return len(s.Signs) }

// Bias implements Affine.
func (s *Sum) Bias() []float64 { return nil }

// Apply implements Affine.
func (s *Sum) Apply(k int, out, x []float64) {
	if s.Signs[k] < 0 {
		for i, v := range x {
			out[i] -= v
		}
		return
	}
	s.ApplyAbs(k, out, x)
}

// ApplyAbs implements Affine.
func (s *Sum) ApplyAbs(_ int, out, x []float64) {
	for i, v := range x {
		out[i] += v
	}
}

// ApplyTransposed implements Affine.
func (s *Sum) ApplyTransposed(k int, x, y []float64, _ int) { s.Apply(k, x, y) }

// ApplyAbsTransposed implements Affine.
func (s *Sum) ApplyAbsTransposed(k int, x, y []float64) { s.ApplyAbs(k, x, y) }

// Entries implements Affine.
func (s *Sum) Entries(k, columns int, do func(row, column int, weight, divisor float64) bool) {
	for i := range columns {
		if !do(i, i, float64(s.Signs[k]), 1) {
			return
		}
	}
}

// Equal implements Op.
func (s *Sum) Equal(other Op) bool {
	t, ok := other.(*Sum)
	return ok && slices.Equal(s.Signs, t.Signs)
}

// Parameters implements Op.
func (s *Sum) Parameters() int { return 0 }
