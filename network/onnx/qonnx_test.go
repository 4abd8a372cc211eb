package onnx

import (
	"math/big"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestQONNX compares Quant, IntQuant and BipolarQuant with QONNX's own executor, at thresholds
// above all. testdata/qonnx.py made the models.
func TestQONNX(t *testing.T) {
	differential(t, filepath.Join("testdata", "qonnx"), 54)
}

// qonnx adds a node of QONNX.
func (b *builder) qonnx(op, inputs, outputs string, attributes ...[]byte) *builder {
	b.domain = qonnxDomains[0]
	b.node(op, inputs, outputs, attributes...)
	b.domain = ""
	return b
}

// quantModel is a Quant of an input with the scale s, zero point z and bit width b.
func quantModel(mode string, signed, narrow int64, s, z, b float64, dims ...any) *builder {
	return newModel(13, dims...).floats("s", nil, s).floats("z", nil, z).floats("b", nil, b).
		qonnx("Quant", "x s z b", "y", intOf("signed", signed), intOf("narrow", narrow), stringOf("rounding_mode", mode))
}

// qonnxLevel is the definition of a Quant in rational arithmetic.
func qonnxLevel(mode string, x, s, z *big.Rat, low, high int64) *big.Rat {
	u := new(big.Rat).Quo(x, s)
	u.Add(u, z)
	for _, end := range []struct{ at, side int64 }{{low, -1}, {high, 1}} {
		if e := new(big.Rat).SetInt64(end.at); int64(u.Cmp(e)) == end.side {
			u = e
		}
	}
	floor := func(v *big.Rat) *big.Rat { return new(big.Rat).SetInt(new(big.Int).Div(v.Num(), v.Denom())) }
	ceil := func(v *big.Rat) *big.Rat { w := floor(new(big.Rat).Neg(v)); return w.Neg(w) }
	half, size := big.NewRat(1, 2), new(big.Rat).Abs(u)
	signed := func(v *big.Rat) *big.Rat { return v.Mul(v, new(big.Rat).SetInt64(int64(u.Sign()))) }
	var r *big.Rat
	switch mode {
	case "FLOOR":
		r = floor(u)
	case "CEIL":
		r = ceil(u)
	case "DOWN":
		r = signed(floor(size))
	case "UP":
		r = signed(ceil(size))
	case "HALF_UP":
		r = signed(floor(size.Add(size, half)))
	case "HALF_DOWN":
		r = signed(ceil(size.Sub(size, half)))
	default:
		if r = floor(new(big.Rat).Add(u, half)); new(big.Rat).Sub(r, u).Cmp(half) == 0 && r.Num().Bit(0) == 1 {
			r.Sub(r, big.NewRat(1, 1))
		}
	}
	r.Sub(r, z)
	return r.Mul(r, s)
}

// Quant is its definition in exact arithmetic for any scale, of an activation and of a constant.
func TestQuantDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]string{"ROUND", "FLOOR", "CEIL", "DOWN", "UP", "HALF_UP", "HALF_DOWN"}).Draw(t, "mode")
		signed, narrow := rapid.Int64Range(0, 1).Draw(t, "signed"), rapid.Int64Range(0, 1).Draw(t, "narrow")
		bits := rapid.IntRange(2, 20).Draw(t, "bits")
		s, z := float64(rapid.Float32Range(0.001, 3).Draw(t, "scale")), float64(rapid.IntRange(-5, 5).Draw(t, "zero"))
		if rapid.Bool().Draw(t, "a negative scale") {
			s = -s
		}
		x := float64(float32(rapid.Float64Range(-6, 6).Draw(t, "x") * s))
		if rapid.Bool().Draw(t, "a threshold") {
			x = s * float64(rapid.IntRange(-12, 12).Draw(t, "halves")) / 2
		}
		low, high := -signed*(1<<(bits-1)-narrow), int64(1)<<(bits-int(signed))-1
		if signed == 0 {
			high -= narrow
		}
		rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
		want, _ := qonnxLevel(mode, rat(x), rat(s), rat(z), low, high).Float64()
		net, err := Decode(quantModel(mode, signed, narrow, s, z, float64(bits), 1, 2).bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got := net.Logits([]float64{x, 0})[0]; got != want {
			t.Fatalf("%s of %v by %v, zero point %v, %d to %d: %v instead of %v", mode, x, s, z, low, high, got, want)
		}
		b := newModel(13, 1, 2).floats("s", nil, s).floats("z", nil, z).floats("b", nil, float64(bits)).doubles("w", []int{2}, x, 0).
			qonnx("IntQuant", "w s z b", "c", intOf("signed", signed), intOf("narrow", narrow), stringOf("rounding_mode", mode)).
			node("Cast", "x", "v", intOf("to", int64(float64Type))).node("Relu", "v", "r").node("Add", "r c", "y")
		if net, err = Decode(b.bytes()); err != nil {
			t.Fatal(err)
		}
		if got := net.Logits([]float64{0, 0})[0]; got != want {
			t.Fatalf("constant: %s of %v by %v, zero point %v, %d to %d: %v instead of %v", mode, x, s, z, low, high, got, want)
		}
	})
}

