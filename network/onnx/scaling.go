package onnx

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// scaling says which real numbers the levels of a quantized tensor stand for: level q
// of element i for step (q - zero).
type scaling struct {
	typ        dataType  // of the levels
	step, zero []float64 // one for all elements, or one for each
	rounding   network.Rounding
	shifted    bool // quantization adds the zero point before it rounds
}

// at returns step and zero point of element i.
func (s scaling) at(i int) (step, zero float64) {
	return s.step[i%len(s.step)], s.zero[i%len(s.zero)]
}

// rising is a scaling whose steps are above zero, and the signs of those of s, nil where none is
// below: x / step is (sign x) / |step|.
func (s scaling) rising() (up scaling, signs []float64, err error) {
	up = s
	for i, step := range s.step {
		switch {
		case step == 0:
			return s, nil, fmt.Errorf("scale: element %d is 0; numbers are divided by it", i)
		case step < 0 && signs == nil:
			signs, up.step = filled(1, len(s.step)), slices.Clone(s.step)
		}
		if step < 0 {
			signs[i], up.step[i] = -1, -step
		}
	}
	return up, signs, nil
}

// granularity says which scales a tensor of some shape has: one; or one for each index
// along axis; or, where block is positive, one for each block of so many indices.
type granularity struct {
	shape       network.Shape
	axis, block int64
}

// scaling reads the scale, operand k, and the zero point, operand k+1, of levels of type typ.
func (c *call) scaling(k int, typ dataType, g granularity) (scaling, error) {
	if err := c.checkScale(k); err != nil {
		return scaling{}, err
	}
	scale, zero := c.in[k], c.in[k+1]
	scalar := scale.shape.Size() == 1 && zero.shape.Size() == 1 && len(scale.shape) < 2 && len(zero.shape) < 2
	if c.given(k+1) && !scalar && !zero.shape.Equal(scale.shape) {
		return scaling{}, fmt.Errorf("zero point %s has shape %v, its scale has %v: they must have one shape", quoted(zero.name), zero.shape, scale.shape)
	}
	s, err := c.zeroPoint(k+1, typ, g)
	if err != nil {
		return scaling{}, err
	}
	index, err := c.spread(scale, "scale", g)
	if err != nil {
		return scaling{}, err
	}
	s.step = picked(scale.constant.floats, index)
	return s, nil
}

// zeroPoint reads the zero point, operand k, of levels of type typ that have no scale.
func (c *call) zeroPoint(k int, typ dataType, g granularity) (scaling, error) {
	s := scaling{typ: typ, step: []float64{1}, zero: []float64{0}}
	if !c.given(k) {
		return s, nil
	}
	v := c.in[k]
	switch {
	case v.constant == nil:
		return scaling{}, unsupportedf("zero point %s depends on the input: dynamic quantization is not piecewise linear; quantize statically, with calibration", quoted(v.name))
	case v.typ != typ:
		return scaling{}, fmt.Errorf("zero point %s is %v, the levels are %v: they must have one type", quoted(v.name), v.typ, typ)
	case typ == int32Type && slices.ContainsFunc(v.constant.ints, func(z int64) bool { return z != 0 }):
		return scaling{}, fmt.Errorf("zero point %s of INT32 levels is not zero", quoted(v.name))
	}
	zeros := make([]float64, len(v.constant.ints))
	for i, z := range v.constant.ints {
		zeros[i] = float64(z)
	}
	index, err := c.spread(v, "zero point", g)
	s.zero = picked(zeros, index)
	return s, err
}

// picked are the elements index of k, or k itself where index is nil.
func picked(k []float64, index []int) []float64 {
	if index == nil {
		return k
	}
	out := make([]float64, len(index))
	for i, j := range index {
		out[i] = k[j]
	}
	return out
}

// checkScale checks that operand k is a constant of numbers. Those below zero are of
// quantizers that give the value of largest magnitude the lowest level, those of zero of channels
// without weights.
func (c *call) checkScale(k int) error {
	v := c.in[k]
	switch {
	case !c.given(k):
		return fmt.Errorf("scale, operand %d, is left out", k)
	case v.constant == nil:
		return unsupportedf("scale %s depends on the input: dynamic quantization is not piecewise linear; quantize statically, with calibration", quoted(v.name))
	case v.typ != float32Type && v.typ != float16Type && v.typ != bfloat16Type:
		return unsupportedf("scale %s is %v; FLOAT, FLOAT16 and BFLOAT16 are supported", quoted(v.name), v.typ)
	}
	for i, s := range v.constant.floats {
		if math.IsInf(s, 0) || math.IsNaN(s) {
			return fmt.Errorf("scale %s: element %d is %v; a scale is a number", quoted(v.name), i, s)
		}
	}
	return nil
}

// spread returns the index of the scale or zero point of every element of a tensor, or nil
// where there is one for all. v holds them, and what says which they are.
func (c *call) spread(v value, what string, g granularity) ([]int, error) {
	if len(v.shape) < 2 && v.shape.Size() == 1 {
		return nil, nil
	}
	misfit := func() error {
		return fmt.Errorf("%s %s of shape %v does not fit a tensor of shape %v along axis %d", what, quoted(v.name), v.shape, g.shape, g.axis)
	}
	axis, err := c.axis(g.axis, len(g.shape), 1)
	if err != nil {
		return nil, err
	}
	blocks, width := g.shape[axis], 1
	if g.block > 0 {
		if len(v.shape) != len(g.shape) || g.block > maxElements {
			return nil, misfit()
		}
		width = int(g.block)
		blocks = (blocks + width - 1) / width
		want := slices.Clone(g.shape)
		want[axis] = blocks
		if !v.shape.Equal(want) {
			return nil, misfit()
		}
	} else if len(v.shape) != 1 || v.shape[0] != blocks {
		return nil, misfit()
	}
	n := size(g.shape)
	if err := c.spend(2 * n); err != nil { // the list, and what it picks
		return nil, err
	}
	index, inner := make([]int, n), g.shape[axis+1:].Size()
	for i := range index {
		outer, at, rest := i/inner/g.shape[axis], i/inner%g.shape[axis], i%inner
		if g.block > 0 {
			index[i] = (outer*blocks+at/width)*inner + rest
		} else {
			index[i] = at
		}
	}
	return index, nil
}
