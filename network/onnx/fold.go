package onnx

import (
	"errors"
	"fmt"
	"math"

	"rsm/network"
)

// folds lists what operators make of operands that are all constants. Elements are
// moved or computed exactly: integers always, and floating-point numbers where the
// result is a float64.
func folds() map[string]build {
	all := map[string]build{
		"Add":             func(c *call) (value, error) { return c.foldTwo(sumOf) },
		"Sub":             func(c *call) (value, error) { return c.foldTwo(differenceOf) },
		"Mul":             func(c *call) (value, error) { return c.foldTwo(productOf) },
		"Div":             func(c *call) (value, error) { return c.foldTwo(quotientOf) },
		"Mod":             func(c *call) (value, error) { return c.foldTwo(moduloOf(c.integer("fmod", 0) != 0)) },
		"Equal":           func(c *call) (value, error) { return c.foldComparison(func(order int) bool { return order == 0 }) },
		"Less":            func(c *call) (value, error) { return c.foldComparison(func(order int) bool { return order < 0 }) },
		"Greater":         func(c *call) (value, error) { return c.foldComparison(func(order int) bool { return order > 0 }) },
		"And":             func(c *call) (value, error) { return c.foldLogic(func(p, q int64) int64 { return p & q }) },
		"Or":              func(c *call) (value, error) { return c.foldLogic(func(p, q int64) int64 { return p | q }) },
		"Not":             foldNot,
		"Max":             func(c *call) (value, error) { return c.foldAll(maximumOf) },
		"Min":             func(c *call) (value, error) { return c.foldAll(minimumOf) },
		"Sum":             func(c *call) (value, error) { return c.foldAll(sumOf) },
		"Neg":             func(c *call) (value, error) { return c.foldWith(differenceOf, true) },
		"Abs":             foldAbs,
		"Floor":           func(c *call) (value, error) { return c.foldRounding(math.Floor) },
		"Ceil":            func(c *call) (value, error) { return c.foldRounding(math.Ceil) },
		"ReduceSum":       func(c *call) (value, error) { return c.foldReduce(sumOf, 12, false) },
		"ReduceProd":      func(c *call) (value, error) { return c.foldReduce(productOf, 17, false) },
		"ReduceMax":       func(c *call) (value, error) { return c.foldReduce(maximumOf, 17, true) },
		"ReduceMin":       func(c *call) (value, error) { return c.foldReduce(minimumOf, 17, true) },
		"Clip":            foldClip,
		"ConstantOfShape": foldConstantOfShape,
		"Range":           foldRange,
	}
	for name, op := range activations {
		all[name] = op.fold
	}
	return all
}

// folded applies an operator whose operands are all constants, if it is one that
// does so; yes says whether.
func (c *call) folded(op operator) (v value, yes bool, err error) {
	name := key(c.node.domain, c.node.op)
	fold := c.folds[name]
	some, floats, reals := false, false, false
	for k, x := range c.in {
		some = some || c.given(k)
		if c.given(k) && x.constant == nil {
			return value{}, false, nil
		}
		floats, reals = floats || x.typ.float(), reals || x.typ == realType
	}
	if !some {
		return value{}, false, nil
	}
	if fold != nil && !reals {
		var rounded roundedError
		if v, err = fold(c); !errors.As(err, &rounded) {
			return v, true, err
		}
	}
	if v, yes, other := c.foldReals(); yes {
		return v, true, other
	}
	if fold == nil && foldedLayers[name] && (floats || reals) {
		v, err = c.foldLayer(op)
		return v, true, err
	}
	return v, fold != nil && !reals, err
}

// foldedLayers are evaluated where all operands are constants.
var foldedLayers = map[string]bool{"AveragePool": true, "BatchNormalization": true, "CumSum": true, "Einsum": true, "LpPool": true, "Shrink": true, "Resize": true, "Upsample": true, "Conv": true, "ConvTranspose": true, "Gemm": true, "GlobalAveragePool": true, "HardSigmoid": true, "LeakyRelu": true, "MatMul": true, "MaxPool": true, "GlobalMaxPool": true, "PRelu": true, "Mean": true}

// onlyConstants reads an operator that has no meaning here for activations.
func onlyConstants(c *call) (value, error) {
	for k, x := range c.in {
		if c.given(k) && x.constant == nil {
			return value{}, unsupportedf("operand %s depends on the input; %s is supported for constants only", quoted(x.name), c.node.op)
		}
	}
	return value{}, errors.New("it has no operands")
}

