package onnx

import (
	"fmt"

	"rsm/network"
)

// buildLeakyReLU reads LeakyRelu: y = x where x is positive, alpha x elsewhere.
func buildLeakyReLU(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	alpha := c.float("alpha", float64(float32(0.01)))
	if err := network.CheckFinite([]float64{alpha}); err != nil {
		return value{}, fmt.Errorf("attribute alpha: %w", err)
	}
	apply := func(c *call, x value) (value, error) { return c.leaky(x, filled(alpha, x.shape.Size())) }
	if alpha < 0 {
		return apply(c, x)
	}
	return c.activation(x, apply)
}

// buildPReLU reads PRelu: LeakyRelu with a constant slope for each element, which
// is broadcast to the operand. Before opset 7 it is one number, or one a channel.
func buildPReLU(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	slope := c.in[1]
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	if slope.constant == nil {
		return value{}, unsupportedf("the slope %s depends on the input; it must be a constant", quoted(slope.name))
	}
	shape := slope.shape
	if c.opset < 7 && len(shape) == 1 && shape[0] > 1 && len(x.shape) > 1 && shape[0] == x.shape[1] {
		for range len(x.shape) - 2 {
			shape = append(shape[:len(shape):len(shape)], 1)
		}
	}
	if c.opset < 7 && shape.Size() == 1 {
		shape = network.Shape{}
	}
	if out, err := broadcast(x.shape, shape); err != nil || !out.Equal(x.shape) {
		return value{}, fmt.Errorf("the slope of shape %v does not broadcast to an operand of shape %v", slope.shape, x.shape)
	}
	k, err := c.weights(slope)
	if err != nil {
		return value{}, err
	}
	if k, err = c.expanded(k, shape, x.shape); err != nil {
		return value{}, err
	}
	return c.leaky(x, k)
}

// leaky is k x + (1-k) relu(x) where all 1-k are exact, and relu(x) - k relu(-x)
// otherwise.
func (c *call) leaky(x value, k []float64) (value, error) {
	n, title := len(k), c.title()
	if err := c.spend(6 * n); err != nil {
		return value{}, err
	}
	if constantly(k, 1) {
		return c.view(x, x.shape)
	}
	if constantly(k, 0) {
		return c.add(title, network.ReLU{}, x.shape, x)
	}
	y, err := c.add(title+" (relu)", network.ReLU{}, x.shape, x)
	if err != nil {
		return value{}, err
	}
	if rest, exact := sums(filled(1, n), negated(k)); exact {
		return c.combined(title, x.shape, weighted{x, k}, weighted{y, rest})
	}
	z, err := c.add(title+" (minus)", &network.Elementwise{Mul: filled(-1, n)}, x.shape, x)
	if err != nil {
		return value{}, err
	}
	if z, err = c.add(title+" (relu of minus)", network.ReLU{}, x.shape, z); err != nil {
		return value{}, err
	}
	return c.combined(title, x.shape, weighted{y, filled(1, n)}, weighted{z, negated(k)})
}

// sums adds two lists if every sum is a float64 exactly and of a magnitude that
// constants may have.
func sums(a, b []float64) ([]float64, bool) {
	out := make([]float64, len(a))
	for i := range a {
		var exact bool
		if out[i], exact = exactSum(a[i], b[i]); !exact {
			return nil, false
		}
	}
	return out, network.CheckFinite(out) == nil
}

// buildAbs reads Abs: |x| = 2 relu(x) - x.
func buildAbs(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	n := x.shape.Size()
	if err := c.spend(4 * n); err != nil {
		return value{}, err
	}
	y, err := c.add(c.title()+" (relu)", network.ReLU{}, x.shape, x)
	if err != nil {
		return value{}, err
	}
	return c.combined(c.title(), x.shape, weighted{y, filled(2, n)}, weighted{x, filled(-1, n)})
}

// buildNeg reads Neg.
func buildNeg(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	n := x.shape.Size()
	if err := c.spend(n); err != nil {
		return value{}, err
	}
	return c.add(c.title(), &network.Elementwise{Mul: filled(-1, n)}, x.shape, x)
}
