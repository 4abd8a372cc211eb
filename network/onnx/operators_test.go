package onnx

import (
	"math"
	"slices"
	"strings"
	"testing"
)

type operatorCase struct {
	name  string
	model *builder
	x     []float64
	want  []float64
	kinds string // of the nodes after the input, if given
}

// operatorCases are models with the input x and the output y, an input, and
// the logits worked out by hand. A single output y gives the logits (0, y).
var operatorCases = append([]operatorCase{
	{"Gemm", newModel(13, 1, 2).floats("b", []int{2, 3}, 1, 2, 3, 4, 5, 6).floats("c", []int{3}, 10, 20, 30).
		node("Gemm", "x b c", "y"), []float64{1, -1}, []float64{7, 17, 27}, "dense"},
	{"Gemm transB, C left out", newModel(13, "batch", 2).floats("b", []int{3, 2}, 1, 4, 2, 5, 3, 6).
		node("Gemm", "x b", "y", intOf("transB", 1)), []float64{1, -1}, []float64{-3, -3, -3}, "dense"},
	{"Gemm alpha and beta are folded", newModel(9, 1, 2).floats("b", []int{2, 2}, 1, 2, 3, 4).floats("c", []int{}, 0.1).
		node("Gemm", "x b c", "y", floatOf("alpha", 0.3), floatOf("beta", 3)), []float64{1, 1},
		[]float64{float64(float32(0.3))*4 + 3*float64(float32(0.1)), float64(float32(0.3))*6 + 3*float64(float32(0.1))}, "dense"},
	{"Gemm transA", newModel(11, 2, 1).floats("b", []int{2, 2}, 1, 2, 3, 4).
		node("Gemm", "x b", "y", intOf("transA", 1)), []float64{1, 10}, []float64{31, 42}, "dense"},
	{"Gemm transA of a matrix", newModel(11, 1, 2, 2).ints("s", 2, 2).floats("b", []int{2, 1}, 1, 10).
		node("Reshape", "x s", "m").node("Gemm", "m b", "y", intOf("transA", 1)), []float64{1, 2, 3, 4}, []float64{31, 42}, "gather dense"},
	{"Gemm constant A", newModel(11, 2, 2).floats("a", []int{1, 2}, 1, 10).floats("c", []int{1, 2}, 5, 6).
		node("Gemm", "a x c", "y", floatOf("beta", 2)), []float64{1, 2, 3, 4}, []float64{41, 54}, "dense elementwise"},
	{"Gemm constant A, transA and transB", newModel(11, 3, 2).floats("a", []int{2, 1}, 1, 10).floats("c", []int{1, 1}, 1).
		node("Gemm", "a x c", "y", intOf("transA", 1), intOf("transB", 1)), []float64{1, 2, 3, 4, 5, 6}, []float64{22, 44, 66}, "gather dense"},
	{"Gemm of opset 6 broadcasts C when told to", newModel(6, 1, 1).floats("b", []int{1, 2}, 1, 2).floats("c", []int{2}, 3, 4).
		node("Gemm", "x b c", "y", intOf("broadcast", 1)), []float64{1}, []float64{4, 6}, "dense"},
	{"Gemm beta 0", newModel(7, 1, 1).floats("b", []int{1, 2}, 1, 2).floats("c", []int{2}, 3, 4).
		node("Gemm", "x b c", "y", floatOf("beta", 0)), []float64{1}, []float64{1, 2}, "dense"},

	{"MatMul and bias", newModel(13, "n", 2).floats("w", []int{2, 2}, 1, 2, 3, 4).floats("b", []int{2}, 1, -1).
		node("MatMul", "x w", "m").node("Add", "b m", "y"), []float64{1, 1}, []float64{5, 5}, "dense"},
	{"MatMul and subtracted bias", newModel(13, "n", 2).floats("w", []int{2, 2}, 1, 2, 3, 4).floats("b", []int{2}, 1, -1).
		node("MatMul", "x w", "m").node("Sub", "m b", "y"), []float64{1, 1}, []float64{3, 7}, "dense"},
	{"MatMul constant on the left", newModel(13, 1, 2, 2).floats("w", []int{1, 2}, 1, 10).
		node("MatMul", "w x", "y"), []float64{1, 2, 3, 4}, []float64{31, 42}, "dense"},
	{"MatMul left bias by row", newModel(13, 1, 2, 2).floats("w", []int{2, 2}, 1, 10, 0, 1).floats("b", []int{2, 1}, 100, 200).
		node("MatMul", "w x", "m").node("Add", "m b", "y"), []float64{1, 2, 3, 4}, []float64{131, 142, 203, 204}, "dense"},
	{"MatMul left bias by column", newModel(13, 1, 2, 2).floats("w", []int{2, 2}, 1, 10, 0, 1).floats("b", []int{2}, 100, 200).
		node("MatMul", "w x", "m").node("Add", "m b", "y"), []float64{1, 2, 3, 4}, []float64{131, 242, 103, 204}, "dense elementwise"},
	{"MatMul vectors", newModel(13, 2).floats("w", []int{2, 2}, 1, 2, 3, 4).floats("v", []int{2}, 1, 10).
		node("MatMul", "w x", "m").node("MatMul", "m v", "y"), []float64{1, 1}, []float64{0, 73}, "dense dense dense"},

	{"Sub both sides", newModel(13, "n", 2).floats("c", []int{2}, 1, 2).floats("d", []int{}, 5).
		node("Sub", "x c", "m").node("Sub", "d m", "y"), []float64{1, 1}, []float64{5, 6}, "elementwise elementwise"},
	{"Mul, Div", newModel(13, "n", 2).floats("c", []int{1}, 6).floats("d", []int{1, 2}, 3, -4).
		node("Mul", "c x", "m").node("Div", "m d", "y"), []float64{1, 2}, []float64{2, -3}, "elementwise elementwise"},
	{"an operation that changes nothing", newModel(13, "n", 2).floats("z", []int{2}, 0, 0).floats("o", []int{}, 1).
		node("Add", "x z", "a").node("Mul", "a o", "b").node("Div", "b o", "c").node("Relu", "c", "y"),
		[]float64{1, -2}, []float64{1, 0}, "relu"},
	{"the activation is broadcast", newModel(13, 1, 2, 1).floats("c", []int{3}, 1, 2, 3).
		node("Add", "x c", "y"), []float64{10, 20}, []float64{11, 12, 13, 21, 22, 23}, "gather elementwise"},
	{"Add of opset 6 with axis", newModel(6, 1, 2, 3).floats("c", []int{2}, 1, 2).
		node("Add", "x c", "y", intOf("broadcast", 1), intOf("axis", 1)), []float64{0, 0, 0, 0, 0, 0}, []float64{1, 1, 1, 2, 2, 2}, "elementwise"},
	{"Add of opset 6, suffix", newModel(6, 1, 2, 3).floats("c", []int{3}, 1, 2, 3).
		node("Add", "x c", "y", intOf("broadcast", 1)), []float64{0, 0, 0, 0, 0, 0}, []float64{1, 2, 3, 1, 2, 3}, "elementwise"},
	{"Sub of opset 6, activation second", newModel(6, 2).floats("c", []int{1, 2}, 1, 2).
		node("Sub", "c x", "y", intOf("broadcast", 1)), []float64{3, 5}, []float64{-2, -3}, "elementwise"},

	{"Relu of opset 1", newModel(1, 1, 2).node("Relu", "x", "y", intsOf("consumed_inputs", 0)), []float64{-1, 2}, []float64{0, 2}, "relu"},
	{"Flatten", newModel(13, 1, 2, 2).floats("w", []int{4, 1}, 1, 2, 3, 4).node("Flatten", "x", "f").node("MatMul", "f w", "y"),
		[]float64{1, 1, 1, 1}, []float64{0, 10}, "dense dense"},
	{"Reshape of opset 1", newModel(1, 1, 4).floats("w", []int{2, 2}, 1, 0, 0, 1).node("Reshape", "x", "r", intsOf("shape", 2, -1)).
		node("MatMul", "r w", "y"), []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, "dense"},
	{"Reshape with 0", newModel(14, 1, 2, 3).ints("s", 0, -1, 0).node("Reshape", "x s", "r", intOf("allowzero", 0)).
		node("Transpose", "r", "t", intsOf("perm", 0, 2, 1)).node("Relu", "t", "y"), []float64{1, 2, 3, 4, 5, 6}, []float64{1, 4, 2, 5, 3, 6}, "gather relu"},
	{"Squeeze and Unsqueeze by attribute", newModel(11, 1, 2, 1).node("Squeeze", "x", "s", intsOf("axes", -1, 0)).
		node("Unsqueeze", "s", "u", intsOf("axes", 0, 2)).node("Relu", "u", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"Squeeze and Unsqueeze by operand", newModel(13, 1, 2, 1).ints("a", 2).ints("b", -1, 0).node("Squeeze", "x a", "s").
		node("Unsqueeze", "s b", "u").node("Squeeze", "u", "v").node("Relu", "v", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"Transpose by default reverses", newModel(13, 1, 2, 3).node("Transpose", "x", "t").node("Relu", "t", "y"),
		[]float64{1, 2, 3, 4, 5, 6}, []float64{1, 4, 2, 5, 3, 6}, "gather relu"},
	{"Dropout of opset 6", newModel(6, 1, 2).node("Dropout", "x", "d mask", intOf("is_test", 1), floatOf("ratio", 0.5)).node("Relu", "d", "y"),
		[]float64{1, 2}, []float64{1, 2}, "relu"},
	{"Dropout of opset 13", newModel(13, 1, 2).floats("ratio", nil, 0.5).initializer(tensorOf("mode", boolType, nil, 0)).
		node("Dropout", "x ratio mode", "d", intOf("seed", 1)).node("Relu", "d", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"Identity", newModel(13, 1, 2).node("Identity", "x", "i").node("Relu", "i", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"Cast by name", newModel(5, 1, 2).node("Cast", "x", "d", stringOf("to", "DOUBLE")).doubles("c", []int{1, 2}, 0.1, 0.2).
		node("Add", "d c", "y"), []float64{1, 2}, []float64{1.1, 2.2}, "elementwise"},

	{"FLOAT16 and BFLOAT16", (&builder{ir: 8, opset: 13}).input("x", float16Type, "n", 2).output("y").
		initializer(tensorOf("c", float16Type, []int{2}, 0x1p-24, 2)).node("Add", "x c", "a").node("Cast", "a", "b", intOf("to", 16)).
		initializer(tensorOf("d", bfloat16Type, []int{2}, 0x1p24, 0x1p-100)).node("Mul", "b d", "y"), []float64{0, 0}, []float64{1, 0x1p-99}, "elementwise elementwise"},
	{"lists of old files are inputs too", newModel(8, 1, 2).input("c", float32Type, 2).floats("c", []int{2}, 1, 2).node("Add", "x c", "y"),
		[]float64{1, 1}, []float64{2, 3}, "elementwise"},
	{"Softmax", newModel(13, 1, 2).node("Relu", "x", "r").named("prob", "Softmax", "r", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"LogSoftmax of opset 11, all dimensions", newModel(11, 1, 2, 2).node("Relu", "x", "r").node("LogSoftmax", "r", "s", intOf("axis", -2)).
		node("Flatten", "s", "y"), []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, "relu"},

	{"Constant values", newModel(13, 1, 2).
		node("Constant", "", "a", tensorAttributeOf("value", tensorOf("", float16Type, []int{2}, 1, 2))).
		node("Cast", "a", "b", intOf("to", 1)).node("Add", "x b", "c").
		node("Constant", "", "d", floatOf("value_float", 3)).node("Mul", "c d", "e").
		node("Constant", "", "f", floatsOf("value_floats", 10, 20)).node("Add", "e f", "g").
		node("Constant", "", "h", intsOf("value_ints", 2, -1)).node("Reshape", "g h", "i").
		node("Constant", "", "j", intOf("value_int", 1)).node("Squeeze", "i j", "k").node("Relu", "k", "y"),
		[]float64{1, 1}, []float64{16, 29}, "elementwise elementwise elementwise relu"},
	{"a folded chain", newModel(13, 1, 2).floats("w", []int{4}, 1, 2, 3, 4).ints("s", 2, 2).ints("o", 0).
		node("Identity", "w", "a").node("Reshape", "a s", "b").node("Transpose", "b", "c").node("Unsqueeze", "c o", "d").
		node("Squeeze", "d o", "e").node("Dropout", "e", "f").node("Flatten", "f", "g").node("MatMul", "x g", "y"),
		[]float64{1, 10}, []float64{21, 43}, "dense"},
}, convolutionCases...)

func TestOperators(t *testing.T) { testOperators(t, operatorCases) }

func testOperators(t *testing.T, cases []operatorCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			net, err := Decode(c.model.bytes())
			if err != nil {
				t.Fatal(err)
			}
			compare(t, net.Logits(c.x), c.want, false, 1e-15)
			var kinds []string
			for _, v := range net.Nodes[1:] {
				kinds = append(kinds, v.Op.Kind())
			}
			if got := strings.Join(kinds, " "); got != c.kinds {
				t.Errorf("the nodes are %q instead of %q", got, c.kinds)
			}
		})
	}
}

// TestGemmIsExact checks the products that are no float64: they stay separate.
func TestGemmIsExact(t *testing.T) {
	third := 1.0 / 3
	build := func(alpha, beta float32, w, bias float64) *builder {
		b := &builder{ir: 8, opset: 13}
		b.input("x", float64Type, 1, 1).output("y").doubles("w", []int{1, 2}, w, 1).doubles("c", []int{2}, bias, 1)
		return b.node("Gemm", "x w c", "y", floatOf("alpha", alpha), floatOf("beta", beta))
	}
	a := float64(float32(0.1))
	for _, c := range []struct {
		name  string
		model *builder
		kinds string
		y     float64
	}{
		{"both exact", build(0.1, 0.1, 0.5, 0.25), "dense", a*0.5 + a*0.25},
		{"alpha inexact", build(0.1, 1, third, 0.25), "dense elementwise", third*a + 0.25},
		{"beta inexact", build(1, 0.1, 0.5, third), "dense elementwise elementwise", 0.5 + a*third},
		{"both inexact", build(0.1, 0.1, third, third), "dense elementwise elementwise", a*third + a*third},
		{"a product too small", build(0x1p-100, 1, 0x1p-190, 0), "dense elementwise", 0x1p-290},
	} {
		net, err := Decode(c.model.bytes())
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var kinds []string
		for _, v := range net.Nodes[1:] {
			kinds = append(kinds, v.Op.Kind())
		}
		if got := strings.Join(kinds, " "); got != c.kinds {
			t.Errorf("%s: the nodes are %q instead of %q", c.name, got, c.kinds)
		}
		if y := net.Logits([]float64{1})[0]; math.Abs(y-c.y) > 1e-15*math.Abs(c.y) {
			t.Errorf("%s: %v instead of %v", c.name, y, c.y)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct {
		model *builder
		want  []string
	}{
		{newModel(13, 1, 2).node("Relu", "x", "r").named("prob", "Softmax", "r", "y"),
			[]string{`Softmax "prob" is stripped: it does not change margins`}},
		{newModel(13, 1, 2).named("half", "Cast", "x", "h", intOf("to", 10)).node("Relu", "h", "y"),
			[]string{`Cast "half" from FLOAT to FLOAT16 is the identity: the function meant is the one over the reals`}},
		{newModel(13, 1, 2).node("Relu", "x", "y").named("lost", "Conv", "x q", "z").node("Relu", "z", "zz"),
			[]string{`nodes that do not reach the output are ignored: "lost", op #2`}},
		{newModel(13, 1, 2, 2).node("Relu", "x", "y"), []string{"the output of shape 1x2x2 is read as 4 logits in row-major order"}},
		{newModel(13, 1, 2).node("Cast", "x", "h", intOf("to", 1)).node("Relu", "h", "y"), nil},
	} {
		net, err := Decode(c.model.bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(net.Notes, c.want) {
			t.Errorf("notes are %q instead of %q", net.Notes, c.want)
		}
	}
}
