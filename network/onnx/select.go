package onnx

import (
	"fmt"

	"rsm/network"
)

// plain is the check of operators that compute or take elements of x apart: no
// Softmax or Sigmoid was stripped from it.
func (c *call) plain(x value) error {
	if x.end != nil {
		return unsupportedf("%s comes before it, and is supported only at the end of the network, where it is stripped: it is smooth, so that no exact mixed-integer program holds it; cut the model before it", x.end.title)
	}
	return nil
}

// room accounts for a result of the given shape, and for per numbers an element
// on the way to it. A dimension of 0 counts as 1: lists of the others are made.
func (c *call) room(shape network.Shape, x value, per int) error {
	n, full := size(shape), 1
	for _, d := range shape {
		if full > maxElements/max(d, 1) {
			full = maxElements
			break
		}
		full *= max(d, 1)
	}
	switch {
	case len(shape) > maxRank:
		return fmt.Errorf("the result has more than %d dimensions", maxRank)
	case x.constant == nil && n == 0:
		return unsupportedf("the result of shape %v is empty", shape)
	case x.constant == nil && n > c.activations:
		return unsupportedf("the network has more than %d values", maxActivations)
	}
	return c.spend(min(per*full, maxElements))
}

// selected makes a value of elements of x: element i is that of place index[i], or
// fill where that is negative. The caller has asked for room.
func (c *call) selected(x value, index []int, shape network.Shape, fill float64) (value, error) {
	same, filled := len(index) == x.shape.Size(), false
	for i, j := range index { // a negative place is -1, which a Gather makes 0
		same = same && i == j
		filled = filled || j < 0
	}
	switch {
	case same:
		return c.view(x, shape)
	case x.constant != nil:
		return x.constant.chosen(index, shape, fill).value(), nil
	case !filled || fill == 0:
		return c.add(c.title(), &network.Gather{Index: index}, shape, x)
	}
	a, b := network.Rowwise{Columns: x.shape.Size()}, make([]float64, len(index))
	for i, j := range index {
		if j >= 0 {
			a.Append(j, 1)
		} else {
			b[i] = fill
		}
		a.EndRow()
	}
	return c.add(c.title(), &network.Sparse{A: []network.Rowwise{a}, B: b}, shape, x)
}

// chosen is picked with a value for negative places, which an integer type holds.
func (k *constant) chosen(index []int, shape network.Shape, fill float64) *constant {
	out := &constant{typ: k.typ, shape: shape}
	if k.typ.float() {
		out.floats = make([]float64, len(index))
	} else {
		out.ints = make([]int64, len(index))
	}
	for i, j := range index {
		switch {
		case j >= 0 && k.typ.float():
			out.floats[i] = k.floats[j]
		case j >= 0:
			out.ints[i] = k.ints[j]
		case k.typ.float():
			out.floats[i] = fill
		default:
			out.ints[i] = int64(fill)
		}
	}
	return out
}

// rowMajor are the strides of an array of the given shape.
func rowMajor(shape network.Shape) []int {
	strides, step := make([]int, len(shape)), 1
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = step
		step *= shape[i]
	}
	return strides
}

// grid lists the elements of the array whose coordinate k along dimension i is
// coordinate at[i][k] of an array of the given shape: their places there, negative
// where a coordinate is.
func grid(from network.Shape, at [][]int) []int {
	index := []int{0}
	for i, list := range at {
		next := make([]int, 0, len(index)*len(list))
		for _, k := range index {
			for _, j := range list {
				if k < 0 || j < 0 {
					next = append(next, -1)
				} else {
					next = append(next, k*from[i]+j)
				}
			}
		}
		index = next
	}
	return index
}

// coordinates lists those of x along each axis, for grid.
func (c *call) coordinates(x value) ([][]int, error) {
	at := make([][]int, len(x.shape))
	for i, d := range x.shape {
		if err := c.spend(d); err != nil {
			return nil, err
		}
		at[i] = counted(0, 1, d)
	}
	return at, nil
}

// counted lists n numbers from first on.
func counted(first, step, n int) []int {
	list := make([]int, n)
	for k := range list {
		list[k] = first + k*step
	}
	return list
}

// integerOperand returns the elements of operand k, a constant of integers, in
// INT32 or INT64.
func (c *call) integerOperand(k int, what string) ([]int64, error) {
	v := c.in[k]
	switch {
	case v.constant == nil:
		return nil, unsupportedf("%s %s is computed from the input; it must be a constant", what, quoted(v.name))
	case v.typ != int64Type && v.typ != int32Type:
		return nil, fmt.Errorf("%s %s is %v instead of INT64 or INT32", what, quoted(v.name), v.typ)
	}
	return v.constant.ints, nil
}

// listOperand returns the elements of operand k, a constant list of integers, and
// whether it is given.
func (c *call) listOperand(k int, what string) ([]int64, bool, error) {
	if !c.given(k) {
		return nil, false, nil
	}
	list, err := c.integerOperand(k, what)
	if err == nil && len(c.in[k].shape) > 1 {
		err = fmt.Errorf("%s %s has shape %v instead of that of a list", what, quoted(c.in[k].name), c.in[k].shape)
	}
	return list, true, err
}

// oldOperands refuses operands that came with a later opset.
func (c *call) oldOperands(count int) error {
	for k := count; k < len(c.in); k++ {
		if c.given(k) {
			return fmt.Errorf("opset %d has %d operands at most: what others have as further operands are attributes", c.opset, count)
		}
	}
	return nil
}

// everNegative lets axes be negative in all opsets: opset 11 said so for most
// operators, but exporters had written them before.
const everNegative = 1

// along returns the distinct axes of a list, in its order.
func (c *call) along(list []int64, rank int) ([]int, error) {
	axes, seen := make([]int, len(list)), map[int]bool{}
	for i, a := range list {
		at, err := c.axis(a, rank, everNegative)
		if err != nil {
			return nil, err
		}
		if seen[at] {
			return nil, fmt.Errorf("axis %d is given twice", a)
		}
		axes[i], seen[at] = at, true
	}
	return axes, nil
}
