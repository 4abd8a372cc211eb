package onnx

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// piecewiseCases are operatorCases of piecewise-linear functions.
var piecewiseCases = []operatorCase{
	{"LeakyRelu", newModel(13, 1, 2).node("LeakyRelu", "x", "y", floatOf("alpha", 0.25)), []float64{-4, 3}, []float64{-1, 3}, "relu sparse"},
	{"LeakyRelu by default", newModel(13, 1, 2).node("LeakyRelu", "x", "y"), []float64{-1, 3}, []float64{-float64(float32(0.01)), 3}, "relu sparse"},
	{"LeakyRelu with a slope that 1 loses", newModel(13, 1, 2).node("LeakyRelu", "x", "y", floatOf("alpha", 0x1p-80)), []float64{-2, 3},
		[]float64{-0x1p-79, 3}, "relu elementwise relu sparse"},
	{"LeakyRelu of slope 0", newModel(13, 1, 2).node("LeakyRelu", "x", "y", floatOf("alpha", 0)), []float64{-2, 3}, []float64{0, 3}, "relu"},
	{"LeakyRelu of slope -1", newModel(13, 1, 2).node("LeakyRelu", "x", "y", floatOf("alpha", -1)), []float64{-2, 3}, []float64{2, 3}, "relu sparse"},
	{"PRelu by channel", newModel(13, 1, 2, 2).floats("s", []int{2, 1}, 0.5, 2).node("PRelu", "x s", "y"),
		[]float64{-4, 4, -6, 6}, []float64{-2, 4, -12, 6}, "relu sparse"},
	{"PRelu by channel of opset 6", newModel(6, 1, 2, 2).floats("s", []int{2}, 0.5, 2).node("PRelu", "x s", "y"),
		[]float64{-4, 4, -6, 6}, []float64{-2, 4, -12, 6}, "relu sparse"},
	{"PRelu of one slope of opset 6", newModel(6, 1, 2).floats("s", []int{1}, 0.5).node("PRelu", "x s", "y"), []float64{-4, 4}, []float64{-2, 4}, "relu sparse"},
	{"Abs", newModel(13, 1, 2).node("Abs", "x", "y"), []float64{-4, 3}, []float64{4, 3}, "relu sparse"},
	{"Sign", newModel(13, 1, 3).node("Sign", "x", "y"), []float64{-4, 0, 3}, []float64{-1, 0, 1}, "sign"},
	{"Sign that is not 0", newModel(9, 1, 3).floats("c", nil, 0.5).node("Sign", "x", "s").node("Add", "s c", "t").node("Sign", "t", "y"), []float64{-4, 0, 3}, []float64{-1, 1, 1}, "sign elementwise sign"},
	{"Sign of constants", newModel(13, 1, 3).floats("c", []int{3}, -2.5, 0, 7).node("Sign", "c", "s").node("Add", "x s", "y"), []float64{1, 1, 1}, []float64{0, 1, 2}, "elementwise"},
	{"Neg", newModel(13, 1, 2).node("Neg", "x", "y"), []float64{-4, 3}, []float64{4, -3}, "elementwise"},
	{"Clip of opset 6 by default", newModel(6, 1, 2).node("Clip", "x", "c").node("Relu", "c", "y"), []float64{-4, 3}, []float64{0, 3}, "relu"},
	{"Clip, ReLU6", newModel(6, 1, 3).node("Clip", "x", "y", floatOf("min", 0), floatOf("max", 6)), []float64{-4, 3, 8}, []float64{0, 3, 6}, "relu elementwise relu elementwise"},
	{"Clip below", newModel(13, 1, 2).floats("a", nil, -1).node("Clip", "x a", "y"), []float64{-4, 3}, []float64{-1, 3}, "elementwise relu elementwise"},
	{"Clip above", newModel(13, 1, 2).floats("a", []int{1}, 1).node("Clip", "x - a", "y"), []float64{-4, 3}, []float64{-4, 1}, "elementwise relu elementwise"},
	{"Clip with its bounds in the wrong order", newModel(13, 1, 3).floats("a", nil, 2).floats("b", nil, 1).node("Clip", "x a b", "y"),
		[]float64{-4, 1.5, 3}, []float64{1, 1, 1}, "elementwise relu elementwise elementwise relu elementwise"},
	{"Clip to a point", newModel(13, 1, 2).floats("a", nil, 2).node("Clip", "x a a", "y"), []float64{-4, 3}, []float64{2, 2}, "elementwise"},
	{"Clip with bounds that are none", newModel(13, 1, 2).floats("a", nil, -3.4028234663852886e38).floats("b", nil, 3.4028234663852886e38).
		node("Clip", "x a b", "c").node("Relu", "c", "y"), []float64{-4, 3}, []float64{0, 3}, "relu"},
	{"HardSigmoid", newModel(13, 1, 3).node("HardSigmoid", "x", "y", floatOf("alpha", 0.25), floatOf("beta", 0.5)), []float64{-4, 1, 4}, []float64{0, 0.75, 1}, "elementwise relu elementwise relu elementwise"},
	{"HardSigmoid that falls", newModel(13, 1, 3).node("HardSigmoid", "x", "y", floatOf("alpha", -0.25), floatOf("beta", 0.5)), []float64{-4, 1, 4}, []float64{1, 0.25, 0}, "elementwise relu elementwise relu elementwise"},

	{"Max of two", newModel(13, 1, 2).node("Neg", "x", "n").node("Max", "x n", "y"), []float64{-4, 3}, []float64{4, 3}, "elementwise sum relu sum"},
	{"Min of two", newModel(13, 1, 2).node("Neg", "x", "n").node("Min", "x n", "y"), []float64{-4, 3}, []float64{-4, -3}, "elementwise sum relu sum"},
	{"Max of three, broadcast, and constants", newModel(13, 1, 2, 2).ints("s", 1).ints("e", 2).ints("a", 2).node("Slice", "x s e a", "t").node("Neg", "x", "n").
		floats("c", []int{2}, 1, 0).floats("d", nil, 0.5).node("Max", "c x t d n", "y"), []float64{-5, 2, 0, -3},
		[]float64{5, 2, 1, 3}, "gather elementwise gather sum relu sum sum relu sum elementwise relu elementwise"},
	{"Min of one and a constant", newModel(8, 1, 2).floats("c", []int{2}, 1, 0).node("Min", "x c", "y"), []float64{-5, 2}, []float64{-5, 0}, "elementwise relu elementwise"},
	{"Max with zero is a ReLU", newModel(13, 1, 2).floats("c", nil, 0).node("Max", "c x", "y"), []float64{-5, 2}, []float64{0, 2}, "relu"},
	{"Max of one", newModel(13, 1, 2).node("Max", "x", "m").node("Relu", "m", "y"), []float64{-5, 2}, []float64{0, 2}, "relu"},
	{"Sum", newModel(13, 1, 2).floats("c", []int{2}, 1, 0).node("Sum", "x c x x", "y"), []float64{-5, 2}, []float64{-14, 6}, "gather elementwise sum"},
	{"Mean", newModel(13, 1, 2).floats("c", []int{2}, 1, 0).node("Mean", "x c x", "y"), []float64{-5, 2}, []float64{-3, 4. / 3}, "gather elementwise sum elementwise"},

	{"ReduceSum by attribute", newModel(11, 1, 2, 2).node("ReduceSum", "x", "y", intsOf("axes", -1), intOf("keepdims", 0)), []float64{1, 2, 3, 4}, []float64{3, 7}, "sparse"},
	{"ReduceSum by operand", newModel(13, 1, 2, 2).ints("a", 1).node("ReduceSum", "x a", "y"), []float64{1, 2, 3, 4}, []float64{4, 6}, "sparse"},
	{"ReduceSum of all", newModel(13, 1, 2, 2).node("ReduceSum", "x", "y"), []float64{1, 2, 3, 4}, []float64{0, 10}, "sparse dense"},
	{"ReduceSum of nothing", newModel(13, 1, 2).ints("a").node("ReduceSum", "x a", "s", intOf("noop_with_empty_axes", 1)).node("Relu", "s", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"ReduceMean divides", newModel(18, 1, 3, 2).ints("a", 1).node("ReduceMean", "x a", "y", intOf("keepdims", 0)), []float64{1, 2, 3, 4, 6, 9}, []float64{10. / 3, 5}, "sparse elementwise"},
	{"ReduceMax", newModel(13, 1, 3, 2).node("ReduceMax", "x", "y", intsOf("axes", 1)), []float64{1, -2, 3, -4, 2, -3}, []float64{3, -2}, "sparse relu sparse sparse relu sparse"},
	{"ReduceMin", newModel(18, 1, 2, 2).ints("a", 1).node("ReduceMin", "x a", "y"), []float64{1, -2, 3, -4}, []float64{1, -4}, "sparse relu sparse"},
	{"GlobalMaxPool", newModel(13, 1, 2, 1, 2).node("GlobalMaxPool", "x", "y"), []float64{1, 5, 3, -4}, []float64{5, 3}, "sparse relu sparse"},

	{"MaxPool of Relu: the ReLUs stay first", newModel(13, 1, 1, 4).node("Relu", "x", "r").node("MaxPool", "r", "y", intsOf("kernel_shape", 2), intsOf("strides", 2)),
		[]float64{-1, -2, 3, 4}, []float64{0, 4}, "relu sparse relu sparse"},
	{"MaxPool of Relu and a change of shape", newModel(13, 1, 4).ints("s", 1, 1, 4).node("Relu", "x", "r").node("Reshape", "r s", "q").node("MaxPool", "q", "y", intsOf("kernel_shape", 2), intsOf("strides", 2)),
		[]float64{-1, -2, 3, 4}, []float64{0, 4}, "relu sparse relu sparse"},
	{"MaxPool of MaxPool of ReLU6", newModel(6, 1, 1, 4).node("Clip", "x", "r", floatOf("min", 0), floatOf("max", 6)).
		node("MaxPool", "r", "p", intsOf("kernel_shape", 2)).node("MaxPool", "p", "y", intsOf("kernel_shape", 2)),
		[]float64{-1, 2, -3, 8}, []float64{2, 6}, "relu elementwise relu elementwise sparse relu sparse sparse relu sparse"},
	{"MaxPool of a Relu that is used twice", newModel(13, 1, 1, 2).node("Relu", "x", "r").node("MaxPool", "r", "p", intsOf("kernel_shape", 2)).node("Sum", "r p", "y"),
		[]float64{-1, 2}, []float64{2, 4}, "relu sparse relu sparse gather sum"},
	{"ReduceMin of a LeakyRelu that falls", newModel(13, 1, 1, 2).node("LeakyRelu", "x", "r", floatOf("alpha", -1)).node("ReduceMin", "r", "y", intsOf("axes", 2)),
		[]float64{-1, 2}, []float64{0, 1}, "relu sparse sparse relu sparse dense"},
	{"MaxPool of a HardSigmoid that falls", newModel(13, 1, 1, 2).node("HardSigmoid", "x", "r", floatOf("alpha", -0.25), floatOf("beta", 0.5)).
		node("MaxPool", "r", "y", intsOf("kernel_shape", 2)), []float64{-1, 1}, []float64{0, 0.75}, "elementwise relu elementwise relu elementwise sparse relu sparse dense"},
	{"MaxPool, windows that share pairs", newModel(13, 1, 1, 5).node("MaxPool", "x", "y", intsOf("kernel_shape", 4)),
		[]float64{9, 1, 2, 3, 4}, []float64{9, 4}, "sparse relu sparse sparse relu sparse"},
	{"Sigmoid of one output", newModel(13, 1, 1).floats("w", nil, 2).node("Mul", "x w", "z").named("prob", "Sigmoid", "z", "y"), []float64{3}, []float64{0, 6}, "elementwise dense"},
}

// movingCases are operatorCases of operators that move elements.
var movingCases = []operatorCase{
	{"Slice by attribute", newModel(9, 1, 4).node("Slice", "x", "s", intsOf("starts", 1), intsOf("ends", -1), intsOf("axes", 1)).node("Relu", "s", "y"),
		[]float64{1, 2, 3, 4}, []float64{2, 3}, "gather relu"},
	{"Slice backwards", newModel(13, 1, 5).ints("s", -1).ints("e", -99).ints("a", 1).ints("d", -2).node("Slice", "x s e a d", "y"),
		[]float64{1, 2, 3, 4, 5}, []float64{5, 3, 1}, "gather"},
	{"Slice of all", newModel(13, 1, 2).ints("s", 0, 0).ints("e", 1<<62, 1<<62).node("Slice", "x s e", "t").node("Relu", "t", "y"), []float64{1, 2}, []float64{1, 2}, "relu"},
	{"Split, both used", newModel(13, 1, 4).ints("n", 1, 3).node("Split", "x n", "a b", intOf("axis", 1)).node("Max", "a b", "y"),
		[]float64{2, 1, 2, 3}, []float64{2, 2, 3}, "gather gather gather sum relu sum"},
	{"Split, the second used", newModel(2, 1, 4).node("Split", "x", "a b", intOf("axis", 1)).node("Relu", "b", "y"), []float64{2, 1, 2, 3}, []float64{2, 3}, "gather relu"},
	{"Split, the first left out", newModel(18, 1, 5).node("Split", "x", "- - y", intOf("axis", 1), intOf("num_outputs", 3)), []float64{2, 1, 2, 3, 7}, []float64{0, 7}, "gather dense"},
	{"Pad with zeros", newModel(11, 1, 2).ints("p", 0, 1, 0, 2).node("Pad", "x p", "y"), []float64{1, 2}, []float64{0, 1, 2, 0, 0}, "gather"},
	{"Pad around what a cut leaves", newModel(19, 1, 4).ints("p", 0, -1, 0, 2).node("Pad", "x p", "y", stringOf("mode", "wrap")), []float64{1, 2, 3, 4}, []float64{2, 3, 4, 2, 3}, "gather"},
	{"Pad around before what a cut leaves", newModel(19, 1, 4).ints("p", 0, 4, 0, -1).node("Pad", "x p", "y", stringOf("mode", "wrap")), []float64{1, 2, 3, 4}, []float64{3, 1, 2, 3, 1, 2, 3}, "gather"},
	{"Pad by the edge of what a cut leaves", newModel(11, 1, 4).ints("p", 0, -1, 0, 2).node("Pad", "x p", "y", stringOf("mode", "edge")), []float64{1, 2, 3, 4}, []float64{2, 3, 4, 4, 4}, "gather"},
	{"Pad by reflection of what a cut leaves", newModel(11, 1, 4).ints("p", 0, -1, 0, 2).node("Pad", "x p", "y", stringOf("mode", "reflect")), []float64{1, 2, 3, 4}, []float64{2, 3, 4, 3, 2}, "gather"},
	{"Pad with ones and cut", newModel(2, 1, 3).node("Pad", "x", "y", intsOf("pads", 0, -1, 0, 1), floatOf("value", 1)), []float64{1, 2, 3}, []float64{2, 3, 1}, "sparse"},
	{"Pad of opset 18 by reflection", newModel(18, 1, 3).ints("p", 2, 2).ints("a", -1).node("Pad", "x p - a", "y", stringOf("mode", "reflect")),
		[]float64{1, 2, 3}, []float64{3, 2, 1, 2, 3, 2, 1}, "gather"},
	{"Pad by the edges", newModel(11, 1, 2).ints("p", 0, 1, 0, 2).node("Pad", "x p", "y", stringOf("mode", "edge")), []float64{1, 2}, []float64{1, 1, 2, 2, 2}, "gather"},
	{"Pad around", newModel(19, 1, 3).ints("p", 0, 4, 0, 1).node("Pad", "x p", "y", stringOf("mode", "wrap")), []float64{1, 2, 3}, []float64{3, 1, 2, 3, 1, 2, 3, 1}, "gather"},
	{"Gather of a list", newModel(13, 1, 3).ints("i", -1, 0).node("Gather", "x i", "y", intOf("axis", 1)), []float64{1, 2, 3}, []float64{3, 1}, "gather"},
	{"GatherElements", newModel(13, 2, 2).initializer(tensorOf("i", int32Type, []int{1, 2}, 1, 0)).node("GatherElements", "x i", "y"), []float64{1, 2, 3, 4}, []float64{3, 2}, "gather"},
	{"GatherND", newModel(13, 2, 2).initializer(tensorOf("i", int64Type, []int{2, 1}, 1, 0)).node("GatherND", "x i", "g").ints("z", 1, 4).node("Reshape", "g z", "y"),
		[]float64{1, 2, 3, 4}, []float64{3, 4, 1, 2}, "gather"},
	{"Expand", newModel(13, 1, 2, 1).ints("s", 2, 1).node("Expand", "x s", "e").ints("t", 1, 2, 2).node("Expand", "e t", "y"), []float64{1, 2}, []float64{1, 1, 2, 2}, "gather"},
	{"Tile", newModel(13, 1, 2).ints("s", 2, 2).node("Tile", "x s", "t").ints("z", -1).node("Reshape", "t z", "y"), []float64{1, 2}, []float64{1, 2, 1, 2, 1, 2, 1, 2}, "gather"},
	{"DepthToSpace", newModel(13, 1, 4, 1, 1).node("DepthToSpace", "x", "d", intOf("blocksize", 2)).node("Relu", "d", "y"), []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4}, "relu"},
	{"SpaceToDepth", newModel(13, 1, 1, 2, 4).node("SpaceToDepth", "x", "y", intOf("blocksize", 2)), []float64{1, 2, 3, 4, 5, 6, 7, 8}, []float64{1, 3, 2, 4, 5, 7, 6, 8}, "gather"},
	{"Where of an activation and a constant", newModel(13, 1, 2).initializer(tensorOf("m", boolType, []int{2}, 1, 0)).floats("c", nil, 7).node("Where", "m x c", "y"), []float64{1, 2}, []float64{1, 7}, "sparse"},
	{"Where of two activations", newModel(13, 1, 2).initializer(tensorOf("m", boolType, []int{2}, 1, 0)).node("Neg", "x", "n").node("Where", "m x n", "y"), []float64{1, 2}, []float64{1, -2}, "elementwise sparse"},
}

