package onnx

import (
	"fmt"

	"rsm/network"
)

// buildScaler reads Scaler: (x - offset) scale, each one number for all features or one
// for each, which are along the last axis.
func buildScaler(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	if len(x.shape) == 0 {
		return value{}, fmt.Errorf("operand %s is a scalar, which has no features", quoted(x.name))
	}
	offset, err := c.features("offset", x)
	if err != nil {
		return value{}, err
	}
	scale, err := c.features("scale", x)
	if err != nil {
		return value{}, err
	}
	if offset != nil {
		name := x.name
		if x, err = c.elementwise(c.title()+" (offset)", x, network.Elementwise{Add: negated(offset)}, x.shape); err != nil {
			return value{}, err
		}
		x.name = name
	}
	return c.elementwise(c.title(), x, network.Elementwise{Mul: scale}, x.shape)
}

// features spreads an attribute that is one number, or one for each feature, over the
// elements of x. It is nil where the attribute is left out.
func (c *call) features(name string, x value) ([]float64, error) {
	k, err := c.floatList(name)
	if err != nil || k == nil {
		return nil, err
	}
	last := x.shape[len(x.shape)-1]
	if len(k) != 1 && len(k) != last {
		return nil, fmt.Errorf("attribute %s has %d numbers, operand %s has %d features", quoted(name), len(k), quoted(x.name), last)
	}
	if err := c.spend(x.shape.Size()); err != nil {
		return nil, err
	}
	all := make([]float64, x.shape.Size())
	for i := range all {
		all[i] = k[i%len(k)]
	}
	return all, nil
}
