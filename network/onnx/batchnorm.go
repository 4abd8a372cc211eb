package onnx

import (
	"fmt"
	"math"
	"math/big"

	"rsm/network"
)

// buildBatchNormalization reads BatchNormalization with the statistics of the
// file:
//
//	y = (x - mean) scale / sqrt(variance + epsilon) + bias,
//
// one of each for each channel of x, of shape N x C x .... The square root is
// rarely a float64; the operator says by how much it may be off.
func buildBatchNormalization(c *call) (value, error) {
	if err := c.inference(); err != nil {
		return value{}, err
	}
	x := c.in[0]
	if x.constant != nil {
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	}
	if x.end != nil || !x.typ.float() {
		return value{}, c.numeric()
	}
	if len(x.shape) < 2 {
		return value{}, fmt.Errorf("the operand has shape %v; a batch and channels are needed", x.shape)
	}
	channels := network.Shape{x.shape[1]}
	var constants [4][]float64 // scale, bias, mean, variance
	for k := range constants {
		v := c.in[k+1]
		switch {
		case v.constant == nil:
			return value{}, unsupportedf("operand %s depends on the input; it must be a constant", quoted(v.name))
		case !v.typ.float():
			return value{}, fmt.Errorf("operand %s has elements of %v instead of a floating-point type", quoted(v.name), v.typ)
		case !v.shape.Equal(channels):
			return value{}, fmt.Errorf("operand %s has shape %v instead of %v, one for each channel", quoted(v.name), v.shape, channels)
		}
		var err error
		if constants[k], err = c.weights(v); err != nil {
			return value{}, err
		}
	}
	scale, bias, mean, variance := constants[0], constants[1], constants[2], constants[3]
	root, sum, roundings, err := c.deviation(variance)
	if err != nil {
		return value{}, err
	}
	full := func(k []float64) ([]float64, error) {
		if err := c.spend(x.shape.Size()); err != nil {
			return nil, err
		}
		inner := x.shape[2:].Size()
		out := make([]float64, x.shape.Size())
		for i := range out {
			out[i] = k[i/inner%len(k)]
		}
		return out, nil
	}
	var shift, op network.Elementwise
	for _, f := range []struct {
		to   *[]float64
		from []float64
	}{{&shift.Add, negated(mean)}, {&op.Mul, scale}, {&op.Div, root}, {&op.Add, bias}} {
		if *f.to, err = full(f.from); err != nil {
			return value{}, err
		}
	}
	if op.Roundings = roundings; roundings > 0 {
		if err := c.spend(len(op.Div)); err != nil {
			return value{}, err
		}
		inner := x.shape[2:].Size()
		op.Root = make([]*big.Rat, len(op.Div))
		for i := range op.Root {
			op.Root[i] = sum[i/inner%len(sum)]
		}
	}
	x.bare = x.bare && c.uses[x.name] == 1
	y, err := c.elementwise(c.title()+" (centred)", x, shift, x.shape)
	if err != nil {
		return value{}, err
	}
	return c.elementwise(c.title(), y, op, x.shape)
}

// deviation returns sqrt(variance + epsilon), the sums, and the relative errors of 2^-53
// that the roots have: one of the sum, which the root halves, and one of the root.
func (c *call) deviation(variance []float64) (root []float64, sum []*big.Rat, roundings int, err error) {
	epsilon := c.float("epsilon", float64(float32(1e-5)))
	if network.CheckFinite([]float64{epsilon}) != nil {
		return nil, nil, 0, fmt.Errorf("attribute epsilon is %v", epsilon)
	}
	root, sum = make([]float64, len(variance)), make([]*big.Rat, len(variance))
	for i, v := range variance {
		root[i] = math.Sqrt(v + epsilon)
		if !(v+epsilon > 0) || network.CheckFinite(root[i:i+1]) != nil {
			return nil, nil, 0, fmt.Errorf("variance %v of channel %d with epsilon %v has no square root to divide by", v, i, epsilon)
		}
		sum[i] = new(big.Rat).SetFloat64(v)
		sum[i].Add(sum[i], new(big.Rat).SetFloat64(epsilon))
		r := new(big.Rat).SetFloat64(root[i])
		if r.Mul(r, r).Cmp(sum[i]) != 0 {
			roundings = 2
		}
	}
	return root, sum, roundings, nil
}

// inference refuses the modes of BatchNormalization that compute the statistics
// from the batch. Until opset 13, further outputs mean that.
func (c *call) inference() error {
	training := c.integer("training_mode", 0) != 0
	if c.opset < 7 {
		training = c.integer("is_test", 0) == 0
	}
	if c.opset < 14 {
		for _, out := range c.node.outputs[1:] {
			training = training || out != ""
		}
	}
	switch {
	case training:
		return unsupportedf("it normalizes by the statistics of the batch (training mode); export the model for inference")
	case c.integer("spatial", 1) != 1:
		return unsupportedf("attribute \"spatial\" is %d; statistics by channel, 1, are supported", c.integer("spatial", 1))
	}
	return nil
}
