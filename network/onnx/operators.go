package onnx

import (
	"fmt"
	"maps"
	"slices"
)

// build reads one node: it returns the value of its first output, and leaves those
// of others in call.further.
type build func(c *call) (value, error)

// operator says how an operator may look. Versions of an operator set up to
// newestOpset differ, where they differ for the types read here, by the
// attributes and operands in this table and by what the build functions ask
// call.opset for.
type operator struct {
	build      build
	fewest     int // operands
	most       int
	variadic   bool // any number of operands from fewest on
	outputs    int  // 0 means 1; further ones must be unused
	split      bool // any number of outputs, all of which may be used
	folded     bool // the result is a constant
	attributes map[string]rule
}

// rule is an attribute's type and the opsets that have it.
type rule struct {
	kind        attributeKind
	first, last int
}

// always is a rule for all opsets.
func always(kind attributeKind) rule { return rule{kind, 1, newestOpset} }

// until is a rule for opsets up to last.
func until(last int, kind attributeKind) rule { return rule{kind, 1, last} }

// from is a rule for opsets from first.
func from(first int, kind attributeKind) rule { return rule{kind, first, newestOpset} }

// operators lists all operators, those of another domain with its name before theirs.
func operators() map[string]operator {
	all := layerOperators()
	maps.Copy(all, quantizationOperators())
	maps.Copy(all, learningOperators())
	maps.Copy(all, fusedOperators())
	maps.Copy(all, channelsLastOperators())
	for name, op := range all {
		switch name {
		case "Add", "Gemm", "Conv":
			op.build = inParts(op.build, name == "Gemm", name == "Conv")
			all[name] = op
		case "Sub":
			op.build = withComplement(op.build)
			all[name] = op
		case "Clip":
			op.build = ofLevels(ofIntegers(op.build))
			all[name] = op
		case "Concat":
			op.build = withTwoClasses(ofIntegers(op.build))
			all[name] = op
		case "GlobalMaxPool", "Max", "MaxPool", "Min", "ReduceMax", "ReduceMin", "Relu":
			op.build = ofIntegers(op.build)
			all[name] = op
		}
		if realLayers[name] {
			op = all[name]
			op.build = withReals(op.build)
			all[name] = op
		}
	}
	return all
}

// microsoft is the domain of the operators that ONNX Runtime adds.
const microsoft = "com.microsoft"

// key is the name of an operator in the table.
func key(domain, op string) string {
	if defaultDomain(domain) {
		return op
	}
	return domain + "." + op
}

// layerOperators lists those of real numbers.
func layerOperators() map[string]operator {
	inPlace := until(5, intsAttribute) // consumed_inputs, a hint
	oldBroadcast := map[string]rule{
		"axis": until(6, intAttribute), "broadcast": until(6, intAttribute), "consumed_inputs": inPlace,
	}
	axis := map[string]rule{"axis": always(intAttribute)}
	axes := map[string]rule{"axes": until(12, intsAttribute)}
	all := map[string]operator{
		"Add": {build: buildAdd, fewest: 2, most: 2, attributes: oldBroadcast},
		"Sub": {build: buildSub, fewest: 2, most: 2, attributes: oldBroadcast},
		"Mul": {build: buildMul, fewest: 2, most: 2, attributes: oldBroadcast},
		"Div": {build: buildDiv, fewest: 2, most: 2, attributes: oldBroadcast},
		"Gemm": {build: buildGemm, fewest: 2, most: 3, attributes: map[string]rule{
			"alpha": always(floatAttribute), "beta": always(floatAttribute),
			"transA": always(intAttribute), "transB": always(intAttribute),
			"broadcast": until(6, intAttribute),
		}},
		"MatMul":  {build: buildMatMul, fewest: 2, most: 2},
		"Flatten": {build: buildFlatten, fewest: 1, most: 1, attributes: axis},
		"Reshape": {build: buildReshape, fewest: 1, most: 2, attributes: map[string]rule{
			"shape": until(4, intsAttribute), "consumed_inputs": until(4, intsAttribute), "allowzero": from(14, intAttribute),
		}},
		"Squeeze":   {build: buildSqueeze, fewest: 1, most: 2, attributes: axes},
		"Unsqueeze": {build: buildUnsqueeze, fewest: 1, most: 2, attributes: axes},
		"Transpose": {build: buildTranspose, fewest: 1, most: 1, attributes: map[string]rule{"perm": always(intsAttribute)}},
		"Identity":  {build: buildIdentity, fewest: 1, most: 1},
		"Dropout": {build: buildDropout, fewest: 1, most: 3, outputs: 2, attributes: map[string]rule{
			"ratio": until(11, floatAttribute), "is_test": until(6, intAttribute),
			"consumed_inputs": inPlace, "seed": from(12, intAttribute),
		}},
		"Cast": {build: buildCast, fewest: 1, most: 1, attributes: map[string]rule{
			"to": always(anyAttribute), "saturate": from(19, intAttribute), "round_mode": from(24, stringAttribute),
		}},
		"Constant": {build: buildConstant, attributes: map[string]rule{
			"value": always(tensorAttribute), "value_float": from(12, floatAttribute), "value_floats": from(12, floatsAttribute),
			"value_int": from(12, intAttribute), "value_ints": from(12, intsAttribute),
		}},
		"Softmax":    {build: buildSoftmax, fewest: 1, most: 1, attributes: axis},
		"LogSoftmax": {build: buildSoftmax, fewest: 1, most: 1, attributes: axis},
	}
	for name, op := range activations {
		all[name] = op.operator
	}
	for _, table := range []map[string]operator{
		convolutionOperators(), movingOperators(), reducingOperators(), activationOperators(), constantOperators(),
	} {
		maps.Copy(all, table)
	}
	return all
}

// apply reads a node: it enters the values of its outputs.
func (r *reader) apply(index int, n *node) error {
	values, err := r.built(index, n)
	if err != nil {
		return fmt.Errorf("%s: %w", r.label(index, n), err)
	}
	for k, v := range values {
		if out := n.outputs[k]; out != "" && v.typ != 0 { // a Split makes only those that are used
			v.name = out
			r.values[out] = v
		}
	}
	return nil
}

func (r *reader) built(index int, n *node) ([]value, error) {
	op, known := r.operators[key(n.domain, n.op)]
	why := r.refused[key(n.domain, n.op)]
	if why != "" && !known {
		return nil, unsupportedf("it is not supported: %s", why)
	}
	if !known {
		return nil, unsupportedf("operator not supported; rsm supports --onnx-operators lists those that are")
	}
	if r.opsetOf(n) > newestOpset {
		return nil, unsupportedf("opsets 1 to %d are supported; export the model with one of them", newestOpset)
	}
	r.made = append(r.made, made{len(r.net.Nodes), key(n.domain, n.op)})
	c := &call{reader: r, node: n, index: index, opset: int(r.opsetOf(n))}
	if err := c.outputs(op); err != nil {
		return nil, err
	}
	if err := c.readAttributes(op); err != nil {
		return nil, err
	}
	if err := c.readOperands(op); err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(c.in, func(v value) bool { return v.typ == realType }); at >= 0 && !takesReals(key(n.domain, n.op)) {
		return nil, unsupportedf("operand %s has elements of %v, which it does not take; fold constants first (onnxsim, or constant folding of the exporter)", quoted(c.in[at].name), realType)
	}
	v, yes, err := c.folded(op)
	if !yes && why != "" {
		return nil, unsupportedf("it is not supported: %s", why)
	}
	if !yes {
		v, err = op.build(c)
	}
	if err != nil {
		return nil, err
	}
	return append([]value{v}, c.further...), nil
}
