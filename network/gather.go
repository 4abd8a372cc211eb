package network

import (
	"fmt"
	"slices"
)

// Gather picks elements: y[i] = x[Index[i]], and y[i] = 0 where Index[i] is -1. A
// transposition is a Gather, and so is a padding with zeros.
type Gather struct {
	Index []int
}

// Kind implements Op.
func (p *Gather) Kind() string { return "gather" }

// Check implements Op.
func (p *Gather) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("a gather has one operand, not %d", len(in))
	}
	for _, j := range p.Index {
		if j < -1 || j >= in[0] {
			return 0, fmt.Errorf("index %d is outside an operand of %d elements", j, in[0])
		}
	}
	return len(p.Index), nil
}

// Eval implements Op.
func (p *Gather) Eval(out []float64, in [][]float64) {
	clear(out)
	p.Apply(0, out, in[0])
}

// Terms implements Affine. An element may be picked by every row.
func (p *Gather) Terms() int { return len(p.Index) }

// Bias implements Affine.
func (p *Gather) Bias() []float64 { return nil }

// Apply implements Affine.
func (p *Gather) Apply(_ int, out, x []float64) {
	for i, j := range p.Index {
		if j >= 0 {
			out[i] += x[j]
		}
	}
}

// ApplyAbs implements Affine.
func (p *Gather) ApplyAbs(k int, out, x []float64) { p.Apply(k, out, x) }

// ApplyTransposed implements Affine.
func (p *Gather) ApplyTransposed(_ int, x, y []float64, rows int) {
	if rows == 0 {
		return
	}
	n := len(x) / rows
	for r := range rows {
		for i, j := range p.Index {
			if j >= 0 {
				x[r*n+j] += y[r*len(p.Index)+i]
			}
		}
	}
}

// ApplyAbsTransposed implements Affine.
func (p *Gather) ApplyAbsTransposed(k int, x, y []float64) { p.ApplyTransposed(k, x, y, 1) }

// Entries implements Affine.
func (p *Gather) Entries(_, _ int, do func(row, column int, weight, divisor float64) bool) {
	for i, j := range p.Index {
		if j >= 0 && !do(i, j, 1, 1) {
			return
		}
	}
}

// Equal implements Op.
func (p *Gather) Equal(other Op) bool {
	q, ok := other.(*Gather)
	return ok && slices.Equal(p.Index, q.Index)
}

// Parameters implements Op.
func (p *Gather) Parameters() int { return 0 }