// foldTwo folds two operands, which are broadcast.
func (c *call) foldTwo(f arithmetic) (value, error) {
	a, b := c.in[0], c.in[1]
	if len(c.in) > 2 || a.typ != b.typ {
		return value{}, fmt.Errorf("operands %s and %s have the types %v and %v", quoted(a.name), quoted(b.name), a.typ, b.typ)
	}
	shape, err := c.aligned(a.shape, b.shape)
	if err != nil {
		return value{}, err
	}
	k, err := c.combine(f, a.constant, b.constant, shape)
	if err != nil {
		return value{}, err
	}
	return k.value(), nil
}

// foldAll folds any number of operands, one after the other.
func (c *call) foldAll(f arithmetic) (value, error) {
	k := c.in[0].constant
	for i, v := range c.in {
		if v.constant == nil {
			return value{}, fmt.Errorf("operand %d is left out", i)
		}
		if v.typ != k.typ {
			return value{}, fmt.Errorf("operands %s and %s have the types %v and %v", quoted(c.in[0].name), quoted(v.name), k.typ, v.typ)
		}
		if i == 0 {
			continue
		}
		var err error
		if k, err = c.combine(f, k, v.constant, v.shape); err != nil {
			return value{}, err
		}
	}
	return k.value(), nil
}

// foldWith folds the only operand with zero, in either order.
func (c *call) foldWith(f arithmetic, zeroFirst bool) (value, error) {
	x := c.in[0].constant
	zero := &constant{typ: x.typ, shape: network.Shape{}, ints: []int64{0}}
	if x.typ.float() {
		zero.ints, zero.floats = nil, []float64{0}
	}
	a, b := x, zero
	if zeroFirst {
		a, b = zero, x
	}
	k, err := c.combine(f, a, b, b.shape)
	if err != nil {
		return value{}, err
	}
	return k.value(), nil
}

// foldClip folds Clip with bounds that are operands, as of opset 11.
func foldClip(c *call) (value, error) {
	k := c.in[0].constant
	for i, f := range []arithmetic{maximumOf, minimumOf} {
		v := c.in[1+i]
		if !c.given(1 + i) {
			continue
		}
		if v.typ != k.typ || v.shape.Size() != 1 {
			return value{}, fmt.Errorf("the bound %s is %v of shape %v instead of one %v", quoted(v.name), v.typ, v.shape, k.typ)
		}
		var err error
		if k, err = c.combine(f, k, v.constant, network.Shape{}); err != nil {
			return value{}, err
		}
	}
	if c.opset < 11 {
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(c.in[0].name))
	}
	return k.value(), nil
}

func foldAbs(c *call) (value, error) {
	minus, err := c.foldWith(differenceOf, true)
	if err != nil {
		return value{}, err
	}
	k, err := c.combine(maximumOf, c.in[0].constant, minus.constant, minus.shape)
	if err != nil {
		return value{}, err
	}
	return k.value(), nil
}

// combine applies f to the elements of a and b, which is read in the shape as and
// is broadcast with a.
func (c *call) combine(f arithmetic, a, b *constant, as network.Shape) (*constant, error) {
	if a.typ == boolType {
		return nil, fmt.Errorf("there is no arithmetic of BOOL")
	}
	shape, err := broadcast(a.shape, as)
	if err != nil {
		return nil, err
	}
	if err := c.spend(min(3*size(shape), maxElements)); err != nil {
		return nil, err
	}
	k := &constant{typ: a.typ, shape: shape}
	p, q := repeats(a.shape, shape), repeats(as, shape)
	if !k.typ.float() {
		k.ints = make([]int64, len(p))
		for i := range p {
			v, err := f.ints(a.ints[p[i]], b.ints[q[i]])
			if err == nil && truncate(v, k.typ) != v {
				err = errOverflow
			}
			if err != nil {
				return nil, fmt.Errorf("element %d, made of %d and %d: %w", i, a.ints[p[i]], b.ints[q[i]], err)
			}
			k.ints[i] = v
		}
		return k, nil
	}
	k.floats = make([]float64, len(p))
	for i := range p {
		v, exact := f.floats(a.floats[p[i]], b.floats[q[i]])
		if !exact {
			return nil, roundedError{unsupported{fmt.Sprintf("element %d, made of the constants %v and %v, is rounded; fold constants first (onnxsim, or constant folding of the exporter)", i, a.floats[p[i]], b.floats[q[i]])}}
		}
		k.floats[i] = v
	}
	return k, nil
}