func TestPiecewise(t *testing.T) { testOperators(t, piecewiseCases) }
func TestMoving(t *testing.T)    { testOperators(t, movingCases) }

// naiveMaxPool is MaxPool from its definition, window by window.
func naiveMaxPool(x []float64, size, kernel, stride, dilation, before, count []int) []float64 {
	var out []float64
	channels := len(x) / network.Shape(size).Size()
	for ch := range channels {
		for w := range network.Shape(count).Size() {
			best, found := 0.0, false
			for k := range network.Shape(kernel).Size() {
				at, inside, restW, restK, step := 0, true, w, k, 1
				for a := len(size) - 1; a >= 0; a-- {
					p := restW%count[a]*stride[a] + restK%kernel[a]*dilation[a] - before[a]
					restW, restK = restW/count[a], restK/kernel[a]
					inside = inside && p >= 0 && p < size[a]
					at += p * step
					step *= size[a]
				}
				if inside {
					if v := x[ch*step+at]; !found || v > best {
						best, found = v, true
					}
				}
			}
			out = append(out, best)
		}
	}
	return out
}

// TestMaxPool compares pooling with the definition, for windows of all kinds, with
// and without an activation before.
func TestMaxPool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rank := rapid.IntRange(1, 3).Draw(t, "axes")
		list := func(what string, low, high int) []int {
			return rapid.SliceOfN(rapid.IntRange(low, high), rank, rank).Draw(t, what)
		}
		size, kernel, stride, dilation := list("size", 1, 6), list("kernel", 1, 4), list("stride", 1, 3), list("dilation", 1, 2)
		ceil := rapid.Bool().Draw(t, "ceil")
		before, after, count := make([]int, rank), make([]int, rank), make([]int, rank)
		for a := range rank {
			extent := (kernel[a]-1)*dilation[a] + 1
			before[a] = rapid.IntRange(0, kernel[a]-1).Draw(t, "before")
			after[a] = rapid.IntRange(0, kernel[a]-1).Draw(t, "after")
			if size[a]+before[a]+after[a] < extent {
				kernel[a], before[a], after[a], extent = 1, 0, 0, 1
			}
			// the formula of the specification
			room := size[a] + before[a] + after[a] - extent
			count[a] = room/stride[a] + 1
			if ceil {
				count[a] = (room+stride[a]-1)/stride[a] + 1
				if (count[a]-1)*stride[a] >= size[a]+before[a] {
					count[a]--
				}
			}
			// no window may be empty
			for w := range count[a] {
				some := false
				for k := range kernel[a] {
					p := w*stride[a] + k*dilation[a] - before[a]
					some = some || p >= 0 && p < size[a]
				}
				if !some {
					t.Skip("an empty window")
				}
			}
		}
		attribute := func(name string, lists ...[]int) []byte {
			var all []int64
			for _, list := range lists {
				for _, v := range list {
					all = append(all, int64(v))
				}
			}
			return intsOf(name, all...)
		}
		dims := []any{1, 2}
		for _, d := range size {
			dims = append(dims, d)
		}
		model, name := newModel(13, dims...), "x"
		relu := rapid.Bool().Draw(t, "activation before")
		if relu {
			model.node("LeakyRelu", "x", "r", floatOf("alpha", 0.5))
			name = "r"
		}
		model.node("MaxPool", name, "y", attribute("kernel_shape", kernel), attribute("strides", stride), attribute("dilations", dilation),
			attribute("pads", before, after), intOf("ceil_mode", truth(ceil)))
		m, err := DecodeModel(model.bytes(), Wanted{})
		if err != nil {
			if strings.Contains(err.Error(), "not computed") { // windows of one element
				t.Skip("the identity")
			}
			t.Fatal(err)
		}
		n := 2 * network.Shape(size).Size()
		x := make([]float64, n)
		for i, v := range rapid.SliceOfN(rapid.IntRange(-20, 20), n, n).Draw(t, "x") {
			x[i] = float64(v)
		}
		e := network.NewEvaluator(m.Graph)
		e.Forward(x)
		if relu {
			for i, v := range x {
				x[i] = max(v, 0.5*v)
			}
		}
		want := naiveMaxPool(x, size, kernel, stride, dilation, before, count)
		got := e.Value(m.Output.Node)
		if len(got) != len(want) {
			t.Fatalf("%d elements instead of %d (shape %v)", len(got), len(want), m.Output.Shape)
		}
		windows, window := len(want), network.Shape(kernel).Size()
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("element %d is %v instead of %v", i, got[i], want[i])
			}
		}
		limit := windows * (window - 1)
		if relu {
			limit += windows
		}
		// rows of windows that no window but one has may cost more
		if rank == 1 && m.ReLUs() > limit {
			t.Fatalf("%d ReLUs for %d windows of %d elements", m.ReLUs(), windows, window)
		}
	})
}

