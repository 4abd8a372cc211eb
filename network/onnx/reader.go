package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rsm/network"
)

// Limits of what a file may make this package build, so that a small file
// cannot ask for all memory: elements of constants are bounded by a multiple
// of the file's size, values of all nodes together by a constant.
const (
	freeConstants     = 1 << 23
	constantsPerByte  = 4
	maxActivations    = 1 << 24
	newestIR          = 14
	newestOpset       = 28
	longestNameQuoted = 80
)

// value is a named tensor while a graph is read.
type value struct {
	name     string
	typ      dataType
	shape    network.Shape
	constant *constant // nil for an activation
	node     int       // of an activation: the node whose elements it has, in the same order

	// end says what the file makes of the value at the end of the network, and was
	// left out; nil for nothing.
	end *ending
	// bare is set on the direct result of a Dense or Conv without bias.
	bare bool
	// monotone says how the activation was made of another, if by one
	// nondecreasing function of each element; nil otherwise.
	monotone *monotone
}

// reader turns a graph of a file into a network.
type reader struct {
	net         *network.Network
	opset       int64 // of the default domain
	operators   map[string]operator
	folds       map[string]build
	refused     map[string]string
	tensors     map[string]*tensor
	values      map[string]value
	uses        map[string]int  // by nodes that matter, and by being the output
	producer    map[string]int  // the node that makes a value
	folding     int64           // work that computing constants may still take
	constants   int             // elements that may still be made
	activations int             // elements of nodes that may still be made
	needed      []bool          // by node: whether it is read
	lows        map[int]float64 // see least
	made        []made          // in the order of nodes
	spans       map[int][][2]float64
	scalings    map[int]scaling // of the levels that nodes make
	inputName   string
	classes     []string      // names of classes that operators give, nil for none
	endNotes    []string      // about labels
	openInput   network.Shape // for dimensions that the file leaves open
}

// newReader returns a reader of a decoded model; size is that of the file.
func newReader(m *model, size int) (*reader, error) {
	opset, err := defaultOpset(m)
	if err != nil {
		return nil, err
	}
	return &reader{
		opset:       opset,
		operators:   operators(),
		folds:       folds(),
		refused:     refused(),
		tensors:     map[string]*tensor{},
		values:      map[string]value{},
		uses:        map[string]int{},
		producer:    map[string]int{},
		constants:   freeConstants + constantsPerByte*size,
		activations: maxActivations,
		folding:     foldingWork,
		lows:        map[int]float64{},
		scalings:    map[int]scaling{},
		spans:       map[int][][2]float64{},
	}, nil
}

// read reads the nodes on which the output or a hidden value depends. Values with
// these names are not fused with others. It returns the name of the output, which choose
// finds.
func (r *reader) read(g *graph, choose func() (string, error), hidden []string) (output string, err error) {
	moved := g.sort()
	if err := r.declare(g); err != nil {
		return "", err
	}
	if moved {
		r.note("the file does not have its nodes in the order of what they need; they are read in such an order")
	}
	if output, err = choose(); err != nil {
		return "", err
	}
	for _, name := range hidden {
		r.uses[name]++
	}
	r.needed = r.needs(g, output)
	for i, n := range g.nodes {
		if r.needed[i] {
			if err := r.apply(i, n); err != nil {
				return "", err
			}
		}
	}
	return output, nil
}

// readModel reads the network of a decoded model whose logits are in the tensor called
// output, "" for the one that is found; size is that of the file.
func readModel(m *model, size int, output string) (*network.Network, error) {
	r, err := newReader(m, size)
	if err != nil {
		return nil, err
	}
	output, err = r.read(m.graph, func() (string, error) { return r.logits(m.graph, output) }, nil)
	if err != nil {
		return nil, err
	}
	if err := r.finish(m.graph, output); err != nil {
		return nil, err
	}
	if r.net.ClassNames = r.classes; len(r.classes) != r.net.Classes() {
		r.net.ClassNames = classNames(m.metadata, r.net.Classes())
	}
	return r.net, nil
}

