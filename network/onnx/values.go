package onnx

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"rsm/network"
)

// Wanted says what ReadModel reads beyond the output.
type Wanted struct {
	// Input is the shape for the dimensions of the input that the file leaves
	// open, nil for none.
	Input network.Shape
	// Hidden names values of the graph: outputs of its nodes.
	Hidden []string
	// Folder has the files that hold weights of the model beside its own, nil for none.
	// ReadModel takes the one that the model is in.
	Folder fs.FS
}

// ReadModel reads an ONNX file for questions about its values. Where Read strips
// a Softmax at the end, there is an error here.
func ReadModel(path string, want Wanted) (*network.Model, error) {
	data, sum, err := network.ReadFile(path, network.MaxFileSize)
	if err != nil {
		return nil, err
	}
	want.Folder = network.Folder(filepath.Dir(path))
	m, err := DecodeModel(data, want)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.Identify(path, sum)
	return m, nil
}

// DecodeModel reads the content of an ONNX file as ReadModel does.
func DecodeModel(data []byte, want Wanted) (*network.Model, error) {
	m, files, size, err := decoded(want.Folder, data)
	if err != nil {
		return nil, err
	}
	r, err := newReader(m, size)
	if err != nil {
		return nil, err
	}
	r.openInput = want.Input
	output, err := r.read(m.graph, func() (string, error) { return oneOutput(m.graph) }, want.Hidden)
	if err != nil {
		return nil, err
	}
	if in := r.net.Integers; in != nil {
		return nil, unsupportedf("input %s: its elements are %v; queries are about FLOAT, DOUBLE, FLOAT16 or BFLOAT16 inputs", quoted(r.inputName), in.Type)
	}
	model := &network.Model{Network: r.net, Hidden: map[string]network.Tensor{}}
	in := r.values[r.inputName]
	model.Input = network.Tensor{Name: r.inputName, Shape: in.shape}
	if model.Output, err = r.exactly(output, m.graph); err != nil {
		return nil, fmt.Errorf("output %s: %w", quoted(output), err)
	}
	for _, name := range want.Hidden {
		if _, made := r.producer[name]; !made {
			return nil, fmt.Errorf("no node of the model has an output %s", quoted(name))
		}
		if model.Hidden[name], err = r.exactly(name, m.graph); err != nil {
			return nil, fmt.Errorf("hidden tensor %s: %w", quoted(name), err)
		}
	}
	r.net.Outputs, r.net.Data = []int{model.Output.Node}, files
	for i, n := range m.graph.nodes {
		for _, out := range n.outputs {
			if v := r.values[out]; out != "" && r.needed[i] && v.typ != 0 && v.constant == nil {
				model.Operators = append(model.Operators, n.op+" "+v.shape.String())
			}
		}
	}
	r.prune(model)
	return model, nil
}

// prune removes nodes on which nothing of the model depends.
func (r *reader) prune(m *network.Model) {
	var hidden []int
	for _, t := range m.Hidden {
		hidden = append(hidden, t.Node)
	}
	moved := r.net.Prune(hidden...)
	m.Output.Node = moved[m.Output.Node]
	for name, t := range m.Hidden {
		t.Node = moved[t.Node]
		m.Hidden[name] = t
	}
}

// exactly is a value as the file computes it.
func (r *reader) exactly(name string, g *graph) (network.Tensor, error) {
	v, err := r.lookup(name, len(g.nodes))
	switch {
	case err != nil:
		return network.Tensor{}, err
	case v.constant != nil:
		return network.Tensor{}, unsupportedf("it does not depend on the input")
	case v.end != nil:
		return network.Tensor{}, unsupportedf("%s is not piecewise linear: ask about the logits before it", v.end.title)
	}
	return network.Tensor{Name: name, Shape: v.shape, Node: v.node}, nil
}

// NewestOpset is the newest operator set that is read.
const NewestOpset = newestOpset

// ValueOperators lists the operators that ReadModel reads, but for Cast: it reads
// casts between floating-point types only, which change no real number; and for those of
// quantization, whose operands have integer types.
func ValueOperators() []string {
	all := operators()
	for _, op := range []string{"Cast", "Softmax", "LogSoftmax", "Sigmoid", learning + ".Normalizer", learning + ".ZipMap"} {
		delete(all, op)
	}
	maps.DeleteFunc(all, func(_ string, op operator) bool { return op.folded })
	maps.DeleteFunc(all, func(name string, _ operator) bool {
		_, quantization := quantizationOperators()[name]
		return quantization
	})
	return slices.Sorted(maps.Keys(all))
}
