package onnx

import (
	"fmt"

	"rsm/network"
)

// buildGather reads Gather: along an axis, the elements that constant indices
// name, in an array of the shape of the indices.
func buildGather(c *call) (value, error) {
	x := c.in[0]
	axis, err := c.pickedAxis(x)
	if err != nil {
		return value{}, err
	}
	places, err := c.places(x.shape[axis])
	if err != nil {
		return value{}, err
	}
	shape := append(network.Shape{}, x.shape[:axis]...)
	shape = append(append(shape, c.in[1].shape...), x.shape[axis+1:]...)
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	at := [][]int{counted(0, 1, x.shape[:axis].Size()), places, counted(0, 1, x.shape[axis+1:].Size())}
	return c.selected(x, grid(network.Shape{len(at[0]), x.shape[axis], len(at[2])}, at), shape, 0)
}

// pickedAxis returns the axis, the first where none is given, along which elements of an
// operand are picked.
func (c *call) pickedAxis(x value) (int, error) {
	if err := c.plain(x); err != nil {
		return 0, err
	}
	return c.axis(c.integer("axis", 0), len(x.shape), everNegative)
}

// places returns the indices, operand 1, into d elements.
func (c *call) places(d int) ([]int, error) {
	list, err := c.integerOperand(1, "indices")
	if err != nil {
		return nil, err
	}
	out := make([]int, len(list))
	for i, j := range list {
		if out[i], err = place(j, d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// place checks one index into d elements.
func place(j int64, d int) (int, error) {
	if j < 0 {
		j += int64(d)
	}
	if j < 0 || j >= int64(d) {
		return 0, fmt.Errorf("index %d is outside of an axis of %d elements", j, d)
	}
	return int(j), nil
}

// buildGatherElements reads GatherElements: an array of the shape of the indices,
// each of which replaces the coordinate along the axis.
func buildGatherElements(c *call) (value, error) {
	x, shape := c.in[0], c.in[1].shape
	axis, err := c.pickedAxis(x)
	if err != nil {
		return value{}, err
	}
	if len(shape) != len(x.shape) {
		return value{}, fmt.Errorf("operands of shapes %v and %v have different ranks", x.shape, shape)
	}
	for i, d := range shape {
		if i != axis && d > x.shape[i] {
			return value{}, fmt.Errorf("indices of shape %v do not fit an operand of shape %v", shape, x.shape)
		}
	}
	places, err := c.places(x.shape[axis])
	if err != nil {
		return value{}, err
	}
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	strides := rowMajor(x.shape)
	step := strides[axis]
	strides[axis] = 0
	index := walk(shape, strides)
	for i, j := range places {
		index[i] += j * step
	}
	return c.selected(x, index, shape, 0)
}

// buildGatherND reads GatherND: the last dimension of the indices holds
// coordinates along the first dimensions of the operand, after those of a batch.
func buildGatherND(c *call) (value, error) {
	x, at := c.in[0], c.in[1].shape
	if err := c.plain(x); err != nil {
		return value{}, err
	}
	list, err := c.integerOperand(1, "indices")
	if err != nil {
		return value{}, err
	}
	batch := int(min(max(c.integer("batch_dims", 0), -1), maxRank))
	if len(at) == 0 || batch < 0 || batch >= len(at) || batch+at[len(at)-1] > len(x.shape) || !x.shape[:batch].Equal(at[:batch]) {
		return value{}, fmt.Errorf("indices of shape %v with %d dimensions of a batch do not fit an operand of shape %v", at, batch, x.shape)
	}
	depth := at[len(at)-1]
	inner := x.shape[batch+depth:]
	shape := append(append(network.Shape{}, at[:len(at)-1]...), inner...)
	if err := c.room(shape, x, 2); err != nil {
		return value{}, err
	}
	strides, n := rowMajor(x.shape), inner.Size()
	tuples := at[:len(at)-1].Size()
	var index []int
	for t := range tuples {
		base := t / max(at[batch:len(at)-1].Size(), 1) * x.shape[batch:].Size()
		for k := range depth {
			j, err := place(list[t*depth+k], x.shape[batch+k])
			if err != nil {
				return value{}, err
			}
			base += j * strides[batch+k]
		}
		index = append(index, counted(base, 1, n)...)
	}
	return c.selected(x, index, shape, 0)
}
