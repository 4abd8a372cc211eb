package onnx

import (
	"fmt"

	"rsm/network"
)

// buildTranspose reads Transpose: dimension i of the result is dimension
// perm[i] of the operand.
func buildTranspose(c *call) (value, error) {
	x := c.in[0]
	list, given, err := c.list("perm")
	if err != nil {
		return value{}, err
	}
	perm, err := permutation(list, given, len(x.shape))
	if err != nil {
		return value{}, err
	}
	return c.transposed(c.title(), x, perm)
}

// permutation checks a permutation of the dimensions; the default is to
// reverse them.
func permutation(list []int64, given bool, rank int) ([]int, error) {
	perm, seen := make([]int, rank), make([]bool, rank)
	if given && len(list) != rank {
		return nil, fmt.Errorf("attribute \"perm\" has %d elements for an operand of %d dimensions", len(list), rank)
	}
	for i := range perm {
		perm[i] = rank - 1 - i
		if given {
			if list[i] < 0 || list[i] >= int64(rank) || seen[list[i]] {
				return nil, fmt.Errorf("attribute \"perm\" is no permutation of %d dimensions: %v", rank, list)
			}
			perm[i] = int(list[i])
			seen[perm[i]] = true
		}
	}
	return perm, nil
}

// transposed permutes the dimensions of a value. An activation whose elements
// stay in order gets no node.
func (c *call) transposed(name string, x value, perm []int) (value, error) {
	shape := make(network.Shape, len(perm))
	last, ordered := -1, true
	for i, p := range perm {
		shape[i] = x.shape[p]
		if shape[i] != 1 {
			ordered = ordered && p > last
			last = p
		}
	}
	if ordered {
		return c.view(x, shape)
	}
	if err := c.spend(2 * shape.Size()); err != nil {
		return value{}, err
	}
	// strides of the operand along the dimensions of the result
	strides, step := make([]int, len(perm)), 1
	for p := len(perm) - 1; p >= 0; p-- {
		for i := range perm {
			if perm[i] == p {
				strides[i] = step
			}
		}
		step *= x.shape[p]
	}
	index := walk(shape, strides)
	if x.constant == nil {
		y, err := c.add(name, &network.Gather{Index: index}, shape, x)
		y.end = x.end
		return y, err
	}
	return x.constant.picked(index, shape).value(), nil
}

// walk lists, for the elements of an array of the given shape in row-major
// order, sum_i at_i strides_i.
func walk(shape network.Shape, strides []int) []int {
	index := make([]int, shape.Size())
	at, offset := make([]int, len(shape)), 0
	for k := range index {
		index[k] = offset
		for i := len(shape) - 1; i >= 0; i-- {
			at[i]++
			offset += strides[i]
			if at[i] < shape[i] {
				break
			}
			offset -= at[i] * strides[i]
			at[i] = 0
		}
	}
	return index
}

// picked is the constant of elements index of c.
func (c *constant) picked(index []int, shape network.Shape) *constant {
	k := &constant{typ: c.typ, shape: shape}
	if c.typ == realType {
		return c.pickedReals(index, shape)
	}
	if c.typ.float() {
		k.floats = make([]float64, len(index))
		for i, j := range index {
			k.floats[i] = c.floats[j]
		}
		return k
	}
	k.ints = make([]int64, len(index))
	for i, j := range index {
		k.ints[i] = c.ints[j]
	}
	if len(c.step) == 1 {
		k.step = c.step
	} else if c.step != nil {
		k.step = picked(c.step, index)
	}
	return k
}