// foldComparison compares elements by their order, which is 2 with NaN.
func (c *call) foldComparison(f func(order int) bool) (value, error) {
	less := arithmetic{
		ints:   func(p, q int64) (int64, error) { return order(p, q), nil },
		floats: func(p, q float64) (float64, bool) { return float64(order(p, q)), true },
	}
	a, b := c.in[0], c.in[1]
	if a.typ != b.typ {
		return value{}, fmt.Errorf("operands %s and %s have the types %v and %v", quoted(a.name), quoted(b.name), a.typ, b.typ)
	}
	shape, err := c.aligned(a.shape, b.shape)
	if err != nil {
		return value{}, err
	}
	p, q := *a.constant, *b.constant
	if p.typ != int64Type && p.typ.integer() { // the order is negative
		p.typ, q.typ = int64Type, int64Type
	}
	k, err := c.combine(less, &p, &q, shape)
	if err != nil {
		return value{}, err
	}
	out := &constant{typ: boolType, shape: k.shape, ints: make([]int64, k.shape.Size())}
	for i := range out.ints {
		var by int
		if p.typ.float() {
			by = int(k.floats[i])
		} else {
			by = int(k.ints[i])
		}
		out.ints[i] = truth(f(by))
	}
	return out.value(), nil
}

// order is -1, 0 or 1, and 2 where an element is NaN.
func order[T int64 | float64](p, q T) int64 {
	switch {
	case p < q:
		return -1
	case p > q:
		return 1
	case p == q:
		return 0
	}
	return 2
}

// foldLogic combines truth values.
func (c *call) foldLogic(f func(p, q int64) int64) (value, error) {
	a, b := c.in[0], c.in[1]
	if a.typ != boolType || b.typ != boolType {
		return value{}, fmt.Errorf("operands %s and %s have the types %v and %v instead of BOOL", quoted(a.name), quoted(b.name), a.typ, b.typ)
	}
	shape, err := c.aligned(a.shape, b.shape)
	if err != nil {
		return value{}, err
	}
	p := *a.constant
	p.typ = uint8Type
	k, err := c.combine(arithmetic{ints: func(p, q int64) (int64, error) { return f(p, q), nil }}, &p, b.constant, shape)
	if err != nil {
		return value{}, err
	}
	k.typ = boolType
	return k.value(), nil
}

func foldNot(c *call) (value, error) {
	x := c.in[0].constant
	if x.typ != boolType {
		return value{}, fmt.Errorf("operand %s has elements of %v instead of BOOL", quoted(c.in[0].name), x.typ)
	}
	if err := c.spend(len(x.ints)); err != nil {
		return value{}, err
	}
	k := &constant{typ: boolType, shape: x.shape, ints: make([]int64, len(x.ints))}
	for i, v := range x.ints {
		k.ints[i] = 1 - v
	}
	return k.value(), nil
}

// foldRounding rounds to integers.
func (c *call) foldRounding(f func(float64) float64) (value, error) {
	x := c.in[0].constant
	if !x.typ.float() {
		return value{}, fmt.Errorf("operand %s has elements of %v", quoted(c.in[0].name), x.typ)
	}
	if err := c.spend(len(x.floats)); err != nil {
		return value{}, err
	}
	k := &constant{typ: x.typ, shape: x.shape, floats: make([]float64, len(x.floats))}
	for i, v := range x.floats {
		k.floats[i] = f(v)
	}
	return k.value(), nil
}

// foldReduce folds a Reduce operator, which may have truth values for operands.
func (c *call) foldReduce(f arithmetic, last int, truths bool) (value, error) {
	x := c.in[0].constant
	typ := x.typ
	if typ == boolType && truths {
		x = &constant{typ: uint8Type, shape: x.shape, ints: x.ints}
	}
	over, keep, err := c.over(last)
	if err != nil {
		return value{}, err
	}
	if size(reduced(x.shape, over, true)) > maxElements/2 {
		return value{}, unsupportedf("the result is too large")
	}
	if err := c.spend(reduced(x.shape, over, true).Size()); err != nil {
		return value{}, err
	}
	groups, err := c.grouped(x.shape, over)
	if err != nil {
		return value{}, err
	}
	var of []*constant
	for _, g := range groups {
		if len(g) == 0 {
			return value{}, unsupportedf("it reduces an empty axis (shape %v)", x.shape)
		}
		k := x.picked(g[:1], network.Shape{})
		for _, j := range g[1:] {
			if k, err = c.combine(f, k, x.picked([]int{j}, network.Shape{}), network.Shape{}); err != nil {
				return value{}, err
			}
		}
		of = append(of, k)
	}
	out := &constant{typ: typ, shape: reduced(x.shape, over, keep)}
	for _, k := range of {
		out.ints, out.floats = append(out.ints, k.ints...), append(out.floats, k.floats...)
	}
	return out.value(), nil
}
