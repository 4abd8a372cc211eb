package onnx

import (
	"fmt"

	"rsm/network"
)

// buildSum reads Sum of activations and constants.
func buildSum(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	shape, signs, constants := c.in[0].shape, make([]int, len(c.in)), 0
	for k, v := range c.in {
		var err error
		if c.opset < 8 && !v.shape.Equal(shape) {
			_, err = c.aligned(shape, v.shape)
		} else {
			shape, err = broadcast(shape, v.shape)
		}
		if err != nil {
			return value{}, err
		}
		signs[k] = 1
		if v.constant != nil {
			constants++
		}
	}
	if constants == len(c.in) {
		return value{}, unsupportedf("all operands are constants; fold constants first (onnxsim, or constant folding of the exporter)")
	}
	if len(c.in) == 1 {
		return c.view(c.in[0], shape)
	}
	return c.sum(c.in, signs, shape)
}

// addActivations reads Add or Sub of two activations.
func (c *call) addActivations(kind arithmeticKind) (value, error) {
	b, err := c.aligned(c.in[0].shape, c.in[1].shape)
	if err != nil {
		return value{}, err
	}
	second, err := c.view(c.in[1], b)
	if err != nil {
		return value{}, err
	}
	shape, err := broadcast(c.in[0].shape, b)
	if err != nil {
		return value{}, err
	}
	signs := []int{1, 1}
	if kind == subtract {
		signs[1] = -1
	}
	return c.sum([]value{c.in[0], second}, signs, shape)
}

// sum adds and subtracts values, each broadcast to a shape.
func (c *call) sum(operands []value, signs []int, shape network.Shape) (value, error) {
	if shape.Size() == 0 {
		return value{}, fmt.Errorf("the result of shape %v is empty", shape)
	}
	all := make([]value, len(operands))
	for k, v := range operands {
		v, err := c.lifted(v)
		if err != nil {
			return value{}, err
		}
		if all[k], err = c.repeated(v, shape); err != nil {
			return value{}, err
		}
	}
	return c.add(c.title(), &network.Sum{Signs: signs}, shape, all...)
}

// lifted makes a node of a constant, which does not use its operand: zeros, and
// the constant added to them.
func (c *call) lifted(v value) (value, error) {
	if v.constant == nil {
		return v, nil
	}
	k, err := c.weights(v)
	if err != nil {
		return value{}, err
	}
	if err := c.spend(len(k)); err != nil {
		return value{}, err
	}
	none := make([]int, len(k))
	for i := range none {
		none[i] = -1
	}
	zero, err := c.add(c.title()+" (zeros)", &network.Gather{Index: none}, v.shape, value{typ: v.typ})
	if err != nil {
		return value{}, err
	}
	return c.add(c.title()+" (constant)", &network.Elementwise{Add: k}, v.shape, zero)
}
