package onnx

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"rsm/network"
)

var nan, inf = math.NaN(), math.Inf(1)

// packed4 encodes a tensor of elements of 4 bits.
func packed4(name string, typ dataType, dims []int, values ...int) []byte {
	var t []byte
	for _, d := range dims {
		t = appendInt(t, 1, int64(d))
	}
	raw := make([]byte, (len(values)+1)/2)
	for i, v := range values {
		raw[i/2] |= byte(v&15) << (i % 2 * 4)
	}
	return appendBytes(appendString(appendInt(t, 2, int64(typ)), 8, name), 9, raw)
}

// quantizedModel starts a model with scales s (1/2), t (1/4) and zero points of 128 and 0.
func quantizedModel(opset int, dims ...any) *builder {
	return newModel(opset, dims...).floats("s", nil, 0.5).floats("t", nil, 0.25).
		levels("z", uint8Type, nil, 128).levels("o", uint8Type, nil, 0).levels("zs", int8Type, nil, -128).levels("os", int8Type, nil, 0)
}

// odd is a number of 24 bits, and far from the levels.
var odd = float64(float32(1e-9))

// nbitsModel is one MatMulNBits with K, N, bits, block_size and accuracy_level as given. Two
// blocks of weights have the levels 1 0 2 0 3 0 ... and 1 0 0 0 ... in 4 bits and the scales 2
// and -1; further are operands after these.
func nbitsModel(k, n, bits, block, level int64, further []string) *builder {
	return newModel(13, 1, int(k)).levels("w", uint8Type, []int{1, 2, 8}, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 0, 0, 0, 0, 0).
		floats("s", []int{2}, 2, -1).levels("z", uint8Type, []int{1, 1}, 0x21).floats("b", []int{1}, 0.25).floats("odd", []int{2}, odd, odd).
		microsoft("MatMulNBits", "x w s "+strings.Join(further, " "), "y", intOf("K", k), intOf("N", n), intOf("bits", bits),
			intOf("block_size", block), intOf("accuracy_level", level))
}

