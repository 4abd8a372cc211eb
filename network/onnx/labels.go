package onnx

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// followLabels looks at the outputs of a classifier that are labels: which class they say,
// as the place of the largest of some scores, and what classes are called. It notes
// what is not looked at, and where labels may say another class than the largest logit.
func (r *reader) followLabels(g *graph, logits string) {
	for _, v := range g.outputs {
		if !v.label() || v.name == logits {
			continue
		}
		scores, classes := r.labelled(g, v.name)
		if classes != nil {
			r.classes = classes
		}
		switch {
		case scores == "":
			r.endNotes = append(r.endNotes, "output "+quoted(v.name)+" is left out: it does not say the place of a largest element")
		case r.sameOrder(g, scores, logits):
			r.endNotes = append(r.endNotes, "output "+quoted(v.name)+", the label, is left out: it is the class of the largest of "+quoted(scores))
		default:
			r.endNotes = append(r.endNotes, "output "+quoted(v.name)+", the label, is left out: it is the class of the largest of "+quoted(scores)+", which need not be that of the largest logit")
		}
	}
}

// labelled follows a label back to the scores of which it is the place of the largest,
// and to the names of the classes, each of which may be missing.
func (r *reader) labelled(g *graph, name string) (scores string, classes []string) {
	for range g.nodes { // a graph that is no sequence may have cycles
		n, output := r.making(g, name)
		if n == nil || len(n.inputs) == 0 {
			return "", classes
		}
		switch key(n.domain, n.op) {
		case "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten":
			name = n.inputs[0]
		case "Gather", learning + ".ArrayFeatureExtractor":
			if len(n.inputs) != 2 {
				return "", classes
			}
			if t := r.tensors[n.inputs[0]]; t != nil {
				classes = t.labels()
			}
			name = n.inputs[1]
		case "ArgMax":
			if !n.lastFirst() {
				return "", classes
			}
			return n.inputs[0], classes
		case learning + ".LinearClassifier":
			if output != 0 || len(n.outputs) != 2 {
				return "", classes
			}
			return n.outputs[1], classes
		default:
			return "", classes
		}
	}
	return "", classes
}

// lastFirst says of an ArgMax that it runs along the last of two axes and takes the
// first of several largest elements, as rsm does.
func (n *node) lastFirst() bool {
	axis, last := int64(0), int64(0)
	for _, a := range n.attributes {
		switch a.name {
		case "axis":
			axis = a.integer
		case "select_last_index":
			last = a.integer
		}
	}
	return (axis == 1 || axis == -1) && last == 0
}

// making is the node that makes a tensor, and as which of its outputs; nil for none.
func (r *reader) making(g *graph, name string) (n *node, output int) {
	at, made := r.producer[name]
	if !made {
		return nil, 0
	}
	return g.nodes[at], slices.Index(g.nodes[at].outputs, name)
}

// sameOrder says whether the elements of two tensors are known to have the same order.
func (r *reader) sameOrder(g *graph, a, b string) bool {
	origins := r.ordered(g, a)
	return slices.ContainsFunc(r.ordered(g, b), func(name string) bool { return slices.Contains(origins, name) })
}

// ordered lists tensors whose elements have the order of those of name: itself, and what
// it is made of by operators that increase with each element.
func (r *reader) ordered(g *graph, name string) []string {
	all := []string{name}
	for range g.nodes {
		n, output := r.making(g, name)
		if n == nil || output != 0 || len(n.inputs) == 0 {
			return all
		}
		switch key(n.domain, n.op) {
		case "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Softmax", "LogSoftmax", "Sigmoid",
			learning + ".ZipMap":
			name = n.inputs[0]
			all = append(all, name)
		case learning + ".Normalizer": // of probabilities, or the model is refused
			name = n.inputs[0]
			all = append(all, name)
		default:
			return all
		}
	}
	return all
}

// labels are the elements of a list of integers or strings as text, nil where it is
// none.
func (t *tensor) labels() []string {
	if t.typ == stringType {
		return validNames(t.texts)
	}
	c, err := t.constant()
	if err != nil || !t.typ.integer() {
		return nil
	}
	return numbered(c.ints)
}

// numbered are numbers as names, nil where they are 0, 1, 2 and so on, which classes are
// called anyway.
func numbered(numbers []int64) []string {
	var names []string
	counted := true
	for k, v := range numbers {
		names = append(names, strconv.FormatInt(v, 10))
		counted = counted && v == int64(k)
	}
	if counted {
		return nil
	}
	return names
}

// validNames are the texts, nil where one is no text.
func validNames(texts []string) []string {
	total := 0
	for _, s := range texts {
		if total += len(s); total > longestNames || !utf8.ValidString(s) {
			return nil
		}
	}
	return texts
}
