package onnx

import (
	"fmt"

	"rsm/network"
)

// window is what Conv, ConvTranspose and the poolings slide over the spatial
// axes of their operand, of shape N x C x size..., with an element of each list
// for each axis.
type window struct {
	kernel, stride, dilation []int
	begin, end               []int // padding
	auto                     string
}

// Values of the attribute auto_pad.
const (
	notSet    = "NOTSET"
	sameUpper = "SAME_UPPER"
	sameLower = "SAME_LOWER"
	valid     = "VALID"
)

// largestWindow bounds strides, dilations and pads.
const largestWindow = 1 << 24

// window reads the attributes auto_pad, dilations, kernel_shape, pads and strides
// for an operand x. weights is the kernel's shape where a tensor has it; nil
// where the attribute alone says it.
func (c *call) window(x value, weights network.Shape) (*window, error) {
	if len(x.shape) < 3 {
		return nil, fmt.Errorf("the operand has shape %v; a batch, channels and spatial axes are needed", x.shape)
	}
	axes := len(x.shape) - 2
	w := &window{auto: notSet}
	if a := c.attributes["auto_pad"]; a != nil {
		w.auto = a.text
	}
	for _, l := range []struct {
		name      string
		to        *[]int
		n         int
		least     int64
		otherwise int
	}{
		{"kernel_shape", &w.kernel, axes, 1, 0},
		{"strides", &w.stride, axes, 1, 1},
		{"dilations", &w.dilation, axes, 1, 1},
		{"pads", &w.begin, 2 * axes, 0, 0},
	} {
		list, given, err := c.list(l.name)
		switch {
		case err != nil:
			return nil, err
		case given && len(list) != l.n:
			return nil, fmt.Errorf("attribute %s has %d numbers instead of %d for an operand of shape %v", quoted(l.name), len(list), l.n, x.shape)
		}
		*l.to = make([]int, l.n)
		for i := range *l.to {
			(*l.to)[i] = l.otherwise
			if given {
				if list[i] < l.least || list[i] > largestWindow {
					return nil, fmt.Errorf("attribute %s has the number %d, which is not from %d to %d", quoted(l.name), list[i], l.least, largestWindow)
				}
				(*l.to)[i] = int(list[i])
			}
		}
		if l.name == "kernel_shape" && weights != nil {
			if given && !weights.Equal(w.kernel) {
				return nil, fmt.Errorf("attribute \"kernel_shape\" is %v, the weights' is %v", network.Shape(w.kernel), weights)
			}
			w.kernel = weights
		} else if l.name == "kernel_shape" && !given {
			return nil, fmt.Errorf("attribute \"kernel_shape\" is left out")
		}
	}
	w.begin, w.end = w.begin[:axes], w.begin[axes:]
	switch w.auto {
	case notSet:
	case sameUpper, sameLower, valid:
		for i := range axes {
			if w.begin[i] != 0 || w.end[i] != 0 {
				return nil, fmt.Errorf("attributes \"pads\" and \"auto_pad\" %s exclude each other", w.auto)
			}
		}
	default:
		return nil, fmt.Errorf("attribute \"auto_pad\" is %s; it is %s, %s, %s or %s", quoted(w.auto), notSet, sameUpper, sameLower, valid)
	}
	return w, nil
}

// extent is the width of the kernel along an axis, with its dilation.
func (w *window) extent(axis int) int { return (w.kernel[axis]-1)*w.dilation[axis] + 1 }

// pad sets the padding that auto_pad asks for on an operand of the given sizes:
// the result has size/stride elements, rounded up, and an odd one goes to the end
// or to the beginning.
func (w *window) pad(size network.Shape) {
	if w.auto != sameUpper && w.auto != sameLower {
		return
	}
	for i, n := range size {
		results := (n + w.stride[i] - 1) / w.stride[i]
		w.share(i, max((results-1)*w.stride[i]+w.extent(i)-n, 0))
	}
}

// padPooling is pad for a pooling. It refuses windows that runtimes pad differently:
// dilated ones, and those so far apart that the padding would be negative, where one
// moves them and another does not.
func (w *window) padPooling(size network.Shape) error {
	if w.auto != sameUpper && w.auto != sameLower {
		return nil
	}
	for i, n := range size {
		apart := (n-1)/w.stride[i]*w.stride[i]+w.extent(i) < n
		if apart || w.extent(i) > w.kernel[i] {
			return unsupportedf("runtimes differ in what attribute \"auto_pad\" %s means for a kernel of %d with stride %d and dilation %d on the %d elements of axis %d; give \"pads\" instead",
				w.auto, w.kernel[i], w.stride[i], w.dilation[i], n, i)
		}
	}
	w.pad(size)
	return nil
}

// share divides a padding between both ends of an axis.
func (w *window) share(axis, all int) {
	w.begin[axis], w.end[axis] = all/2, all-all/2
	if w.auto == sameLower {
		w.begin[axis], w.end[axis] = w.end[axis], w.begin[axis]
	}
}

// results is the number of positions along each axis of an operand of the given
// sizes. With ceil, a last window may reach beyond the padding, but not start
// beyond the operand and the padding before it.
func (w *window) results(size network.Shape, ceil bool) (network.Shape, error) {
	out := make(network.Shape, len(size))
	for i, n := range size {
		padded := n + w.begin[i] + w.end[i]
		room := padded - w.extent(i)
		if ceil {
			room += w.stride[i] - 1
		}
		if n == 0 || room < 0 {
			return nil, fmt.Errorf("the kernel, %d wide with its dilation, is larger than axis %d of the operand, %d with its padding", w.extent(i), i, padded)
		}
		out[i] = room/w.stride[i] + 1
		if ceil && (out[i]-1)*w.stride[i] >= n+w.begin[i] {
			out[i]--
		}
		if out[i] == 0 {
			return nil, fmt.Errorf("axis %d of the result is empty", i)
		}
	}
	return out, nil
}

// result is the shape N x channels x size..., if it is not too large.
func (c *call) result(batch, channels int, size network.Shape) (network.Shape, error) {
	dims := []int64{int64(batch), int64(channels)}
	for _, d := range size {
		dims = append(dims, int64(d))
	}
	return checkedShape(dims)
}
