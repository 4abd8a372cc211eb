package onnx

import (
	"math"
	"slices"

	"rsm/network"
)

// scaledType is the type of constants of INT32 levels times scales where float64 does not
// hold all products: a level may have 32 bits and a scale has 24. Such are the biases of
// channels with tiny weights. They are kept as levels, in constant.ints, and scales, and
// only inParts reads them.
const scaledType dataType = -1

// inParts makes a build function for an operator that adds a bias read one of scaledType: as
// the nearest float64 numbers and, in a layer of its own, what they lack.
func inParts(apply build, gemm, channels bool) build {
	return func(c *call) (value, error) {
		k := slices.IndexFunc(c.in, func(v value) bool { return v.typ == scaledType })
		if k < 0 {
			return apply(c)
		}
		v := c.in[k]
		first, rest, err := c.biasParts(v)
		if err != nil {
			return value{}, err
		}
		c.in[k] = first
		c.in[k].typ = c.in[(k+1)%2].typ // of the other operand, or of the first of three
		if gemm && c.float("beta", 1) != 1 {
			return value{}, unsupportedf("attribute beta is %v and bias %s does not fit float64 exactly", c.float("beta", 1), quoted(v.name))
		}
		part := c.part
		c.part += " (main part of the bias)"
		y, err := apply(c)
		c.part = part
		if err != nil {
			return value{}, err
		}
		from := v.shape
		if channels {
			from = network.Shape{v.shape.Size()}
			for range y.shape[2:] {
				from = append(from, 1)
			}
		}
		add, err := c.expanded(rest, from, y.shape)
		if err != nil {
			return value{}, err
		}
		return c.add(c.title(), &network.Elementwise{Add: add}, y.shape, y)
	}
}

// biasParts returns float64 numbers and what they lack.
func (c *call) biasParts(v value) (first value, rest []float64, err error) {
	k := v.constant
	n := len(k.ints)
	if k.step == nil || len(k.step) != 1 && len(k.step) != n {
		return value{}, nil, unsupportedf("tensor %s does not fit float64 exactly; it may be a bias only", quoted(v.name))
	}
	if err := c.spend(2 * n); err != nil {
		return value{}, nil, err
	}
	out := &constant{typ: float32Type, shape: k.shape, floats: make([]float64, n)}
	rest = make([]float64, n)
	for i, q := range k.ints {
		step := k.step[i%len(k.step)]
		out.floats[i] = float64(q) * step
		rest[i] = math.FMA(float64(q), step, -out.floats[i])
	}
	first = out.value()
	first.name = v.name
	return first, rest, nil
}
