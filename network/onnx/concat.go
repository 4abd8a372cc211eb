package onnx

import (
	"fmt"

	"rsm/network"
)

// buildConcat reads Concat of activations and constants. Where all are constants,
// of any type, the result is one.
func buildConcat(c *call) (value, error) {
	axis, err := c.concatAxis()
	if err != nil {
		return value{}, err
	}
	first, constants := c.in[0].shape, 0
	shape := append(network.Shape{}, first...)
	shape[axis] = 0
	for _, v := range c.in {
		if v.typ != c.in[0].typ {
			return value{}, fmt.Errorf("operands %s and %s have the types %v and %v", quoted(c.in[0].name), quoted(v.name), c.in[0].typ, v.typ)
		}
		fits := len(v.shape) == len(first)
		for i := range v.shape {
			fits = fits && (i == axis || v.shape[i] == first[i])
		}
		if !fits {
			return value{}, fmt.Errorf("operands of shapes %v and %v cannot be joined along axis %d", first, v.shape, axis)
		}
		shape[axis] += v.shape[axis]
		if v.constant != nil {
			constants++
		}
	}
	if size(shape) >= maxElements {
		return value{}, fmt.Errorf("the result of shape %v is too large", shape)
	}
	op := &network.Concat{Outer: shape[:axis].Size(), Inner: shape[axis+1:].Size()}
	if constants == len(c.in) {
		return c.joined(op.Outer, shape)
	}
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	var all []value
	for _, v := range c.in {
		if v.shape.Size() == 0 {
			continue // it adds nothing
		}
		if v, err = c.lifted(v); err != nil {
			return value{}, err
		}
		all, op.Sizes = append(all, v), append(op.Sizes, v.shape[axis])
	}
	if len(all) == 1 {
		return c.view(all[0], shape)
	}
	return c.add(c.title(), op, shape, all...)
}

// concatAxis reads the attribute axis, which opset 4 made mandatory.
func (c *call) concatAxis() (int, error) {
	if c.attributes["axis"] == nil && c.opset >= 4 {
		return 0, fmt.Errorf("attribute \"axis\" is left out")
	}
	return c.axis(c.integer("axis", 1), len(c.in[0].shape), 11)
}

// joined is the concatenation of constants, each of which has outer pieces.
func (c *call) joined(outer int, shape network.Shape) (value, error) {
	if err := c.spend(shape.Size()); err != nil {
		return value{}, err
	}
	k := &constant{typ: c.in[0].typ, shape: shape}
	for o := range outer {
		for _, v := range c.in {
			n := v.shape.Size() / outer
			if k.typ.float() {
				k.floats = append(k.floats, v.constant.floats[o*n:(o+1)*n]...)
			} else {
				k.ints = append(k.ints, v.constant.ints[o*n:(o+1)*n]...)
			}
		}
	}
	return k.value(), nil
}
