package onnx

import "fmt"

// buildQLinearAveragePool and buildQLinearGlobalAveragePool read the poolings of ONNX
// Runtime, of channels first; channelsLast reads the others.
func buildQLinearAveragePool(c *call) (value, error) {
	return c.quantizedPool(buildAveragePool, (*call).roundedAfter)
}
func buildQLinearGlobalAveragePool(c *call) (value, error) {
	return c.quantizedPool(buildGlobalAveragePool, (*call).requantizedTo)
}

func (c *call) quantizedPool(pool build, quantize func(c *call, typ dataType, y value, k int) (value, error)) (value, error) {
	x, err := c.real(0)
	if err != nil {
		return value{}, err
	}
	y, err := pool(c.inner("average", x))
	if err != nil {
		return value{}, err
	}
	return quantize(c, c.in[0].typ, y, 3)
}

// buildQLinearConcat reads QLinearConcat of ONNX Runtime: scale and zero point of the
// result, and then operands, each with scale and zero point.
func buildQLinearConcat(c *call) (value, error) {
	if len(c.in)%3 != 2 {
		return value{}, fmt.Errorf("it has %d operands: two, and three for each tensor, are needed", len(c.in))
	}
	typ, parts := c.in[1].typ, []value{}
	for k := 2; k < len(c.in); k += 3 {
		x, err := c.real(k)
		if err != nil {
			return value{}, err
		}
		parts = append(parts, x)
	}
	y, err := buildConcat(c.inner("parts", parts...))
	if err != nil {
		return value{}, err
	}
	if y.constant != nil {
		return value{}, unsupportedf("all its operands are constants; fold constants first")
	}
	return c.requantizedTo(typ, y, 0)
}

// buildQLinearLeakyReLU reads QLinearLeakyRelu of ONNX Runtime.
func buildQLinearLeakyReLU(c *call) (value, error) {
	x, err := c.real(0)
	if err != nil {
		return value{}, err
	}
	y, err := buildLeakyReLU(c.inner("leaky", x))
	if err != nil {
		return value{}, err
	}
	return c.requantizedTo(c.in[0].typ, y, 3)
}
