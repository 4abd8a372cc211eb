package onnx

import (
	"crypto/sha256"
	"fmt"
	"math/big"

	"rsm/network"
)

// Constants that a file computes from others are rarely float64 numbers: a product of two
// matrices, a root. They are kept as real numbers, with realType, until a layer takes them as
// weights: as the float64 numbers next to them, in a network.Rounded that accounts for that.

// realType is the type of constants that are kept in constant.reals.
const realType dataType = -2

// reals are the elements of a constant that are not float64 numbers.
type reals struct {
	of      dataType // the type of the file
	list    []real
	meaning [32]byte // of what they were computed, and how
}

// roundings bounds the relative errors of 2^-53 of real.nearest.
const roundings = 2

// foldingWork bounds the work of computing constants of a file, about one for each product
// of machine words.
const foldingWork = 1 << 25

// roundedError is that of constants whose result is no float64.
type roundedError struct{ unsupported }

// work accounts for n units of foldingWork.
func (r *reader) work(n int) error {
	if r.folding -= int64(n); r.folding < 0 {
		return unsupportedf("to compute constants takes too long; fold constants first (onnxsim, or constant folding of the exporter)")
	}
	return nil
}

// floatType is the floating-point type of a value in the file.
func (v value) floatType() dataType {
	if v.typ == realType {
		return v.constant.real.of
	}
	return v.typ
}

// realsOf returns the elements of a constant of a floating-point type.
func (c *call) realsOf(v value) ([]real, error) {
	if v.typ == realType {
		return v.constant.real.list, nil
	}
	if v.constant == nil || !v.typ.float() {
		return nil, unsupportedf("operand %s has elements of %v; arithmetic of floating-point types is supported", quoted(v.name), v.typ)
	}
	if err := c.work(len(v.constant.floats)); err != nil {
		return nil, err
	}
	list := make([]real, len(v.constant.floats))
	for i, f := range v.constant.floats {
		var err error
		if list[i], err = realOf(f); err != nil {
			return nil, fmt.Errorf("tensor %s: element %d is %v: %w", quoted(v.name), i, f, err)
		}
	}
	return list, nil
}

// realConstant is a constant of reals: an ordinary one where all are float64 numbers.
func (c *call) realConstant(list []real, shape network.Shape, of dataType) (value, error) {
	if err := c.spend(2 * len(list)); err != nil {
		return value{}, err
	}
	k, all, known := &constant{typ: of, shape: shape, floats: make([]float64, len(list))}, true, true
	for i, r := range list {
		v, exact, err := r.nearest()
		if r.exact != nil && r.exact.Sign() == 0 {
			v, exact, err = 0, true, nil
		}
		if err != nil {
			return value{}, fmt.Errorf("element %d of the result: %w", i, err)
		}
		k.floats[i], all, known = v, all && exact, known && r.exact != nil
	}
	if all {
		return k.value(), nil
	}
	k.typ, k.real = realType, &reals{of: of, list: list, meaning: c.meaning()}
	if known {
		h := sha256.New()
		for _, r := range list {
			fmt.Fprintln(h, r.exact)
		}
		h.Sum(k.real.meaning[:0])
	}
	return k.value(), nil
}

// meaning identifies what a node computes of its constants.
func (c *call) meaning() (sum [32]byte) {
	h := sha256.New()
	fmt.Fprintln(h, key(c.node.domain, c.node.op), c.opset)
	for _, a := range c.node.attributes {
		fmt.Fprintln(h, a.name, a.kind, a.float, a.integer, a.text, a.floats, a.ints)
	}
	for _, v := range c.in {
		switch k := v.constant; {
		case k == nil:
			fmt.Fprintln(h, v.name != "", v.shape)
		case k.real != nil:
			fmt.Fprintln(h, k.shape, k.real.meaning)
		default:
			fmt.Fprintln(h, k.typ, k.shape, k.floats, k.ints)
		}
	}
	h.Sum(sum[:0])
	return sum
}

// foldReals folds an operator in real numbers, if it is one that does so.
func (c *call) foldReals() (v value, yes bool, err error) {
	fold := realFolds[key(c.node.domain, c.node.op)]
	if fold == nil || c.in[0].constant == nil || !c.in[0].floatType().float() {
		return value{}, false, nil
	}
	v, err = fold(c)
	return v, true, err
}

