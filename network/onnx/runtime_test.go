package onnx

import (
	"fmt"
	"strings"
	"testing"
)

// runtimeModel is a layer of 2 inputs and 2 outputs after a quantization of the input.
func runtimeModel(op string, bits16, quantizedWeights, bias, relu, quantizedAfter bool) *builder {
	typ := uint8Type
	if bits16 {
		typ = uint16Type
	}
	b := newModel(21, 1, 2).floats("s", nil, 0.02).floats("os", nil, 0.5).levels("z", typ, nil, 100).levels("zw", int8Type, nil, 0).floats("sw", nil, 0.1).
		levels("wq", int8Type, []int{2, 2}, 1, 2, 3, 4).floats("wf", []int{2, 2}, 0.1, 0.2, 0.3, 0.4).floats("b", []int{2}, 0.15, 0.25).
		node("QuantizeLinear", "x s z", "q").node("DequantizeLinear", "q s z", "d")
	operands := "d wf"
	if quantizedWeights {
		b.node("DequantizeLinear", "wq sw zw", "w")
		operands = "d w"
	}
	if bias {
		operands += " b"
	}
	last := "t"
	b.node(op, operands, "t")
	if relu {
		b.node("Relu", "t", "r")
		last = "r"
	}
	if quantizedAfter {
		return b.node("QuantizeLinear", last+" os z", "p").node("DequantizeLinear", "p os z", "y")
	}
	return b.node("Neg", last, "y")
}

// Which layers ONNX Runtime 1.32 changes was found by running it at its default level and
// without optimizations.
func TestRuntimeNotes(t *testing.T) {
	for k := range 1 << 6 {
		is := func(bit int) bool { return k>>bit&1 == 1 }
		op := map[bool]string{false: "Gemm", true: "MatMul"}[is(5)]
		bits16, quantizedWeights, bias, relu, after := is(0), is(1), is(2), is(3), is(4)
		if bias && op == "MatMul" {
			continue
		}
		n, err := Decode(runtimeModel(op, bits16, quantizedWeights, bias, relu, after).bytes())
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(n.Notes, "\n")
		for words, want := range map[string]bool{
			"rounds float weights": op == "Gemm" && !quantizedWeights && after,
			"rounds float biases":  op == "Gemm" && bias && after,
			"of 16 bits to 8":      bits16 && quantizedWeights && !(relu && after),
		} {
			if strings.Contains(notes, words) != want {
				t.Errorf("%s: the note %q is %t: %s", fmt.Sprint(op, bits16, quantizedWeights, bias, relu, after), words, !want, notes)
			}
		}
	}
}

func TestRuntimeNotesOfPairs(t *testing.T) {
	pairs := func(second string) *builder {
		return newModel(21, 1, 2).floats("s", nil, 1).floats("same", nil, 1).floats("fine", nil, 0.3).levels("z", uint8Type, nil, 0).
			node("QuantizeLinear", "x s z", "q").node("DequantizeLinear", "q s z", "d").node("QuantizeLinear", "d "+second, "p").node("DequantizeLinear", "p "+second, "y")
	}
	blocks := newModel(21, 1, 4).floats("s", []int{2, 1}, 1, 2).levels("w", int8Type, []int{4, 1}, 1, 2, 3, 4).
		node("DequantizeLinear", "w s", "d", intOf("axis", 0), intOf("block_size", 2)).node("MatMul", "x d", "y")
	for name, c := range map[string]struct {
		model *builder
		words string
		want  bool
	}{
		"two scales":              {pairs("fine z"), "one quantization of two", true},
		"one scale":               {pairs("s z"), "one quantization of two", false},
		"one scale, two names":    {pairs("same z"), "one quantization of two", false},
		"a zero point left out":   {pairs("same"), "one quantization of two", false},
		"blocks":                  {blocks, "weights that are quantized in blocks", true},
		"a network of no integer": {newModel(21, 1, 2).node("Relu", "x", "y"), "ONNX Runtime", false},
	} {
		n, err := Decode(c.model.bytes())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if notes := strings.Join(n.Notes, "\n"); strings.Contains(notes, c.words) != c.want {
			t.Errorf("%s: the note %q is %t: %s", name, c.words, !c.want, notes)
		}
	}
}
