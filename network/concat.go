package network

import (
	"fmt"
	"slices"
)

// Concat joins operands along one axis: operand k has shape
// Outer x Sizes[k] x Inner, and the result has the operands one after the other
// along the middle axis. An operand may be there several times.
type Concat struct {
	Outer, Inner int
	Sizes        []int
}

// Kind implements Op.
func (c *Concat) Kind() string { return "concatenation" }

// Check implements Op.
func (c *Concat) Check(in []int) (int, error) {
	if len(in) == 0 || len(in) != len(c.Sizes) {
		return 0, fmt.Errorf("a concatenation of %d sizes has %d operands", len(c.Sizes), len(in))
	}
	all := 0
	for k, n := range c.Sizes {
		if in[k] != c.Outer*n*c.Inner {
			return 0, fmt.Errorf("operand %d of a concatenation has %d elements instead of %dx%dx%d", k, in[k], c.Outer, n, c.Inner)
		}
		all += in[k]
	}
	return all, nil
}

// Eval implements Op.
func (c *Concat) Eval(out []float64, in [][]float64) {
	clear(out)
	for k, x := range in {
		c.Apply(k, out, x)
	}
}

// Terms implements Affine. An operand may be there as often as there are
// operands.
func (c *Concat) Terms() int { return len(c.Sizes) }

// Bias implements Affine.
func (c *Concat) Bias() []float64 { return nil }

// Apply implements Affine.
func (c *Concat) Apply(k int, out, x []float64) {
	c.each(k, 1, func(part, whole, n int) { accumulate(out[whole:whole+n], x[part:part+n]) })
}

// ApplyAbs implements Affine.
func (c *Concat) ApplyAbs(k int, out, x []float64) { c.Apply(k, out, x) }

// ApplyTransposed implements Affine.
func (c *Concat) ApplyTransposed(k int, x, y []float64, rows int) {
	c.each(k, rows, func(part, whole, n int) { accumulate(x[part:part+n], y[whole:whole+n]) })
}

// ApplyAbsTransposed implements Affine.
func (c *Concat) ApplyAbsTransposed(k int, x, y []float64) { c.ApplyTransposed(k, x, y, 1) }

// Entries implements Affine.
func (c *Concat) Entries(k, _ int, do func(row, column int, weight, divisor float64) bool) {
	more := true
	c.each(k, 1, func(part, whole, n int) {
		for i := 0; i < n && more; i++ {
			more = do(whole+i, part+i, 1, 1)
		}
	})
}

// each calls do for each contiguous piece of operand k: n elements from part on
// in the operand are those from whole on in the result.
func (c *Concat) each(k, rows int, do func(part, whole, n int)) {
	before, all := 0, 0
	for j, n := range c.Sizes {
		if j < k {
			before += n * c.Inner
		}
		all += n * c.Inner
	}
	n := c.Sizes[k] * c.Inner
	for o := range rows * c.Outer {
		do(o*n, o*all+before, n)
	}
}

func accumulate(out, x []float64) {
	for i, v := range x {
		out[i] += v
	}
}

// Equal implements Op.
func (c *Concat) Equal(other Op) bool {
	d, ok := other.(*Concat)
	return ok && c.Outer == d.Outer && c.Inner == d.Inner && slices.Equal(c.Sizes, d.Sizes)
}

// Parameters implements Op.
func (c *Concat) Parameters() int { return 0 }
