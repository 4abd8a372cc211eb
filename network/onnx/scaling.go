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
}

// at returns step and zero point of element i.
func (s scaling) at(i int) (step, zero float64) {
	return s.step[i%len(s.step)], s.zero[i%len(s.zero)]
}

// granularity says which scales a tensor of some shape has: one; or one for each index
// along axis; or, where block is positive, one for each block of so many indices.
type granularity struct {
	shape       network.Shape
	axis, block int64
}

// scaling reads the scale, operand k, and the zero point, operand k+1, of levels of type typ.
func (c *call) scaling(k int, typ dataType, g granularity) (scaling, error) {
	s := scaling{typ: typ, zero: []float64{0}}
	index, err := c.scales(k, g)
	if err != nil {
		return scaling{}, err
	}
	scale := c.in[k].constant.floats
	if err := c.checkZeroPoint(k, typ); err != nil {
		return scaling{}, err
	}
	var zeros []float64
	if c.given(k + 1) {
		for _, z := range c.in[k+1].constant.ints {
			zeros = append(zeros, float64(z))
		}
	}
	if index == nil {
		s.step = scale
		if zeros != nil {
			s.zero = zeros
		}
		return s, nil
	}
	s.step = picked(scale, index)
	if zeros != nil {
		s.zero = picked(zeros, index)
	}
	return s, nil
}

// picked are the elements index of k.
func picked(k []float64, index []int) []float64 {
	out := make([]float64, len(index))
	for i, j := range index {
		out[i] = k[j]
	}
	return out
}

// checkScale checks that operand k is a constant of positive numbers.
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
		if !(s > 0) || math.IsInf(s, 0) {
			return fmt.Errorf("scale %s: element %d is %v; a scale is a positive number", quoted(v.name), i, s)
		}
	}
	return nil
}

// checkZeroPoint checks operand k+1, the zero point to the scale in operand k.
func (c *call) checkZeroPoint(k int, typ dataType) error {
	if !c.given(k + 1) {
		return nil
	}
	scale, zero := c.in[k], c.in[k+1]
	scalar := scale.shape.Size() == 1 && zero.shape.Size() == 1 && len(scale.shape) < 2 && len(zero.shape) < 2
	switch {
	case zero.constant == nil:
		return unsupportedf("zero point %s depends on the input: dynamic quantization is not piecewise linear; quantize statically, with calibration", quoted(zero.name))
	case zero.typ != typ:
		return fmt.Errorf("zero point %s is %v, the levels are %v: they must have one type", quoted(zero.name), zero.typ, typ)
	case !scalar && !zero.shape.Equal(scale.shape):
		return fmt.Errorf("zero point %s has shape %v, its scale has %v: they must have one shape", quoted(zero.name), zero.shape, scale.shape)
	case typ == int32Type && slices.ContainsFunc(zero.constant.ints, func(z int64) bool { return z != 0 }):
		return fmt.Errorf("zero point %s of INT32 levels is not zero", quoted(zero.name))
	}
	return nil
}

// scales checks the scale, operand k, and returns the index of the scale of every
// element of the tensor, or nil where there is one for all.
func (c *call) scales(k int, g granularity) ([]int, error) {
	if err := c.checkScale(k); err != nil {
		return nil, err
	}
	v := c.in[k]
	if len(v.shape) < 2 && v.shape.Size() == 1 {
		return nil, nil
	}
	misfit := func() error {
		return fmt.Errorf("scale %s of shape %v does not fit a tensor of shape %v along axis %d", quoted(v.name), v.shape, g.shape, g.axis)
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
	if err := c.spend(3 * n); err != nil { // the list, and steps and zero points of all elements
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
