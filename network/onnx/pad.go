package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildPad reads Pad: constants, or elements of the operand again, are put before
// and after it along each axis; where the number is negative, elements are left
// out instead.
func buildPad(c *call) (value, error) {
	x := c.in[0]
	if err := c.plain(x); err != nil {
		return value{}, err
	}
	before, after, err := c.pads()
	if err != nil {
		return value{}, err
	}
	mode := c.text("mode", "constant")
	fill, err := c.padding(mode)
	if err != nil {
		return value{}, err
	}
	dims := make([]int64, len(x.shape))
	for i, d := range x.shape {
		if before[i] > maxElements || after[i] > maxElements {
			return value{}, fmt.Errorf("its pads have more than %d elements", maxElements)
		}
		if dims[i] = max(before[i], -maxElements) + int64(d) + max(after[i], -maxElements); dims[i] < 0 {
			return value{}, fmt.Errorf("pads of %d and %d leave nothing of %d elements", before[i], after[i], d)
		}
	}
	shape, err := checkedShape(dims)
	if err != nil {
		return value{}, fmt.Errorf("the result: %w", err)
	}
	if err := c.room(shape, x, 3); err != nil {
		return value{}, err
	}
	at := make([][]int, len(shape))
	for i, n := range shape {
		at[i] = make([]int, n)
		for k := range at[i] {
			if at[i][k], err = padded(k-int(before[i]), left(x.shape[i], before[i], after[i]), x.shape[i], mode); err != nil {
				return value{}, err
			}
		}
	}
	return c.selected(x, grid(x.shape, at), shape, fill)
}

// left are the first of d elements along an axis that negative pads leave, and
// the one after the last.
func left(d int, before, after int64) [2]int {
	return [2]int{int(max(-before, 0)), d - int(max(-after, 0))}
}

// padded is the place, among d elements along an axis, of what a mode puts at
// coordinate k; -1 stands for the constant. What other modes repeat is what
// negative pads have left: onnxruntime takes off before it puts on.
func padded(k int, left [2]int, d int, mode string) (int, error) {
	if mode == "constant" {
		if k >= 0 && k < d {
			return k, nil
		}
		return -1, nil
	}
	if left[1] <= left[0] {
		return 0, fmt.Errorf("mode %s has nothing to repeat along an empty axis", quoted(mode))
	}
	k, err := repeated(k-left[0], left[1]-left[0], mode)
	return left[0] + k, err
}

// repeated is the place, among d elements, of what a mode that repeats them
// puts at coordinate k.
func repeated(k, d int, mode string) (int, error) {
	switch {
	case k >= 0 && k < d:
		return k, nil
	case mode == "edge":
		return min(max(k, 0), d-1), nil
	case mode == "wrap":
		return (k%d + d) % d, nil
	}
	// reflect: back and forth, without the edges twice
	period := max(2*(d-1), 1)
	k = (k%period + period) % period
	return min(k, period-k), nil
}

// pads returns the number of elements before and after each axis.
func (c *call) pads() (before, after []int64, err error) {
	rank := len(c.in[0].shape)
	var list []int64
	var given bool
	switch {
	case c.opset < 2:
		list, given, err = c.list("paddings")
	case c.opset < 11:
		list, given, err = c.list("pads")
	default:
		list, given, err = c.listOperand(1, "pads")
	}
	if err == nil {
		switch {
		case c.opset < 11:
			err = c.oldOperands(1)
		case c.opset < 18:
			err = c.oldOperands(3)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	if !given {
		return nil, nil, errors.New("the pads are left out")
	}
	axes := counted(0, 1, rank)
	if c.given(3) {
		some, _, err := c.listOperand(3, "axes")
		if err != nil {
			return nil, nil, err
		}
		if axes, err = c.along(some, rank); err != nil {
			return nil, nil, err
		}
	}
	if len(list) != 2*len(axes) {
		return nil, nil, fmt.Errorf("it has %d pads for %d axes, which have two each", len(list), len(axes))
	}
	before, after = make([]int64, rank), make([]int64, rank)
	for k, axis := range axes {
		before[axis], after[axis] = list[k], list[len(axes)+k]
	}
	return before, after, nil
}

// padding checks the mode and returns the constant.
func (c *call) padding(mode string) (fill float64, err error) {
	x := c.in[0]
	switch mode {
	case "constant":
	case "reflect", "edge":
		return 0, nil
	case "wrap":
		if c.opset < 19 {
			return 0, fmt.Errorf(`mode "wrap" does not exist in opset %d`, c.opset)
		}
		return 0, nil
	default:
		return 0, fmt.Errorf(`mode %s is not "constant", "edge", "reflect" or "wrap"`, quoted(mode))
	}
	if c.opset < 11 {
		fill = c.float("value", 0)
	} else if c.given(2) {
		v := c.in[2]
		switch {
		case v.constant == nil:
			return 0, unsupportedf("the value %s is computed from the input; it must be a constant", quoted(v.name))
		case v.typ != x.typ || v.shape.Size() != 1:
			return 0, fmt.Errorf("the value %s is %v of shape %v instead of one %v", quoted(v.name), v.typ, v.shape, x.typ)
		case v.typ.float():
			fill = v.constant.floats[0]
		case v.constant.ints[0] != int64(float64(v.constant.ints[0])):
			return 0, unsupportedf("the value %s is too large", quoted(v.name))
		default:
			fill = float64(v.constant.ints[0])
		}
	}
	if x.constant == nil {
		if err := network.CheckFinite([]float64{fill}); err != nil {
			return 0, fmt.Errorf("the value: %w", err)
		}
	}
	return fill, nil
}
