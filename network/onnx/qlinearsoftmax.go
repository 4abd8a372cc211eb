package onnx

import "fmt"

// buildQLinearSoftmax reads QLinearSoftmax of ONNX Runtime at the end of a network: the
// softmax of a dequantized tensor, rounded to levels again. Attribute opset says which
// version of Softmax is meant.
func buildQLinearSoftmax(c *call) (value, error) {
	return c.quantizedEnding(func(c *call, x value) (value, error) {
		version := c.integer("opset", 0)
		if version < 1 || version > newestOpset {
			return value{}, fmt.Errorf("attribute \"opset\" is %d: it must be a version of the default operator set", version)
		}
		c.opset = int(version)
		return c.softmax(x)
	})
}

// buildQLinearSigmoid reads QLinearSigmoid of ONNX Runtime at the end of a network with one
// output.
func buildQLinearSigmoid(c *call) (value, error) {
	return c.quantizedEnding(func(c *call, x value) (value, error) { return c.sigmoid(x) })
}

// quantizedEnding reads an ending of a quantized tensor, operands 0 to 2, whose
// probabilities are quantized by operands 3 and 4.
func (c *call) quantizedEnding(make func(c *call, x value) (value, error)) (value, error) {
	x, err := c.real(0)
	if err != nil {
		return value{}, err
	}
	typ := c.in[0].typ
	if c.given(4) {
		typ = c.in[4].typ
	}
	s, err := c.scaling(3, typ, granularity{shape: x.shape})
	if err != nil {
		return value{}, err
	}
	part := *c
	y, err := make(&part, x)
	if err != nil {
		return value{}, err
	}
	return c.rounded(y, s)
}