// TestSplitOfModel: each output that is used is a value of the model.
func TestSplitOfModel(t *testing.T) {
	b := newModel(13, 1, 6).ints("n", 1, 2, 3).node("Split", "x n", "a b c", intOf("axis", 1)).node("ReduceSum", "c", "y")
	m, err := DecodeModel(b.bytes(), Wanted{Hidden: []string{"b"}})
	if err != nil {
		t.Fatal(err)
	}
	e := network.NewEvaluator(m.Graph)
	e.Forward([]float64{1, 2, 3, 4, 5, 6})
	if got := e.Value(m.Hidden["b"].Node); len(got) != 2 || got[0] != 2 || got[1] != 3 {
		t.Errorf("b is %v", got)
	}
	if got := e.Value(m.Output.Node); got[0] != 15 {
		t.Errorf("y is %v", got)
	}
	if got := strings.Join(m.Operators, ", "); got != "Split 1x2, Split 1x3, ReduceSum 1x1" {
		t.Errorf("operators %s", got)
	}
}

// TestRefused: what is not piecewise linear is refused by name, with a cure.
func TestRefused(t *testing.T) {
	for op, why := range refused() {
		operands := strings.TrimSpace(strings.Repeat("x ", max(operators()[op].fewest, 1)))
		_, err := Decode(newModel(20, 1, 2).named("act", op, operands, "y").bytes())
		checkError(t, err, `node "act" (`+op+`, opset 20): it is not supported: `+why, true)
		if !strings.Contains(why, "instead") && !strings.Contains(why, "cut the model") {
			t.Errorf("%s: %q names no cure", op, why)
		}
	}
	for name, op := range operators() {
		if refused()[name] != "" && !op.folded {
			t.Errorf("%s is supported and refused", name)
		}
	}
}