// defaultOpset checks the versions of the model and returns that of the
// default operator set.
func defaultOpset(m *model) (int64, error) {
	if m.irVersion < 1 {
		return 0, errors.New("not an ONNX model: there is no ir_version")
	}
	if m.irVersion > newestIR {
		return 0, unsupportedf("ir_version %d is newer than %d, the newest that is read; save the model with an older one", m.irVersion, newestIR)
	}
	version := int64(0)
	for _, o := range m.opsets {
		if !defaultDomain(o.domain) {
			continue
		}
		version = o.version // of several, runtimes take the last
	}
	switch {
	case version < 0:
		return 0, fmt.Errorf("opset %d does not exist", version)
	case version > 0:
		return version, nil
	case m.irVersion < 3: // opset_import came with IR version 3
		return 1, nil
	}
	if m.graph != nil && !slices.ContainsFunc(m.graph.nodes, func(n *node) bool { return defaultDomain(n.domain) }) {
		return newestOpset, nil // nothing is of that domain
	}
	return 0, errors.New("the model imports no opset of the default domain (opset_import)")
}

func defaultDomain(domain string) bool { return domain == "" || domain == "ai.onnx" }

// declare enters the initializers, the input and the producers of values, each
// of which has a name of its own.
func (r *reader) declare(g *graph) error {
	for _, t := range g.initializers {
		if t.name == "" {
			return errors.New("an initializer has no name")
		}
		if r.tensors[t.name] != nil {
			return fmt.Errorf("two initializers have the name %s", quoted(t.name))
		}
		r.tensors[t.name] = t
	}
	var inputs []*valueInfo
	seen := map[string]bool{}
	for _, v := range g.inputs {
		if seen[v.name] {
			return fmt.Errorf("two inputs have the name %s", quoted(v.name))
		}
		seen[v.name] = true
		if r.tensors[v.name] == nil { // before IR version 4, initializers are listed as inputs
			inputs = append(inputs, v)
		}
	}
	switch len(inputs) {
	case 0:
		return errors.New("the model has no input")
	case 1:
	default:
		return unsupportedf("the model has %d inputs, %s; a network has one, make the others initializers", len(inputs), names(inputs))
	}
	for i, n := range g.nodes {
		for _, out := range n.outputs {
			if out == "" {
				continue
			}
			_, twice := r.producer[out]
			if twice || seen[out] || r.tensors[out] != nil {
				return fmt.Errorf("%s: its output %s exists already", r.label(i, n), quoted(out))
			}
			r.producer[out] = i
		}
	}
	return r.input(g, inputs[0])
}

// oneOutput returns the name of the only output.
func oneOutput(g *graph) (string, error) {
	switch len(g.outputs) {
	case 0:
		return "", errors.New("the model has no output")
	case 1:
		return g.outputs[0].name, nil
	}
	return "", unsupportedf("the model has %d outputs, %s; keep the logits only (onnx.utils.extract_model)", len(g.outputs), names(g.outputs))
}

// needs marks the nodes on which the output or a used value depends and counts
// the uses of values by them.
func (r *reader) needs(g *graph, output string) []bool {
	needed := make([]bool, len(g.nodes))
	r.uses[output]++
	for i := len(g.nodes) - 1; i >= 0; i-- {
		for _, out := range g.nodes[i].outputs {
			needed[i] = needed[i] || out != "" && r.uses[out] > 0
		}
		if needed[i] {
			for _, in := range g.nodes[i].inputs {
				r.uses[in]++
			}
		}
	}
	return needed
}

