package onnx

import (
	"fmt"
	"slices"

	"rsm/network"
)

func buildAdd(c *call) (value, error) { return c.arithmetic(add) }
func buildSub(c *call) (value, error) { return c.arithmetic(subtract) }
func buildMul(c *call) (value, error) { return c.arithmetic(multiply) }
func buildDiv(c *call) (value, error) { return c.arithmetic(divide) }

type arithmeticKind int

const (
	add arithmeticKind = iota
	subtract
	multiply
	divide
)

// arithmetic reads Add, Sub, Mul and Div of an activation and a constant, and
// Add and Sub of two activations.
func (c *call) arithmetic(kind arithmeticKind) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	if kind <= subtract && c.in[0].constant == nil && c.in[1].constant == nil {
		return c.addActivations(kind)
	}
	at, other, err := c.oneActivation()
	if err != nil {
		return value{}, err
	}
	shapes := [2]network.Shape{c.in[0].shape, c.in[1].shape}
	if shapes[1], err = c.aligned(shapes[0], shapes[1]); err != nil {
		return value{}, err
	}
	shape, err := broadcast(shapes[0], shapes[1])
	if err != nil {
		return value{}, err
	}
	x, err := c.view(c.in[at], shapes[at])
	if err != nil {
		return value{}, err
	}
	x.bare = c.in[at].bare && c.uses[c.in[at].name] == 1
	k, err := c.weights(c.in[other])
	if err != nil {
		return value{}, err
	}
	if k, err = c.expanded(k, shapes[other], shape); err != nil {
		return value{}, err
	}
	if len(k) == 0 {
		return value{}, fmt.Errorf("operand %s is empty", quoted(c.in[other].name))
	}

	var op network.Elementwise
	switch {
	case kind == add:
		op.Add = k
	case kind == subtract && at == 0:
		op.Add = negated(k)
	case kind == subtract:
		op.Mul, op.Add = filled(-1, len(k)), k
	case kind == multiply:
		op.Mul = k
	case at == 1 && len(k) == 1: // as 127 / max |x| in Keras' int8
		return value{}, unsupportedf("division by operand %s, which depends on the input, is not piecewise linear; if it finds a scale, %s: quantize statically instead, with calibration", quoted(c.in[at].name), roundedActivations)
	case at == 1:
		return value{}, unsupportedf("division by operand %s, which depends on the input", quoted(c.in[at].name))
	default:
		if i := slices.Index(k, 0); i >= 0 {
			return value{}, fmt.Errorf("division by zero in operand %s", quoted(c.in[other].name))
		}
		op.Div = k
	}
	return c.elementwise(c.title(), x, op, shape)
}

// elementwise applies op to x broadcast to shape. A bias goes into the layer
// that x comes from, if that layer has none and nothing else uses it, and an
// operation that changes nothing makes no node.
func (c *call) elementwise(name string, x value, op network.Elementwise, shape network.Shape) (value, error) {
	same := size(shape) == x.shape.Size()
	if same && op.Roundings == 0 && !c.inexact && constantly(op.Add, 0) && constantly(op.Mul, 1) && constantly(op.Div, 1) {
		return c.view(x, shape)
	}
	if same && x.bare && op.Mul == nil && op.Div == nil {
		switch d := c.net.Nodes[x.node].Op.(type) {
		case *network.Dense:
			if b := rowBias(op.Add, d.Rows, d.Inner); b != nil {
				d.B = b
				return c.view(x, shape)
			}
		case *network.Conv:
			if b := rowBias(op.Add, d.Out, d.Results().Size()); b != nil {
				d.B = b
				return c.view(x, shape)
			}
		}
	}
	x, err := c.repeated(x, shape)
	if err != nil {
		return value{}, err
	}
	return c.add(name, &op, shape, x)
}

// rowBias returns the bias of every row if full, of shape outer x rows x
// inner, is the same along outer and inner, and nil otherwise.
func rowBias(full []float64, rows, inner int) []float64 {
	b := make([]float64, rows)
	for i := range b {
		b[i] = full[i*inner]
	}
	for k, v := range full {
		if v != b[k/inner%rows] {
			return nil
		}
	}
	return b
}

// constantly says whether all elements are v; a nil vector counts as such.
func constantly(k []float64, v float64) bool {
	for _, e := range k {
		if e != v {
			return false
		}
	}
	return true
}

func filled(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func negated(k []float64) []float64 {
	out := make([]float64, len(k))
	for i, v := range k {
		out[i] = 0 - v
	}
	return out
}
