package onnx

import "rsm/network"

// A network with one output z, whose probability of class 1 is p = sigmoid(z), may end
// in both probabilities, [1 - p, p]. Their quotient is exp(z): these are the softmax of
// [0, z].

// withComplement makes the build function of Sub read 1 - p.
func withComplement(apply build) build {
	return func(c *call) (value, error) {
		one, p := c.in[0].constant, c.in[1]
		if one == nil || p.end == nil || p.end.kind != network.Sigmoid || p.end.levels != "" ||
			len(one.floats) != 1 || one.floats[0] != 1 || c.opset < 7 || len(one.shape) > len(p.shape) {
			return apply(c)
		}
		y, err := c.view(p, p.shape)
		y.end = &ending{title: p.end.title, kind: network.Complement}
		return y, err
	}
}

// withTwoClasses makes the build function of Concat read 1 - p and p.
func withTwoClasses(apply build) build {
	return func(c *call) (value, error) {
		if len(c.in) != 2 || c.in[0].end == nil || c.in[1].end == nil || c.in[0].node != c.in[1].node {
			return apply(c)
		}
		p, rest := c.in[1], c.in[0]
		last := p.end.kind == network.Sigmoid
		if !last {
			p, rest = rest, p
		}
		if p.end.kind != network.Sigmoid || rest.end.kind != network.Complement || p.end.levels != "" || !p.shape.Equal(rest.shape) {
			return apply(c)
		}
		axis, err := c.concatAxis()
		if err != nil {
			return value{}, err
		}
		shape := append(network.Shape{}, p.shape...)
		shape[axis] = 2
		y, err := c.twoClasses(p, p.end.title, last)
		y.shape = shape
		return y, err
	}
}

// twoClasses is [1 - p, p], or [p, 1 - p] where p does not come last, of the sigmoid p of
// z: the logits [0, z] or [z, 0], of which title makes probabilities.
func (c *call) twoClasses(z value, title string, last bool) (value, error) {
	w := []float64{0, 1}
	if !last {
		w = []float64{1, 0}
	}
	y, err := c.add(c.title()+" (two classes)", &network.Dense{Rows: 2, Cols: 1, W: w}, network.Shape{1, 2}, z)
	y.end = &ending{title: title, kind: network.Softmax}
	return y, err
}
