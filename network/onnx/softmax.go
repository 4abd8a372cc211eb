package onnx

import "rsm/network"

// buildSoftmax reads Softmax and LogSoftmax at the end of a network, where
// they change no margin: log softmax_i - log softmax_j = y_i - y_j. That holds
// if the sum runs over all outputs, which are those of one axis since opset
// 13, and of all dimensions from axis on before.
func buildSoftmax(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	return c.softmax(c.in[0])
}

// softmax is the Softmax or LogSoftmax of x.
func (c *call) softmax(x value) (value, error) {
	axis, over := int64(-1), func(at int) network.Shape { return x.shape[at : at+1] }
	if c.opset < 13 {
		axis, over = 1, func(at int) network.Shape { return x.shape[at:] }
	}
	at, err := c.axis(c.integer("axis", axis), len(x.shape), everNegative)
	if err != nil {
		return value{}, err
	}
	n := over(at).Size()
	switch {
	case x.constant != nil:
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	case n != x.shape.Size():
		return value{}, unsupportedf("it runs over %d of %d outputs (shape %v, axis %d); over all of them it is supported", n, x.shape.Size(), x.shape, at)
	case n == 1:
		return value{}, unsupportedf("it runs over a single output, and is constantly 1")
	}
	if c.node.op == "LogSoftmax" {
		return c.ended(x, network.LogSoftmax)
	}
	return c.ended(x, network.Softmax)
}

// buildSigmoid reads Sigmoid at the end of a network with a single output y, the
// logit of class 1 against class 0: sigmoid(y) is the probability of class 1. It
// is stripped, as margins are those of logits.
func buildSigmoid(c *call) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	return c.sigmoid(x)
}

// sigmoid is the Sigmoid of x.
func (c *call) sigmoid(x value) (value, error) {
	if n := x.shape.Size(); n != 1 {
		return value{}, unsupportedf("of %d outputs, it changes margins, though not which of them is largest, and is smooth, so that no exact mixed-integer program holds it; cut the model before it and ask about the logits, or, inside a network, train with Clip (HardSigmoid) instead", n)
	}
	return c.ended(x, network.Sigmoid)
}
