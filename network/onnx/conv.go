package onnx

import (
	"fmt"

	"rsm/network"
)

// buildConv reads Conv with constant weights over one, two or three axes.
func buildConv(c *call) (value, error) {
	x, w, b, err := c.kernel()
	if err != nil {
		return value{}, err
	}
	win, err := c.window(x, w.shape[2:])
	if err != nil {
		return value{}, err
	}
	groups, err := c.groups(x.shape[1], w.shape[1])
	if err != nil {
		return value{}, err
	}
	channels := w.shape[0]
	if channels%groups != 0 {
		return value{}, fmt.Errorf("attribute \"group\" is %d, which does not divide the %d channels of the result", groups, channels)
	}
	size := x.shape[2:]
	win.pad(size)
	results, err := win.results(size, false)
	if err != nil {
		return value{}, err
	}
	shape, err := c.result(x.shape[0], channels, results)
	if err != nil {
		return value{}, err
	}
	op := &network.Conv{
		Outer: x.shape[0], In: x.shape[1], Out: channels, Groups: groups, Size: size, Kernel: win.kernel,
		Stride: win.stride, Dilation: win.dilation, Begin: win.begin, End: win.end,
	}
	if op.W, op.B, err = c.kernelAndBias(w, b, channels); err != nil {
		return value{}, err
	}
	y, err := c.add(c.title(), op, shape, x)
	y.bare = op.B == nil
	return y, err
}

// buildConvTranspose reads ConvTranspose with constant weights.
func buildConvTranspose(c *call) (value, error) {
	x, w, b, err := c.kernel()
	if err != nil {
		return value{}, err
	}
	win, err := c.window(x, w.shape[2:])
	if err != nil {
		return value{}, err
	}
	if x.shape[1] != w.shape[0] {
		return value{}, fmt.Errorf("the operand of shape %v has %d channels, the weights of shape %v are for %d", x.shape, x.shape[1], w.shape, w.shape[0])
	}
	groups, err := c.groups(x.shape[1], 0)
	if err != nil {
		return value{}, err
	}
	results, err := c.transposedSize(x.shape[2:], win)
	if err != nil {
		return value{}, err
	}
	channels := w.shape[1] * groups
	shape, err := c.result(x.shape[0], channels, results)
	if err != nil {
		return value{}, err
	}
	op := &network.ConvTranspose{Conv: network.Conv{
		Outer: x.shape[0], In: channels, Out: x.shape[1], Groups: groups, Size: results, Kernel: win.kernel,
		Stride: win.stride, Dilation: win.dilation, Begin: win.begin, End: win.end,
	}}
	if op.Conv.W, op.B, err = c.kernelAndBias(w, b, channels); err != nil {
		return value{}, err
	}
	return c.add(c.title(), op, shape, x)
}

