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

// pools takes the maximum or minimum of each group of elements of x, which must
// not be empty: element i of the result is that of the elements groups[i]. It is a
// tournament whose rounds halve the groups; a pair that groups share is one neuron.
func (c *call) pools(m extremum, x value, groups [][]int, shape network.Shape) (value, error) {
	s := m.sign()
	for round := 1; longest(groups) > 1; round++ {
		elements := 0
		for _, g := range groups {
			elements += len(g)
		}
		if err := c.spend(min(4*elements, maxElements)); err != nil {
			return value{}, err
		}
		n := x.shape.Size()
		difference, picked, gained := network.Rowwise{Columns: n}, network.Rowwise{Columns: n}, network.Rowwise{}
		shared := map[[2]int]int{} // pairs that come twice, by their elements
		overlap := overlapping(groups, n)
		places, pairs := 0, 0
		next := make([][]int, len(groups))
		for g, group := range groups {
			for i := 0; i < len(group); i += 2 {
				pair := [2]int{group[i], -1}
				if i+1 < len(group) {
					pair[1] = group[i+1]
				}
				at, known := shared[pair]
				if !known {
					at = places
					places++
					if overlap {
						shared[pair] = at
					}
					picked.Append(pair[0], 1)
					picked.EndRow()
					if pair[1] >= 0 {
						difference.Append(pair[0], -s)
						difference.Append(pair[1], s)
						difference.EndRow()
						gained.Append(pairs, s)
						pairs++
					}
					gained.EndRow()
				}
				next[g] = append(next[g], at)
			}
		}
		gained.Columns = pairs
		title := fmt.Sprintf("%s (round %d", c.title(), round)
		d, err := c.add(title+", difference)", &network.Sparse{A: []network.Rowwise{difference}}, network.Shape{pairs}, x)
		if err != nil {
			return value{}, err
		}
		if d, err = c.add(title+", relu)", network.ReLU{}, d.shape, d); err != nil {
			return value{}, err
		}
		if x, err = c.add(title+")", &network.Sparse{A: []network.Rowwise{picked, gained}}, network.Shape{places}, x, d); err != nil {
			return value{}, err
		}
		groups = next
	}
	index := make([]int, len(groups))
	for i, g := range groups {
		index[i] = g[0]
	}
	return c.selected(x, index, shape, 0)
}

// overlapping says whether some of n elements are in two groups.
func overlapping(groups [][]int, n int) bool {
	seen := make([]bool, n)
	for _, g := range groups {
		for _, i := range g {
			if seen[i] {
				return true
			}
			seen[i] = true
		}
	}
	return false
}

func longest(groups [][]int) int {
	n := 0
	for _, g := range groups {
		n = max(n, len(g))
	}
	return n
}
