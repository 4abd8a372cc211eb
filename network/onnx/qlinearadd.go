package onnx

func buildQLinearAdd(c *call) (value, error) { return c.quantizedArithmetic("sum", buildAdd) }
func buildQLinearMul(c *call) (value, error) { return c.quantizedArithmetic("product", buildMul) }

// quantizedArithmetic reads QLinearAdd and QLinearMul of ONNX Runtime: operands A and B, each
// with scale and zero point, and scale and zero point of the result.
func (c *call) quantizedArithmetic(part string, apply build) (value, error) {
	a, err := c.real(0)
	if err != nil {
		return value{}, err
	}
	b, err := c.real(3)
	if err != nil {
		return value{}, err
	}
	y, err := apply(c.inner(part, a, b))
	if err != nil {
		return value{}, err
	}
	return c.roundedAfter(c.in[0].typ, y, 6)
}
