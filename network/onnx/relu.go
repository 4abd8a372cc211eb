package onnx

import "rsm/network"

// buildReLU reads Relu: y = max(x, 0).
func buildReLU(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	x := c.in[0]
	if x.constant != nil {
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	}
	return c.add(c.title(), network.ReLU{}, x.shape, x)
}
