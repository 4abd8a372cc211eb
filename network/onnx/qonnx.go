package onnx

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"rsm/network"
)

// qonnxDomains are the domains of the operators of QONNX (arXiv 2206.07527), which Brevitas, FINN and
// hls4ml write: today's and FINN's own.
var qonnxDomains = [...]string{"qonnx.custom_op.general", "finn.custom_op.general"}

// staircase is a rounding of x / step + zero point to levels from low to high, as a sum of
// staircases of steps that are all as wide.
type staircase struct {
	scaling
	parts []stairPart
}

// stairPart has levels from low to high.
type stairPart struct {
	rounding  network.Rounding
	low, high float64
}

// buildQuant reads Quant, IntQuant today, of QONNX: (round(clip(x / scale + zero point)) - zero
// point) scale, real numbers again. Levels are between two integers, so that it is the same
// to clip after rounding. Operands are x, scale, zero point and bit width.
func buildQuant(c *call) (value, error) {
	x := c.in[0]
	if err := c.numericOf(x); err != nil {
		return value{}, err
	}
	low, high, bipolar, err := c.integerRange()
	if err != nil {
		return value{}, err
	}
	s, err := c.qonnxScaling(x.shape)
	if err != nil {
		return value{}, err
	}
	if bipolar { // of one bit and signed, as QONNX computes it: x / scale + zero point or below zero
		return c.bipolar(x, s)
	}
	parts, err := roundingParts(c.text("rounding_mode", "ROUND"), low, high)
	if err != nil {
		return value{}, err
	}
	return c.staircased(x, staircase{s, parts})
}

// integerRange is the range of the levels, by bit width, signed and narrow; bipolar says
// that they are -1 and 1.
func (c *call) integerRange() (low, high float64, bipolar bool, err error) {
	signed, err := c.flag("signed")
	if err != nil {
		return 0, 0, false, err
	}
	narrow, err := c.flag("narrow")
	if err != nil {
		return 0, 0, false, err
	}
	for _, name := range []string{"signed", "narrow"} {
		if c.attributes[name] == nil {
			return 0, 0, false, fmt.Errorf("attribute %s is left out", name)
		}
	}
	widths, err := c.numbers(3, "bit width")
	if err != nil {
		return 0, 0, false, err
	}
	bits := widths[0]
	switch {
	case slices.ContainsFunc(widths, func(b float64) bool { return b != bits }):
		return 0, 0, false, unsupportedf("bit width %s has different elements; one for all is supported", quoted(c.in[3].name))
	case bits != math.Trunc(bits) || !(bits >= 1 && bits <= 32):
		return 0, 0, false, unsupportedf("bit width %s is %v; 1 to 32 bits are supported", quoted(c.in[3].name), bits)
	}
	less := 0.0
	if narrow {
		less = 1
	}
	switch {
	case signed:
		half := math.Ldexp(1, int(bits)-1)
		return less - half, half - 1, bits == 1, nil
	case bits == 1 && narrow:
		return 0, 0, false, unsupportedf("1 bit, unsigned and narrow: there is one level only")
	}
	return 0, math.Ldexp(1, int(bits)) - 1 - less, false, nil
}

// numbers are the elements of operand k, a constant of numbers of any type.
func (c *call) numbers(k int, what string) ([]float64, error) {
	v := c.in[k]
	switch {
	case v.constant == nil:
		return nil, unsupportedf("%s %s depends on the input; it must be a constant", what, quoted(v.name))
	case v.shape.Size() == 0:
		return nil, fmt.Errorf("%s %s has no element", what, quoted(v.name))
	case v.typ.float():
		return c.weights(v)
	case !v.typ.integer():
		return nil, unsupportedf("%s %s is %v", what, quoted(v.name), v.typ)
	}
	if err := c.spend(len(v.constant.ints)); err != nil {
		return nil, err
	}
	out := make([]float64, len(v.constant.ints))
	for i, q := range v.constant.ints {
		out[i] = float64(q)
	}
	return out, nil
}

// spreadOver are the numbers of operand k for each element of a tensor of some shape, to which
// they broadcast, or one for all.
func (c *call) spreadOver(k int, what string, shape network.Shape) ([]float64, error) {
	v, err := c.numbers(k, what)
	if err != nil || len(v) == 1 {
		return v, err
	}
	from := c.in[k].shape
	if out, err := broadcast(shape, from); err != nil || !out.Equal(shape) {
		return nil, fmt.Errorf("%s %s of shape %v does not fit a tensor of shape %v", what, quoted(c.in[k].name), from, shape)
	}
	return c.expanded(v, from, shape)
}

// qonnxScaling reads scale and zero point, operands 1 and 2. Zero points are integers here: with
// others, which QONNX allows, thresholds would not be float64 numbers.
func (c *call) qonnxScaling(shape network.Shape) (scaling, error) {
	step, err := c.spreadOver(1, "scale", shape)
	if err != nil {
		return scaling{}, err
	}
	zero, err := c.spreadOver(2, "zero point", shape)
	if err != nil {
		return scaling{}, err
	}
	for i, z := range zero {
		if z != math.Trunc(z) || math.Abs(z) > 1<<20 {
			return scaling{}, unsupportedf("zero point %s: element %d is %v; integers of 20 bits are supported", quoted(c.in[2].name), i, z)
		}
	}
	for i, s := range step {
		if s == 0 {
			return scaling{}, fmt.Errorf("scale %s: element %d is 0; numbers are divided by it", quoted(c.in[1].name), i)
		}
		if float64(float32(s)) != s {
			return scaling{}, unsupportedf("scale %s: element %d is %v, which is no FLOAT", quoted(c.in[1].name), i, s)
		}
	}
	return scaling{typ: int32Type, step: step, zero: zero, shifted: true}, nil
}

