package onnx

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// functionOf encodes a FunctionProto of the domain my, in the opset given: inputs, outputs and
// attributes are separated by spaces, and body has the nodes.
func functionOf(name, inputs, outputs, attributes string, opset int64, body *builder, defaults ...[]byte) []byte {
	f := appendString(nil, 1, name)
	for number, list := range map[int]string{4: inputs, 5: outputs, 6: attributes} {
		for _, s := range strings.Fields(list) {
			f = appendString(f, number, s)
		}
	}
	for rest := body.graph; len(rest) > 0; {
		number, kind, n := protowire.ConsumeTag(rest)
		content, m := protowire.ConsumeBytes(rest[n:])
		if number == 1 && kind == protowire.BytesType {
			f = appendBytes(f, 7, content)
		}
		rest = rest[n+m:]
	}
	f = appendBytes(f, 9, appendInt(appendString(nil, 1, ""), 2, opset))
	f = appendString(f, 10, "my")
	for _, a := range defaults {
		f = appendBytes(f, 11, a)
	}
	return f
}

// referring is an attribute whose value is the parameter of a function.
func referring(name string, kind attributeKind, parameter string) []byte {
	return appendString(attributeOf(name, kind), 21, parameter)
}

// with adds functions to a model.
func with(model []byte, functions ...[]byte) []byte {
	for _, f := range functions {
		model = appendBytes(model, 25, f)
	}
	return model
}

// my adds a node of the domain my.
func (b *builder) my(op, inputs, outputs string, attributes ...[]byte) *builder {
	b.domain = "my"
	b.node(op, inputs, outputs, attributes...)
	b.domain = ""
	return b
}

func TestFunctions(t *testing.T) {
	dense := functionOf("Dense", "a w", "r", "", 17, new(builder).node("MatMul", "a w", "t").node("Relu", "t", "r"))
	leak := functionOf("Leak", "a", "r", "", 17, new(builder).node("LeakyRelu", "a", "r", referring("alpha", floatAttribute, "slope")), floatOf("slope", 0.5))
	declared := functionOf("Leak", "a", "r", "slope", 17, new(builder).node("LeakyRelu", "a", "r", referring("alpha", floatAttribute, "slope")))
	twice := functionOf("Twice", "a w", "r", "", 17, new(builder).my("Dense", "a w", "t").my("Dense", "t w", "r"))
	squeeze := functionOf("Flat", "a", "r", "", 12, new(builder).node("Squeeze", "a", "t", intsOf("axes", 0)).node("Relu", "t", "r"))
	same := functionOf("Same", "a b", "r a r", "", 17, new(builder).node("Add", "a b", "r"))
	optional := functionOf("Clipped", "a lo hi", "r unused", "", 17, new(builder).node("Clip", "a lo hi", "r").node("Neg", "a", "unused"))
	w := func() *builder { return newModel(17, 1, 2).floats("w", []int{2, 2}, 1, 2, -3, 4) }
	for _, c := range []struct {
		name   string
		model  []byte
		x      []float64
		logits []float64
	}{
		{"one call", with(w().my("Dense", "x w", "y").bytes(), dense), []float64{1, 1}, []float64{0, 6}},
		{"two calls", with(w().my("Dense", "x w", "h").my("Dense", "h w", "y").bytes(), dense), []float64{1, 1}, []float64{0, 24}},
		{"a call in a call", with(w().my("Twice", "x w", "y").bytes(), dense, twice), []float64{1, 1}, []float64{0, 24}},
		{"a default", with(newModel(17, 1, 2).my("Leak", "x", "y").bytes(), leak), []float64{-2, 2}, []float64{-1, 2}},
		{"an attribute", with(newModel(17, 1, 2).my("Leak", "x", "y", floatOf("slope", 0.25)).bytes(), leak), []float64{-2, 2}, []float64{-0.5, 2}},
		{"an attribute left out", with(newModel(17, 1, 2).my("Leak", "x", "y").bytes(), declared), []float64{-100, 2}, []float64{-s32(0.01) * 100, 2}},
		{"its own opset", with(newModel(17, 1, 2).my("Flat", "x", "y").bytes(), squeeze), []float64{-2, 2}, []float64{0, 2}},
		{"an operand as a result", with(newModel(17, 1, 2).floats("c", nil, 3).my("Same", "x c", "p q r").node("Add", "p q", "s").node("Add", "s r", "y").bytes(), same), []float64{1, 2}, []float64{9, 12}},
		{"an operand left out", with(newModel(17, 1, 2).floats("c", nil, 1).my("Clipped", "x - c", "y").bytes(), optional), []float64{-4, 4}, []float64{-4, 1}},
		{"names of the file that are those inside", with(newModel(17, 1, 2).floats("w", []int{2, 2}, 1, 2, -3, 4).my("Dense", "x w", "t").node("Neg", "t", "y").bytes(), dense), []float64{1, 1}, []float64{0, -6}},
	} {
		net, err := Decode(c.model)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if y := net.Logits(c.x); !slices.Equal(y, c.logits) {
			t.Errorf("%s: %v instead of %v", c.name, y, c.logits)
		}
	}
	itself := functionOf("A", "a", "r", "", 17, new(builder).my("B", "a", "r"))
	other := functionOf("B", "a", "r", "", 17, new(builder).my("A", "a", "r"))
	wide := functionOf("W0", "a", "r", "", 17, new(builder).node("Relu", "a", "r"))
	grow := [][]byte{wide}
	for k := 1; k < 30; k++ { // 2^29 nodes
		name := func(k int) string { return "W" + strings.Repeat("'", k) }
		if k == 1 {
			grow[0] = functionOf(name(0), "a", "r", "", 17, new(builder).node("Relu", "a", "r"))
		}
		grow = append(grow, functionOf(name(k), "a", "r", "", 17, new(builder).my(name(k-1), "a", "t").my(name(k-1), "t", "r")))
	}
	for message, model := range map[string][]byte{
		"calls itself":                with(newModel(17, 1, 2).my("A", "x", "y").bytes(), itself, other),
		"two functions have the name": with(newModel(17, 1, 2).my("A", "x", "y").bytes(), itself, itself),
		"it has 3 operands":           with(w().my("Dense", "x w w", "y").bytes(), dense),
		`no attribute "beta"`:         with(newModel(17, 1, 2).my("Leak", "x", "y", floatOf("beta", 1)).bytes(), leak),
		"attribute \"alpha\" is an integer instead of a float": with(newModel(17, 1, 2).my("Leak", "x", "y", intOf("slope", 1)).bytes(), leak),
		"functions of the model become too long":               with(newModel(17, 1, 2).my("W"+strings.Repeat("'", 29), "x", "y").bytes(), grow...),
		"outside of a function":                                newModel(17, 1, 2).node("LeakyRelu", "x", "y", referring("alpha", floatAttribute, "slope")).bytes(),
	} {
		if _, err := Decode(model); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", message, err)
		}
	}
}

