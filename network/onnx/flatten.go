package onnx

import "rsm/network"

// buildFlatten reads Flatten: the dimensions before axis become one, and those
// from axis on another.
func buildFlatten(c *call) (value, error) {
	x := c.in[0]
	a, limit := c.integer("axis", 1), len(x.shape)
	if a >= 0 {
		limit++ // the rank itself: the second dimension is then 1
	}
	axis, err := c.axis(a, limit, 11)
	if err != nil {
		return value{}, err
	}
	return c.view(x, network.Shape{x.shape[:axis].Size(), x.shape[axis:].Size()})
}
