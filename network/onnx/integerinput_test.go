package onnx

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// integerModel starts a model that takes integers: the input x and the output y of a type.
func integerModel(typ, out dataType, dims ...any) *builder {
	b := &builder{ir: 8, opset: 21}
	b.input("x", typ, dims...)
	b.graph = appendBytes(b.graph, 12, info("y", out))
	return b
}

// At the real numbers that integers stand for, a network is what the file computes of the
// integers: scale (q - zero point) there, and through the scale of its output back.
func TestIntegerInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom([]dataType{int8Type, uint8Type, int16Type, uint16Type}).Draw(t, "type")
		low, high := typ.limits()
		s, u := float64(rapid.Float32Range(0.001, 3).Draw(t, "scale")), float64(rapid.Float32Range(0.001, 3).Draw(t, "scale of the output"))
		z, zu := rapid.Int64Range(low, high).Draw(t, "zero"), rapid.Int64Range(low, high).Draw(t, "zero of the output")
		q := []int64{rapid.Int64Range(low, high).Draw(t, "q"), rapid.Int64Range(low, high).Draw(t, "p")}
		b := integerModel(typ, typ, 1, 2).floats("s", nil, s).levels("z", typ, nil, float64(z)).floats("u", nil, u).levels("zu", typ, nil, float64(zu))
		b.node("Reshape", "x shape", "r").ints("shape", 1, 2).node("DequantizeLinear", "r s z", "d").node("Neg", "d", "n").node("QuantizeLinear", "n u zu", "y")
		net, err := Decode(b.bytes())
		if err != nil {
			t.Fatal(err)
		}
		in := net.Integers
		if in == nil || !in.Scaled || in.Scale != s || in.Zero != float64(z) || in.Type != typ.String() {
			t.Fatalf("the input is %+v", in)
		}
		x := in.Real([]float64{float64(q[0]), float64(q[1])})
		e := network.NewEvaluator(net.Graph)
		e.Forward(x)
		for i, k := range q {
			if got := e.Value(1)[i]; got != float64(k) {
				t.Fatalf("integer %d stands for %v, which becomes %v", k, x[i], got)
			}
			level := min(max(math.RoundToEven(-s*float64(k-z)/u)+float64(zu), float64(low)), float64(high))
			tie := math.Abs(math.Mod(math.Abs(s*float64(k-z)/u), 1) - 0.5)
			if want := u * (level - float64(zu)); tie > 1e-9 && math.Abs(e.Value(net.Output())[i]-want) > 1e-9*(1+math.Abs(want)) {
				t.Fatalf("integer %d gives %v instead of %v", k, e.Value(net.Output())[i], want)
			}
		}
	})
}

// Where operators say none, or several scales, the input is rounded to integers.
func TestIntegerInputForms(t *testing.T) {
	cast := intOf("to", int64(float32Type))
	for name, c := range map[string]struct {
		model *builder
		x     []float64
		want  []float64
		in    network.IntegerInput
	}{
		"cast": {integerModel(uint8Type, float32Type, 1, 3).floats("w", nil, 0.5).node("Cast", "x", "f", cast).node("Mul", "f w", "y"),
			[]float64{3, 2.5, 300}, []float64{1.5, 1, 127.5}, network.IntegerInput{Type: "UINT8", Scale: 1}},
		"two scales": {integerModel(int8Type, float32Type, 1, 2).floats("s", nil, 0.5).floats("t", nil, 0.25).
			node("DequantizeLinear", "x s", "a").node("DequantizeLinear", "x t", "b").node("Add", "a b", "y"),
			[]float64{4, -500}, []float64{3, -96}, network.IntegerInput{Type: "INT8", Scale: 1}},
		"scale by a Constant": {integerModel(int8Type, float32Type, 1, 2).node("Constant", "", "s", tensorAttributeOf("value", tensorOf("", float32Type, nil, 0.5))).
			node("DequantizeLinear", "x s", "d").node("Relu", "d", "y"),
			[]float64{0.25, 0.75}, []float64{0, 1}, network.IntegerInput{Type: "INT8", Scale: 0.5, Scaled: true}},
		"QLinearMatMul": {integerModel(uint8Type, uint8Type, 1, 2).floats("s", nil, 0.5).levels("z", uint8Type, nil, 3).levels("w", uint8Type, []int{2, 2}, 4, 3, 3, 5).
			node("QLinearMatMul", "x s z w s z s z", "y"), []float64{2, 4}, []float64{1, 4}, network.IntegerInput{Type: "UINT8", Scale: 0.5, Zero: 3, Scaled: true}},
	} {
		net, err := Decode(c.model.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if net.Integers == nil || *net.Integers != c.in {
			t.Errorf("%s: the input is %+v", name, net.Integers)
		}
		compare(t, net.Logits(c.x), c.want, false, 0)
	}
}

// Levels at the end stand for numbers by scales of either sign, clipped or not; a query is
// about the file's own input, and is refused.
func TestIntegerOutput(t *testing.T) {
	start := func() *builder {
		return integerModel(int8Type, int8Type, 1, 2).floats("s", nil, 0.5).floats("u", nil, -2).levels("z", int8Type, nil, 3).
			levels("low", int8Type, nil, -4).levels("high", int8Type, nil, 4).node("DequantizeLinear", "x s", "d").node("QuantizeLinear", "d u z", "q")
	}
	for name, c := range map[string]struct {
		model *builder
		want  []float64
	}{
		"as they are": {start().node("Identity", "q", "y"), []float64{20, -10}}, // levels -7 and 8
		"clipped":     {start().node("Clip", "q low high", "y"), []float64{14, -2}},
	} {
		net, err := Decode(c.model.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compare(t, net.Logits([]float64{20, -10}), c.want, false, 0)
	}
	_, err := DecodeModel(start().node("Identity", "q", "y").bytes(), Wanted{})
	checkError(t, err, `input "x": its elements are INT8; queries are about`, true)
}

// integerSeeds are models that take integers.
func integerSeeds() [][]byte {
	return [][]byte{
		integerModel(int8Type, int8Type, 1, 2).floats("s", nil, 0.5).levels("z", int8Type, nil, 3).node("DequantizeLinear", "x s z", "d").
			node("Relu", "d", "r").node("QuantizeLinear", "r s z", "y").bytes(),
		integerModel(uint8Type, float32Type, 1, 2).node("Cast", "x", "y", intOf("to", int64(float32Type))).bytes(),
	}
}
