package onnx

// Operators of ONNX Runtime whose operand has its channels last are those with channels
// first, of a transposed operand, and the result transposed back. Weights are as ever.

// channelsLast makes a build function, of an operand with channels first, read the one with
// channels last, which attribute channels_last asks for, or always.
func channelsLast(apply build, always bool) build {
	return func(c *call) (value, error) {
		last, err := c.flag("channels_last")
		if err != nil {
			return value{}, err
		}
		x := c.in[0]
		rank := len(x.shape)
		if !last && !always {
			return apply(c)
		}
		if rank < 3 {
			return value{}, unsupportedf("operand %s of shape %v has no axes between batch and channels", quoted(x.name), x.shape)
		}
		first, back := []int{0, rank - 1}, []int{0}
		for k := 1; k < rank-1; k++ {
			first, back = append(first, k), append(back, k+1)
		}
		back = append(back, 1)
		turned, err := c.transposed(c.title()+" (channels first)", x, first)
		if err != nil {
			return value{}, err
		}
		turned.name = x.name
		of := *c
		of.in = append([]value{turned}, c.in[1:]...)
		y, err := apply(&of)
		if err != nil {
			return value{}, err
		}
		return c.transposed(c.title()+" (channels last)", y, back)
	}
}

// channelsLastOperators are those of the optimizer's highest level.
func channelsLastOperators() map[string]operator {
	conv := map[string]rule{"channels_last": always(intAttribute)}
	for name, r := range convolutionOperators()["Conv"].attributes {
		conv[name] = r
	}
	pool := reducingOperators()["MaxPool"]
	pool.build, pool.outputs = channelsLast(ofIntegers(buildMaxPool), true), 1
	return map[string]operator{
		microsoft + ".QLinearConv": {build: channelsLast(buildQLinearConv, false), fewest: 8, most: 9, attributes: conv},
		microsoft + ".NhwcMaxPool": pool,
	}
}