// foldLayer folds a layer: it is built on the first operand as if that were the input of a
// network, and this is evaluated in exact arithmetic.
func (c *call) foldLayer(op operator) (value, error) {
	at := 0
	for k, v := range c.in {
		if v.typ == realType {
			at = k
			break
		}
	}
	x := c.in[at]
	list, err := c.realsOf(x)
	if err != nil {
		return value{}, err
	}
	point := make([]*big.Rat, len(list))
	for i, r := range list {
		if point[i] = r.exact; point[i] == nil {
			return value{}, errFoldFirst(x)
		}
	}
	if len(point) == 0 {
		return value{}, fmt.Errorf("operand %s is empty", quoted(x.name))
	}
	sub := *c.reader
	sub.net, sub.made, sub.lows = &network.Network{Graph: network.NewGraph(x.shape)}, nil, map[int]float64{}
	d := *c
	d.reader, d.in, d.further = &sub, append([]value(nil), c.in...), nil
	d.in[at] = value{name: x.name, typ: x.floatType(), shape: x.shape}
	y, err := op.build(&d)
	c.constants, c.activations, c.folding = sub.constants, sub.activations, sub.folding
	if err != nil {
		return value{}, err
	}
	if y.constant != nil || y.end != nil || len(d.further) > 0 || !y.typ.float() {
		return value{}, errFoldFirst(x)
	}
	e, ok := sub.net.Exactly(point, []int{y.node}, c.folding)
	if !ok {
		return value{}, errFoldFirst(x)
	}
	c.folding = e.Left()
	out := make([]real, y.shape.Size())
	for i := range out {
		out[i] = rational(e.Value(y.node, i))
	}
	return c.realConstant(out, y.shape, y.typ)
}

func errFoldFirst(x value) error {
	return unsupportedf("operand %s is a constant; fold constants first (onnxsim, or constant folding of the exporter)", quoted(x.name))
}

// takesReals says whether an operator has a meaning for constants of realType.
func takesReals(name string) bool {
	switch name {
	case "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze": // they move elements
		return true
	}
	return realFolds[name] != nil || realLayers[name]
}

// realLayers are layers whose weights may be real numbers.
var realLayers = map[string]bool{"Add": true, "Sub": true, "Mul": true, "Div": true, "MatMul": true, "Gemm": true, "Conv": true, "ConvTranspose": true}

// withReals makes a build function for a layer read constants of realType as its weights.
func withReals(apply build) build {
	return func(c *call) (value, error) {
		meaning, some := [32]byte{}, false
		for k, v := range c.in {
			if c.in[k].bare = false; v.typ != realType {
				c.in[k].bare = v.bare
				continue
			}
			if !some {
				meaning, some = c.meaning(), true
			}
			if err := c.spend(len(v.constant.floats)); err != nil {
				return value{}, err
			}
			near := &constant{typ: v.constant.real.of, shape: v.shape, floats: v.constant.floats}
			c.in[k] = near.value()
			c.in[k].name = v.name
		}
		if !some {
			return apply(c)
		}
		for k := range c.in {
			c.in[k].bare = false // what it would be put into is exact
		}
		first := len(c.net.Nodes)
		c.inexact = true
		y, err := apply(c)
		if err != nil {
			return value{}, err
		}
		y.bare, y.monotone = false, nil
		for i := first; i < len(c.net.Nodes); i++ {
			switch op := c.net.Nodes[i].Op.(type) {
			case *network.Dense, *network.Conv, *network.ConvTranspose, *network.Elementwise, *network.Sparse:
				c.net.Nodes[i].Op = &network.Rounded{Affine: op.(network.Affine), Roundings: roundings, Meaning: meaning}
			}
		}
		return y, nil
	}
}

// pickedReals is the constant of elements index of one of reals.
func (c *constant) pickedReals(index []int, shape network.Shape) *constant {
	k := &constant{typ: realType, shape: shape, floats: picked(c.floats, index)}
	k.real = &reals{of: c.real.of, list: make([]real, len(index))}
	for i, j := range index {
		k.real.list[i] = c.real.list[j]
	}
	k.real.meaning = sha256.Sum256(fmt.Append(c.real.meaning[:], index))
	return k
}