// quantizedCases are models with the input x and the output y, as operatorCases.
var quantizedCases = []struct {
	name  string
	model *builder
	x     []float64
	want  []float64
	kinds string
}{
	{"halves are rounded to even, before the zero point is added", quantizedModel(10, 1, 8).levels("odd", uint8Type, nil, 3).
		node("QuantizeLinear", "x s odd", "y"), []float64{0.25, 0.75, -0.25, -0.75, 1.25, 1.2500001, -1000, 1000}, []float64{3, 5, 3, 1, 5, 6, 0, 255}, "quantize"},
	{"the zero point left out is 0 of UINT8", quantizedModel(13, 1, 3).node("QuantizeLinear", "x s", "y"),
		[]float64{-3, 3, 300}, []float64{0, 6, 255}, "quantize"},
	{"there and back", quantizedModel(13, 1, 3).node("QuantizeLinear", "x s z", "q").node("DequantizeLinear", "q s z", "y"),
		[]float64{-3.1, 0.1, 100}, []float64{-3, 0, 63.5}, "quantize elementwise"},
	{"INT8 by axis", newModel(13, 1, 2, 2).floats("s", []int{2}, 1, 2).levels("z", int8Type, []int{2}, 1, -1).
		node("QuantizeLinear", "x s z", "q").node("DequantizeLinear", "q s z", "y", intOf("axis", -2)),
		[]float64{1.4, 500, 3.1, -500}, []float64{1, 126, 4, -254}, "quantize elementwise"},
	{"axis 1 of two", newModel(13, 1, 2).floats("s", []int{2}, 1, 2).levels("z", int8Type, []int{2}, 1, -1).
		node("QuantizeLinear", "x s z", "y"), []float64{1.4, 3.1}, []float64{2, 1}, "quantize"},
	{"blocks", newModel(21, 1, 5).floats("s", []int{1, 3}, 1, 2, 4).levels("z", int16Type, []int{1, 3}, 0, 10, 20).
		node("QuantizeLinear", "x s z", "y", intOf("block_size", 2)), []float64{1.1, 2, 3.1, 4, 5}, []float64{1, 2, 12, 12, 21}, "quantize"},
	{"types of 16 bits", newModel(21, 1, 2).floats("s", nil, 0x1p-10).levels("z", uint16Type, nil, 40000).
		node("QuantizeLinear", "x s z", "y"), []float64{1, 100}, []float64{41024, 65535}, "quantize"},
	{"the type of the result by attribute", newModel(23, 1, 2).floats("s", nil, 1).
		node("QuantizeLinear", "x s", "q", intOf("output_dtype", int64(int4Type)), intOf("precision", 1), intOf("saturate", 1)).
		node("DequantizeLinear", "q s", "y", intOf("output_dtype", int64(float64Type))), []float64{-100, 6.5}, []float64{-8, 6}, "quantize elementwise"},
	{"INT2", newModel(25, 1, 3).floats("s", nil, 1).node("QuantizeLinear", "x s", "y", intOf("output_dtype", int64(int2Type))),
		[]float64{-100, 0.7, 3}, []float64{-2, 1, 1}, "quantize"},

	{"weights of INT8 by column", quantizedModel(13, 1, 2).levels("w", int8Type, []int{2, 2}, 1, 2, 3, 4).
		floats("ws", []int{2}, 0.5, 0.25).levels("wz", int8Type, []int{2}, 1, 0).
		node("DequantizeLinear", "w ws wz", "d").node("MatMul", "x d", "y"), []float64{1, 10}, []float64{10, 10.5}, "dense"},
	{"weights of INT4 in blocks, and a bias", newModel(21, 1, 2).initializer(packed4("w", int4Type, []int{2, 3}, 1, -8, 7, -1, 2, 3)).
		floats("ws", []int{1, 3}, 1, 2, 4).floats("bs", nil, 0.5).levels("b", int32Type, []int{3}, 1, -1, 1<<20).
		node("DequantizeLinear", "w ws", "d", intOf("axis", 0), intOf("block_size", 2)).node("DequantizeLinear", "b bs", "c").
		node("Gemm", "x d c", "y"), []float64{1, 10}, []float64{-8.5, 23.5, 148 + 1<<19}, "dense"},
	{"weights quantized in the file", quantizedModel(13, 1, 2).floats("w", []int{2, 1}, 0.9, 0.25).
		node("QuantizeLinear", "w s z", "q").node("DequantizeLinear", "q s z", "d").node("MatMul", "x d", "y"),
		[]float64{1, 10}, []float64{0, 1}, "dense dense"},
	{"a constant of INT4 in typed data", newModel(21, 1, 3).floats("s", nil, 1).
		initializer(appendInt(appendInt(appendString(appendInt(appendInt(nil, 1, 3), 2, int64(uint4Type)), 8, "w"), 5, 0x21), 5, 3)).
		node("DequantizeLinear", "w s", "d").node("Add", "x d", "y"), []float64{0, 0, 0}, []float64{1, 2, 3}, "elementwise"},

	{"a ReLU where quantization clips at 0", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).
		node("MatMul", "x w", "m").node("QuantizeLinear", "m s o", "q").node("DequantizeLinear", "q s o", "y"),
		[]float64{3}, []float64{3, 0}, "dense relu quantize elementwise"},
	{"INT8 clips at 0 too", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).
		node("MatMul", "x w", "m").node("QuantizeLinear", "m s zs", "y"),
		[]float64{3}, []float64{-122, -128}, "dense relu quantize"},
	{"one ReLU, not two", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).node("MatMul", "x w", "m").node("Relu", "m", "r").
		node("QuantizeLinear", "r s o", "q").node("DequantizeLinear", "q s o", "d").floats("v", []int{2, 2}, 1, 0, 2, 1).node("MatMul", "d v", "n").
		node("QuantizeLinear", "n s o", "y"), []float64{3}, []float64{6, 0}, "dense relu quantize elementwise dense relu quantize"},
	{"one ReLU, where the file's is behind a quantization that clips at 0", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).node("MatMul", "x w", "m").
		node("QuantizeLinear", "m s zs", "q").node("DequantizeLinear", "q s zs", "d").node("Relu", "d", "r").node("QuantizeLinear", "r s zs", "p").
		node("DequantizeLinear", "p s zs", "y"), []float64{3}, []float64{3, 0}, "dense relu quantize elementwise quantize elementwise"},
	{"a ReLU behind a quantization of other numbers", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).node("MatMul", "x w", "m").
		node("QuantizeLinear", "m s z", "q").node("DequantizeLinear", "q s z", "d").node("Relu", "d", "y"), []float64{3}, []float64{3, 0}, "dense quantize elementwise relu"},
	{"no ReLU after a pooling of ReLUs", quantizedModel(13, 1, 1, 2).floats("w", []int{2, 2}, 1, 0, 0, -1).node("MatMul", "x w", "m").node("Relu", "m", "r").
		node("QuantizeLinear", "r s o", "q").node("DequantizeLinear", "q s o", "d").node("AveragePool", "d", "a", intsOf("kernel_shape", 2)).
		node("QuantizeLinear", "a t zs", "y"), []float64{3, -5}, []float64{0, -112}, "dense relu quantize elementwise convolution quantize dense"},
	{"no ReLU at the input", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s o", "y"), []float64{3, -5}, []float64{6, 0}, "quantize"},
	{"no ReLU where negative values have levels", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).
		node("MatMul", "x w", "m").node("QuantizeLinear", "m s z", "y"), []float64{3}, []float64{134, 122}, "dense quantize"},

	{"integers are reshaped, transposed and cast", quantizedModel(13, 1, 4).ints("shape", 2, 2).node("QuantizeLinear", "x s z", "q").
		node("Reshape", "q shape", "r").node("Transpose", "r", "u").node("Flatten", "u", "f").node("Identity", "f", "i").
		node("Cast", "i", "c", intOf("to", int64(int32Type))).node("Cast", "c", "d", intOf("to", int64(float32Type))).node("Relu", "d", "y"),
		[]float64{0, 1, 2, 3}, []float64{128, 132, 130, 134}, "quantize gather relu"},
	{"maxima, clips and concatenations of levels", quantizedModel(13, 1, 1, 4).node("QuantizeLinear", "x s zs", "q").levels("lo", int8Type, nil, -126).
		levels("hi", int8Type, nil, -122).node("MaxPool", "q", "m", intsOf("kernel_shape", 2), intsOf("strides", 2)).node("Clip", "q lo hi", "c").
		node("Concat", "m c", "d", intOf("axis", 2)).node("DequantizeLinear", "d s zs", "y"),
		[]float64{0, 1, 2, 4}, []float64{1, 4, 1, 1, 2, 3}, "quantize sparse relu sparse quantize concatenation elementwise"},
	{"a clip of levels makes fewer of them", quantizedModel(13, 1, 3).levels("lo", uint8Type, nil, 100).levels("hi", uint8Type, nil, 127).
		node("QuantizeLinear", "x s z", "q").node("Clip", "q lo hi", "c").node("DequantizeLinear", "c s z", "y"),
		[]float64{-100, -10, 100}, []float64{-14, -10, -0.5}, "quantize elementwise"},
	{"a clip of levels, above only", quantizedModel(13, 1, 1).floats("w", []int{1, 2}, 1, -1).levels("hi", uint8Type, nil, 15).
		node("MatMul", "x w", "m").node("QuantizeLinear", "m s o", "q").node("Clip", "q - hi", "y"),
		[]float64{100}, []float64{15, 0}, "dense relu quantize"},
	{"QLinearLeakyRelu", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s z", "q").
		microsoft("QLinearLeakyRelu", "q s z t z", "m", floatOf("alpha", 0.25)).node("DequantizeLinear", "m t z", "y"),
		[]float64{-8, 3}, []float64{-2, 3}, "quantize elementwise relu sparse quantize elementwise"},
	{"QLinearConcat", quantizedModel(13, 1, 2).levels("k", uint8Type, []int{1, 1}, 130).node("QuantizeLinear", "x s z", "q").node("QuantizeLinear", "x t o", "r").
		microsoft("QLinearConcat", "t z q s z r t o k s z", "m", intOf("axis", 1)).node("DequantizeLinear", "m t z", "y"),
		[]float64{-1, 3}, []float64{-1, 3, 0, 3, 1}, "quantize quantize elementwise elementwise gather elementwise concatenation quantize elementwise"},
	{"QLinearAveragePool and QLinearGlobalAveragePool", quantizedModel(13, 1, 1, 4).node("QuantizeLinear", "x s z", "q").
		microsoft("QLinearAveragePool", "q s z t z", "m", intsOf("kernel_shape", 2)).microsoft("QLinearGlobalAveragePool", "m t z t z", "g").
		node("DequantizeLinear", "g t z", "y"), []float64{1, 2, 3, -2}, []float64{0, 1.5}, "quantize elementwise convolution quantize elementwise dense elementwise quantize elementwise dense"},
	{"QLinearConv with zero points and padding", quantizedModel(13, 1, 1, 3).levels("w", int8Type, []int{2, 1, 2}, 1, 2, 3, 4).floats("ws", []int{2}, 1, 2).
		levels("wz", int8Type, []int{2}, 0, 1).levels("b", int32Type, []int{2}, 2, -2).node("QuantizeLinear", "x s z", "q").
		node("QLinearConv", "q s z w ws wz t z b", "m", intsOf("pads", 1, 0)).node("DequantizeLinear", "m t z", "y"),
		[]float64{1, 2, 3}, []float64{3, 6, 9, 4, 14, 24}, "quantize elementwise convolution elementwise quantize elementwise"},
	{"ConvInteger", quantizedModel(13, 1, 1, 3).levels("w", uint8Type, []int{1, 1, 2}, 1, 2).node("QuantizeLinear", "x s z", "q").
		node("ConvInteger", "q w z o", "y", intsOf("pads", 0, 1)), []float64{1, 2, 3}, []float64{10, 16, 6}, "quantize elementwise convolution"},
	{"the maximum goes before quantization, not before its ReLU", quantizedModel(13, 1, 1, 4).floats("w", []int{4, 4}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1).
		node("MatMul", "x w", "m").node("QuantizeLinear", "m s o", "q").node("DequantizeLinear", "q s o", "d").
		node("MaxPool", "d", "p", intsOf("kernel_shape", 2), intsOf("strides", 2)).node("QuantizeLinear", "p s o", "r").node("DequantizeLinear", "r s o", "y"),
		[]float64{-1, -2, 3, 4}, []float64{0, 4}, "dense relu sparse relu sparse quantize elementwise quantize elementwise"},
	{"INT32 is quantized again", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s z", "q").
		node("Cast", "q", "c", intOf("to", int64(int32Type))).node("QuantizeLinear", "c s o", "y"), []float64{0, -60}, []float64{255, 16}, "quantize quantize"},

	{"MatMulInteger", quantizedModel(10, 1, 2).levels("w", int8Type, []int{2, 2}, 1, 2, 3, 4).levels("wz", int8Type, []int{2}, 1, -1).
		node("QuantizeLinear", "x s z", "q").node("MatMulInteger", "q w z wz", "m").node("Cast", "m", "f", intOf("to", 1)).
		node("Mul", "f t", "y"), []float64{1, -1}, []float64{-1, -1}, "quantize elementwise dense elementwise"},
	{"MatMulInteger, constant on the left", quantizedModel(10, 1, 2, 1).levels("w", uint8Type, []int{2, 2}, 1, 2, 3, 4).levels("wz", uint8Type, []int{2}, 1, 2).
		node("QuantizeLinear", "x s o", "q").node("MatMulInteger", "w q wz", "y"), []float64{1, 2}, []float64{4, 10}, "quantize dense"},
	{"QLinearMatMul", quantizedModel(10, 1, 2).levels("w", int8Type, []int{2, 2}, 1, 2, 3, 5).levels("wz", int8Type, []int{2}, 1, -1).floats("ws", []int{2}, 1, 2).
		node("QuantizeLinear", "x s z", "q").node("QLinearMatMul", "q s z w ws wz t z", "m").node("DequantizeLinear", "m t z", "y"),
		[]float64{1, -1}, []float64{-2, -6}, "quantize elementwise dense elementwise quantize elementwise"},
	{"QLinearMatMul with a ReLU", quantizedModel(10, 1, 1).levels("w", int8Type, []int{1, 2}, 1, -1).
		node("QuantizeLinear", "x s z", "q").node("QLinearMatMul", "q s z w s os s zs", "m").node("DequantizeLinear", "m s zs", "y"),
		[]float64{3}, []float64{1.5, 0}, "quantize elementwise dense elementwise relu quantize elementwise"},
	{"QGemm", quantizedModel(13, 1, 2).levels("w", int8Type, []int{2, 2}, 1, 2, 3, 5).floats("ws", []int{2}, 1, 2).levels("wz", int8Type, []int{2}, 0, 0).
		levels("b", int32Type, []int{2}, 10, -20).node("QuantizeLinear", "x s o", "q").
		microsoft("QGemm", "q s o w ws wz b t z", "m", intOf("transB", 1)).node("DequantizeLinear", "m t z", "y"),
		[]float64{1, 2}, []float64{10, 6}, "quantize dense elementwise quantize elementwise"},
	{"QGemm to real numbers", quantizedModel(13, 1, 1).levels("w", uint8Type, []int{1, 2}, 1, 2).
		node("QuantizeLinear", "x s o", "q").microsoft("QGemm", "q s o w s o", "y", floatOf("alpha", 3)),
		[]float64{2}, []float64{3, 6}, "quantize dense elementwise elementwise"},
	{"negative scale", newModel(13, 1, 3).floats("s", []int{3}, 1, -1, -0.5).levels("z", uint8Type, []int{3}, 3, 3, 3).node("QuantizeLinear", "x s z", "y"),
		[]float64{1.5, 1.5, 0.25}, []float64{5, 1, 3}, "elementwise quantize"},
	{"negative scale of a constant", newModel(13, 1, 2).floats("s", nil, -1).floats("k", []int{2}, 1.5, -2.5).levels("z", int8Type, nil, 3).
		node("QuantizeLinear", "k s z", "q").node("DequantizeLinear", "q s z", "d").node("Add", "x d", "y"), []float64{0, 0}, []float64{2, -2}, "elementwise"},
	{"maxima after a negative scale", newModel(13, 1, 1, 1, 2).floats("s", nil, 1).floats("t", nil, -2).node("QuantizeLinear", "x s", "q").
		node("DequantizeLinear", "q t", "d").node("MaxPool", "d", "y", intsOf("kernel_shape", 1, 2)), []float64{3, 7}, []float64{-6}, ""},
	{"maxima after a quantization by a negative scale", newModel(13, 1, 1, 1, 2).floats("s", nil, -1).node("QuantizeLinear", "x s", "q").
		node("DequantizeLinear", "q s", "d").node("MaxPool", "d", "y", intsOf("kernel_shape", 1, 2)), []float64{-3, -7}, []float64{-3}, ""},
	{"scales of zero", newModel(13, 1, 2).floats("s", []int{2}, 0, 2).levels("w", int8Type, []int{1, 2}, 5, 6).
		node("DequantizeLinear", "w s", "d").node("Mul", "x d", "y"), []float64{7, 1}, []float64{0, 12}, "elementwise"},
	{"MatMulNBits of 4 bits", nbitsModel(17, 1, 4, 16, 1, nil), append(filled(1, 16), 3), []float64{2*(36-16*8) - 3*(1-8)}, "dense dense"},
	{"MatMulNBits of 4 bits with a zero point", nbitsModel(17, 1, 4, 16, 0, []string{"z", "-", "b"}), append(filled(1, 16), 3), []float64{2*(36-16*1) - 3*(1-2) + 0.25}, "dense dense"},
	{"MatMulNBits with zero points that float64 does not hold", nbitsModel(17, 1, 4, 16, 1, []string{"odd"}), append(filled(0, 16), 1), []float64{-(1 - odd)}, "dense dense sum dense"},
	{"QLinearAdd of a constant", quantizedModel(13, 1, 2).levels("b", uint8Type, []int{2}, 130, 126).node("QuantizeLinear", "x s o", "q").
		microsoft("QLinearAdd", "q s o b s z t o", "m").node("DequantizeLinear", "m t o", "y"),
		[]float64{1, 2}, []float64{2, 1}, "quantize elementwise elementwise quantize elementwise"},
	{"QLinearMul by a constant", quantizedModel(13, 1, 2).levels("b", uint8Type, []int{2}, 130, 126).node("QuantizeLinear", "x s o", "q").
		microsoft("QLinearMul", "q s - b s z t", "y"),
		[]float64{1, 2}, []float64{4, 0}, "quantize elementwise elementwise quantize"},
}

