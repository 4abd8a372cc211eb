package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// buildShape reads Shape: the dimensions of its operand, of which some may be cut
// off, as a list.
func buildShape(c *call) (value, error) {
	shape := c.in[0].shape
	rank := int64(len(shape))
	clamp := func(v int64) int64 {
		if v < 0 {
			v += rank
		}
		return min(max(v, 0), rank)
	}
	start, end := clamp(c.integer("start", 0)), clamp(c.integer("end", rank))
	k := &constant{typ: int64Type, ints: []int64{}}
	for i := start; i < end; i++ {
		k.ints = append(k.ints, int64(shape[i]))
	}
	k.shape = network.Shape{len(k.ints)}
	return k.value(), nil
}

// buildSize reads Size: the number of elements of its operand.
func buildSize(c *call) (value, error) {
	k := &constant{typ: int64Type, shape: network.Shape{}, ints: []int64{int64(c.in[0].shape.Size())}}
	return k.value(), nil
}

// foldConstantOfShape reads ConstantOfShape: an array of one number, by default 0
// as FLOAT.
func foldConstantOfShape(c *call) (value, error) {
	dims, err := c.integers(0, "shape")
	if err != nil {
		return value{}, err
	}
	shape, err := checkedShape(dims)
	if err != nil {
		return value{}, fmt.Errorf("the shape: %w", err)
	}
	one := &constant{typ: float32Type, shape: network.Shape{1}, floats: []float64{0}}
	if a := c.attributes["value"]; a != nil {
		if a.tensor == nil {
			return value{}, errors.New(`attribute "value" has no tensor`)
		}
		if one, err = a.tensor.constant(); err != nil {
			return value{}, fmt.Errorf(`attribute "value": %w`, err)
		}
		if one.shape.Size() != 1 {
			return value{}, fmt.Errorf(`attribute "value" has shape %v instead of one element`, one.shape)
		}
	}
	if err := c.spend(min(2*size(shape), maxElements)); err != nil {
		return value{}, err
	}
	return one.picked(make([]int, shape.Size()), shape).value(), nil
}

// foldRange reads Range of integers: from start on by delta, without limit.
func foldRange(c *call) (value, error) {
	var n [3]int64 // start, limit, delta
	typ := c.in[0].typ
	for k := range n {
		v := c.in[k]
		switch {
		case v.typ != typ || v.shape.Size() != 1:
			return value{}, fmt.Errorf("operand %s is %v of shape %v instead of one %v", quoted(v.name), v.typ, v.shape, typ)
		case typ != int64Type && typ != int32Type:
			return value{}, unsupportedf("operand %s has elements of %v; INT32 and INT64 are supported", quoted(v.name), typ)
		}
		n[k] = v.constant.ints[0]
	}
	for _, v := range n {
		if v > 1<<40 || v < -(1<<40) {
			return value{}, unsupportedf("the number %d is too large", v)
		}
	}
	if n[2] == 0 {
		return value{}, errors.New("delta is 0")
	}
	count := (n[1] - n[0]) / n[2]
	if count*n[2] != n[1]-n[0] {
		count++
	}
	if (n[1] > n[0]) != (n[2] > 0) {
		count = 0
	}
	count = max(count, 0)
	if err := c.spend(int(min(count, maxElements))); err != nil {
		return value{}, err
	}
	k := &constant{typ: typ, shape: network.Shape{int(count)}, ints: make([]int64, count)}
	for i := range k.ints {
		k.ints[i] = n[0] + int64(i)*n[2]
	}
	return k.value(), nil
}

// buildWhere reads Where: elements of the second operand where the first is true,
// and of the third elsewhere. The first is a constant, the others may be none.
func buildWhere(c *call) (value, error) {
	which, a, b := c.in[0], c.in[1], c.in[2]
	switch {
	case which.constant == nil:
		return value{}, unsupportedf("the condition %s depends on the input", quoted(which.name))
	case which.typ != boolType || a.typ != b.typ:
		return value{}, fmt.Errorf("operands of the types %v, %v and %v instead of BOOL and one other", which.typ, a.typ, b.typ)
	}
	shape, err := broadcast(a.shape, b.shape)
	if err == nil {
		shape, err = broadcast(shape, which.shape)
	}
	if err != nil {
		return value{}, err
	}
	one := a // an activation, if there is one
	if a.constant != nil {
		one = b
	}
	if err := c.room(shape, one, 8); err != nil {
		return value{}, err
	}
	of := [2]value{b, a}
	from := [2][]int{repeats(b.shape, shape), repeats(a.shape, shape)}
	chosen := repeats(which.shape, shape)
	for i, j := range chosen {
		chosen[i] = int(which.constant.ints[j])
	}
	if one.constant != nil {
		k := &constant{typ: a.typ, shape: shape}
		for i, t := range chosen {
			j := from[t][i]
			if k.typ.float() {
				k.floats = append(k.floats, of[t].constant.floats[j])
			} else {
				k.ints = append(k.ints, of[t].constant.ints[j])
			}
		}
		return k.value(), nil
	}
	return c.choice(chosen, of, from, shape)
}

// choice is the activation whose element i is element from[t][i] of of[t], where t
// is chosen[i].
func (c *call) choice(chosen []int, of [2]value, from [2][]int, shape network.Shape) (value, error) {
	op := &network.Sparse{}
	var operands []value
	for t, v := range of {
		if err := c.plain(v); err != nil {
			return value{}, err
		}
		if v.constant != nil {
			k, err := c.weights(v)
			if err != nil {
				return value{}, err
			}
			op.B = make([]float64, len(chosen))
			for i, s := range chosen {
				if s == t {
					op.B[i] = k[from[t][i]]
				}
			}
			continue
		}
		m := network.Rowwise{Columns: v.shape.Size()}
		for i, s := range chosen {
			if s == t {
				m.Append(from[t][i], 1)
			}
			m.EndRow()
		}
		op.A, operands = append(op.A, m), append(operands, v)
	}
	return c.add(c.title(), op, shape, operands...)
}
