package onnx

import "rsm/network"

// buildReLU reads Relu: y = max(x, 0).
func buildReLU(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	return c.activation(x, func(c *call, x value) (value, error) { return c.add(c.title(), network.ReLU{}, x.shape, x) })
}