func TestQuantized(t *testing.T) {
	for _, c := range quantizedCases {
		t.Run(c.name, func(t *testing.T) {
			net, err := Decode(c.model.bytes())
			if err != nil {
				t.Fatal(err)
			}
			compare(t, logitsOf(net, c.x, len(c.want)), c.want, false, 0)
			var kinds []string
			for _, v := range net.Nodes[1:] {
				kinds = append(kinds, v.Op.Kind())
			}
			if got := strings.Join(kinds, " "); c.kinds != "" && got != c.kinds {
				t.Errorf("the nodes are %q instead of %q", got, c.kinds)
			}
		})
	}
}

// Constants whose quotient in float32 rounds otherwise are counted in a note.
func TestQuantizedConstantNotes(t *testing.T) {
	scale := float64(float32(0.1))
	tie := float64(float32(scale * 2.5)) // above or below the half-way point, by less than float32 tells
	net, err := Decode(newModel(13, 1, 2).floats("s", nil, scale).floats("w", []int{2}, tie, 1).
		node("QuantizeLinear", "w s", "q").node("DequantizeLinear", "q s", "d").node("Add", "x d", "y").bytes())
	if err != nil {
		t.Fatal(err)
	}
	exact := new(big.Rat).Quo(new(big.Rat).SetFloat64(tie), new(big.Rat).SetFloat64(scale))
	level := 2.0
	if exact.Cmp(big.NewRat(5, 2)) > 0 {
		level = 3
	}
	if got := net.Logits([]float64{0, 0})[0]; got != level*scale {
		t.Errorf("%v instead of level %v of %v", got, level, scale)
	}
	note := `1 of 2 elements of the constant "w" are so near to half-way points that a quotient of float32 rounds them otherwise`
	if in32 := math.RoundToEven(float64(float32(tie) / float32(scale))); (in32 != level) != slices.Contains(net.Notes, note) {
		t.Errorf("level %v, in float32 %v, notes %q", level, in32, net.Notes)
	}
}

