package onnx

// monotone is how an activation was made of its operand: by one nondecreasing
// function of every element. Maxima and minima of its elements are that function
// of those of the operand, max f(x_i) = f(max x_i), which has fewer neurons. It is so
// for quantizations and for functions that grow everywhere; a ReLU stays where it is: of
// its zeros one need not know which is the largest, and bounds often tell zeros.
type monotone struct {
	operand value
	apply   func(c *call, x value) (value, error)
}

// activation applies one nondecreasing function to every element of x. A new
// activation of that kind is read by it too.
func (c *call) activation(x value, apply func(c *call, x value) (value, error)) (value, error) {
	y, err := apply(c, x)
	y.monotone = &monotone{x, apply}
	if m := x.monotone; m != nil && c.uses[x.name] == 1 { // both are one such function
		y.monotone = &monotone{m.operand, func(c *call, x value) (value, error) {
			z, err := m.apply(c, x)
			if err != nil {
				return value{}, err
			}
			return apply(c, z)
		}}
	}
	return y, err
}

// beforeActivation applies reduce, which takes maxima or minima of elements, to x:
// before the activation that x is made by, if nothing else needs that.
func (c *call) beforeActivation(x value, reduce func(x value) (value, error)) (value, error) {
	m := x.monotone
	if m == nil || c.uses[x.name] != 1 {
		return reduce(x)
	}
	z, err := c.view(m.operand, x.shape)
	if err != nil {
		return value{}, err
	}
	if z, err = reduce(z); err != nil {
		return value{}, err
	}
	return c.activation(z, m.apply)
}
