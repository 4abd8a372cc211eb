package onnx

import "fmt"

// buildLpPool reads LpPool with p = 1: sums of magnitudes over windows, which are those of
// AveragePool.
func buildLpPool(c *call) (value, error) {
	if p := c.attributes["p"]; p == nil || p.kind == intAttribute && p.integer != 1 || p.kind == floatAttribute && p.float != 1 {
		return value{}, unsupportedf("its norm is not of p = 1: it is smooth, not piecewise linear; use p = 1 or MaxPool instead, or cut the model before it")
	}
	p, err := c.poolOfSums()
	if err != nil {
		return value{}, err
	}
	kernel := size(p.window.kernel)
	if err := c.spend(kernel); err != nil {
		return value{}, err
	}
	y, err := buildAbs(c)
	if err != nil {
		return value{}, err
	}
	op := p.sums()
	op.W = filled(1, kernel)
	return c.add(fmt.Sprintf("%s (sum)", c.title()), op, p.shape, y)
}