// A bias that float64 does not hold is in two layers, whose sum it is exactly.
func TestBiasInParts(t *testing.T) {
	level, step := float64(1<<31-1), 1+0x1p-23
	start := func(dims ...any) *builder {
		return newModel(13, dims...).floats("w", []int{1, 2}, 1, 1).levels("b", int32Type, []int{2}, level, 1<<30+1).
			floats("s", []int{2}, step, 2).node("DequantizeLinear", "b s", "d", intOf("axis", 0))
	}
	for name, model := range map[string]*builder{
		"Gemm":       start(1, 1).node("Gemm", "x w d", "y"),
		"Add":        start(1, 1).node("MatMul", "x w", "m").node("Add", "m d", "y"),
		"Conv":       start(1, 1, 2).floats("k", []int{2, 1, 1}, 1, 1).node("Conv", "x k d", "y"),
		"Add, first": start(1, 1).ints("rows", 1, 2).node("MatMul", "x w", "m").node("Reshape", "d rows", "e").node("Add", "e m", "y"),
	} {
		net, err := Decode(model.bytes())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := new(big.Rat).Mul(new(big.Rat).SetFloat64(level), new(big.Rat).SetFloat64(step))
		sum := new(big.Rat)
		layers := 0
		for _, v := range net.Nodes[1:] {
			if b := v.Op.(network.Affine).Bias(); b != nil {
				sum.Add(sum, new(big.Rat).SetFloat64(b[0]))
				layers++
			}
		}
		if sum.Cmp(want) != 0 || layers != 2 {
			t.Errorf("%s: the bias is %v in %d layers instead of %v", name, sum, layers, want)
		}
	}
}

