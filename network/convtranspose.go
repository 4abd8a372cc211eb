package network

import "fmt"

// ConvTranspose is the transpose of a convolution: its operand has the shape of
// the convolution's result and its result the shape of the convolution's operand,
// with a bias for each of the convolution's input channels:
//
//	y = A^T x + B, where A is the matrix of Conv.
type ConvTranspose struct {
	Conv Conv      // without a bias
	B    []float64 // Conv.In, or nil for zero
}

// Kind implements Op.
func (c *ConvTranspose) Kind() string { return "transposed convolution" }

// Check implements Op.
func (c *ConvTranspose) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("a transposed convolution has one operand, not %d", len(in))
	}
	if err := c.Conv.check(); err != nil {
		return 0, err
	}
	if n := c.Conv.outer() * c.Conv.Out * c.Conv.Results().Size(); in[0] != n {
		return 0, fmt.Errorf("a transposed convolution of %d channels of size %v does not fit an operand of %d elements", c.Conv.Out, c.Conv.Results(), in[0])
	}
	if c.B != nil && len(c.B) != c.Conv.In {
		return 0, fmt.Errorf("the bias has %d elements for %d channels", len(c.B), c.Conv.In)
	}
	return c.Conv.outer() * c.Conv.In * Shape(c.Conv.Size).Size(), nil
}

// Eval implements Op.
func (c *ConvTranspose) Eval(out []float64, in [][]float64) {
	clear(out)
	c.Apply(0, out, in[0])
	addPerChannel(out, c.B, Shape(c.Conv.Size).Size())
}

// Terms implements Affine.
func (c *ConvTranspose) Terms() int { return c.Conv.Terms() }

// Bias implements Affine.
func (c *ConvTranspose) Bias() []float64 {
	return perChannel(c.B, c.Conv.outer(), Shape(c.Conv.Size).Size())
}

// Apply implements Affine.
func (c *ConvTranspose) Apply(_ int, out, x []float64) { c.Conv.ApplyTransposed(0, out, x, 1) }

// ApplyAbs implements Affine.
func (c *ConvTranspose) ApplyAbs(_ int, out, x []float64) { c.Conv.ApplyAbsTransposed(0, out, x) }

// ApplyTransposed implements Affine.
func (c *ConvTranspose) ApplyTransposed(_ int, x, y []float64, rows int) {
	p := c.Conv.plan(c.Conv.W)
	p.outer *= rows
	p.forward(x, y)
}

// ApplyAbsTransposed implements Affine.
func (c *ConvTranspose) ApplyAbsTransposed(_ int, x, y []float64) { c.Conv.ApplyAbs(0, x, y) }

// Entries implements Affine.
func (c *ConvTranspose) Entries(_, _ int, do func(row, column int, weight, divisor float64) bool) {
	c.Conv.Entries(0, 0, func(row, column int, weight, divisor float64) bool { return do(column, row, weight, divisor) })
}

// Equal implements Op.
func (c *ConvTranspose) Equal(other Op) bool {
	d, ok := other.(*ConvTranspose)
	return ok && c.Conv.sameMap(&d.Conv) && equalOrZero(c.B, d.B)
}

// Parameters implements Op.
func (c *ConvTranspose) Parameters() int { return len(c.Conv.W) + len(c.B) }
