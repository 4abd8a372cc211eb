package onnx

import (
	"errors"
	"fmt"

	"rsm/network"
)

// call is one node while it is read: its operands and attributes are of the
// numbers and types that the operator allows.
type call struct {
	*reader
	node       *node
	index      int
	opset      int
	in         []value // without a name where an optional operand is left out
	attributes map[string]*attribute
	part       string  // which part of the node it is, where there are several
	further    []value // of outputs after the first
	inexact    bool    // constants of the layer stand for reals: see withReals
}

// title names the node in the graph: as the file does, or by its output.
func (c *call) title() string {
	if c.node.name != "" {
		return c.node.name + c.part
	}
	return c.node.outputs[0] + c.part
}

func (c *call) outputs(op operator) error {
	outs := c.node.outputs
	if len(outs) == 0 || outs[0] == "" && !op.split {
		return unsupportedf("its first output is left out")
	}
	if op.split {
		return nil
	}
	if len(outs) > max(op.outputs, 1) {
		return fmt.Errorf("it has %d outputs instead of %d", len(outs), max(op.outputs, 1))
	}
	for _, out := range outs[1:] {
		if out != "" && c.uses[out] > 0 {
			return unsupportedf("its output %s is used; only the first output is supported", quoted(out))
		}
	}
	return nil
}

func (c *call) readAttributes(op operator) error {
	c.attributes = map[string]*attribute{}
	for _, a := range c.node.attributes {
		rule, ok := op.attributes[a.name]
		switch {
		case !ok:
			return unsupportedf("attribute %s is not supported", quoted(a.name))
		case c.opset < rule.first || c.opset > rule.last:
			return fmt.Errorf("attribute %s does not exist in opset %d", quoted(a.name), c.opset)
		case a.reference != "":
			return fmt.Errorf("attribute %s refers to a function's parameter outside of a function", quoted(a.name))
		case c.attributes[a.name] != nil:
			return fmt.Errorf("attribute %s is given twice", quoted(a.name))
		case rule.kind == anyAttribute: // the build function checks it
		case a.kind != rule.kind:
			return fmt.Errorf("attribute %s is %v instead of %v", quoted(a.name), a.kind, rule.kind)
		}
		c.attributes[a.name] = a
	}
	return nil
}

func (c *call) readOperands(op operator) error {
	names := c.node.inputs
	if op.variadic {
		op.fewest = max(op.fewest, len(names)) // none is optional
		op.most = op.fewest
	}
	for len(names) > op.fewest && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	if len(names) < op.fewest || len(names) > op.most {
		want := fmt.Sprint(op.fewest)
		if op.variadic {
			want += " or more"
		} else if op.most > op.fewest {
			want = fmt.Sprintf("%d to %d", op.fewest, op.most)
		}
		return fmt.Errorf("it has %d operands instead of %s", len(names), want)
	}
	c.in = make([]value, op.most)
	for k, name := range names {
		if name == "" {
			if k < op.fewest {
				return fmt.Errorf("operand %d is left out", k)
			}
			continue
		}
		v, err := c.lookup(name, c.index)
		if err != nil {
			return err
		}
		c.in[k] = v
	}
	return nil
}

// given says whether operand k is there.
func (c *call) given(k int) bool { return c.in[k].name != "" }

// numeric is the check of operators that compute: the operands given have one
// floating-point type, and no Softmax was stripped from them.
func (c *call) numeric() error {
	for k, v := range c.in {
		if !c.given(k) {
			continue
		}
		if v.typ == scaledType {
			return unsupportedf("operand %s is %v; as a bias it is supported", quoted(v.name), v.typ)
		}
		if v.typ != c.in[0].typ {
			return fmt.Errorf("operands %s and %s have the types %v and %v", quoted(c.in[0].name), quoted(v.name), c.in[0].typ, v.typ)
		}
		if err := c.numericOf(v); err != nil {
			return err
		}
	}
	return nil
}

// numericOf is numeric for one operand.
func (c *call) numericOf(v value) error {
	if err := c.plain(v); err != nil {
		return err
	}
	if !v.typ.float() {
		return unsupportedf("operand %s has elements of %v; arithmetic of floating-point types is supported", quoted(v.name), v.typ)
	}
	return nil
}

// operand returns the only operand of an operator that computes, an activation.
func (c *call) operand() (value, error) {
	x := c.in[0]
	if x.end == nil && x.constant != nil {
		return value{}, unsupportedf("operand %s is a constant; fold constants first", quoted(x.name))
	}
	return x, c.numericOf(x)
}