// quantizedErrors are as errorCases.
var quantizedErrors = []struct {
	name    string
	model   *builder
	message string
}{
	{"dynamic quantization", newModel(13, 1, 2).node("DynamicQuantizeLinear", "x", "q s z").node("DequantizeLinear", "q s z", "y"),
		"!op #0 (DynamicQuantizeLinear, opset 13): it is not supported: the scale depends on the input: dynamic quantization is not piecewise linear"},
	{"a scale that depends on the input", newModel(13, 1, 1).node("Relu", "x", "s").node("QuantizeLinear", "x s", "y"),
		`!op #1 (QuantizeLinear, opset 13): scale "s" depends on the input: dynamic`},
	{"a zero point that depends on the input", quantizedModel(13, 1).node("QuantizeLinear", "x s", "q").node("QuantizeLinear", "x s q", "y"),
		`!op #1 (QuantizeLinear, opset 13): zero point "q" depends on the input: dynamic`},
	{"zero scale", newModel(13, 1, 2).floats("s", []int{2}, 1, 0).node("QuantizeLinear", "x s", "y"), `scale: element 1 is 0; numbers are divided by it`},
	{"scale that is no number", newModel(13, 1, 2).floats("s", nil, nan).node("QuantizeLinear", "x s", "y"), `scale "s": element 0 is NaN; a scale is a number`},
	{"infinite scale", newModel(13, 1, 2).floats("s", nil, inf).node("QuantizeLinear", "x s", "y"), `scale "s": element 0 is +Inf; a scale is a number`},
	{"scale of DOUBLE", newModel(13, 1, 2).doubles("s", nil, 1).node("QuantizeLinear", "x s", "y"), `!op #0 (QuantizeLinear, opset 13): scale "s" is DOUBLE`},
	{"tiny scale", newModel(13, 1, 2).floats("s", nil, 1e-42).node("QuantizeLinear", "x s", "y"), "must be a positive float32 of ordinary magnitude"},
	{"zero point of another shape", newModel(13, 1, 2).floats("s", []int{2}, 1, 1).levels("z", uint8Type, nil, 1).node("QuantizeLinear", "x s z", "y"),
		`zero point "z" has shape scalar, its scale has 2: they must have one shape`},
	{"zero point of another type", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s z", "q").node("DequantizeLinear", "q s zs", "y"),
		`zero point "zs" is INT8, the levels are UINT8: they must have one type`},
	{"zero point of INT32 levels", quantizedModel(13, 1, 1).levels("b", int32Type, []int{1}, 1).levels("bz", int32Type, nil, 1).
		node("DequantizeLinear", "b s bz", "d").node("Add", "x d", "y"), `zero point "bz" of INT32 levels is not zero`},
	{"scales that do not fit", newModel(13, 1, 3).floats("s", []int{2}, 1, 1).node("QuantizeLinear", "x s", "y"),
		`scale "s" of shape 2 does not fit a tensor of shape 1x3 along axis 1`},
	{"blocks that do not fit", newModel(21, 1, 5).floats("s", []int{1, 2}, 1, 1).node("QuantizeLinear", "x s", "y", intOf("block_size", 2)),
		`scale "s" of shape 1x2 does not fit a tensor of shape 1x5 along axis 1`},
	{"an axis that is none", newModel(13, 1, 2).floats("s", []int{2}, 1, 1).node("QuantizeLinear", "x s", "y", intOf("axis", 2)), "axis 2 is not in the range of 2 dimensions"},
	{"levels of float8", quantizedModel(21, 1, 2).node("QuantizeLinear", "x s", "y", intOf("output_dtype", 17)),
		"!op #0 (QuantizeLinear, opset 21): quantization to FLOAT8E4M3FN is not supported"},
	{"levels of INT32", quantizedModel(13, 1, 2).levels("i", int32Type, nil, 0).node("QuantizeLinear", "x s i", "y"),
		"!op #0 (QuantizeLinear, opset 13): quantization to INT32 is not supported"},
	{"two types", quantizedModel(21, 1, 2).node("QuantizeLinear", "x s z", "y", intOf("output_dtype", 3)), `zero point "z" is UINT8, attribute "output_dtype" says INT8`},
	{"a quantized tensor quantized", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s", "q").node("QuantizeLinear", "q s", "y"),
		`!op #1 (QuantizeLinear, opset 13): operand "q" has elements of UINT8`},
	{"real numbers dequantized", quantizedModel(13, 1, 2).node("DequantizeLinear", "x s", "y"), `!op #0 (DequantizeLinear, opset 13): operand "x" has elements of FLOAT`},
	{"alpha that is no number", quantizedModel(13, 1, 1).levels("w", uint8Type, []int{1, 2}, 1, 2).
		node("QuantizeLinear", "x s o", "q").microsoft("QGemm", "q s o w s o", "y", floatOf("alpha", float32(nan))), "attribute alpha: element 0 is NaN"},
	{"a huge scale", newModel(13, 1, 1).floats("s", nil, 0x1p+110).node("QuantizeLinear", "x s", "q").node("DequantizeLinear", "q s", "y"),
		"scales, and scales times zero points: element 0 is"},
	{"a product of scales that vanishes", quantizedModel(13, 1, 1).levels("w", int8Type, []int{1, 1}, 1).floats("v", nil, 0x1p-120).
		node("QuantizeLinear", "x v o", "q").node("QLinearMatMul", "q v o w v os s o", "y"), `products of scales "v" and "v": element 0 is`},
	{"channels last of a matrix", quantizedModel(13, 1, 3).node("QuantizeLinear", "x s z", "q").
		microsoft("QLinearGlobalAveragePool", "q s z t z", "y", intOf("channels_last", 1)), "!op #1 (com.microsoft.QLinearGlobalAveragePool): operand \"q\" of shape 1x3 has no axes between batch and channels"},
	{"parts of QLinearConcat", quantizedModel(13, 1, 1).node("QuantizeLinear", "x s z", "q").microsoft("QLinearConcat", "t z q s z q", "y", intOf("axis", 1)),
		"it has 6 operands: two, and three for each tensor"},
	{"arithmetic of levels", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s", "q").node("Add", "q z", "y"), `!op #1 (Add, opset 13): operand "q" has elements of UINT8`},
	{"a narrowing cast", quantizedModel(13, 1, 2).node("QuantizeLinear", "x s", "q").node("Cast", "q", "y", intOf("to", int64(int8Type))),
		`!op #1 (Cast, opset 13): a cast of "q", which depends on the input, from UINT8 to INT8 is supported only where`},
	{"a constant with infinities quantized", quantizedModel(13, 1, 1).floats("w", []int{1}, inf).node("QuantizeLinear", "w s", "q").
		node("DequantizeLinear", "q s", "d").node("Add", "x d", "y"), `tensor "w": element 0 is +Inf`},
	{"an accumulator that overflows", quantizedModel(13, 1, 1).levels("w", int8Type, []int{1, 1}, 1).levels("b", int32Type, []int{1}, 1<<31-1).
		node("QuantizeLinear", "x s o", "q").microsoft("QGemm", "q s o w s os b", "y"), "!op #1 (com.microsoft.QGemm): its sums of products may reach 2.15e+09"},
	{"a bias of real numbers", quantizedModel(13, 1, 1).levels("w", int8Type, []int{1, 1}, 1).
		node("QuantizeLinear", "x s o", "q").microsoft("QGemm", "q s o w s os t", "y"), `!op #1 (com.microsoft.QGemm): bias "t" is FLOAT`},
	{"a product of two activations", quantizedModel(13, 1, 1).node("QuantizeLinear", "x s o", "q").node("MatMulInteger", "q q", "y"),
		`!op #1 (MatMulInteger, opset 13): both operands, "q" and "q", depend on the input`},
	{"matrices that do not fit", quantizedModel(13, 1, 2).levels("w", int8Type, []int{1, 1}, 1).
		node("QuantizeLinear", "x s o", "q").node("QLinearMatMul", "q s o w s os s o", "y"), "operands of shapes 1x2 and 1x1 do not fit"},
	{"a weight that float64 does not hold", newModel(13, 1, 1).levels("b", int32Type, []int{1, 1}, 1<<31-1).floats("s", nil, 0.1).
		node("DequantizeLinear", "b s", "d").node("Transpose", "d", "e").node("MatMul", "x e", "y"), `!op #2 (MatMul, opset 13): operand "e" is INT32 times a scale, more than float64 holds; as a bias`},
	{"a bias that float64 does not hold, times beta", newModel(13, 1, 1).floats("w", []int{1, 1}, 1).levels("b", int32Type, []int{1, 1}, 1<<31-1).floats("s", nil, 0.1).
		node("DequantizeLinear", "b s", "d").node("Gemm", "x w d", "y", floatOf("beta", 0.1)), `!op #1 (Gemm, opset 13): attribute beta is 0.1`},
	{"short data of 4 bits", newModel(21, 1, 3).floats("s", nil, 1).initializer(packed4("w", int4Type, []int{3}, 1, 2)).
		node("DequantizeLinear", "w s", "d").node("Add", "x d", "y"), `tensor "w": its data have 1 bytes, its shape 3 and type INT4 want 2`},
	{"activations rounded at run time", nbitsModel(17, 1, 4, 16, 4, nil), "!op #0 (com.microsoft.MatMulNBits): attribute accuracy_level is 4: activations are rounded at run time"},
	{"an accuracy level that is none", nbitsModel(17, 1, 4, 16, 5, nil), "attribute accuracy_level is 5, none of 0 to 4"},
	{"weights in another order", nbitsModel(17, 1, 4, 16, 1, []string{"-", "s"}), "!op #0 (com.microsoft.MatMulNBits): operand g_idx, \"s\", is not supported"},
	{"weights that do not fit", nbitsModel(33, 1, 4, 16, 1, nil), `weights "w" of shape 1x2x8 do not fit: attributes K, N, bits and block_size want 1 rows of 24 bytes`},
	{"more rows than weights", nbitsModel(17, 1<<30, 4, 16, 1, nil), `weights "w" of shape 1x2x8 do not fit: attributes K, N, bits and block_size want 1073741824 rows of 16 bytes`},
	{"weights of three bits", nbitsModel(17, 1, 3, 16, 1, nil), "!op #0 (com.microsoft.MatMulNBits): attribute bits is 3; 2, 4 and 8 are supported"},
	{"no weights", nbitsModel(17, -1, 4, 16, 1, nil), "attribute N is -1"},
	{"blocks of eight", nbitsModel(17, 1, 4, 8, 1, nil), "attribute block_size is 8; it must be a power of two, 16 at least"},
	{"zero points that do not fit", nbitsModel(17, 1, 4, 16, 1, []string{"w"}), `zero points "w" of shape 1x2x8 do not fit`},
	{"a bias that does not fit", nbitsModel(17, 1, 4, 16, 1, []string{"-", "-", "s"}), `bias "s" of shape 2 do not fit: 1 are needed`},
	{"a row that does not fit", newModel(13, 1, 3).levels("w", uint8Type, []int{1, 1, 8}, 1, 2, 3, 4, 5, 6, 7, 8).floats("s", nil, 1).
		microsoft("MatMulNBits", "x w s", "y", intOf("K", 4), intOf("N", 1), intOf("bits", 4), intOf("block_size", 16)), `operand "x" of shape 1x3 does not fit: attribute K is 4`},
	{"another operator of ONNX Runtime", newModel(13, 1, 2).microsoft("Sampling", "x", "y"), "!op #0 (com.microsoft.Sampling): operator not supported"},
}

func TestQuantizedErrors(t *testing.T) {
	for _, c := range quantizedErrors {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.model.bytes())
			want, isUnsupported := strings.CutPrefix(c.message, "!")
			checkError(t, err, want, isUnsupported)
		})
	}
}
