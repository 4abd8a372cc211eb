package onnx

import "rsm/network"

// poolOfSums is a pool that sums over windows: AveragePool, or LpPool of p = 1.
type poolOfSums struct {
	operand value
	window  *window
	results network.Shape // along the spatial axes
	shape   network.Shape // of the pool's value
}

// poolOfSums reads the operand and the windows of a call.
func (c *call) poolOfSums() (*poolOfSums, error) {
	x, err := c.pooled()
	if err != nil {
		return nil, err
	}
	win, err := c.window(x, nil)
	if err != nil {
		return nil, err
	}
	ceil, err := c.flag("ceil_mode")
	if err != nil {
		return nil, err
	}
	sizes := x.shape[2:]
	if len(sizes) > 3 {
		return nil, unsupportedf("the operand has shape %v; windows over one to three axes are supported", x.shape)
	}
	if err := win.padPooling(sizes); err != nil {
		return nil, err
	}
	results, err := win.results(sizes, ceil)
	if err != nil {
		return nil, err
	}
	shape, err := c.result(x.shape[0], x.shape[1], results)
	if err != nil {
		return nil, err
	}
	return &poolOfSums{operand: x, window: win, results: results, shape: shape}, nil
}

// sums is the convolution that has the pool's results, without its weights: each channel
// by itself, its padding at the ends what the last windows need.
func (p *poolOfSums) sums() *network.Conv {
	win, x := p.window, p.operand.shape
	sizes := x[2:]
	for i, n := range p.results {
		win.end[i] = (n-1)*win.stride[i] + win.extent(i) - sizes[i] - win.begin[i]
	}
	return &network.Conv{
		Outer: x[0] * x[1], In: 1, Out: 1, Size: sizes, Kernel: win.kernel,
		Stride: win.stride, Dilation: win.dilation, Begin: win.begin, End: win.end,
	}
}
