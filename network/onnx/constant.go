package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildConstant reads Constant: a tensor, a number or a list.
func buildConstant(c *call) (value, error) {
	if len(c.node.attributes) != 1 {
		return value{}, fmt.Errorf("it has %d attributes instead of one value", len(c.node.attributes))
	}
	a := c.node.attributes[0]
	k := &constant{}
	var err error
	switch a.name {
	case "value":
		if a.tensor == nil {
			return value{}, errors.New(`attribute "value" has no tensor`)
		}
		k, err = a.tensor.constant()
	case "value_float":
		k.typ, k.shape, k.floats = float32Type, network.Shape{}, []float64{float64(a.float)}
	case "value_int":
		k.typ, k.shape, k.ints = int64Type, network.Shape{}, []int64{a.integer}
	case "value_floats":
		k.typ = float32Type
		k.floats, err = unpackFloats(a.floats)
		k.shape = network.Shape{len(k.floats)}
	default:
		k.typ = int64Type
		k.ints, err = unpackIntegers(a.ints)
		k.shape = network.Shape{len(k.ints)}
	}
	if err != nil {
		return value{}, fmt.Errorf("attribute %s: %w", quoted(a.name), err)
	}
	return k.value(), c.spend(k.shape.Size())
}