// weights returns the elements of a constant that becomes part of the
// function.
func (c *call) weights(v value) ([]float64, error) {
	if err := network.CheckFinite(v.constant.floats); err != nil {
		return nil, fmt.Errorf("tensor %s: %w", quoted(v.name), err)
	}
	return v.constant.floats, nil
}

// oneActivation returns the positions of the activation and of the constant
// among the first two operands.
func (c *call) oneActivation() (x, k int, err error) {
	switch a, b := c.in[0].constant, c.in[1].constant; {
	case a == nil && b == nil:
		return 0, 0, unsupportedf("both operands, %s and %s, depend on the input; one must be a constant", quoted(c.in[0].name), quoted(c.in[1].name))
	case a != nil && b != nil:
		return 0, 0, unsupportedf("both operands, %s and %s, are constants; fold constants first (onnxsim, or constant folding of the exporter)", quoted(c.in[0].name), quoted(c.in[1].name))
	case a != nil:
		return 1, 0, nil
	}
	return 0, 1, nil
}

// integers returns the elements of operand k, a constant list of integers.
func (c *call) integers(k int, what string) ([]int64, error) {
	v := c.in[k]
	switch {
	case v.constant == nil:
		return nil, unsupportedf("%s %s is computed from the input; it must be a constant", what, quoted(v.name))
	case v.typ != int64Type || len(v.shape) > 1:
		return nil, fmt.Errorf("%s %s is %v of shape %v instead of a list of INT64", what, quoted(v.name), v.typ, v.shape)
	}
	return v.constant.ints, nil
}

// text returns an attribute, or a default.
func (c *call) text(name, otherwise string) string {
	if a := c.attributes[name]; a != nil {
		return a.text
	}
	return otherwise
}

// integer returns an attribute, or a default.
func (c *call) integer(name string, otherwise int64) int64 {
	if a := c.attributes[name]; a != nil {
		return a.integer
	}
	return otherwise
}

// float returns an attribute, or a default.
func (c *call) float(name string, otherwise float64) float64 {
	if a := c.attributes[name]; a != nil {
		return float64(a.float)
	}
	return otherwise
}

// flag returns an attribute that is 0 or 1.
func (c *call) flag(name string) (bool, error) {
	v := c.integer(name, 0)
	if v != 0 && v != 1 {
		return false, fmt.Errorf("attribute %s is %d instead of 0 or 1", quoted(name), v)
	}
	return v == 1, nil
}

// list returns an attribute, and whether it is given.
func (c *call) list(name string) (values []int64, given bool, err error) {
	a := c.attributes[name]
	if a == nil {
		return nil, false, nil
	}
	values, err = unpackIntegers(a.ints)
	if err != nil {
		return nil, true, fmt.Errorf("attribute %s: %w", quoted(name), err)
	}
	return values, true, nil
}

// axis checks an axis of a value of some rank, counted from the end where
// negative, which opsets from first allow. limit is the largest plus one.
func (c *call) axis(axis int64, limit, first int) (int, error) {
	if axis < 0 && c.opset < first {
		return 0, fmt.Errorf("axis %d is negative, which opsets before %d do not allow", axis, first)
	}
	at := axis
	if at < 0 {
		at += int64(limit)
	}
	if at < 0 || at >= int64(limit) {
		return 0, fmt.Errorf("axis %d is not in the range of %d dimensions", axis, limit)
	}
	return int(at), nil
}

// view is a value of another shape with the elements of v in the same order.
func (c *call) view(v value, shape network.Shape) (value, error) {
	if len(shape) > maxRank {
		return value{}, fmt.Errorf("the result has more than %d dimensions", maxRank)
	}
	if shape.Size() != v.shape.Size() {
		return value{}, fmt.Errorf("shape %v has %d elements, the operand of shape %v has %d", shape, shape.Size(), v.shape, v.shape.Size())
	}
	if v.constant != nil {
		k := *v.constant
		k.shape = shape
		return k.value(), nil
	}
	return value{typ: v.typ, shape: shape, node: v.node, end: v.end, monotone: v.monotone}, nil
}

// value returns c as a value.
func (c *constant) value() value {
	return value{typ: c.typ, shape: c.shape, constant: c}
}

var errNoAxes = errors.New("the axes are left out")