// A bias of 32 bits is exact, in two layers if need be; maxima go before the quantization.
func TestQuantForms(t *testing.T) {
	step := float64(float32(0.1))
	net, err := Decode(newModel(13, 1, 2).floats("w", []int{2, 2}, 1, 0, 0, 1).floats("s", nil, step).floats("z", nil, 0).floats("b", nil, 32).
		doubles("c", []int{2}, step*123456789, step).qonnx("Quant", "c s z b", "d", intOf("signed", 1), intOf("narrow", 0)).
		node("Cast", "x", "v", intOf("to", int64(float64Type))).node("Cast", "w", "u", intOf("to", int64(float64Type))).
		node("Gemm", "v u d", "y").bytes())
	if err != nil {
		t.Fatal(err)
	}
	sum := net.Logits([]float64{0, 0})
	if sum[0] != step*123456789 || sum[1] != step {
		t.Errorf("the bias is %v", sum)
	}
	net, err = Decode(newModel(13, 1, 1, 1, 4).floats("s", nil, -0.5).floats("z", nil, 1).floats("b", nil, 4).
		qonnx("Quant", "x s z b", "q", intOf("signed", 1), intOf("narrow", 0)).
		node("MaxPool", "q", "p", intsOf("kernel_shape", 1, 2), intsOf("strides", 1, 2)).node("Flatten", "p", "y").bytes())
	if err != nil {
		t.Fatal(err)
	}
	if got := net.Logits([]float64{-1.3, 0.3, 1.3, -9}); got[0] != 0.5 || got[1] != 1.5 {
		t.Errorf("maxima of quantized numbers are %v", got)
	}
	if n := net.Quantized(); n != 2 {
		t.Errorf("%d quantized values, instead of one for each maximum", n)
	}
}

// quantErrors are as errorCases.
var quantErrors = []errorCase{
	{"an unknown rounding", quantModel("STOCHASTIC", 1, 0, 1, 0, 4, 1, 2), `!op #0 (qonnx.custom_op.general.Quant): attribute rounding_mode is "STOCHASTIC"; ROUND,`},
	{"half a bit", quantModel("ROUND", 1, 0, 1, 0, 4.5, 1, 2), `!op #0 (qonnx.custom_op.general.Quant): bit width "b" is 4.5; 1 to 32 bits`},
	{"half a zero point", quantModel("ROUND", 1, 0, 1, 0.5, 4, 1, 2), `!op #0 (qonnx.custom_op.general.Quant): zero point "z": element 0 is 0.5; integers`},
	{"a scale of zero", quantModel("ROUND", 1, 0, 0, 0, 4, 1, 2), `scale "s": element 0 is 0; numbers are divided by it`},
	{"one level", quantModel("ROUND", 0, 1, 1, 0, 1, 1, 2), "!op #0 (qonnx.custom_op.general.Quant): 1 bit, unsigned and narrow: there is one level only"},
	{"an activation of 32 bits", quantModel("ROUND", 1, 0, 1, 0, 32, 1, 2), "!op #0 (qonnx.custom_op.general.Quant): levels of an activation up to 2.147483647e+09"},
	{"neither signed nor unsigned", newModel(13, 1, 2).floats("s", nil, 1).qonnx("Quant", "x s s s", "y", intOf("narrow", 1)), "attribute signed is left out"},
	{"scales that do not fit a Quant", newModel(13, 1, 2).floats("s", []int{3}, 1, 1, 1).floats("b", nil, 4).
		qonnx("Quant", "x s b b", "y", intOf("narrow", 1), intOf("signed", 1)), `scale "s" of shape 3 does not fit a tensor of shape 1x2`},
	{"scales of a Quant that the input makes", newModel(13, 1, 2).floats("b", nil, 4).
		qonnx("Quant", "x x b b", "y", intOf("narrow", 1), intOf("signed", 1)), `!op #0 (qonnx.custom_op.general.Quant): scale "x" depends on the input`},
	{"floating-point levels", newModel(13, 1, 2).qonnx("FloatQuant", "x", "y"), "!op #0 (qonnx.custom_op.general.FloatQuant): it is not supported: it rounds to floating-point"},
}

func TestQuantErrors(t *testing.T) {
	for _, c := range quantErrors {
		t.Run(c.name, func(t *testing.T) {
			_, err := Decode(c.model.bytes())
			want, isUnsupported := strings.CutPrefix(c.message, "!")
			checkError(t, err, want, isUnsupported)
		})
	}
}

// quantSeeds are valid models of QONNX.
func quantSeeds() (all [][]byte) {
	for k, mode := range []string{"ROUND", "FLOOR", "CEIL", "DOWN", "UP", "HALF_UP", "HALF_DOWN"} {
		all = append(all, quantModel(mode, int64(k%2), int64(k/2%2), 0.5, float64(k%3), float64(2+k), 1, 2).bytes(),
			quantModel(mode, 1, 0, -0.5, float64(k%3), 1, 1, 2).bytes())
	}
	return append(all, newModel(13, 1, 2).floats("s", []int{1, 2}, 0.5, 1).qonnx("BipolarQuant", "x s", "y").bytes())
}
