package onnx

import (
	"fmt"
	"math"

	"rsm/network"
)

// buildAveragePool reads AveragePool: sums over windows, by a convolution of
// ones, divided by what the windows hold.
func buildAveragePool(c *call) (value, error) {
	padding, err := c.flag("count_include_pad")
	if err != nil {
		return value{}, err
	}
	p, err := c.poolOfSums()
	if err != nil {
		return value{}, err
	}
	if err := c.spend(2 * p.results.Size()); err != nil {
		return value{}, err
	}
	counts := p.window.counts(p.operand.shape[2:], p.results, padding)
	kernel := size(p.window.kernel)
	if err := c.spend(kernel); err != nil {
		return value{}, err
	}
	op := p.sums()
	return c.average(func(weight float64) network.Op { op.W = filled(weight, kernel); return op }, counts, p.operand, p.shape)
}

// buildGlobalAveragePool reads GlobalAveragePool: the mean over all spatial axes.
func buildGlobalAveragePool(c *call) (value, error) {
	x, err := c.pooled()
	if err != nil {
		return value{}, err
	}
	if len(x.shape) < 3 {
		return value{}, fmt.Errorf("the operand has shape %v; a batch, channels and spatial axes are needed", x.shape)
	}
	shape := append(network.Shape{}, x.shape...)
	for i := range shape[2:] {
		shape[i+2] = 1
	}
	n := x.shape[2:].Size()
	if err := c.spend(n); err != nil {
		return value{}, err
	}
	op := &network.Dense{Rows: 1, Cols: n, Outer: shape.Size()}
	return c.average(func(weight float64) network.Op { op.W = filled(weight, n); return op }, []float64{float64(n)}, x, shape)
}

// pooled returns the operand of a pooling.
func (c *call) pooled() (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	x := c.in[0]
	switch {
	case x.constant != nil:
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	case x.shape.Size() == 0:
		return value{}, fmt.Errorf("the operand of shape %v is empty", x.shape)
	}
	return x, nil
}

// counts is by how much the sum over each window is divided: the elements of the
// operand in it, and those of the padding where they count. Elements beyond the
// padding, which windows have with ceil_mode, never count.
func (w *window) counts(sizes, results network.Shape, padding bool) []float64 {
	along := make([][]float64, len(sizes))
	for i, n := range sizes {
		low, high := 0, n
		if padding {
			low, high = -w.begin[i], n+w.end[i]
		}
		along[i] = make([]float64, results[i])
		for o := range along[i] {
			from := o*w.stride[i] - w.begin[i] // of the window
			first := max(0, (low-from+w.dilation[i]-1)/w.dilation[i])
			last := min(w.kernel[i]-1, floor(high-1-from, w.dilation[i]))
			along[i][o] = float64(max(0, last-first+1))
		}
	}
	counts := []float64{1}
	for _, list := range along {
		var more []float64
		for _, p := range counts {
			for _, q := range list {
				more = append(more, p*q)
			}
		}
		counts = more
	}
	return counts
}

// floor is a/b rounded down, for b > 0.
func floor(a, b int) int {
	if a < 0 {
		return -((b - 1 - a) / b)
	}
	return a / b
}

// average makes the nodes of sums divided by counts, which repeat over the
// result. sum gives the operator of the sums times a weight: the reciprocal of a
// count is such a weight where it is a float64, that is for powers of two.
func (c *call) average(sum func(weight float64) network.Op, counts []float64, x value, shape network.Shape) (value, error) {
	for _, n := range counts {
		if n == 0 {
			return value{}, fmt.Errorf("a window lies in the padding alone: its mean is not a number")
		}
	}
	if fraction, _ := math.Frexp(counts[0]); fraction == 0.5 && constantly(counts, counts[0]) {
		return c.add(c.title(), sum(1/counts[0]), shape, x)
	}
	if err := c.spend(shape.Size()); err != nil {
		return value{}, err
	}
	div := make([]float64, shape.Size())
	for i := range div {
		div[i] = counts[i%len(counts)]
	}
	y, err := c.add(c.title()+" (sum)", sum(1), shape, x)
	if err != nil {
		return value{}, err
	}
	return c.add(c.title(), &network.Elementwise{Div: div}, shape, y)
}
