package onnx

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// quantizedLayer is a random layer of integers, from x by rows to y, with a scale and a zero
// point for each output: a matrix, or a convolution over one axis with padding.
type quantizedLayer struct {
	inputs, outputs, width, kernel, pad int // kernel 0: a matrix
	x, w, bias                          []int64
	zx, zy                              int64
	zw                                  []int64
	sx, sy                              float64
	sw                                  []float64
}

// drawScale draws a scale; half-way points are met by powers of two.
func drawScale(t *rapid.T, power bool, name string) float64 {
	if power {
		return 1 / float64(int(1)<<rapid.IntRange(0, 3).Draw(t, name))
	}
	return float64(rapid.Float32Range(0.001, 2).Draw(t, name))
}

func drawQuantizedLayer(t *rapid.T) *quantizedLayer {
	powers := rapid.Bool().Draw(t, "scales are powers of two")
	l := &quantizedLayer{
		inputs: rapid.IntRange(1, 3).Draw(t, "inputs"), outputs: rapid.IntRange(1, 3).Draw(t, "outputs"), width: 1,
		zx: rapid.Int64Range(0, 255).Draw(t, "zx"), zy: rapid.Int64Range(-128, 127).Draw(t, "zy"),
		sx: drawScale(t, powers, "sx"), sy: drawScale(t, powers, "sy"),
	}
	if !rapid.Bool().Draw(t, "most sums are beyond the levels") {
		l.sy *= 1 << 10
	}
	taps := 1
	if rapid.Bool().Draw(t, "convolution") {
		l.width = rapid.IntRange(2, 4).Draw(t, "width")
		l.kernel = rapid.IntRange(1, 2).Draw(t, "kernel")
		l.pad = rapid.IntRange(0, l.kernel-1).Draw(t, "pad")
		taps = l.kernel
	}
	list := func(n int, low, high int64, name string) []int64 {
		return rapid.SliceOfN(rapid.Int64Range(low, high), n, n).Draw(t, name)
	}
	l.x = list(l.inputs*l.width, 0, 255, "x")
	l.w = list(l.outputs*l.inputs*taps, -128, 127, "w")
	l.bias = list(l.outputs, -1<<12, 1<<12, "bias")
	l.zw = list(l.outputs, -128, 127, "zw")
	for i := range l.outputs {
		l.sw = append(l.sw, drawScale(t, powers, fmt.Sprintf("sw%d", i)))
	}
	return l
}

// want computes the levels by the definition, in rational arithmetic.
func (l *quantizedLayer) want() []int64 {
	var out []int64
	for o := range l.outputs {
		sum := func(at int) int64 {
			s := l.bias[o]
			for i := range l.inputs {
				for k := range max(l.kernel, 1) {
					p := at + k - l.pad
					if p >= 0 && p < l.width {
						s += (l.x[i*l.width+p] - l.zx) * (l.w[(o*l.inputs+i)*max(l.kernel, 1)+k] - l.zw[o])
					}
				}
			}
			return s
		}
		for at := range l.width + 2*l.pad - max(l.kernel, 1) + 1 {
			y := new(big.Rat).SetInt64(sum(at))
			y.Mul(y, new(big.Rat).SetFloat64(l.sx))
			y.Mul(y, new(big.Rat).SetFloat64(l.sw[o]))
			y.Quo(y, new(big.Rat).SetFloat64(l.sy))
			out = append(out, min(max(roundToEven(y)+l.zy, -128), 127))
		}
	}
	return out
}

// roundToEven is the nearest integer, an even one for halves.
func roundToEven(y *big.Rat) int64 {
	low := new(big.Int).Div(y.Num(), y.Denom()) // rounds down: the denominator is positive
	rest := new(big.Rat).Sub(y, new(big.Rat).SetInt(low))
	switch c := rest.Cmp(big.NewRat(1, 2)); {
	case c > 0, c == 0 && low.Bit(0) == 1:
		low.Add(low, big.NewInt(1))
	}
	if !low.IsInt64() {
		return int64(low.Sign()) << 62
	}
	return low.Int64()
}

// model is the layer as QLinearConv, QLinearMatMul or QGemm, whose input is x less its zero
// point, in steps of 1.
func (l *quantizedLayer) model(op string) *builder {
	floats := func(v ...int64) []float64 {
		out := make([]float64, len(v))
		for i, e := range v {
			out[i] = float64(e)
		}
		return out
	}
	dims := []any{1, l.inputs}
	if l.kernel > 0 {
		dims = append(dims, l.width)
	}
	b := newModel(13, dims...).floats("one", nil, 1).floats("sx", nil, l.sx).floats("sw", []int{l.outputs}, l.sw...).floats("sy", nil, l.sy).
		levels("zx", uint8Type, nil, float64(l.zx)).levels("zw", int8Type, []int{l.outputs}, floats(l.zw...)...).
		levels("zy", int8Type, nil, float64(l.zy)).node("QuantizeLinear", "x one zx", "q")
	if l.kernel > 0 {
		return b.levels("w", int8Type, []int{l.outputs, l.inputs, l.kernel}, floats(l.w...)...).levels("b", int32Type, []int{l.outputs}, floats(l.bias...)...).
			node("QLinearConv", "q sx zx w sw zw sy zy b", "y", intsOf("pads", int64(l.pad), int64(l.pad)))
	}
	if op == "QGemm" {
		return b.levels("w", int8Type, []int{l.outputs, l.inputs}, floats(l.w...)...).levels("b", int32Type, []int{l.outputs}, floats(l.bias...)...).
			microsoft("QGemm", "q sx zx w sw zw b sy zy", "y", intOf("transB", 1))
	}
	var turned []int64
	for i := range l.inputs {
		for o := range l.outputs {
			turned = append(turned, l.w[o*l.inputs+i])
		}
	}
	clear(l.bias)
	return b.levels("w", int8Type, []int{l.inputs, l.outputs}, floats(turned...)...).node("QLinearMatMul", "q sx zx w sw zw sy zy", "y")
}

// Layers of integers give the levels of rational arithmetic, at half-way points too.
func TestQuantizedLayers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawQuantizedLayer(t)
		net, err := Decode(l.model(rapid.SampledFrom([]string{"QGemm", "QLinearMatMul"}).Draw(t, "op")).bytes())
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float64, len(l.x))
		for i, q := range l.x {
			x[i] = float64(q - l.zx)
		}
		want := l.want()
		got := logitsOf(net, x, len(want))
		if len(got) != len(want) {
			t.Fatalf("%d values instead of %d", len(got), len(want))
		}
		for i := range want {
			if got[i] != float64(want[i]) {
				t.Fatalf("value %d is %v instead of %d", i, got[i], want[i])
			}
		}
	})
}
