package onnx

import (
	"errors"
	"fmt"
	"strings"
)

// function is a FunctionProto: an operator that a model defines by nodes of its own.
type function struct {
	domain, name, overload string
	inputs, outputs        []string
	defaults               []*attribute // of attributes that a call leaves out
	attributes             []string     // those without a default
	nodes                  []*node
	opsets                 []opset
}

// Limits of what calls of functions may become.
const (
	deepestCall      = 32
	mostNodesInlined = 1 << 17
	mostLetters      = 1 << 25
)

func decodeFunction(data []byte) (*function, error) {
	f := &function{}
	err := eachField("FunctionProto", data, func(x field) (err error) {
		var s string
		switch x.number {
		case 1:
			f.name, err = x.text()
		case 4:
			s, err = x.text()
			f.inputs = append(f.inputs, s)
		case 5:
			s, err = x.text()
			f.outputs = append(f.outputs, s)
		case 6:
			s, err = x.text()
			f.attributes = append(f.attributes, s)
		case 7:
			var n *node
			n, err = decodeMessage(x, decodeNode)
			f.nodes = append(f.nodes, n)
		case 9:
			var o opset
			o, err = decodeMessage(x, decodeOpset)
			f.opsets = append(f.opsets, o)
		case 10:
			f.domain, err = x.text()
		case 11:
			var a *attribute
			a, err = decodeMessage(x, decodeAttribute)
			f.defaults = append(f.defaults, a)
		case 13:
			f.overload, err = x.text()
		}
		return err
	})
	return f, err
}

// inliner puts the nodes of functions in the place of their calls.
type inliner struct {
	functions map[string]*function
	nodes     []*node
	calls     int
	letters   int // of names that were made
	active    []*function
}

// inline replaces all calls of functions of the model.
func (m *model) inline() error {
	if len(m.functions) == 0 {
		return nil
	}
	in := inliner{functions: map[string]*function{}}
	for _, f := range m.functions {
		switch {
		case defaultDomain(f.domain):
			return unsupportedf("a function of the model is in the default operator domain; inline functions with onnx.inliner")
		case f.domain == microsoft:
			return unsupportedf("a function of the model is in the operator domain %s; inline functions with onnx.inliner", microsoft)
		}
		name := identity(f.domain, f.name, f.overload)
		if in.functions[name] != nil {
			return fmt.Errorf("two functions have the name %s", quoted(f.domain+"."+f.name))
		}
		in.functions[name] = f
	}
	for _, n := range m.graph.nodes {
		if err := in.add(n); err != nil {
			return err
		}
	}
	m.graph.nodes = in.nodes
	return nil
}

func identity(domain, name, overload string) string {
	return domain + "\x00" + name + "\x00" + overload
}

// add appends a node, or what it calls.
func (in *inliner) add(n *node) error {
	f := in.functions[identity(n.domain, n.op, n.overload)]
	if f == nil {
		if len(in.nodes) >= mostNodesInlined {
			return unsupportedf("the functions of the model become more than %d nodes", mostNodesInlined)
		}
		in.nodes = append(in.nodes, n)
		return nil
	}
	for _, g := range in.active {
		if g == f {
			return fmt.Errorf("function %s calls itself", quoted(f.domain+"."+f.name))
		}
	}
	if len(in.active) >= deepestCall {
		return unsupportedf("functions call each other more than %d deep", deepestCall)
	}
	in.active = append(in.active, f)
	err := in.call(f, n)
	in.active = in.active[:len(in.active)-1]
	return err
}

// call appends the nodes of a function with the operands, results and attributes of a call.
func (in *inliner) call(f *function, n *node) error {
	if in.calls++; in.calls > mostNodesInlined {
		return unsupportedf("the functions of the model are called more than %d times", mostNodesInlined)
	}
	title := n.name
	if title == "" {
		title = n.op
	}
	title = title[:min(len(title), longestNameQuoted)]
	fail := func(err error) error {
		return fmt.Errorf("node %s (%s): %w", quoted(title), strings.Trim(quoted(f.domain+"."+f.name), `"`), err)
	}
	if len(n.inputs) > len(f.inputs) || len(n.outputs) > len(f.outputs) {
		return fail(fmt.Errorf("it has %d operands and %d results, the function has %d and %d", len(n.inputs), len(n.outputs), len(f.inputs), len(f.outputs)))
	}
	given, err := f.arguments(n)
	if err != nil {
		return fail(err)
	}
	prefix := fmt.Sprintf("%s/%d/", title, in.calls)
	names := map[string]string{"": ""}
	for k, name := range f.inputs {
		if _, twice := names[name]; twice {
			return fail(errors.New("two parameters of the function have one name, or one has none"))
		}
		names[name] = ""
		if k < len(n.inputs) {
			names[name] = n.inputs[k]
		}
	}
	var copies []*node // of what is a result by another name already
	for k, name := range f.outputs {
		if k >= len(n.outputs) || n.outputs[k] == "" {
			continue
		}
		if from, taken := names[name]; taken {
			copies = append(copies, &node{inputs: []string{from}, outputs: []string{n.outputs[k]}, name: prefix + name, op: "Identity"})
			continue
		}
		names[name] = n.outputs[k]
	}
	version, err := f.version()
	if err != nil {
		return fail(err)
	}
	rename := func(list []string) (out []string) {
		for _, s := range list {
			to, known := names[s]
			if !known {
				to = prefix + s
			}
			out = append(out, to)
		}
		return out
	}
	for _, b := range f.nodes {
		copied := &node{name: title + "/" + b.name, op: b.op, domain: b.domain, overload: b.overload, opset: version,
			inputs: rename(b.inputs), outputs: rename(b.outputs)}
		if b.name == "" {
			copied.name += b.op
		}
		for _, a := range b.attributes {
			if a.reference != "" {
				to := given[a.reference]
				if to == nil {
					continue // as if it were left out
				}
				renamed := *to
				renamed.name = a.name
				a = &renamed
			}
			copied.attributes = append(copied.attributes, a)
		}
		for _, s := range append(append([]string{copied.name}, copied.inputs...), copied.outputs...) {
			in.letters += len(s)
		}
		if in.letters > mostLetters {
			return unsupportedf("the names in the functions of the model become too long")
		}
		if err := in.add(copied); err != nil {
			return err
		}
	}
	in.nodes = append(in.nodes, copies...)
	return nil
}

// arguments are the attributes of a call by their names, with the defaults of the function.
func (f *function) arguments(n *node) (map[string]*attribute, error) {
	given, declared := map[string]*attribute{}, map[string]bool{}
	for _, name := range f.attributes {
		declared[name] = true
	}
	for _, a := range f.defaults {
		given[a.name], declared[a.name] = a, true
	}
	seen := map[string]bool{}
	for _, a := range n.attributes {
		switch {
		case !declared[a.name]:
			return nil, fmt.Errorf("the function has no attribute %s", quoted(a.name))
		case seen[a.name]:
			return nil, fmt.Errorf("attribute %s is given twice", quoted(a.name))
		case a.reference != "":
			return nil, fmt.Errorf("attribute %s refers to a function's parameter outside of a function", quoted(a.name))
		}
		given[a.name], seen[a.name] = a, true
	}
	return given, nil
}

// version is the opset of the default domain that a function imports, 0 for the model's.
func (f *function) version() (version int64, err error) {
	for _, o := range f.opsets {
		if defaultDomain(o.domain) {
			if version = o.version; version < 1 {
				return 0, fmt.Errorf("opset %d does not exist", version)
			}
		}
	}
	return version, nil
}
