package onnx

import (
	"fmt"

	"rsm/network"
)

// buildNormalizer reads Normalizer of probabilities: they are divided by one positive
// number, which changes no quotient of them. Of other numbers, the divisor depends on
// the input.
func buildNormalizer(c *call) (value, error) {
	x := c.in[0]
	norm := c.text("norm", "MAX")
	if norm != "MAX" && norm != "L1" && norm != "L2" {
		return value{}, fmt.Errorf("attribute norm is %s: it must be MAX, L1 or L2", quoted(norm))
	}
	if x.end == nil || x.end.kind != network.Softmax || x.end.levels != "" {
		return value{}, unsupportedf("it divides by a norm of numbers that depend on the input, which is not piecewise linear, unless they are the probabilities that a softmax makes; cut the model before it (--output)")
	}
	y, err := c.view(x, x.shape)
	if end := *x.end; norm != "L1" { // their sum is 1 already
		end.normed = true
		y.end = &end
	}
	return y, err
}
