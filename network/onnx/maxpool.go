package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildMaxPool reads MaxPool, along one axis after the other: the maximum over a
// window is that over its rows of the maxima along them, and rows are shared by
// windows.
func buildMaxPool(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	if len(x.shape) < 3 {
		return value{}, fmt.Errorf("an operand of shape %v has no axes after batch and channels", x.shape)
	}
	if order := c.integer("storage_order", 0); order != 0 && order != 1 {
		return value{}, fmt.Errorf(`attribute "storage_order" is %d instead of 0 or 1`, order) // of the indices, which are not used
	}
	axes, err := c.poolAxes(x.shape[2:])
	if err != nil {
		return value{}, err
	}
	return c.beforeActivation(x, func(y value) (value, error) {
		for k := len(axes) - 1; k >= 0; k-- {
			windows, err := c.windows(axes[k], y.shape)
			if err != nil {
				return value{}, err
			}
			if y, err = c.poolsAlong(maximum, y, 2+k, windows); err != nil {
				return value{}, err
			}
		}
		return y, nil
	})
}

// poolAxis is how windows lie along one axis.
type poolAxis struct {
	size, kernel, stride, dilation int
	before                         int // padding
	count                          int // windows
}

// poolAxes reads the attributes of MaxPool.
func (c *call) poolAxes(shape network.Shape) ([]poolAxis, error) {
	rank := len(shape)
	kernel, err := c.spatial("kernel_shape", rank, 0)
	if err != nil {
		return nil, err
	}
	strides, err := c.spatial("strides", rank, 1)
	if err != nil {
		return nil, err
	}
	dilations, err := c.spatial("dilations", rank, 1)
	if err != nil {
		return nil, err
	}
	pads, given, err := c.list("pads")
	if err != nil {
		return nil, err
	}
	if given && len(pads) != 2*rank {
		return nil, fmt.Errorf(`attribute "pads" has %d numbers for %d axes, which have two each`, len(pads), rank)
	}
	ceil, err := c.flag("ceil_mode")
	if err != nil {
		return nil, err
	}
	auto := c.text("auto_pad", "NOTSET")
	axes := make([]poolAxis, rank)
	for i := range axes {
		a := poolAxis{size: shape[i], kernel: kernel[i], stride: strides[i], dilation: dilations[i]}
		after := 0
		if given {
			for _, p := range []int64{pads[i], pads[rank+i]} {
				if p < 0 || p > maxElements || p > 0 && auto != "NOTSET" {
					return nil, fmt.Errorf(`attribute "pads" has the number %d with auto_pad %s`, p, quoted(auto))
				}
			}
			a.before, after = int(pads[i]), int(pads[rank+i])
		}
		if err := a.place(auto, after, ceil); err != nil {
			return nil, err
		}
		axes[i] = a
	}
	return axes, nil
}

// place counts the windows and, where auto_pad says so, finds the padding.
func (a *poolAxis) place(auto string, after int, ceil bool) error {
	extent := (a.kernel-1)*a.dilation + 1
	switch auto {
	case "NOTSET", "VALID":
		rest := a.size + a.before + after - extent
		if rest < 0 {
			return fmt.Errorf("windows of %d elements do not fit an axis of %d with pads of %d and %d", extent, a.size, a.before, after)
		}
		a.count = rest/a.stride + 1
		// One more if a part of a window is left, unless it starts in the padding.
		if ceil && rest%a.stride != 0 && a.count*a.stride < a.size+a.before {
			a.count++
		}
	case "SAME_UPPER", "SAME_LOWER":
		a.count = (a.size + a.stride - 1) / a.stride
		total := max((a.count-1)*a.stride+extent-a.size, 0)
		a.before = total / 2
		if auto == "SAME_LOWER" {
			a.before = total - total/2
		}
	default:
		return fmt.Errorf(`attribute "auto_pad" is %s instead of "NOTSET", "VALID", "SAME_UPPER" or "SAME_LOWER"`, quoted(auto))
	}
	return nil
}

// window is n elements along an axis, from first on in steps.
type window struct{ first, n, step int }

// windows lists the windows along an axis; padding is no element.
func (c *call) windows(a poolAxis, shape network.Shape) ([]window, error) {
	if err := c.spend(a.count); err != nil {
		return nil, err
	}
	windows := make([]window, a.count)
	for k := range windows {
		first, n := k*a.stride-a.before, a.kernel
		if first < 0 {
			outside := (-first + a.dilation - 1) / a.dilation
			first, n = first+outside*a.dilation, n-outside
		}
		n = min(n, (a.size-first+a.dilation-1)/a.dilation)
		if n <= 0 {
			return nil, unsupportedf("a window lies in the padding as a whole (pads of an operand of shape %v)", shape)
		}
		windows[k] = window{first, n, a.dilation}
	}
	return windows, nil
}

// spatial returns an attribute with a positive number for each of rank axes; a
// default of 0 stands for none.
func (c *call) spatial(name string, rank, otherwise int) ([]int, error) {
	list, given, err := c.list(name)
	if err != nil {
		return nil, err
	}
	if !given {
		if otherwise == 0 {
			return nil, fmt.Errorf("attribute %s is left out", quoted(name))
		}
		return counted(otherwise, 0, rank), nil
	}
	if len(list) != rank {
		return nil, fmt.Errorf("attribute %s has %d numbers for %d axes", quoted(name), len(list), rank)
	}
	out := make([]int, rank)
	for i, v := range list {
		if v < 1 || v > 1<<28 {
			return nil, fmt.Errorf("attribute %s has the number %d", quoted(name), v)
		}
		out[i] = int(v)
	}
	return out, nil
}

// poolsAlong takes the maximum or minimum over windows along an axis.
func (c *call) poolsAlong(m extremum, x value, axis int, windows []window) (value, error) {
	shape := append(network.Shape{}, x.shape...)
	shape[axis] = len(windows)
	outer, d, inner := x.shape[:axis].Size(), x.shape[axis], x.shape[axis+1:].Size()
	elements := 0
	for _, w := range windows {
		elements = min(elements+w.n, maxElements)
	}
	if elements > maxElements/max(outer*inner, 1) {
		return value{}, unsupportedf("its windows have too many elements")
	}
	if err := c.spend(elements * outer * inner); err != nil {
		return value{}, err
	}
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	groups := make([][]int, 0, shape.Size())
	for o := range outer {
		for _, w := range windows {
			for p := range inner {
				groups = append(groups, counted((o*d+w.first)*inner+p, w.step*inner, w.n))
			}
		}
	}
	return c.pools(m, x, groups, shape)
}

// buildGlobalMaxPool reads GlobalMaxPool: the maximum over all axes after batch
// and channels.
func buildGlobalMaxPool(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	if len(x.shape) < 2 {
		return value{}, errors.New("its operand has no channels")
	}
	over := make([]bool, len(x.shape))
	for i := range over {
		over[i] = i >= 2
	}
	return c.extremumOver(maximum, x, over, true)
}
