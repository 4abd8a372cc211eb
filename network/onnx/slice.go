package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildSlice reads Slice: along each axis given, the elements from start to end,
// without it, in steps that may be negative. Numbers below zero count from the
// end, and what lies outside is cut (numpy's rule).
func buildSlice(c *call) (value, error) {
	x := c.in[0]
	if err := c.plain(x); err != nil {
		return value{}, err
	}
	s, err := c.slicing()
	if err != nil {
		return value{}, err
	}
	at, err := c.coordinates(x)
	if err != nil {
		return value{}, err
	}
	shape := append(network.Shape{}, x.shape...)
	for k, axis := range s.axes {
		first, step, n := span(s.starts[k], s.ends[k], s.steps[k], int64(x.shape[axis]))
		at[axis], shape[axis] = counted(first, step, n), n
	}
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	return c.selected(x, grid(x.shape, at), shape, 0)
}

// slicing is what a Slice does to some axes.
type slicing struct {
	axes                []int
	starts, ends, steps []int64
}

func (c *call) slicing() (s slicing, err error) {
	var axes []int64
	var from, to, some bool
	read := func(list *[]int64, given *bool, k int, name string) {
		if err != nil {
			return
		}
		if c.opset < 10 {
			*list, *given, err = c.list(name)
		} else {
			*list, *given, err = c.listOperand(k, name)
		}
	}
	read(&s.starts, &from, 1, "starts")
	read(&s.ends, &to, 2, "ends")
	read(&axes, &some, 3, "axes")
	stepped := false
	if c.opset < 10 {
		if err == nil {
			err = c.oldOperands(1)
		}
	} else {
		read(&s.steps, &stepped, 4, "steps")
	}
	if err != nil {
		return s, err
	}
	if !from || !to {
		return s, errors.New("starts or ends are left out")
	}
	rank := len(c.in[0].shape)
	if !some {
		for i := range min(len(s.starts), rank+1) {
			axes = append(axes, int64(i))
		}
	}
	if !stepped {
		for range axes {
			s.steps = append(s.steps, 1)
		}
	}
	if n := len(s.starts); len(s.ends) != n || len(axes) != n || len(s.steps) != n {
		return s, fmt.Errorf("it has %d starts, %d ends, %d axes and %d steps", n, len(s.ends), len(axes), len(s.steps))
	}
	for _, step := range s.steps {
		if step == 0 {
			return s, errors.New("a step is 0")
		}
	}
	s.axes, err = c.along(axes, rank)
	return s, err
}

// span is the first element, the step and the number of elements of a slice of d.
func span(start, end, step, d int64) (first, by, n int) {
	low, high := int64(0), d // of start and end
	if step < 0 {
		low, high = -1, d-1
	}
	clamp := func(v int64) int64 {
		if v < 0 {
			v += d
		}
		return min(max(v, low), high)
	}
	start, end = clamp(start), clamp(end)
	step = min(max(step, -d-1), d+1) // as far as any
	count := int64(0)
	if step > 0 && end > start {
		count = (end - start + step - 1) / step
	}
	if step < 0 && start > end {
		count = (start - end - step - 1) / -step
	}
	return int(start), int(step), int(count)
}

// buildSplit reads Split: several results, which are parts along an axis, of given
// sizes or of equal ones (the last is smaller where opsets from 18 on allow it).
func buildSplit(c *call) (value, error) {
	x := c.in[0]
	axis, err := c.pickedAxis(x)
	if err != nil {
		return value{}, err
	}
	parts, err := c.parts(x.shape[axis])
	if err != nil {
		return value{}, err
	}
	at, err := c.coordinates(x)
	if err != nil {
		return value{}, err
	}
	results, first := make([]value, len(parts)), 0
	for k, n := range parts {
		at[axis] = counted(first, 1, n)
		first += n
		if out := c.node.outputs[k]; out == "" || c.uses[out] == 0 {
			continue
		}
		shape := append(network.Shape{}, x.shape...)
		shape[axis] = n
		if err := c.room(shape, x, 2); err != nil {
			return value{}, err
		}
		if results[k], err = c.selected(x, grid(x.shape, at), shape, 0); err != nil {
			return value{}, err
		}
	}
	c.further = results[1:]
	return results[0], nil
}

// parts returns the sizes of the parts of a dimension that Split makes.
func (c *call) parts(d int) ([]int, error) {
	count := len(c.node.outputs)
	sizes, given, err := c.list("split")
	if c.opset >= 13 {
		sizes, given, err = c.listOperand(1, "split")
	} else if err == nil {
		err = c.oldOperands(1)
	}
	if err != nil {
		return nil, err
	}
	if wanted := c.integer("num_outputs", int64(count)); wanted != int64(count) || given && c.attributes["num_outputs"] != nil {
		return nil, fmt.Errorf(`attribute "num_outputs" is %d for %d outputs and sizes given %t`, wanted, count, given)
	}
	parts := make([]int, count)
	if !given {
		if d%count != 0 && c.attributes["num_outputs"] == nil {
			return nil, fmt.Errorf("a dimension of %d elements is not split into %d equal parts", d, count)
		}
		for k := range parts {
			part := (d + count - 1) / count
			parts[k] = min(part, max(d-k*part, 0))
		}
		return parts, nil
	}
	if len(sizes) != count {
		return nil, fmt.Errorf("it has %d outputs and the sizes of %d", count, len(sizes))
	}
	sum := int64(0)
	for k, n := range sizes {
		if n < 0 || n > int64(d)-sum {
			return nil, fmt.Errorf("the parts %v are not those of a dimension of %d elements", sizes, d)
		}
		sum += n
		parts[k] = int(n)
	}
	if sum != int64(d) {
		return nil, fmt.Errorf("the parts %v are not those of a dimension of %d elements", sizes, d)
	}
	return parts, nil
}
