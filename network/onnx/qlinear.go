package onnx

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// The operators of quantized tensors are those of real numbers, of which each operand is
// dequantized and the result is quantized. Products of matrices and convolutions are written
// with the integers: with x' = x - zero_x, w' = w - zero_w and the bias b of INT32,
//
//	y = quantize(scale_x scale_w (w' x' + b)),
//
// so that the sums are exact in float64, and so are the products of two scales of 24 bits.

// inner is a call of another operator by this one, with operands of its own, in the
// newest version.
func (c *call) inner(part string, in ...value) *call {
	sub := *c
	sub.in, sub.part, sub.opset = in, " ("+part+")", newestOpset
	return &sub
}

// ofLevels makes the build function of Clip read that of levels by clippedLevels.
func ofLevels(apply build) build {
	return func(c *call) (value, error) {
		if y, ok, err := c.clippedLevels(); ok {
			return y, err
		}
		return apply(c)
	}
}

// ofIntegers makes a build function read activations of an integer type too, by an operator
// whose results are integers of that type then.
func ofIntegers(apply build) build {
	return func(c *call) (value, error) {
		typ := c.in[0].typ
		activation := func(v value) bool { return v.name != "" && v.constant == nil }
		if !typ.integer() || typ == boolType || !slices.ContainsFunc(c.in, activation) {
			return apply(c)
		}
		for k, v := range c.in {
			if !c.given(k) || v.typ != typ {
				continue
			}
			c.in[k].typ = float32Type
			if v.constant == nil {
				continue
			}
			if err := c.spend(v.shape.Size()); err != nil {
				return value{}, err
			}
			f := &constant{typ: float32Type, shape: v.shape}
			for _, q := range v.constant.ints {
				f.floats = append(f.floats, float64(q))
			}
			c.in[k].constant = f
		}
		y, err := apply(c)
		y.typ = typ
		return y, err
	}
}

// levels checks that operand k is a tensor of levels.
func (c *call) levels(k int) (value, error) {
	v := c.in[k]
	if !c.given(k) {
		return value{}, fmt.Errorf("operand %d is left out", k)
	}
	if !v.typ.level() {
		return value{}, unsupportedf("operand %s has elements of %v; levels of a quantization are integers of 2 to 16 bits", quoted(v.name), v.typ)
	}
	return v, c.plain(v)
}

// centered is v - zero, integers under the name of v and with a floating-point type, which
// operators of real numbers take.
func (c *call) centered(v value, s scaling) (value, error) {
	n := v.shape.Size()
	out := value{name: v.name, typ: float32Type, shape: v.shape, node: v.node}
	if v.constant != nil {
		if err := c.spend(n); err != nil {
			return value{}, err
		}
		k := &constant{typ: float32Type, shape: v.shape, floats: make([]float64, n)}
		for i, q := range v.constant.ints {
			_, zero := s.at(i)
			k.floats[i] = float64(q) - zero
		}
		out.constant = k
		return out, nil
	}
	if constantly(s.zero, 0) {
		return out, nil
	}
	if err := c.spend(n); err != nil {
		return value{}, err
	}
	shift := make([]float64, n)
	for i := range shift {
		_, zero := s.at(i)
		shift[i] = 0 - zero
	}
	y, err := c.add(fmt.Sprintf("%s (%s less zero point)", c.title(), v.name), &network.Elementwise{Add: shift}, v.shape, out)
	y.name = v.name
	return y, err
}

// rescaled is v times the product of two scales, constants that broadcast to its shape when
// they have the shapes given.
func (c *call) rescaled(name string, v, a, b value, shapeA, shapeB network.Shape) (value, error) {
	factors, shapes := [2]value{a, b}, [2]network.Shape{shapeA, shapeB}
	product := filled(1, v.shape.Size())
	for k, f := range factors {
		if out, err := broadcast(v.shape, shapes[k]); err != nil || !out.Equal(v.shape) {
			return value{}, fmt.Errorf("scale %s of shape %v does not fit the result of shape %v", quoted(f.name), f.shape, v.shape)
		}
		x, err := c.expanded(f.constant.floats, shapes[k], v.shape)
		if err != nil {
			return value{}, err
		}
		for i := range product {
			product[i] *= x[i]
		}
	}
	if err := network.CheckFinite(product); err != nil {
		return value{}, fmt.Errorf("products of scales %s and %s: %w", quoted(a.name), quoted(b.name), err)
	}
	return c.add(name, &network.Elementwise{Mul: product}, v.shape, v)
}

// real is the real number that operand k stands for, with its scale and zero point in
// operands k+1 and k+2.
func (c *call) real(k int) (value, error) {
	v, err := c.levels(k)
	if err != nil {
		return value{}, err
	}
	s, err := c.scaling(k+1, v.typ, byColumn(v.shape))
	if err != nil {
		return value{}, err
	}
	name := v.name
	if v.constant != nil {
		v, err = c.dequantizedConstant(v, s, float32Type)
	} else {
		part := c.part
		c.part += fmt.Sprintf(" (%s dequantized)", name)
		v, err = c.dequantized(v, s, float32Type)
		c.part = part
	}
	v.name = name
	return v, err
}

// requantizedTo quantizes by the scale and zero point in operands k and k+1, to levels of
// type typ.
func (c *call) requantizedTo(typ dataType, y value, k int) (value, error) {
	s, err := c.scaling(k, typ, byColumn(y.shape))
	if err != nil {
		return value{}, err
	}
	return c.quantized(y, s)
}

// roundedAfter is requantizedTo as some kernels of ONNX Runtime do it: they add the zero point
// to the quotient and round the sum, so that half-way points become even levels whatever
// the zero point is. Its other operators round the quotient, as QuantizeLinear does.
func (c *call) roundedAfter(typ dataType, y value, k int) (value, error) {
	s, err := c.scaling(k, typ, byColumn(y.shape))
	if err != nil {
		return value{}, err
	}
	s.shifted = true
	return c.quantized(y, s)
}

// fits checks that the sums of v, which are integers computed from the value x of which
// the levels have type typ, less zero point, fit the 32 bits of an accumulator.
func (c *call) fits(v, x value, typ dataType) error {
	low, high := typ.limits()
	bound := c.magnitude(v.node, x.node, float64(high-low))
	if bound > math.MaxInt32 {
		return unsupportedf("its sums of products may reach %.3g, which the 32 bits of an accumulator do not hold", bound)
	}
	return nil
}

// magnitude bounds the elements of a node computed from node x by affine operators, where
// those of x are at most most.
func (c *call) magnitude(node, x int, most float64) float64 {
	if node == x {
		return most
	}
	v := c.net.Nodes[node]
	op, affine := v.Op.(network.Affine)
	if !affine {
		return math.Inf(1)
	}
	out := make([]float64, v.Size)
	for i, b := range op.Bias() {
		out[i] = math.Abs(b)
	}
	for k, in := range v.Inputs {
		op.ApplyAbs(k, out, filled(c.magnitude(in, x, most), c.net.Nodes[in].Size))
	}
	bound := 0.0
	for _, b := range out {
		bound = max(bound, b)
	}
	return bound
}
