package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildReshape reads Reshape. In the shape wanted, 0 stands for the dimension
// of the operand at the same place (unless allowzero), and -1, at most once,
// for what is left.
func buildReshape(c *call) (value, error) {
	x := c.in[0]
	want, given, err := c.list("shape")
	if err != nil {
		return value{}, err
	}
	if c.opset >= 5 {
		if given = c.given(1); given {
			want, err = c.integers(1, "shape")
		}
	} else if c.given(1) {
		err = fmt.Errorf("opset %d has the shape as attribute, not as operand", c.opset)
	}
	switch {
	case err != nil:
		return value{}, err
	case !given:
		return value{}, errors.New("the shape is left out")
	case len(want) > maxRank:
		return value{}, fmt.Errorf("the shape has more than %d dimensions", maxRank)
	}
	zero, err := c.flag("allowzero")
	if err != nil {
		return value{}, err
	}
	shape, err := reshaped(x.shape, want, zero)
	if err != nil {
		return value{}, err
	}
	return c.view(x, shape)
}

func reshaped(old network.Shape, want []int64, allowZero bool) (network.Shape, error) {
	dims := make([]int64, len(want))
	open, zeros := -1, false
	for i, d := range want {
		switch {
		case d == -1 && open >= 0:
			return nil, fmt.Errorf("the shape %v has -1 twice", want)
		case d == -1:
			open, d = i, 1
		case d == 0 && !allowZero:
			if i >= len(old) {
				return nil, fmt.Errorf("the shape %v copies dimension %d of an operand of shape %v", want, i, old)
			}
			d = int64(old[i])
		}
		zeros = zeros || d == 0
		dims[i] = d
	}
	shape, err := checkedShape(dims)
	if err != nil {
		return nil, fmt.Errorf("the shape: %w", err)
	}
	if open >= 0 {
		if zeros || old.Size()%shape.Size() != 0 {
			return nil, fmt.Errorf("an operand of shape %v does not fit the shape %v", old, want)
		}
		shape[open] = old.Size() / shape.Size()
	}
	return shape, nil
}
