package onnx

import "rsm/network"

// buildSum reads Sum of any number of operands, which are broadcast from opset 8
// on.
func buildSum(c *call) (value, error) {
	activations, constants, err := c.broadcastOperands()
	if err != nil {
		return value{}, err
	}
	return c.sum(c.title(), activations, constants)
}

// buildMean reads Mean: a Sum, divided by the number of operands.
func buildMean(c *call) (value, error) {
	activations, constants, err := c.broadcastOperands()
	if err != nil {
		return value{}, err
	}
	if len(c.in) == 1 {
		return c.view(activations[0], activations[0].shape)
	}
	y, err := c.sum(c.title()+" (sum)", activations, constants)
	if err != nil {
		return value{}, err
	}
	return c.divided(y, len(c.in))
}

// sum adds activations and constants of one shape.
func (c *call) sum(name string, activations []value, constants [][]float64) (value, error) {
	y, shape := activations[0], activations[0].shape
	if n := len(activations); n > 1 {
		signs := make([]int, n)
		for i := range signs {
			signs[i] = 1
		}
		var err error
		if y, err = c.join(name, &network.Sum{Signs: signs}, shape, activations...); err != nil {
			return value{}, err
		}
	}
	for _, k := range constants { // one by one: their sum might be rounded
		var err error
		if y, err = c.add(name, &network.Elementwise{Add: k}, shape, y); err != nil {
			return value{}, err
		}
	}
	return c.view(y, shape)
}
