package onnx

import (
	"fmt"

	"rsm/network"
)

// axes returns the axes of Squeeze or Unsqueeze: an attribute before opset 13,
// an operand since.
func (c *call) axes() (axes []int64, given bool, err error) {
	if c.opset < 13 {
		if c.given(1) {
			return nil, false, fmt.Errorf("opset %d has the axes as attribute, not as operand", c.opset)
		}
		return c.list("axes")
	}
	if !c.given(1) {
		return nil, false, nil
	}
	axes, err = c.integers(1, "axes")
	return axes, true, err
}

// marked marks the axes among rank dimensions.
func (c *call) marked(axes []int64, rank int) ([]bool, error) {
	mark := make([]bool, rank)
	for _, a := range axes {
		at, err := c.axis(a, rank, 11)
		if err != nil {
			return nil, err
		}
		if mark[at] {
			return nil, fmt.Errorf("axis %d is given twice", a)
		}
		mark[at] = true
	}
	return mark, nil
}

// buildSqueeze reads Squeeze: dimensions of size 1 are taken out, all if no
// axes are given.
func buildSqueeze(c *call) (value, error) {
	x := c.in[0]
	axes, given, err := c.axes()
	if err != nil {
		return value{}, err
	}
	if given && len(axes) == 0 {
		return value{}, unsupportedf("its list of axes is empty, which some programs read as none and others as all")
	}
	mark, err := c.marked(axes, len(x.shape))
	if err != nil {
		return value{}, err
	}
	shape := network.Shape{}
	for i, d := range x.shape {
		switch {
		case mark[i] && d != 1:
			return value{}, fmt.Errorf("axis %d of an operand of shape %v is not of size 1", i, x.shape)
		case mark[i] || !given && d == 1:
		default:
			shape = append(shape, d)
		}
	}
	return c.view(x, shape)
}

// buildUnsqueeze reads Unsqueeze: dimensions of size 1 are put in, at axes of
// the result.
func buildUnsqueeze(c *call) (value, error) {
	x := c.in[0]
	axes, given, err := c.axes()
	if err != nil {
		return value{}, err
	}
	if !given {
		return value{}, errNoAxes
	}
	rank := len(x.shape) + len(axes)
	if rank > maxRank {
		return value{}, fmt.Errorf("the result has more than %d dimensions", maxRank)
	}
	mark, err := c.marked(axes, rank)
	if err != nil {
		return value{}, err
	}
	shape, old := make(network.Shape, rank), x.shape
	for i := range shape {
		shape[i] = 1
		if !mark[i] {
			shape[i], old = old[0], old[1:]
		}
	}
	return c.view(x, shape)
}
