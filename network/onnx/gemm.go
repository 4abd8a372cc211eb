package onnx

import (
	"fmt"

	"rsm/network"
)

// gemm is alpha A' B' + beta C, where A' (M x K) and B' (K x N) are A and B or
// their transposes, and C broadcasts to M x N.
type gemm struct {
	alpha, beta    float64
	transA, transB bool
	m, k, n        int
}

// buildGemm reads Gemm where one of A and B is constant, and C is constant or
// left out.
func buildGemm(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	at, _, err := c.oneActivation()
	if err != nil {
		return value{}, err
	}
	g, err := c.gemm()
	if err != nil {
		return value{}, err
	}
	bias, err := c.gemmBias(g)
	if err != nil {
		return value{}, err
	}
	a, b := c.in[0], c.in[1]
	shape := network.Shape{g.m, g.n}
	if at == 0 {
		m, err := c.matrix(b, g.n, g.k, !g.transB)
		if err != nil {
			return value{}, err
		}
		x, err := c.turned(a, g.transA)
		if err != nil {
			return value{}, err
		}
		return c.gemmLayers(g, x, m, bias, g.m, 1, shape)
	}
	m, err := c.matrix(a, g.m, g.k, g.transA)
	if err != nil {
		return value{}, err
	}
	x, err := c.turned(b, g.transB)
	if err != nil {
		return value{}, err
	}
	return c.gemmLayers(g, x, m, bias, 1, g.n, shape)
}

// gemm reads the attributes and checks the shapes of A and B.
func (c *call) gemm() (g gemm, err error) {
	g.alpha, g.beta = c.float("alpha", 1), c.float("beta", 1)
	if network.CheckFinite([]float64{g.alpha, g.beta}) != nil {
		return g, fmt.Errorf("attributes alpha and beta are %v and %v: they must be finite numbers of ordinary magnitude", g.alpha, g.beta)
	}
	if g.transA, err = c.flag("transA"); err != nil {
		return g, err
	}
	if g.transB, err = c.flag("transB"); err != nil {
		return g, err
	}
	a, b := c.in[0].shape, c.in[1].shape
	if len(a) != 2 || len(b) != 2 {
		return g, fmt.Errorf("operands of shapes %v and %v: both must be matrices", a, b)
	}
	g.m, g.k = a[0], a[1]
	if g.transA {
		g.m, g.k = a[1], a[0]
	}
	inner := b[0]
	g.n = b[1]
	if g.transB {
		inner, g.n = b[1], b[0]
	}
	if inner != g.k {
		return g, fmt.Errorf("operands of shapes %v and %v (transA %t, transB %t) do not fit: the inner dimensions %d and %d differ", a, b, g.transA, g.transB, g.k, inner)
	}
	return g, nil
}

// gemmBias returns C broadcast to M x N, or nil where it adds nothing.
func (c *call) gemmBias(g gemm) ([]float64, error) {
	if !c.given(2) {
		if c.opset < 11 {
			return nil, fmt.Errorf("operand C is left out, which opsets before 11 do not allow")
		}
		return nil, nil
	}
	v, shape := c.in[2], network.Shape{g.m, g.n}
	if v.constant == nil {
		return nil, unsupportedf("operand C, %s, depends on the input; it must be a constant", quoted(v.name))
	}
	if c.opset < 7 {
		on, err := c.flag("broadcast")
		if err != nil {
			return nil, err
		}
		if !on && !v.shape.Equal(shape) {
			return nil, fmt.Errorf("operand C has shape %v instead of %v, and opset %d broadcasts only with broadcast=1", v.shape, shape, c.opset)
		}
	}
	if out, err := broadcast(shape, v.shape); err != nil || !out.Equal(shape) {
		return nil, fmt.Errorf("operand C of shape %v does not broadcast to %v", v.shape, shape)
	}
	k, err := c.weights(v)
	if err != nil || g.beta == 0 {
		return nil, err
	}
	return c.expanded(k, v.shape, shape)
}

// turned transposes a matrix if asked to.
func (c *call) turned(x value, transpose bool) (value, error) {
	if !transpose {
		return x, nil
	}
	return c.transposed(c.title()+" (transposed)", x, []int{1, 0})
}

// gemmLayers makes the nodes of alpha W x + beta C. alpha and beta are
// multiplied into W and C only where that is exact. Otherwise,
//
//	y = (W x alpha) + beta C             if beta C is exact,
//	y = (W x alpha / beta + C) beta      if not.
func (c *call) gemmLayers(g gemm, x value, m matrix, bias []float64, outer, inner int, shape network.Shape) (value, error) {
	var first, second network.Elementwise
	n := shape.Size()
	if w, exact := scaled(g.alpha, m.w); exact {
		m.w = w
	} else {
		first.Mul = filled(g.alpha, n)
	}
	if b, exact := scaled(g.beta, bias); exact {
		bias = b
	} else {
		first.Div, second.Mul = filled(g.beta, n), filled(g.beta, n)
	}
	if first.Mul == nil && first.Div == nil {
		if bias == nil {
			return c.dense(c.title(), x, m, nil, outer, inner, shape)
		}
		if b := rowBias(bias, m.rows, inner); b != nil {
			return c.dense(c.title(), x, m, b, outer, inner, shape)
		}
	}
	y, err := c.dense(c.title()+" (product)", x, m, nil, outer, inner, shape)
	if err != nil {
		return value{}, err
	}
	first.Add = bias
	if second.Mul == nil {
		return c.add(c.title(), &first, shape, y)
	}
	if y, err = c.add(c.title()+" (sum)", &first, shape, y); err != nil {
		return value{}, err
	}
	return c.add(c.title(), &second, shape, y)
}
