package onnx

import (
	"fmt"
	"math"

	"rsm/network"
)

// buildClip reads Clip: y = min(max(x, low), high), either bound or both.
func buildClip(c *call) (value, error) {
	if c.opset < 11 {
		if err := c.oldOperands(1); err != nil {
			return value{}, err
		}
	}
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	low, err := c.clipBound(1, "min", math.Inf(-1))
	if err != nil {
		return value{}, err
	}
	high, err := c.clipBound(2, "max", math.Inf(1))
	if err != nil {
		return value{}, err
	}
	return c.clipped(x, low, high)
}

// clipBound returns a bound of Clip. One of the largest FLOAT or beyond, which
// opsets before 11 have as defaults, is none.
func (c *call) clipBound(k int, name string, none float64) (float64, error) {
	bound := none
	if c.opset < 11 {
		bound = c.float(name, none)
	} else if c.given(k) {
		v := c.in[k]
		if v.constant == nil {
			return 0, unsupportedf("%s %s depends on the input; it must be a constant", name, quoted(v.name))
		}
		if v.shape.Size() != 1 {
			return 0, fmt.Errorf("%s %s has shape %v instead of that of a scalar", name, quoted(v.name), v.shape)
		}
		bound = v.constant.floats[0]
	}
	if none < 0 && bound <= -math.MaxFloat32 || none > 0 && bound >= math.MaxFloat32 {
		return none, nil
	}
	if err := network.CheckFinite([]float64{bound}); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return bound, nil
}

// clipped is min(max(x, low), high); an infinite bound is none.
func (c *call) clipped(x value, low, high float64) (y value, err error) {
	y, n := x, x.shape.Size()
	if low == high {
		y, err = c.add(c.title(), &network.Elementwise{Mul: make([]float64, n), Add: filled(low, n)}, x.shape, x)
		return y, err
	}
	if !math.IsInf(low, 0) {
		if y, err = c.limited(maximum, y, filled(low, n)); err != nil {
			return value{}, err
		}
	}
	if !math.IsInf(high, 0) {
		return c.limited(minimum, y, filled(high, n))
	}
	return c.view(y, x.shape)
}

// buildHardSigmoid reads HardSigmoid: alpha x + beta, clipped to [0, 1].
func buildHardSigmoid(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	// the defaults are FLOAT, as all attributes are
	alpha, beta := c.float("alpha", float64(float32(0.2))), c.float("beta", 0.5)
	if err := network.CheckFinite([]float64{alpha, beta}); err != nil {
		return value{}, fmt.Errorf("attributes alpha and beta: %w", err)
	}
	n := x.shape.Size()
	if err := c.spend(2 * n); err != nil {
		return value{}, err
	}
	y, err := c.add(c.title()+" (line)", &network.Elementwise{Mul: filled(alpha, n), Add: filled(beta, n)}, x.shape, x)
	if err != nil {
		return value{}, err
	}
	return c.clipped(y, 0, 1)
}
