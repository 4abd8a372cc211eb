package onnx

import "rsm/network"

// buildBipolarQuant reads BipolarQuant of QONNX: scale where x is 0 or above, and -scale below.
func buildBipolarQuant(c *call) (value, error) {
	x := c.in[0]
	if err := c.numericOf(x); err != nil {
		return value{}, err
	}
	step, err := c.spreadOver(1, "scale", x.shape)
	if err != nil {
		return value{}, err
	}
	return c.signed(x, scaling{step: []float64{1}, zero: []float64{0}}, step, []float64{0})
}

// bipolar is Quant of one bit, signed: (1 - zero point) scale where x / scale + zero point is 0
// or above, and (-1 - zero point) scale below.
func (c *call) bipolar(x value, s scaling) (value, error) {
	return c.signed(x, s, s.step, s.zero)
}

// signed is (b - zero) step with b = 1 where x / s.step + s.zero is 0 or above, and -1 below.
func (c *call) signed(x value, s scaling, step, zero []float64) (value, error) {
	n := x.shape.Size()
	if err := c.spend(4 * n); err != nil {
		return value{}, err
	}
	up, signs, err := s.rising()
	if err != nil {
		return value{}, err
	}
	op := &network.Quantize{Step: up.step, Zero: make([]float64, len(up.zero)), Hi: 1, Rounding: network.Floor}
	for i, z := range up.zero {
		op.Zero[i] = z + 1
	}
	if x.constant != nil {
		return c.signedConstant(x, op, signs, step, zero)
	}
	apply := func(c *call, x value) (value, error) {
		x, err := c.withSigns(x, signs)
		if err != nil {
			return value{}, err
		}
		y, err := c.add(c.title(), op, x.shape, x)
		if err != nil {
			return value{}, err
		}
		n := x.shape.Size()
		scaled := &network.Elementwise{Mul: make([]float64, n), Add: make([]float64, n)}
		for i := range n {
			s, z := step[i%len(step)], zero[i%len(zero)]
			scaled.Mul[i], scaled.Add[i] = 2*s, -(1+z)*s
		}
		if err := network.CheckFinite(append(scaled.Mul, scaled.Add...)); err != nil {
			return value{}, err
		}
		y, err = c.add(c.title()+" (scaled)", scaled, x.shape, y)
		y.typ = x.typ
		return y, err
	}
	if len(step) > 1 || len(zero) > 1 || step[0] < 0 {
		return apply(c, x)
	}
	return c.activation(x, apply)
}

// signedConstant is signed of a constant.
func (c *call) signedConstant(x value, op *network.Quantize, signs, step, zero []float64) (value, error) {
	k, err := c.weights(x)
	if err != nil {
		return value{}, err
	}
	if _, err := op.Check([]int{len(k)}); err != nil {
		return value{}, err
	}
	out := &constant{typ: x.typ, shape: x.shape, floats: make([]float64, len(k))}
	for i, v := range k {
		if signs != nil {
			v *= signs[i%len(signs)]
		}
		out.floats[i] = (2*op.Value(i, v) - 1 - zero[i%len(zero)]) * step[i%len(step)]
	}
	return out.value(), nil
}
