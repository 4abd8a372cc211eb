package onnx

import "rsm/network"

var _ = entered("Relu", operator{build: buildReLU, fewest: 1, most: 1, attributes: map[string]rule{
	"consumed_inputs": until(5, intsAttribute), // a hint
}}, func(c *call) (value, error) { return c.foldWith(maximumOf, false) })

// buildReLU reads Relu: y = max(x, 0), which is x where a ReLU came before already.
func buildReLU(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	if c.rectified(x.node) {
		y, err := c.view(x, x.shape)
		if c.uses[x.name] == 1 {
			y.monotone = x.monotone
		}
		return y, err
	}
	return c.add(c.title(), network.ReLU{}, x.shape, x)
}
