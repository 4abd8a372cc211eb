package onnx

import (
	"fmt"

	"rsm/network"
)

// roundedActivations is why operators are refused that round activations to a few bits by the
// range of the very values they get.
const roundedActivations = "activations are rounded at run time, by a scale that depends on the input, which is dynamic quantization and not piecewise linear"

// buildMatMulNBits reads MatMulNBits of ONNX Runtime: A W' with W = (q - zero point) scale, where
// the levels q of 2, 4 or 8 bits are packed, and each block of them along a row of W has a
// scale, of either sign, and a zero point.
func buildMatMulNBits(c *call) (value, error) {
	x := c.in[0]
	if x.constant != nil {
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	}
	if err := c.numericOf(x); err != nil {
		return value{}, err
	}
	if err := c.accuracyLevel(); err != nil {
		return value{}, err
	}
	if c.given(4) {
		return value{}, unsupportedf("operand g_idx, %s, is not supported: blocks of weights in another order (act-order); quantize without it", quoted(c.in[4].name))
	}
	if prepacked := c.integer("weight_prepacked", 0); prepacked != 0 {
		return value{}, unsupportedf("attribute weight_prepacked is %d: weights packed for one device are not read", prepacked)
	}
	p, err := c.packing()
	if err != nil {
		return value{}, err
	}
	last := len(x.shape) - 1
	if last < 0 || x.shape[last] != p.cols {
		return value{}, fmt.Errorf("operand %s of shape %v does not fit: attribute K is %d", quoted(x.name), x.shape, p.cols)
	}
	m, rest, err := c.unpacked(p)
	if err != nil {
		return value{}, err
	}
	bias, err := c.biasOf(5, p.rows)
	if err != nil {
		return value{}, err
	}
	shape := append(append(network.Shape{}, x.shape[:last]...), p.rows)
	y, err := c.dense(c.title(), x, m, bias, x.shape[:last].Size(), 1, shape)
	if err != nil || rest.w == nil {
		return y, err
	}
	z, err := c.dense(c.title()+" (zero points)", x, rest, nil, x.shape[:last].Size(), 1, shape)
	if err != nil {
		return value{}, err
	}
	return c.add(c.title()+" (sum)", &network.Sum{Signs: []int{1, -1}}, shape, y, z)
}

// accuracyLevel checks how exactly the file wants the operand in the products: at level 4 it is
// rounded to 8 bits, block by block. Where the file says nothing, ONNX Runtime may do so too,
// and the function meant is the product.
func (c *call) accuracyLevel() error {
	switch level := c.integer("accuracy_level", 0); level {
	case 0:
		c.noteOnce("MatMulNBits without accuracy_level is read as the product of real numbers; onnxruntime may round its activations to 8 bits there: set accuracy_level to 1 for it to compute the same")
	case 1, 2, 3:
	case 4:
		return unsupportedf("attribute accuracy_level is 4: %s; set it to 1 and verify that", roundedActivations)
	default:
		return fmt.Errorf("attribute accuracy_level is %d, none of 0 to 4", level)
	}
	return nil
}

// packing is how the levels of a matrix of rows x cols lie in bytes: in blocks along its
// rows, the last of which may be longer than what is left of the row.
type packing struct {
	rows, cols, bits, block, blocks int
}

// packing reads it from the attributes.
func (c *call) packing() (packing, error) {
	var p packing
	for _, a := range []struct {
		name      string
		to        *int
		otherwise int64
	}{{"N", &p.rows, 0}, {"K", &p.cols, 0}, {"bits", &p.bits, 4}, {"block_size", &p.block, 0}} {
		v := c.integer(a.name, a.otherwise)
		if v <= 0 || v > maxElements {
			return p, fmt.Errorf("attribute %s is %d", a.name, v)
		}
		*a.to = int(v)
	}
	switch {
	case p.bits != 2 && p.bits != 4 && p.bits != 8:
		return p, unsupportedf("attribute bits is %d; 2, 4 and 8 are supported", p.bits)
	case p.block < 16 || p.block&(p.block-1) != 0:
		return p, fmt.Errorf("attribute block_size is %d; it must be a power of two, 16 at least", p.block)
	}
	p.blocks = (p.cols + p.block - 1) / p.block
	return p, nil
}

// levels are so many levels that start at each row of bytes, the first in the lowest bits.
func (p packing) levels(packed []int64, rows, width, count int) []int64 {
	out := make([]int64, 0, rows*count)
	mask := int64(1)<<p.bits - 1
	for r := range rows {
		row := packed[r*width : (r+1)*width]
		for k := range count {
			out = append(out, row[k*p.bits/8]>>(k*p.bits%8)&mask)
		}
	}
	return out
}