// roundingParts are the staircases of which a rounding is the sum. Toward zero, the step of
// level 0 is two wide: it is what is rounded down above it and what is rounded up below it.
func roundingParts(mode string, low, high float64) ([]stairPart, error) {
	both := func(above, below network.Rounding) []stairPart {
		var parts []stairPart
		for _, p := range []stairPart{{above, 0, high}, {below, low, 0}} {
			if p.low < p.high {
				parts = append(parts, p)
			}
		}
		return parts
	}
	one := func(r network.Rounding) []stairPart { return []stairPart{{r, low, high}} }
	switch strings.ToUpper(mode) {
	case "ROUND", "HALF_EVEN":
		return one(network.HalfEven), nil
	case "HALF_UP": // away from zero
		return one(network.HalfAway), nil
	case "HALF_DOWN":
		return one(network.HalfToward), nil
	case "FLOOR":
		return one(network.Floor), nil
	case "CEIL":
		return one(network.Ceiling), nil
	case "DOWN", "ROUND_TO_ZERO":
		return both(network.Floor, network.Ceiling), nil
	case "UP":
		return both(network.Ceiling, network.Floor), nil
	}
	return nil, unsupportedf("attribute rounding_mode is %s; ROUND, HALF_EVEN, HALF_UP, HALF_DOWN, FLOOR, CEIL, UP, DOWN and ROUND_TO_ZERO are supported", quoted(mode))
}

// staircased quantizes x and makes real numbers of the levels again.
func (c *call) staircased(x value, s staircase) (value, error) {
	c.noteOnce(realNote)
	if x.constant != nil {
		return c.staircasedConstant(x, s)
	}
	if most := s.parts[0].high; most > 1<<20 {
		return value{}, unsupportedf("levels of an activation up to %v; up to 2^20 is supported, in weights and biases 32 bits", most)
	}
	apply := func(c *call, x value) (y value, err error) {
		if len(s.parts) == 1 {
			s.rounding = s.parts[0].rounding
			y, err = c.quantizedBetween(x, s.scaling, s.parts[0].low, s.parts[0].high)
		} else {
			y, err = c.summed(x, s)
		}
		if err != nil {
			return value{}, err
		}
		sub := *c
		sub.part += " (scaled)"
		return sub.dequantized(y, s.scaling, x.typ)
	}
	if len(s.step) > 1 || len(s.zero) > 1 { // not one function of all elements
		return apply(c, x)
	}
	return c.activation(x, apply)
}

// summed is the sum of the parts of a staircase.
func (c *call) summed(x value, s staircase) (value, error) {
	up, signs, err := s.rising()
	if err != nil {
		return value{}, err
	}
	if x, err = c.withSigns(x, signs); err != nil {
		return value{}, err
	}
	var levels []value
	for _, p := range s.parts {
		op := &network.Quantize{Step: up.step, Zero: up.zero, Lo: p.low, Hi: p.high, Rounding: p.rounding, Shifted: true}
		y, err := c.add(fmt.Sprintf("%s (%v from %v to %v)", c.title(), p.rounding, p.low, p.high), op, x.shape, x)
		if err != nil {
			return value{}, err
		}
		levels = append(levels, y)
	}
	return c.add(c.title(), &network.Sum{Signs: []int{1, 1}}, x.shape, levels...)
}

// staircasedConstant is the constant of the real numbers that levels of x stand for.
func (c *call) staircasedConstant(x value, s staircase) (value, error) {
	k, err := c.weights(x)
	if err != nil {
		return value{}, err
	}
	n := len(k)
	if err := c.spend(3 * n); err != nil {
		return value{}, err
	}
	up, signs, err := s.rising()
	if err != nil {
		return value{}, err
	}
	out := &constant{typ: int32Type, shape: x.shape, ints: make([]int64, n)}
	for _, p := range s.parts {
		op := network.Quantize{Step: up.step, Zero: up.zero, Lo: p.low, Hi: p.high, Rounding: p.rounding, Shifted: true}
		level := func(i int, v float64) float64 {
			l, _ := op.Rational(i, new(big.Rat).SetFloat64(v)).Float64()
			return l
		}
		if _, err := op.Check([]int{n}); err == nil {
			level = op.Value
		}
		for i, v := range k {
			if signs != nil {
				v *= signs[i%len(signs)]
			}
			out.ints[i] += int64(level(i, v))
		}
	}
	for i := range out.ints {
		_, zero := s.at(i)
		out.ints[i] -= int64(zero)
	}
	real := s.scaling
	real.zero = []float64{0}
	return c.dequantizedConstant(out.value(), real, x.typ)
}
