package onnx

import (
	"fmt"

	"rsm/network"
)

// broadcast is the shape of an element-by-element operation on two shapes:
// dimensions are matched from the last, and one of size 1 is repeated (numpy's
// rule, ONNX' Broadcasting.md).
func broadcast(a, b network.Shape) (network.Shape, error) {
	out := make(network.Shape, max(len(a), len(b)))
	for i := range out {
		p, q := 1, 1
		if k := i - len(out) + len(a); k >= 0 {
			p = a[k]
		}
		if k := i - len(out) + len(b); k >= 0 {
			q = b[k]
		}
		switch {
		case p == q || q == 1:
			out[i] = p
		case p == 1:
			out[i] = q
		default:
			return nil, fmt.Errorf("operands of shapes %v and %v do not fit: dimensions %d and %d", a, b, p, q)
		}
	}
	return out, nil
}

// repeats is the index of the element of an array of shape from for every
// element of the shape to that it is broadcast to.
func repeats(from, to network.Shape) []int {
	strides, step := make([]int, len(to)), 1
	for k := len(from) - 1; k >= 0; k-- {
		if from[k] != 1 {
			strides[len(to)-len(from)+k] = step
		}
		step *= from[k]
	}
	return walk(to, strides)
}

// size is shape.Size() for shapes that may overflow it: it stops at a number
// larger than any limit here.
func size(shape network.Shape) int {
	n := 1
	for _, d := range shape {
		if d > 0 && n > maxElements/d {
			return maxElements
		}
		n *= d
	}
	return n
}

// expanded broadcasts the elements of a constant to a shape.
func (c *call) expanded(k []float64, from, to network.Shape) ([]float64, error) {
	n := size(to)
	if err := c.spend(n); err != nil {
		return nil, err
	}
	if len(k) == n {
		return k, nil
	}
	if err := c.spend(n); err != nil {
		return nil, err
	}
	out := make([]float64, n)
	for i, j := range repeats(from, to) {
		out[i] = k[j]
	}
	return out, nil
}

// repeated broadcasts an activation to a shape.
func (c *call) repeated(x value, to network.Shape) (value, error) {
	n := size(to)
	if n == x.shape.Size() {
		return c.view(x, to)
	}
	if n > c.activations {
		return value{}, unsupportedf("the network has more than %d values", maxActivations)
	}
	if err := c.spend(n); err != nil {
		return value{}, err
	}
	return c.add(c.title()+" (broadcast)", &network.Gather{Index: repeats(x.shape, to)}, to, x)
}

// aligned gives the second operand of an operator of opset 6 and before the
// shape that today's broadcasting wants. Its shape then had to be that of the
// first operand, or, with broadcast=1, a run of its dimensions: the last ones,
// or those from axis on.
func (c *call) aligned(a, b network.Shape) (network.Shape, error) {
	if c.opset >= 7 {
		return b, nil
	}
	on, err := c.flag("broadcast")
	if err != nil {
		return nil, err
	}
	if a.Equal(b) {
		return b, nil
	}
	if !on {
		return nil, fmt.Errorf("operands of shapes %v and %v differ, and opset %d broadcasts only with broadcast=1", a, b, c.opset)
	}
	if b.Size() == 1 {
		return network.Shape{}, nil
	}
	at := len(a) - len(b)
	if c.attributes["axis"] != nil {
		if at, err = c.axis(c.integer("axis", 0), len(a), 7); err != nil {
			return nil, err
		}
	}
	if at < 0 || at+len(b) > len(a) || !a[at:at+len(b)].Equal(b) {
		return nil, fmt.Errorf("shape %v is not found in shape %v from dimension %d on", b, a, at)
	}
	out := append(network.Shape{}, b...)
	for range len(a) - at - len(b) {
		out = append(out, 1)
	}
	return out, nil
}