// unpacked is W: whole, or, where float64 does not hold all of (q - zero point) scale, as the
// difference of q scale and zero point scale, which it does.
func (c *call) unpacked(p packing) (whole, rest matrix, err error) {
	width := p.blocks * p.block * p.bits / 8
	levels, err := c.packed(1, "weights", p.rows, width)
	if err != nil {
		return whole, rest, err
	}
	scales, err := c.elements(2, "scales", p.rows*p.blocks)
	if err != nil {
		return whole, rest, err
	}
	zeros, err := c.zeroPoints(p)
	if err != nil {
		return whole, rest, err
	}
	if err := c.spend(4 * p.rows * p.cols); err != nil {
		return whole, rest, err
	}
	q := p.levels(levels, p.rows, width, p.cols)
	w := make([]float64, len(q))
	exactly := true
	for i := range w {
		at := i/p.cols*p.blocks + i%p.cols/p.block
		d, exactDifference := exactSum(float64(q[i]), -zeros[at])
		product, exact := exactProduct(d, scales[at])
		w[i], exactly = product, exactly && exactDifference && exact
	}
	if exactly {
		return matrix{p.rows, p.cols, w}, rest, nil
	}
	less := make([]float64, len(q))
	for i := range w {
		at := i/p.cols*p.blocks + i%p.cols/p.block
		first, exact1 := exactProduct(float64(q[i]), scales[at])
		second, exact2 := exactProduct(zeros[at], scales[at])
		if !exact1 || !exact2 {
			return whole, rest, unsupportedf("scale %v and zero point %v of block %d: float64 does not hold their products", scales[at], zeros[at], at)
		}
		w[i], less[i] = first, second
	}
	return matrix{p.rows, p.cols, w}, matrix{p.rows, p.cols, less}, nil
}

// packed is operand k, bytes that are a constant.
func (c *call) packed(k int, what string, rows, width int) ([]int64, error) {
	v := c.in[k]
	switch {
	case v.constant == nil:
		return nil, unsupportedf("%s %s depend on the input; they must be constants", what, quoted(v.name))
	case v.typ != uint8Type:
		return nil, fmt.Errorf("%s %s are %v instead of UINT8", what, quoted(v.name), v.typ)
	case v.shape.Size() == 0:
		return nil, unsupportedf("%s %s are left out (shape %v)", what, quoted(v.name), v.shape)
	case v.shape.Size() != rows*width:
		return nil, fmt.Errorf("%s %s of shape %v do not fit: attributes K, N, bits and block_size want %d rows of %d bytes", what, quoted(v.name), v.shape, rows, width)
	}
	return v.constant.ints, nil
}

// elements are those of operand k, n numbers of the type of operand 0 that are constants.
func (c *call) elements(k int, what string, n int) ([]float64, error) {
	v := c.in[k]
	switch {
	case v.constant == nil:
		return nil, unsupportedf("%s %s depend on the input; they must be constants", what, quoted(v.name))
	case v.typ != c.in[0].typ:
		return nil, fmt.Errorf("%s %s are %v, operand %s is %v", what, quoted(v.name), v.typ, quoted(c.in[0].name), c.in[0].typ)
	case v.shape.Size() != n:
		return nil, fmt.Errorf("%s %s of shape %v do not fit: %d are needed", what, quoted(v.name), v.shape, n)
	}
	return c.weights(v)
}

// zeroPoints are those of all blocks: numbers of the type of operand 0, or packed as the
// levels are, or in the middle of the levels.
func (c *call) zeroPoints(p packing) ([]float64, error) {
	n := p.rows * p.blocks
	if c.given(3) && c.in[3].typ.float() {
		return c.elements(3, "zero points", n)
	}
	if err := c.spend(2 * n); err != nil {
		return nil, err
	}
	if !c.given(3) {
		return filled(float64(int(1)<<(p.bits-1)), n), nil
	}
	width := (p.blocks*p.bits + 7) / 8
	packed, err := c.packed(3, "zero points", p.rows, width)
	if err != nil {
		return nil, err
	}
	zeros := make([]float64, n)
	for i, z := range p.levels(packed, p.rows, width, p.blocks) {
		zeros[i] = float64(z)
	}
	return zeros, nil
}

// biasOf is operand k, n constants, or nil where it is left out.
func (c *call) biasOf(k, n int) ([]float64, error) {
	if !c.given(k) {
		return nil, nil
	}
	return c.elements(k, "bias", n)
}
