package onnx

import "rsm/network"

// contraction is a sum of products of an activation x and a constant w,
//
//	y[outer] = sum over inner of x[...] w[...],
//
// over an array of indices of which each has a size, and a stride in x and in w, 0 where
// they do not have it. The result has the outer indices in row-major order.
type contraction struct {
	outer, inner network.Shape
	x, w         []int // strides, of the outer indices and then the inner ones
}

// contract makes the layer. weights of nil are ones.
func (c *call) contract(p contraction, x value, weights []float64, shape network.Shape) (value, error) {
	n := len(p.outer)
	rows, terms := size(p.outer), size(p.inner)
	if terms == 0 || rows == 0 || rows > maxElements/terms {
		return value{}, unsupportedf("its sums are empty or too large (%v over %v)", p.outer, p.inner)
	}
	if err := c.spend(min(4*rows+3*rows*terms, maxElements)); err != nil {
		return value{}, err
	}
	fromX, fromW := walk(p.outer, p.x[:n]), walk(p.outer, p.w[:n])
	stepX, stepW := walk(p.inner, p.x[n:]), walk(p.inner, p.w[n:])
	a := network.Rowwise{Columns: x.shape.Size()}
	for i := range fromX {
		for k := range stepX {
			weight := 1.0
			if weights != nil {
				weight = weights[fromW[i]+stepW[k]]
			}
			a.Append(fromX[i]+stepX[k], weight)
		}
		a.EndRow()
	}
	return c.add(c.title(), &network.Sparse{A: []network.Rowwise{a}}, shape, x)
}

// matMulStack is MatMul where the constant w, operand other, is a stack of matrices.
func (c *call) matMulStack(x, w value, right bool) (value, error) {
	a, b := x.shape, w.shape // the left and the right matrices
	if !right {
		a, b = b, a
	}
	m, k, n := 1, a[len(a)-1], 1
	stackA, stackB := a[:max(len(a)-2, 0)], b[:max(len(b)-2, 0)]
	var tail network.Shape
	if len(a) > 1 {
		m = a[len(a)-2]
		tail = append(tail, m)
	}
	rows := b[max(len(b)-2, 0)]
	if len(b) > 1 {
		n = b[len(b)-1]
		tail = append(tail, n)
	}
	if rows != k {
		return value{}, misfit(c)
	}
	stack, err := broadcast(stackA, stackB)
	if err != nil {
		return value{}, err
	}
	strides := func(own network.Shape, unit int) []int {
		out := make([]int, len(stack))
		for i := len(own) - 1; i >= 0; i-- {
			if own[i] > 1 {
				out[len(stack)-len(own)+i] = unit
			}
			unit *= own[i]
		}
		return out
	}
	p := contraction{outer: append(append(network.Shape{}, stack...), m, n), inner: network.Shape{k}}
	left, rightward := append(strides(stackA, m*k), k, 0, 1), append(strides(stackB, k*n), 0, 1, n)
	p.x, p.w = left, rightward
	if !right {
		p.x, p.w = rightward, left
	}
	weights, err := c.weights(w)
	if err != nil {
		return value{}, err
	}
	return c.contract(p, x, weights, append(append(network.Shape{}, stack...), tail...))
}