// transposedSize is the size of the result of ConvTranspose along each axis,
//
//	stride (n - 1) + output_padding + extent - begin - end,
//
// and sets the window's padding to that of the convolution from this size to n:
// output_padding and what output_shape wants beyond the rest are taken from the
// end.
func (c *call) transposedSize(size network.Shape, w *window) (network.Shape, error) {
	wanted := map[string][]int64{}
	for _, name := range []string{"output_shape", "output_padding"} {
		list, given, err := c.list(name)
		switch {
		case err != nil:
			return nil, err
		case given && name == "output_shape" && len(list) == len(size)+2:
			list = list[2:] // with the batch and the channels, as some exporters write it
		case given && len(list) != len(size):
			return nil, fmt.Errorf("attribute %s has %d numbers for %d axes", quoted(name), len(list), len(size))
		}
		for _, v := range list {
			if v < 0 || v > largestWindow {
				return nil, fmt.Errorf("attribute %s has the number %d, which is not from 0 to %d", quoted(name), v, largestWindow)
			}
		}
		if given {
			wanted[name] = list
		}
	}
	out := make(network.Shape, len(size))
	for i, n := range size {
		if n == 0 {
			return nil, fmt.Errorf("axis %d of the operand is empty", i)
		}
		more := 0
		if list := wanted["output_padding"]; list != nil {
			more = int(list[i])
		}
		full := w.stride[i]*(n-1) + w.extent(i)
		list := wanted["output_shape"]
		switch {
		case list != nil:
			out[i] = int(list[i])
			w.shareTransposed(i, max(full+more-out[i], 0))
		case w.auto == sameUpper || w.auto == sameLower:
			out[i] = n * w.stride[i]
			if full+more < out[i] { // the standard wants out[i] elements, its shape inference and runtimes make fewer
				return nil, unsupportedf("runtimes differ in what attribute \"auto_pad\" %s means for a kernel of %d that is narrower than its stride of %d along axis %d; give \"pads\" or \"output_shape\" instead", w.auto, w.extent(i), w.stride[i], i)
			}
			w.shareTransposed(i, full+more-out[i])
		default:
			out[i] = full + more - w.begin[i] - w.end[i]
		}
		if out[i] <= 0 {
			return nil, fmt.Errorf("axis %d of the result would have %d elements", i, out[i])
		}
		w.end[i] = full - w.begin[i] - out[i]
	}
	return out, nil
}

// shareTransposed divides what is cut off an axis of the result of ConvTranspose
// between both ends: without auto_pad SAME_UPPER, the beginning gets the odd one.
func (w *window) shareTransposed(axis, all int) {
	w.begin[axis] = all - all/2
	if w.auto == sameUpper {
		w.begin[axis] = all / 2
	}
}

// kernel returns the operands of a convolution: the activation and its constant
// weights and bias, whose shapes are channels x channels x kernel... and one
// dimension.
func (c *call) kernel() (x, w, b value, err error) {
	if err := c.numeric(); err != nil {
		return x, w, b, err
	}
	x, w, b = c.in[0], c.in[1], c.in[2]
	switch {
	case x.constant != nil:
		return x, w, b, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	case w.constant == nil:
		return x, w, b, unsupportedf("the weights %s depend on the input; they must be a constant", quoted(w.name))
	case c.given(2) && b.constant == nil:
		return x, w, b, unsupportedf("the bias %s depends on the input; it must be a constant", quoted(b.name))
	case len(w.shape) != len(x.shape) || len(x.shape) < 3:
		return x, w, b, fmt.Errorf("weights of shape %v do not fit an operand of shape %v", w.shape, x.shape)
	case len(x.shape) > 5:
		return x, w, b, unsupportedf("the operand has shape %v; convolutions over one to three axes are supported", x.shape)
	case w.shape.Size() == 0 || x.shape.Size() == 0:
		return x, w, b, fmt.Errorf("weights of shape %v and operand of shape %v: neither may be empty", w.shape, x.shape)
	}
	return x, w, b, nil
}

// groups reads the attribute group, by which the channels of the operand are
// divided into parts of a size; 0 means any.
func (c *call) groups(channels, part int) (int, error) {
	g := c.integer("group", 1)
	switch {
	case g <= 0 || g > int64(channels) || channels%int(g) != 0:
		return 0, fmt.Errorf("attribute \"group\" is %d, which does not divide the %d channels of the operand", g, channels)
	case part > 0 && channels != part*int(g):
		return 0, fmt.Errorf("the operand has %d channels in %d groups, the weights are for %d a group", channels, g, part)
	}
	return int(g), nil
}

// kernelAndBias returns the elements of both; nil for a bias that is left out.
func (c *call) kernelAndBias(w, b value, channels int) (kernel, bias []float64, err error) {
	if kernel, err = c.weights(w); err != nil || !c.given(2) {
		return kernel, nil, err
	}
	if !b.shape.Equal(network.Shape{channels}) {
		return nil, nil, fmt.Errorf("the bias has shape %v instead of %v, one for each channel of the result", b.shape, network.Shape{channels})
	}
	bias, err = c.weights(b)
	return kernel, bias, err
}
