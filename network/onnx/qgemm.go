package onnx

import (
	"fmt"

	"rsm/network"
)

// buildQGemm reads QGemm of ONNX Runtime: alpha scale_a scale_b ((A - zero_a)(B - zero_b) + C)
// with C of INT32, quantized if there is a scale for the result.
func buildQGemm(c *call) (value, error) {
	transA, err := c.flag("transA")
	if err != nil {
		return value{}, err
	}
	transB, err := c.flag("transB")
	if err != nil {
		return value{}, err
	}
	rows, columns := byRow(c.in[0].shape), byColumn(c.in[3].shape)
	if transA {
		rows.axis = -1
	}
	if transB {
		columns.axis = -2
	}
	f, err := c.scaledFactors(rows, columns)
	if err != nil {
		return value{}, err
	}
	bias, err := c.accumulated(6)
	if err != nil {
		return value{}, err
	}
	sub := c.inner("sums", f.a, f.b, bias)
	sub.attributes = map[string]*attribute{"transA": c.attributes["transA"], "transB": c.attributes["transB"]}
	y, err := buildGemm(sub)
	if err != nil {
		return value{}, err
	}
	if err := c.fits(y, f.x, f.levels); err != nil {
		return value{}, err
	}
	alpha := c.float("alpha", 1)
	if err := network.CheckFinite([]float64{alpha}); err != nil {
		return value{}, fmt.Errorf("attribute alpha: %w", err)
	}
	if alpha != 1 {
		if y, err = c.add(c.title()+" (alpha)", &network.Elementwise{Mul: filled(alpha, y.shape.Size())}, y.shape, y); err != nil {
			return value{}, err
		}
	}
	scaleA := c.in[1].shape
	if scaleA.Size() > 1 {
		scaleA = network.Shape{scaleA.Size(), 1}
	}
	if !c.given(7) {
		return c.rescaled(c.title(), y, c.in[1], c.in[4], scaleA, c.in[4].shape)
	}
	return c.requantized(y, scaleA, c.in[4].shape, 7)
}

// accumulated is operand k, a bias of INT32 in the unit of the sums of products, as a
// constant of real numbers.
func (c *call) accumulated(k int) (value, error) {
	if !c.given(k) {
		return value{}, nil
	}
	v := c.in[k]
	switch {
	case v.constant == nil:
		return value{}, unsupportedf("bias %s depends on the input; it must be a constant", quoted(v.name))
	case v.typ != int32Type:
		return value{}, unsupportedf("bias %s is %v; INT32 is supported", quoted(v.name), v.typ)
	}
	return c.centered(v, scaling{typ: int32Type, step: []float64{1}, zero: []float64{0}})
}