// lookup returns a value by name, for the node of index i.
func (r *reader) lookup(name string, i int) (value, error) {
	if v, ok := r.values[name]; ok {
		return v, nil
	}
	t := r.tensors[name]
	if t == nil {
		if p, ok := r.producer[name]; ok && p >= i {
			return value{}, fmt.Errorf("operand %s is made by op #%d, which cannot come earlier: nodes form a cycle", quoted(name), p)
		}
		return value{}, fmt.Errorf("there is no tensor %s", quoted(name))
	}
	if t.sparse != nil { // a few values may become many elements
		shape, err := t.shape()
		if err == nil {
			err = r.spend(2 * shape.Size())
		}
		if err != nil {
			return value{}, fmt.Errorf("tensor %s: %w", quoted(name), err)
		}
	}
	c, err := t.constant()
	if err != nil {
		return value{}, fmt.Errorf("tensor %s: %w", quoted(name), err)
	}
	if err := r.spend(c.shape.Size()); err != nil {
		return value{}, err
	}
	v := c.value()
	v.name = name
	r.values[name] = v
	return v, nil
}

// spend accounts for n elements of constants that are about to be made.
func (r *reader) spend(n int) error {
	if n > r.constants {
		return unsupportedf("constants take more room than fits the size of the file")
	}
	r.constants -= n
	return nil
}

// add appends a node to the network.
func (r *reader) add(name string, op network.Op, shape network.Shape, from ...value) (value, error) {
	if shape.Size() > r.activations {
		return value{}, unsupportedf("the network has more than %d values", maxActivations)
	}
	r.activations -= shape.Size()
	inputs := make([]int, len(from))
	for k, v := range from {
		inputs[k] = v.node
	}
	at, err := r.net.Add(name, op, shape, inputs...)
	return value{typ: from[0].typ, shape: shape, node: at}, err
}

// note records what reading changed.
func (r *reader) note(format string, args ...any) {
	r.net.Notes = append(r.net.Notes, fmt.Sprintf(format, args...))
}

// finish makes the value called output the logits.
func (r *reader) finish(g *graph, output string) error {
	var ignored []string
	for i, n := range g.nodes {
		if !r.needed[i] {
			ignored = append(ignored, r.title(n))
		}
	}
	if k := len(ignored); k > 5 {
		ignored = append(ignored[:5], fmt.Sprintf("and %d more", k-5))
	}
	if len(ignored) > 0 {
		r.note("nodes that do not reach the output are ignored: %s", strings.Join(ignored, ", "))
	}
	v, err := r.lookup(output, len(g.nodes))
	if err != nil {
		return fmt.Errorf("output %s: %w", quoted(output), err)
	}
	if v.constant != nil {
		return fmt.Errorf("output %s does not depend on the input", quoted(output))
	}
	if v, err = r.meant(g, output, v); err != nil {
		return fmt.Errorf("output %s: %w", quoted(output), err)
	}
	in := r.net.Nodes[0].Shape
	if len(in) > 1 && in[0] > 1 && len(v.shape) > 0 && v.shape[0] == in[0] {
		return unsupportedf("input %v and output %v have the first dimension %d, which looks like a batch; export the model with batch size 1 or a dynamic batch", in, v.shape, in[0])
	}
	wide := 0
	for _, d := range v.shape {
		if d > 1 {
			wide++
		}
	}
	if wide > 1 {
		r.note("the output of shape %v is read as %d logits in row-major order", v.shape, v.shape.Size())
	}
	if v.end != nil {
		r.noteEnding(v.end)
	}
	r.net.Notes = append(r.net.Notes, r.endNotes...)
	r.noteRuntime(g)
	if err := r.net.Finish(v.node); err != nil {
		return fmt.Errorf("output %s: %w", quoted(output), err)
	}
	r.net.Prune()
	return nil
}

func names(list []*valueInfo) string {
	var all []string
	for _, v := range list[:min(len(list), 8)] {
		all = append(all, quoted(v.name))
	}
	if len(list) > len(all) {
		all = append(all, "...")
	}
	return strings.Join(all, ", ")
}
