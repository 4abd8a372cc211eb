package onnx

import (
	"fmt"

	"rsm/network"
)

// buildMatMul reads MatMul (numpy.matmul) of an activation and a constant
// matrix or vector. Either may be a stack of matrices.
func buildMatMul(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	at, other, err := c.oneActivation()
	if err != nil {
		return value{}, err
	}
	x, w := c.in[at], c.in[other]
	ws, ones := w.shape, network.Shape{}
	for len(ws) > 2 && ws[0] == 1 {
		ws, ones = ws[1:], append(ones, 1)
	}
	switch {
	case len(ws) > 2 && len(x.shape) > 0:
		return c.matMulStack(x, w, at == 0)
	case len(ws) == 0 || len(x.shape) == 0:
		return value{}, fmt.Errorf("operands of shapes %v and %v: a scalar cannot be multiplied as a matrix", c.in[0].shape, c.in[1].shape)
	}
	if at == 0 {
		return c.matMulRight(x, w, ws, ones)
	}
	return c.matMulLeft(w, x, ws, ones)
}

// matMulRight is x W, with W of shape K x N or K.
func (c *call) matMulRight(x, w value, ws, ones network.Shape) (value, error) {
	last := len(x.shape) - 1
	rows, cols, tail := 1, ws[0], network.Shape{}
	if len(ws) == 2 {
		rows, tail = ws[1], network.Shape{ws[1]}
	}
	if x.shape[last] != cols {
		return value{}, misfit(c)
	}
	m, err := c.matrix(w, rows, cols, true)
	if err != nil {
		return value{}, err
	}
	shape := append(padding(ones, max(last-1, 0)), x.shape[:last]...)
	return c.dense(c.title(), x, m, nil, x.shape[:last].Size(), 1, append(shape, tail...))
}

// matMulLeft is W x, with W of shape M x K or K.
func (c *call) matMulLeft(w, x value, ws, ones network.Shape) (value, error) {
	rows, cols := 1, ws[len(ws)-1]
	axis := max(len(x.shape)-2, 0)
	if x.shape[axis] != cols {
		return value{}, misfit(c)
	}
	shape := append(padding(ones, axis), x.shape[:axis]...)
	if len(ws) == 2 {
		rows = ws[0]
		shape = append(shape, rows)
	}
	shape = append(shape, x.shape[axis+1:]...)
	m, err := c.matrix(w, rows, cols, false)
	if err != nil {
		return value{}, err
	}
	return c.dense(c.title(), x, m, nil, x.shape[:axis].Size(), x.shape[axis+1:].Size(), shape)
}

// padding returns the leading dimensions of size 1 that a constant has more
// than an activation with the given number of stack dimensions.
func padding(ones network.Shape, stack int) network.Shape {
	return append(network.Shape{}, ones[:max(len(ones)-stack, 0)]...)
}

// misfit says that the first two operands cannot be multiplied.
func misfit(c *call) error {
	return fmt.Errorf("operands of shapes %v and %v do not fit: the inner dimensions differ", c.in[0].shape, c.in[1].shape)
}
