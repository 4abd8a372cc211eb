package onnx

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// buildDequantizeLinear reads DequantizeLinear: scale (x - zero point). Of a constant it makes
// a constant of exact real numbers, not of those that a floating-point type has.
func buildDequantizeLinear(c *call) (value, error) {
	x := c.in[0]
	if !x.typ.level() && x.typ != int32Type {
		return value{}, unsupportedf("operand %s has elements of %v; integers of 2 to 16 bits and INT32 are dequantized", quoted(x.name), x.typ)
	}
	s, err := c.scaling(1, x.typ, c.granularity(x.shape))
	if err != nil {
		return value{}, err
	}
	typ := c.in[1].typ
	if a := c.attributes["output_dtype"]; a != nil && a.integer != 0 {
		typ = dataType(a.integer)
		if int64(typ) != a.integer || !typ.float() {
			return value{}, fmt.Errorf(`attribute "output_dtype" is %d, no floating-point type`, a.integer)
		}
	}
	switch {
	case x.constant != nil:
		return c.dequantizedConstant(x, s, typ)
	case x.end != nil:
		s.typ = typ
		return c.rounded(x, s)
	}
	return c.dequantized(x, s, typ)
}

// dequantized is scale x - scale zero. The products of scales of 24 bits and zero points of
// 16 are exact.
func (c *call) dequantized(x value, s scaling, typ dataType) (value, error) {
	dequantize := func(c *call, x value) (value, error) {
		n := x.shape.Size()
		if err := c.spend(2 * n); err != nil {
			return value{}, err
		}
		op, err := s.real(n)
		if err != nil {
			return value{}, err
		}
		y, err := c.add(c.title(), op, x.shape, x)
		y.typ = typ
		return y, err
	}
	if len(s.step) > 1 || len(s.zero) > 1 || s.step[0] < 0 {
		return dequantize(c, x)
	}
	return c.activation(x, dequantize)
}

// real makes the real numbers of n levels that they stand for.
func (s scaling) real(n int) (*network.Elementwise, error) {
	op := &network.Elementwise{Mul: make([]float64, n), Add: make([]float64, n)}
	for i := range n {
		step, zero := s.at(i)
		op.Mul[i], op.Add[i] = step, 0-step*zero
	}
	if err := network.CheckFinite(slices.Concat(op.Mul, op.Add)); err != nil {
		return nil, fmt.Errorf("scales, and scales times zero points: %w", err)
	}
	if constantly(op.Add, 0) {
		op.Add = nil
	}
	return op, nil
}

// dequantizedConstant is a constant of the exact products.
func (c *call) dequantizedConstant(x value, s scaling, typ dataType) (value, error) {
	if err := c.spend(x.shape.Size()); err != nil {
		return value{}, err
	}
	out := &constant{typ: typ, shape: x.shape, floats: make([]float64, len(x.constant.ints))}
	for i, q := range x.constant.ints {
		step, zero := s.at(i)
		d := float64(q) - zero
		p := d * step
		if math.FMA(d, step, -p) != 0 { // levels of 32 bits only, and they have no zero point
			return (&constant{typ: scaledType, shape: x.shape, ints: x.constant.ints, step: s.step}).value(), nil
		}
		out.floats[i] = p
	}
	return out.value(), nil
}
