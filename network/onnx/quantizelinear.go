package onnx

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// realNote says once what quantization means here.
const realNote = "quantization is read in real arithmetic: where a runtime scales in float32, it may round otherwise next to half-way points"

// buildQuantizeLinear reads QuantizeLinear: the levels clamp(round(x / scale) + zero point),
// halves rounded to even. Constants are quantized here.
func buildQuantizeLinear(c *call) (value, error) {
	x := c.in[0]
	typ, err := c.levelType(2)
	switch {
	case err != nil:
		return value{}, err
	case !x.typ.float() && x.typ != int32Type:
		return value{}, unsupportedf("operand %s has elements of %v; floating-point numbers and INT32 are quantized", quoted(x.name), x.typ)
	}
	s, err := c.scaling(1, typ, c.granularity(x.shape))
	if err != nil {
		return value{}, err
	}
	switch {
	case x.constant != nil:
		return c.quantizedConstant(x, s)
	case x.end != nil:
		return c.rounded(x, s)
	}
	return c.quantized(x, s)
}

// granularity reads the attributes axis and block_size for a tensor of some shape.
func (c *call) granularity(shape network.Shape) granularity {
	return granularity{shape, c.integer("axis", 1), c.integer("block_size", 0)}
}

// levelType is the type of the levels that the node makes: that of the zero point, operand
// k, or attribute output_dtype, or UINT8.
func (c *call) levelType(k int) (dataType, error) {
	wanted := c.integer("output_dtype", 0)
	typ := dataType(wanted)
	switch {
	case wanted != int64(int32(wanted)):
		return 0, fmt.Errorf(`attribute "output_dtype" is %d, which is no type`, wanted)
	case c.given(k) && wanted != 0 && typ != c.in[k].typ:
		return 0, fmt.Errorf(`zero point %s is %v, attribute "output_dtype" says %v`, quoted(c.in[k].name), c.in[k].typ, typ)
	case c.given(k):
		typ = c.in[k].typ
	case wanted == 0:
		typ = uint8Type
	}
	if !typ.level() {
		return 0, unsupportedf("quantization to %v is not supported; to integers of 2 to 16 bits it is", typ)
	}
	return typ, nil
}

// quantized quantizes an activation.
func (c *call) quantized(x value, s scaling) (value, error) {
	low, high := s.typ.limits()
	return c.quantizedBetween(x, s, float64(low), float64(high))
}

// quantizedBetween quantizes to levels between two. A scale below zero is one above it of the
// number with the other sign.
//
// Where the least level is that of 0, quantization clips at 0 as a ReLU does, and exporters
// then leave out the ReLU of the network that was quantized. It is put back: it changes
// nothing, and ReLU layers of a network and of its quantized twin correspond by their number.
func (c *call) quantizedBetween(x value, s scaling, low, high float64) (value, error) {
	c.noteOnce(realNote)
	given := s
	s, signs, err := s.rising()
	if err != nil {
		return value{}, err
	}
	if x, err = c.withSigns(x, signs); err != nil {
		return value{}, err
	}
	op := &network.Quantize{Step: s.step, Zero: s.zero, Lo: low, Hi: high, Rounding: s.rounding, Shifted: s.shifted}
	if constantly(s.zero, op.Lo) && c.computed(x.node) && !(c.least(x.node) >= 0) {
		relu, err := c.add(c.title()+" (relu)", network.ReLU{}, x.shape, x)
		if err != nil {
			return value{}, err
		}
		x = relu
	}
	quantize := func(c *call, x value) (value, error) {
		y, err := c.add(c.title(), op, x.shape, x)
		y.typ = s.typ
		c.scalings[y.node] = given
		return y, err
	}
	if len(s.step) > 1 || len(s.zero) > 1 {
		return quantize(c, x)
	}
	return c.activation(x, quantize)
}

// withSigns is x with the signs given, one for all elements or one for each, or x itself
// where there are none.
func (c *call) withSigns(x value, signs []float64) (value, error) {
	if signs == nil {
		return x, nil
	}
	n := x.shape.Size()
	if err := c.spend(n); err != nil {
		return value{}, err
	}
	op := &network.Elementwise{Mul: make([]float64, n)}
	for i := range n {
		op.Mul[i] = signs[i%len(signs)]
	}
	return c.add(c.title()+" (signs of scales)", op, x.shape, x)
}

// clippedLevels reads a Clip of the levels that a quantization makes, which some exporters
// write for types of fewer bits: the quantization has fewer levels then. ok says whether it
// is such a Clip.
func (c *call) clippedLevels() (y value, ok bool, err error) {
	x := c.in[0]
	if x.constant != nil || x.end != nil || !x.typ.level() || c.opset < 12 {
		return value{}, false, nil
	}
	q, made := c.net.Nodes[x.node].Op.(*network.Quantize)
	if !made {
		return value{}, false, nil
	}
	bounds := [2]float64{q.Lo, q.Hi}
	for k := range bounds {
		if !c.given(k + 1) {
			continue
		}
		v := c.in[k+1]
		if v.constant == nil || v.typ != x.typ || v.shape.Size() != 1 {
			return value{}, false, nil
		}
		bounds[k] = float64(v.constant.ints[0])
	}
	low, high := max(bounds[0], q.Lo), min(bounds[1], q.Hi)
	if low >= high {
		return value{}, false, nil
	}
	from := value{typ: float32Type, shape: x.shape, node: c.net.Nodes[x.node].Inputs[0]}
	y, err = c.quantizedBetween(from, scaling{x.typ, q.Step, q.Zero, q.Rounding, q.Shifted}, low, high)
	c.scalings[y.node] = c.scalings[x.node] // the same, but for the sign of scales
	return y, true, err
}

// noteOnce records a note that may be there already.
func (r *reader) noteOnce(text string) {
	if !slices.Contains(r.net.Notes, text) {
		r.note("%s", text)
	}
}

// quantizedConstant quantizes a constant.
func (c *call) quantizedConstant(x value, s scaling) (value, error) {
	k, err := c.weights(x)
	if err != nil {
		return value{}, err
	}
	s, signs, err := s.rising()
	if err != nil {
		return value{}, err
	}
	low, high := s.typ.limits()
	op := network.Quantize{Step: s.step, Zero: s.zero, Lo: float64(low), Hi: float64(high)}
	if _, err := op.Check([]int{x.shape.Size()}); err != nil {
		return value{}, err
	}
	if err := c.spend(x.shape.Size()); err != nil {
		return value{}, err
	}
	out := &constant{typ: s.typ, shape: x.shape, ints: make([]int64, len(k))}
	others := 0
	for i, v := range k {
		if signs != nil {
			v *= signs[i%len(signs)]
		}
		out.ints[i] = int64(op.Value(i, v))
		step, zero := s.at(i)
		in32 := math.RoundToEven(float64(float32(v)/float32(step))) + zero
		if min(max(in32, op.Lo), op.Hi) != op.Value(i, v) {
			others++
		}
	}
	c.noteOnce(realNote)
	if others > 0 {
		c.note("%d of %d elements of the constant %s are so near to half-way points that a quotient of float32 rounds them otherwise", others, len(k), quoted(x.name))
	}
	return out.value(), nil
}