// Nodes in any order give the network of the right one, and a note.
func TestOrderOfNodes(t *testing.T) {
	type step struct{ op, in, out string }
	steps := []step{{"Relu", "x", "a"}, {"Neg", "a", "b"}, {"Add", "a b", "c"}, {"Add", "c x", "y"}}
	var want []byte
	for k, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}, {2, 3, 0, 1}} {
		b := newModel(13, 1, 2)
		for _, i := range order {
			b.node(steps[i].op, steps[i].in, steps[i].out)
		}
		net, err := Decode(b.bytes())
		if err != nil {
			t.Fatal(err)
		}
		var list bytes.Buffer
		for _, v := range net.Nodes[1:] {
			list.WriteString(v.Name + " " + v.Op.Kind() + "\n")
		}
		if k == 0 {
			want = list.Bytes()
		}
		noted := slices.ContainsFunc(net.Notes, func(s string) bool { return strings.Contains(s, "order of what they need") })
		if !bytes.Equal(list.Bytes(), want) || noted != (k > 0) {
			t.Errorf("order %v: noted %t:\n%s", order, noted, list.Bytes())
		}
		if y := net.Logits([]float64{-1, 2}); !slices.Equal(y, []float64{-1, 2}) {
			t.Errorf("order %v: %v", order, y)
		}
	}
}

// sparseOf encodes a SparseTensorProto.
func sparseOf(name string, dims []int64, indices []byte, values ...float64) []byte {
	s := appendBytes(nil, 1, tensorOf(name, float32Type, []int{len(values)}, values...))
	s = appendBytes(s, 2, indices)
	for _, d := range dims {
		s = appendInt(s, 3, d)
	}
	return s
}

func (b *builder) sparse(tensor []byte) *builder {
	b.graph = appendBytes(b.graph, 15, tensor)
	return b
}

func TestSparseInitializers(t *testing.T) {
	model := func(s []byte) []byte { return newModel(13, 1, 2).sparse(s).node("MatMul", "x w", "y").bytes() }
	shape := []int64{2, 3}
	for name, indices := range map[string][]byte{
		"places":  tensorOf("i", int64Type, []int{3}, 1, 3, 5),
		"indices": tensorOf("i", int64Type, []int{3, 2}, 0, 1, 1, 0, 1, 2),
	} {
		net, err := Decode(model(sparseOf("w", shape, indices, 4, 5, 6)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if y := net.Logits([]float64{1, 10}); !slices.Equal(y, []float64{50, 4, 60}) {
			t.Errorf("%s: %v", name, y)
		}
	}
	for message, s := range map[string][]byte{
		"not above the one before":        sparseOf("w", shape, tensorOf("i", int64Type, []int{2}, 3, 3), 1, 2),
		"outside of the shape":            sparseOf("w", shape, tensorOf("i", int64Type, []int{1}, 6), 1),
		"along axis 1 is outside":         sparseOf("w", shape, tensorOf("i", int64Type, []int{1, 2}, 1, 3), 1),
		"do not fit the shape 2x3":        sparseOf("w", shape, tensorOf("i", int64Type, []int{2}, 0, 1), 1),
		"INT32":                           sparseOf("w", shape, tensorOf("i", int32Type, []int{1}, 0), 1),
		"more room than fits the size of": sparseOf("w", []int64{1 << 15, 1 << 15}, tensorOf("i", int64Type, []int{1}, 0), 1),
		"dimension 0 is negative":         sparseOf("w", []int64{-1}, tensorOf("i", int64Type, []int{1}, 0), 1),
	} {
		if _, err := Decode(model(s)); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", message, err)
		}
	}
}
