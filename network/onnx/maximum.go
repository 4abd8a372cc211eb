package onnx

import (
	"fmt"

	"rsm/network"
)

// extremum is a maximum or a minimum.
type extremum bool

const (
	maximum extremum = true
	minimum extremum = false
)

// sign is that of relu in max(a, b) = a + relu(b - a), min(a, b) = a - relu(a - b).
func (m extremum) sign() float64 {
	if m == maximum {
		return 1
	}
	return -1
}

// String names it.
func (m extremum) String() string {
	if m == maximum {
		return "maximum"
	}
	return "minimum"
}

func buildMax(c *call) (value, error) { return c.extremumOfOperands(maximum) }
func buildMin(c *call) (value, error) { return c.extremumOfOperands(minimum) }

// extremumOfOperands reads Max and Min of any number of operands, which are
// broadcast from opset 8 on.
func (c *call) extremumOfOperands(m extremum) (value, error) {
	all, constants, err := c.broadcastOperands()
	if err != nil {
		return value{}, err
	}
	for len(all) > 1 { // a tournament, in rounds
		var next []value
		for i := 0; i < len(all); i += 2 {
			y := all[i]
			if i+1 < len(all) {
				if y, err = c.extremumOfTwo(m, y, all[i+1]); err != nil {
					return value{}, err
				}
			}
			next = append(next, y)
		}
		all = next
	}
	y := all[0]
	if len(constants) == 0 {
		return y, nil
	}
	bound := append([]float64(nil), constants[0]...)
	for _, k := range constants[1:] {
		for i, v := range k {
			if m == maximum {
				bound[i] = max(bound[i], v)
			} else {
				bound[i] = min(bound[i], v)
			}
		}
	}
	return c.limited(m, y, bound)
}

// broadcastOperands returns the operands that depend on the input, and the
// elements of the others, all of one shape.
func (c *call) broadcastOperands() (activations []value, constants [][]float64, err error) {
	if err := c.numeric(); err != nil {
		return nil, nil, err
	}
	shape := c.in[0].shape
	for k, v := range c.in {
		if v.typ == 0 {
			return nil, nil, fmt.Errorf("operand %d is left out", k)
		}
		if c.opset < 8 && !v.shape.Equal(shape) {
			return nil, nil, fmt.Errorf("operands of shapes %v and %v differ, and opset %d does not broadcast", shape, v.shape, c.opset)
		}
		if shape, err = broadcast(shape, v.shape); err != nil {
			return nil, nil, err
		}
	}
	for _, v := range c.in {
		if v.constant == nil {
			if v, err = c.repeated(v, shape); err != nil {
				return nil, nil, err
			}
			activations = append(activations, v)
			continue
		}
		k, err := c.weights(v)
		if err != nil {
			return nil, nil, err
		}
		if k, err = c.expanded(k, v.shape, shape); err != nil {
			return nil, nil, err
		}
		constants = append(constants, k)
	}
	if len(activations) == 0 { // those of constants are folded
		return nil, nil, unsupportedf("all its operands are constants; fold constants first")
	}
	return activations, constants, nil
}

// extremumOfTwo is the maximum or minimum of two activations of one shape.
func (c *call) extremumOfTwo(m extremum, a, b value) (value, error) {
	s, title := int(m.sign()), c.title()
	d, err := c.add(title+" (difference)", &network.Sum{Signs: []int{-s, s}}, a.shape, a, b)
	if err != nil {
		return value{}, err
	}
	if d, err = c.add(title+" (relu)", network.ReLU{}, a.shape, d); err != nil {
		return value{}, err
	}
	return c.add(title, &network.Sum{Signs: []int{1, s}}, a.shape, a, d)
}

// weighted is a value and a weight for each of its elements.
type weighted struct {
	value
	weights []float64
}

// combined adds weighted values element by element.
func (c *call) combined(name string, shape network.Shape, terms ...weighted) (value, error) {
	op, from := &network.Sparse{}, []value{}
	for _, t := range terms {
		op.A = append(op.A, network.Diagonal(t.weights))
		from = append(from, t.value)
	}
	return c.add(name, op, shape, from...)
}

// limited is max(x, bound) = bound + relu(x - bound), where a bound of zero is a
// ReLU alone, or min(x, bound) = bound - relu(bound - x).
func (c *call) limited(m extremum, x value, bound []float64) (value, error) {
	if err := c.spend(4 * len(bound)); err != nil {
		return value{}, err
	}
	title, shape := fmt.Sprintf("%s (%v)", c.title(), m), x.shape
	if m == maximum && constantly(bound, 0) {
		return c.add(title, network.ReLU{}, shape, x)
	}
	before, after := &network.Elementwise{Add: negated(bound)}, &network.Elementwise{Add: bound}
	if m == minimum {
		minus := filled(-1, len(bound))
		before, after = &network.Elementwise{Mul: minus, Add: bound}, &network.Elementwise{Mul: minus, Add: bound}
	}
	y, err := c.add(title+" (difference)", before, shape, x)
	if err != nil {
		return value{}, err
	}
	if y, err = c.add(title+" (relu)", network.ReLU{}, shape, y); err != nil {
		return value{}, err
	}
	return c.add(title, after, shape, y)
}
