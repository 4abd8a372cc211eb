package onnx

import "rsm/network"

// factors are the operands of a product of quantized matrices, of which one is constant,
// less their zero points.
type factors struct {
	a, b   value
	x      value // that of the two that depends on the input
	levels dataType
}

// factors reads them from operands a and b and their zero points.
func (c *call) factors(a, b value, sa, sb scaling) (f factors, err error) {
	at, _, err := c.inner("", a, b).oneActivation()
	if err != nil {
		return f, err
	}
	f.levels = [2]value{a, b}[at].typ
	if f.a, err = c.centered(a, sa); err != nil {
		return f, err
	}
	if f.b, err = c.centered(b, sb); err != nil {
		return f, err
	}
	f.x = [2]value{f.a, f.b}[at]
	return f, nil
}

// byRow and byColumn are the granularities of the factors of a matrix product: a scale for
// each row of the first, or for each column of the second.
func byRow(shape network.Shape) granularity    { return granularity{shape: shape, axis: -2} }
func byColumn(shape network.Shape) granularity { return granularity{shape: shape, axis: -1} }

// buildMatMulInteger reads MatMulInteger: the product of A and B, less their zero points.
func buildMatMulInteger(c *call) (value, error) {
	a, b, err := c.twoLevels(0, 1)
	if err != nil {
		return value{}, err
	}
	sa, err := c.zeroPoint(2, a.typ, byRow(a.shape))
	if err != nil {
		return value{}, err
	}
	sb, err := c.zeroPoint(3, b.typ, byColumn(b.shape))
	if err != nil {
		return value{}, err
	}
	f, err := c.factors(a, b, sa, sb)
	if err != nil {
		return value{}, err
	}
	y, err := buildMatMul(c.inner("sums", f.a, f.b))
	if err != nil {
		return value{}, err
	}
	y.typ = int32Type
	return y, c.fits(y, f.x, f.levels)
}

// twoLevels checks two operands.
func (c *call) twoLevels(i, j int) (a, b value, err error) {
	if a, err = c.levels(i); err == nil {
		b, err = c.levels(j)
	}
	return a, b, err
}

// buildQLinearMatMul reads QLinearMatMul.
func buildQLinearMatMul(c *call) (value, error) {
	f, err := c.scaledFactors(byRow(c.in[0].shape), byColumn(c.in[3].shape))
	if err != nil {
		return value{}, err
	}
	y, err := buildMatMul(c.inner("sums", f.a, f.b))
	if err != nil {
		return value{}, err
	}
	if err := c.fits(y, f.x, f.levels); err != nil {
		return value{}, err
	}
	rows := c.in[1].shape
	if rows.Size() > 1 {
		rows = network.Shape{rows.Size(), 1}
	}
	return c.requantized(y, rows, c.in[4].shape, 6)
}

// scaledFactors reads the operands a, its scale and its zero point, and the same of b.
func (c *call) scaledFactors(forA, forB granularity) (f factors, err error) {
	a, b, err := c.twoLevels(0, 3)
	if err != nil {
		return f, err
	}
	sa, err := c.scaling(1, a.typ, forA)
	if err != nil {
		return f, err
	}
	sb, err := c.scaling(4, b.typ, forB)
	if err != nil {
		return f, err
	}
	return c.factors(a, b, sa, sb)
}

// requantized quantizes sums of products times both scales, operands 1 and 4, which broadcast
// with the shapes given, by the scale and zero point in operands k and k+1.
func (c *call) requantized(sums value, shapeA, shapeB network.Shape, k int) (value, error) {
	typ := uint8Type
	if c.given(k + 1) {
		typ = c.in[k+1].typ
	}
	if !typ.level() {
		return value{}, unsupportedf("quantization to %v is not supported; to integers of 2 to 16 bits it is", typ)
	}
	y, err := c.rescaled(c.title()+" (scaled)", sums, c.in[1], c.in[4], shapeA, shapeB)
	if err != nil {
		return value{}, err
	}
	return c.requantizedTo(typ, y, k)
}
