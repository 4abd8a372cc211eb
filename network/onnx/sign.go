package onnx

import (
	"cmp"

	"rsm/network"
)

var _ = entered("Sign", operator{build: buildSign, fewest: 1, most: 1}, func(c *call) (value, error) { return c.foldWith(signOf, false) })

// signOf is the sign of the first number.
var signOf = arithmetic{
	func(p, _ int64) (int64, error) { return int64(cmp.Compare(p, 0)), nil },
	func(p, _ float64) (float64, bool) { return float64(cmp.Compare(p, 0)), true },
}

// buildSign reads Sign: -1, 0 or 1.
func buildSign(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	return c.add(c.title(), network.Sign{}, x.shape, x)
}
