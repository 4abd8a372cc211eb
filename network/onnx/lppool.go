package onnx

import (
	"fmt"

	"rsm/network"
)

// buildLpPool reads LpPool with p = 1: sums of magnitudes over windows, which are those of
// AveragePool.
func buildLpPool(c *call) (value, error) {
	if p := c.attributes["p"]; p == nil || p.kind == intAttribute && p.integer != 1 || p.kind == floatAttribute && p.float != 1 {
		return value{}, unsupportedf("its norm is not of p = 1: it is smooth, not piecewise linear; use p = 1 or MaxPool instead, or cut the model before it")
	}
	x, err := c.pooled()
	if err != nil {
		return value{}, err
	}
	win, err := c.window(x, nil)
	if err != nil {
		return value{}, err
	}
	ceil, err := c.flag("ceil_mode")
	if err != nil {
		return value{}, err
	}
	sizes := x.shape[2:]
	if len(sizes) > 3 {
		return value{}, unsupportedf("the operand has shape %v; windows over one to three axes are supported", x.shape)
	}
	if err := win.padPooling(sizes); err != nil {
		return value{}, err
	}
	results, err := win.results(sizes, ceil)
	if err != nil {
		return value{}, err
	}
	shape, err := c.result(x.shape[0], x.shape[1], results)
	if err != nil {
		return value{}, err
	}
	for i, n := range results { // so that the convolution has these results
		win.end[i] = (n-1)*win.stride[i] + win.extent(i) - sizes[i] - win.begin[i]
	}
	if err := c.spend(size(win.kernel)); err != nil {
		return value{}, err
	}
	y, err := buildAbs(c)
	if err != nil {
		return value{}, err
	}
	return c.add(fmt.Sprintf("%s (sum)", c.title()), &network.Conv{
		Outer: x.shape[0] * x.shape[1], In: 1, Out: 1, Size: sizes, Kernel: win.kernel,
		Stride: win.stride, Dilation: win.dilation, Begin: win.begin, End: win.end, W: filled(1, size(win.kernel)),
	}, shape, y)
}
