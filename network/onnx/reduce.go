package onnx

import (
	"fmt"

	"rsm/network"
)

func buildReduceSum(c *call) (value, error)  { return c.reduceSum(false) }
func buildReduceMean(c *call) (value, error) { return c.reduceSum(true) }
func buildReduceMax(c *call) (value, error)  { return c.reduceExtremum(maximum, 17) }
func buildReduceMin(c *call) (value, error)  { return c.reduceExtremum(minimum, 17) }

// over marks the axes that a Reduce operator takes together, and says whether the
// result has them with size 1. The axes are an attribute up to the opset last, and
// an operand after; none stands for all, or for no reduction if the node says so.
func (c *call) over(last int) (mark []bool, keep bool, err error) {
	rank := len(c.in[0].shape)
	var list []int64
	if c.opset <= last {
		if list, _, err = c.list("axes"); err == nil {
			err = c.oldOperands(1)
		}
	} else {
		list, _, err = c.listOperand(1, "axes")
	}
	if err != nil {
		return nil, false, err
	}
	keepdims := c.integer("keepdims", 1)
	if keepdims != 0 && keepdims != 1 {
		return nil, false, fmt.Errorf(`attribute "keepdims" is %d instead of 0 or 1`, keepdims)
	}
	nothing, err := c.flag("noop_with_empty_axes")
	if err != nil {
		return nil, false, err
	}
	axes, err := c.along(list, rank)
	if err != nil {
		return nil, false, err
	}
	mark = make([]bool, rank)
	for _, at := range axes {
		mark[at] = true
	}
	for i := range mark {
		mark[i] = mark[i] || len(list) == 0 && !nothing
	}
	return mark, keepdims == 1, nil
}

// reduced is the shape of a reduction.
func reduced(shape network.Shape, over []bool, keep bool) network.Shape {
	out := network.Shape{}
	for i, d := range shape {
		switch {
		case !over[i]:
			out = append(out, d)
		case keep:
			out = append(out, 1)
		}
	}
	return out
}

// grouped lists the elements that each element of a reduction is made of.
func (c *call) grouped(shape network.Shape, over []bool) ([][]int, error) {
	if err := c.spend(min(2*size(shape), maxElements)); err != nil {
		return nil, err
	}
	strides := rowMajor(reduced(shape, over, true))
	for i := range strides {
		if over[i] {
			strides[i] = 0
		}
	}
	groups := make([][]int, reduced(shape, over, true).Size())
	for i, g := range walk(shape, strides) {
		groups[g] = append(groups[g], i)
	}
	return groups, nil
}

// reduceSum reads ReduceSum and ReduceMean. A mean is a sum divided by its number
// of elements, which is exact, as its inverse rarely is.
func (c *call) reduceSum(mean bool) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	last := 12
	if mean {
		last = 17
	}
	over, keep, err := c.over(last)
	if err != nil {
		return value{}, err
	}
	name, n := c.title(), 1
	if mean {
		name += " (sum)"
	}
	for i, d := range x.shape {
		if over[i] {
			n *= d
		}
	}
	y, err := c.sumOver(name, x, over, keep)
	if err != nil || !mean || n == 1 {
		return y, err
	}
	return c.divided(y, n)
}

// divided is x/n.
func (c *call) divided(x value, n int) (value, error) {
	size := x.shape.Size()
	if err := c.spend(size); err != nil {
		return value{}, err
	}
	return c.add(c.title(), &network.Elementwise{Div: filled(float64(n), size)}, x.shape, x)
}

// reduceExtremum reads ReduceMax and ReduceMin.
func (c *call) reduceExtremum(m extremum, last int) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	over, keep, err := c.over(last)
	if err != nil {
		return value{}, err
	}
	return c.extremumOver(m, x, over, keep)
}

// extremumOver is the maximum or minimum over the marked axes.
func (c *call) extremumOver(m extremum, x value, over []bool, keep bool) (value, error) {
	return c.beforeActivation(x, func(x value) (value, error) {
		groups, err := c.grouped(x.shape, over)
		if err != nil {
			return value{}, err
		}
		return c.pools(m, c.title(), x, groups, 1, 1, reduced(x.shape, over, keep))
	})
}
