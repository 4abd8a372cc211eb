package onnx

import (
	"errors"
	"io/fs"
	"slices"

	"rsm/network"
)

// Source says how the content of a file is read.
type Source struct {
	// Folder is where the files are that hold further weights, nil for none.
	Folder fs.FS
	// Output is the tensor that holds the logits. Where it is empty, that is the only
	// output, or the one beside a classifier's labels.
	Output string
}

// Decode reads the network of an ONNX file's content. File and SHA256 of the result
// are empty.
func (s Source) Decode(data []byte) (*network.Network, error) {
	m, files, size, err := decoded(s.Folder, data)
	if err != nil {
		return nil, err
	}
	net, err := readModel(m, size, s.Output)
	if err != nil {
		return nil, err
	}
	net.Data = files
	return net, nil
}

// Candidate is a tensor that may hold the logits of a model.
type Candidate struct {
	Name string
	Is   string           // what it is in the model, such as "an output" or "operand of Softmax"
	Net  *network.Network // that is read where it is the output; nil where Err says why there is none
	Err  error
}

// Candidates are the tensors of a model that may hold its logits: its outputs and what
// operators that end classifiers are applied to, each read as the output.
func (s Source) Candidates(data []byte) ([]Candidate, error) {
	m, _, size, err := decoded(s.Folder, data)
	if err != nil {
		return nil, err
	}
	var all []Candidate
	for _, c := range candidates(m.graph) {
		if c.Net, c.Err = readModel(m, size, c.Name); c.Net == nil && c.Err == nil {
			c.Err = errors.New("it is not read")
		}
		all = append(all, c)
	}
	return all, nil
}

// maxCandidates bounds how many tensors are tried.
const maxCandidates = 12

// candidates lists the names of tensors that may hold the logits.
func candidates(g *graph) (all []Candidate) {
	add := func(name, is string) {
		known := slices.ContainsFunc(all, func(c Candidate) bool { return c.Name == name })
		if name != "" && !known && len(all) < maxCandidates {
			all = append(all, Candidate{Name: name, Is: is})
		}
	}
	for _, n := range slices.Backward(g.nodes) {
		switch key(n.domain, n.op) {
		case "Softmax", "LogSoftmax", "Sigmoid", "ArgMax", "TopK", "Hardmax", learning + ".ZipMap", learning + ".Normalizer":
			if len(n.inputs) > 0 {
				add(n.inputs[0], "operand of "+n.op)
			}
		case learning + ".LinearClassifier":
			if len(n.outputs) > 1 {
				add(n.outputs[1], "scores of "+n.op)
			}
		}
	}
	for _, v := range g.outputs {
		if !v.label() {
			add(v.name, "an output")
		}
	}
	return all
}

// label says whether an output is declared to have elements that are no logits: labels
// of classes, by numbers or strings.
func (v *valueInfo) label() bool { return v.tensor && v.typ != 0 && !v.typ.float() }

// logits finds the tensor that is read as the logits: the one wanted, or the only output
// that is none of the labels of a classifier.
func (r *reader) logits(g *graph, wanted string) (string, error) {
	if wanted != "" {
		if _, made := r.producer[wanted]; !made {
			return "", errors.New("no node makes a tensor " + quoted(wanted) + listed(g))
		}
		r.endNotes = append(r.endNotes, "the logits are the tensor "+quoted(wanted)+", as was asked for")
		r.followLabels(g, wanted)
		return wanted, nil
	}
	var scores []*valueInfo
	for _, v := range g.outputs {
		if !v.label() {
			scores = append(scores, v)
		}
	}
	switch {
	case len(g.outputs) < 2:
		return oneOutput(g)
	case len(scores) != 1:
		return "", unsupportedf("the model has %d outputs, %s; say which tensor holds the logits (--output), or keep it only (onnx.utils.extract_model)%s", len(g.outputs), names(g.outputs), listed(g))
	}
	r.followLabels(g, scores[0].name)
	return scores[0].name, nil
}

// listed lists candidates for messages.
func listed(g *graph) string {
	all, text := candidates(g), ""
	for k, c := range all[:min(len(all), 5)] {
		if k > 0 {
			text += ", "
		}
		text += quoted(c.Name)
	}
	if len(all) > 5 {
		text += ", ..."
	}
	if text == "" {
		return ""
	}
	return "; candidates are " + text
}
