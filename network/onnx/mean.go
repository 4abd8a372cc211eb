package onnx

// buildMean reads Mean: a Sum, divided by the number of operands.
func buildMean(c *call) (value, error) {
	y, err := buildSum(c)
	if err != nil || len(c.in) == 1 {
		return y, err
	}
	return c.divided(y, len(c.in))
}
