package onnx

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// shapeOf starts a model with the shape of x, of 2 x 3 elements, as s, and scalars
// and lists for arithmetic with it.
func shapeOf() *builder {
	return newModel(13, "n", 2, 3).node("Shape", "x", "s").initializer(tensorOf("i0", int64Type, nil, 0)).initializer(tensorOf("i1", int64Type, nil, 1)).
		ints("l0", 0).ints("l1", 1).ints("l3", 3).ints("minus", -1)
}

// foldingCases are operatorCases of constants that are computed while reading.
var foldingCases = []operatorCase{
	{"x.view(x.size(0), -1)", shapeOf().node("Gather", "s i0", "n").node("Unsqueeze", "n l0", "u").node("Concat", "u minus", "c", intOf("axis", 0)).
		node("Reshape", "x c", "r").node("Relu", "r", "y"), []float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, "relu"},
	{"x.view(x.size(0), x.size(1) * x.size(2))", shapeOf().initializer(tensorOf("i2", int64Type, nil, 2)).node("Gather", "s i0", "n").node("Gather", "s i1", "h").node("Gather", "s i2", "w").
		node("Mul", "h w", "p").node("Unsqueeze", "n l0", "u").node("Unsqueeze", "p l0", "v").node("Concat", "u v", "c", intOf("axis", 0)).
		node("Reshape", "x c", "r").node("Relu", "r", "y"), []float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, "relu"},
	{"the product of the last dimensions", shapeOf().node("Slice", "s l1 l3", "t").node("ReduceProd", "t", "p", intOf("keepdims", 1)).node("Concat", "l1 p", "c", intOf("axis", 0)).
		node("Reshape", "x c", "r").node("Relu", "r", "y"), []float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, "relu"},
	{"a part of the shape", newModel(15, 1, 2, 3).node("Shape", "x", "s", intOf("start", -1)).ints("e", 1, 2).node("Concat", "e s", "c", intOf("axis", 0)).
		node("Reshape", "x c", "r").node("Relu", "r", "y"), []float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, "relu"},
	{"expand as PyTorch does", shapeOf().ints("want", -1, 2, 3).node("Shape", "want", "k").
		node("ConstantOfShape", "k", "ones", tensorAttributeOf("value", tensorOf("", int64Type, []int{1}, 1))).node("Mul", "ones minus", "m").
		node("Equal", "want m", "q").node("Where", "q ones want", "v").node("Expand", "x v", "e").node("Relu", "e", "y"),
		[]float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, "relu"},
	{"positions by Range", shapeOf().node("Gather", "s i1", "h").node("Range", "i0 h i1", "p").node("Cast", "p", "f", intOf("to", 1)).ints("a", 0, 2).node("Unsqueeze", "f a", "g").
		node("Add", "x g", "y"), []float64{0, 0, 0, 0, 0, 0}, []float64{0, 0, 0, 1, 1, 1}, "elementwise"},
	{"Size", shapeOf().node("Size", "x", "n").node("Div", "n i1", "d").node("Unsqueeze", "d l0", "u").node("Reshape", "x u", "r").node("Relu", "r", "y"),
		[]float64{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, 4, 5, 6}, "relu"},
	{"exact floating point", newModel(13, 1, 2).floats("a", []int{2}, 0.5, -3).floats("b", nil, 4).node("Mul", "a b", "c").node("Sub", "c b", "d").node("Div", "d b", "e").
		node("Abs", "e", "f").node("Neg", "f", "g").node("Relu", "f", "h").node("Min", "g h a", "i").node("Sum", "i i b", "j").node("Floor", "j", "k").node("Add", "x k", "y"),
		[]float64{0, 0}, []float64{3, -4}, "elementwise"},
	{"integers", newModel(13, 1, 1).ints("a", 7).ints("b", -2).node("Div", "a b", "q").node("Mod", "a b", "m").node("Mul", "q m", "p").node("Sub", "p q", "d").
		node("Max", "d p", "h").node("Cast", "h", "f", intOf("to", 1)).node("Add", "x f", "y"), []float64{0}, []float64{0, 6}, "elementwise dense"},
	{"truth values", newModel(13, 1, 1).ints("a", 1, 2, 3).ints("b", 2).node("Less", "a b", "l").node("Greater", "a b", "g").node("Or", "l g", "o").node("Not", "o", "n").
		node("And", "n o", "z").node("Or", "n z", "m").node("Cast", "m", "f", intOf("to", 1)).node("Add", "x f", "y"), []float64{0}, []float64{0, 1, 0}, "gather elementwise"},
	{"a padded and repeated constant", newModel(13, 1, 4).floats("a", []int{1}, 5).ints("p", 1, 0).floats("v", nil, 2).node("Pad", "a p v", "b").ints("t", 2).node("Tile", "b t", "c").
		node("Add", "x c", "y"), []float64{0, 0, 0, 0}, []float64{2, 5, 2, 5}, "elementwise"},
	{"parts of a constant", newModel(13, 1, 2).floats("a", []int{5}, 1, 2, 3, 4, 5).ints("n", 2, 3).node("Split", "a n", "b c").ints("i", 2, 0).node("Gather", "c i", "d").
		node("Add", "b d", "e").node("ReduceSum", "a", "s", intOf("keepdims", 0)).node("Add", "e s", "f").node("Add", "x f", "y"), []float64{0, 0}, []float64{21, 20}, "elementwise"},
	{"the largest truth value", newModel(20, 1, 1).initializer(tensorOf("a", boolType, []int{3}, 0, 1, 0)).node("ReduceMax", "a", "b", intOf("keepdims", 0)).node("Cast", "b", "f", intOf("to", 1)).node("Add", "x f", "y"), []float64{0}, []float64{0, 1}, "elementwise dense"},
	{"clipped integers", newModel(13, 1, 1).ints("a", 7).initializer(tensorOf("lo", int64Type, nil, 1)).initializer(tensorOf("hi", int64Type, nil, 5)).node("Clip", "a lo hi", "b").
		node("Cast", "b", "f", intOf("to", 1)).node("Add", "x f", "y"), []float64{0}, []float64{0, 5}, "elementwise dense"},
}

func TestFolding(t *testing.T) { testOperators(t, foldingCases) }

// moreErrorCases are errorCases of the operators in movingOperators and after.
var moreErrorCases = []errorCase{
	{"Slice without ends", newModel(13, 1, 2).ints("s", 0).node("Slice", "x s", "y"), "starts or ends are left out"},
	{"Slice of an axis twice", newModel(13, 1, 2).ints("s", 0, 0).ints("a", 1, -1).node("Slice", "x s s a", "y"), "axis -1 is given twice"},
	{"Slice without step", newModel(13, 1, 2).ints("s", 0).node("Slice", "x s s s s", "y"), "a step is 0"},
	{"Slice of nothing", newModel(13, 1, 2).ints("s", 1).node("Slice", "x s s", "y"), "!op #0 (Slice, opset 13): the result of shape 0x2 is empty"},
	{"Slice by lists of different lengths", newModel(13, 1, 2).ints("s", 1).ints("e", 1, 2).node("Slice", "x s e", "y"), "it has 1 starts, 2 ends, 1 axes and 1 steps"},
	{"Slice of opset 9 by operands", newModel(9, 1, 2).ints("s", 1).node("Slice", "x s s", "y", intsOf("starts", 0), intsOf("ends", 1)), "opset 9 has 1 operands at most"},
	{"Slice by the input", newModel(13, 1, 2).ints("s", 1).node("Slice", "x s x", "y"), `!op #0 (Slice, opset 13): ends "x" is computed from the input`},
	{"Split into unequal parts", newModel(13, 1, 3).node("Split", "x", "y z", intOf("axis", 1)), "a dimension of 3 elements is not split into 2 equal parts"},
	{"Split with a wrong sum", newModel(13, 1, 3).ints("n", 1, 1).node("Split", "x n", "y z", intOf("axis", 1)), "the parts [1 1] are not those of a dimension of 3 elements"},
	{"Split with another number", newModel(18, 1, 3).node("Split", "x", "y z", intOf("axis", 1), intOf("num_outputs", 3)), `attribute "num_outputs" is 3 for 2 outputs`},
	{"Pad by a mode", newModel(13, 1, 3).ints("p", 0, 0, 0, 0).node("Pad", "x p", "y", stringOf("mode", "a\nb")), `mode "a\nb" is not "constant"`},
	{"Pad around before opset 19", newModel(13, 1, 3).ints("p", 0, 0, 0, 0).node("Pad", "x p", "y", stringOf("mode", "wrap")), `mode "wrap" does not exist in opset 13`},
	{"Pad with too few", newModel(13, 1, 3).ints("p", 0, 0).node("Pad", "x p", "y"), "it has 2 pads for 2 axes"},
	{"Pad away", newModel(13, 1, 3).ints("p", 0, -2, 0, -2).node("Pad", "x p", "y"), "pads of -2 and -2 leave nothing of 3 elements"},
	{"Pad around nothing", newModel(19, 1, 3).ints("p", 0, -3, 0, 2).node("Pad", "x p", "y", stringOf("mode", "wrap")), `mode "wrap" has nothing to repeat`},
	{"hostile Pad", newModel(13, 1, 3).ints("p", 0, 1<<40, 0, 0).node("Pad", "x p", "y"), "its pads have more than 1073741824 elements"},
	{"hostile Pad of nothing", newModel(13, 1, 3).floats("z", []int{0, 1}).ints("p", 0, 1<<29, 0, 0).node("Pad", "z p", "c").node("Add", "x c", "y"), "!op #0 (Pad, opset 13): constants take more room"},
	{"Pad with NaN", newModel(13, 1, 1).floats("v", nil, math.NaN()).ints("p", 0, 1, 0, 0).node("Pad", "x p v", "y"), "the value: element 0 is NaN"},
	{"Gather outside", newModel(13, 1, 3).ints("i", 3).node("Gather", "x i", "y", intOf("axis", 1)), "index 3 is outside of an axis of 3 elements"},
	{"Gather by floats", newModel(13, 1, 3).floats("i", []int{1}, 1).node("Gather", "x i", "y"), `indices "i" is FLOAT instead of INT64 or INT32`},
	{"GatherElements of another rank", newModel(13, 1, 3).ints("i", 0).node("GatherElements", "x i", "y"), "operands of shapes 1x3 and 1 have different ranks"},
	{"GatherND too deep", newModel(13, 1, 3).ints("i", 0, 0, 0).node("GatherND", "x i", "y"), "indices of shape 3 with 0 dimensions of a batch do not fit an operand of shape 1x3"},
	{"hostile Expand", newModel(13, 1, 3).ints("s", 1<<25, 1).node("Expand", "x s", "y"), "!op #0 (Expand, opset 13): the network has more than"},
	{"hostile Tile", newModel(13, 1, 3).ints("s", 1, 1<<62).node("Tile", "x s", "y"), "it repeats axis 1 4611686018427387904 times"},
	{"hostile ConstantOfShape", newModel(13, 1, 3).ints("s", 1<<29).node("ConstantOfShape", "s", "c").node("Add", "x c", "y"), "!op #0 (ConstantOfShape, opset 13): constants take more room"},
	{"hostile Range", newModel(13, 1, 3).initializer(tensorOf("a", int64Type, nil, 0)).initializer(tensorOf("b", int64Type, nil, 1<<39)).initializer(tensorOf("c", int64Type, nil, 1)).
		node("Range", "a b c", "r").node("Reshape", "x r", "y"), "!op #0 (Range, opset 13): constants take more room"},
	{"hostile MaxPool", newModel(13, 1, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 1<<24), intsOf("pads", 1<<24-1, 1<<24-1)), "!op #0 (MaxPool, opset 13): constants take more room"},
	{"MaxPool in the padding", newModel(13, 1, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 1), intsOf("pads", 1, 0)), "!op #0 (MaxPool, opset 13): a window lies in the padding"},
	{"MaxPool too large", newModel(13, 1, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 4)), "the kernel, 4 wide with its dilation, is larger than axis 0 of the operand, 3 with its padding"},
	{"MaxPool of no image", newModel(13, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 4)), "the operand has shape 1x3; a batch, channels and spatial axes are needed"},
	{"MaxPool with indices", newModel(13, 1, 1, 3).node("MaxPool", "x", "p y", intsOf("kernel_shape", 2)), `!op #0 (MaxPool, opset 13): its output "y" is used; only the first`},
	{"MaxPool without a kernel", newModel(13, 1, 1, 3).node("MaxPool", "x", "y"), `attribute "kernel_shape" is left out`},
	{"MaxPool with a stride of 0", newModel(13, 1, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 1), intsOf("strides", 0)), `attribute "strides" has the number 0, which`},
	{"MaxPool padded by itself and dilated", newModel(13, 1, 1, 4).node("MaxPool", "x", "y", intsOf("kernel_shape", 2), intsOf("dilations", 2), stringOf("auto_pad", "SAME_UPPER")), `!op #0 (MaxPool, opset 13): runtimes differ in what attribute "auto_pad" SAME_UPPER means for a kernel of 2 with stride 1 and dilation 2 on the 4 elements of axis 0; give "pads"`},
	{"MaxPool padded by less than nothing", newModel(13, 1, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 1), intsOf("strides", 3), stringOf("auto_pad", "SAME_LOWER")), `!op #0 (MaxPool, opset 13): runtimes differ in what attribute "auto_pad" SAME_LOWER means`},
	{"AveragePool padded by less than nothing", newModel(19, 1, 1, 3).node("AveragePool", "x", "y", intsOf("kernel_shape", 1), intsOf("strides", 3), stringOf("auto_pad", "SAME_UPPER")), `!op #0 (AveragePool, opset 19): runtimes differ in what attribute "auto_pad" SAME_UPPER means`},
	{"MaxPool padded by itself and by hand", newModel(13, 1, 1, 3).node("MaxPool", "x", "y", intsOf("kernel_shape", 2), intsOf("pads", 1, 0), stringOf("auto_pad", "SAME_UPPER")), `attributes "pads" and "auto_pad" SAME_UPPER exclude each other`},
	{"PRelu by the input", newModel(13, 1, 3).node("PRelu", "x x", "y"), `!op #0 (PRelu, opset 13): the slope "x" depends on the input`},
	{"PRelu of another shape", newModel(13, 1, 3).floats("s", []int{2}, 1, 2).node("PRelu", "x s", "y"), "the slope of shape 2 does not broadcast to an operand of shape 1x3"},
	{"Clip by the input", newModel(13, 1, 1).node("Clip", "x x", "y"), `!op #0 (Clip, opset 13): min "x" depends on the input`},
	{"Clip by NaN", newModel(13, 1, 1).floats("a", nil, math.NaN()).node("Clip", "x a", "y"), "min: element 0 is NaN"},
	{"Clip by a list", newModel(13, 1, 2).floats("a", []int{2}, 1, 2).node("Clip", "x a", "y"), `min "a" has shape 2 instead of that of a scalar`},
	{"Max of opset 6 broadcasts nothing", newModel(6, 1, 2).floats("a", nil, 1).node("Max", "x a", "y"), "operands of shapes 1x2 and scalar differ, and opset 6 does not broadcast"},
	{"Max of nothing", newModel(13, 1, 2).node("Max", "", "y"), "it has 0 operands instead of 1 or more"},
	{"Reduce an axis twice", newModel(11, 1, 2).node("ReduceSum", "x", "y", intsOf("axes", 1, -1)), "axis -1 is given twice"},
	{"Sigmoid of several outputs", newModel(13, 1, 2).node("Sigmoid", "x", "y"), "!op #0 (Sigmoid, opset 13): of 2 outputs, it changes margins"},
	{"Sigmoid inside", newModel(13, 1, 1).named("s", "Sigmoid", "x", "z").node("Relu", "z", "y"), `!op #1 (Relu, opset 13): Sigmoid "s" comes before it`},
	{"a slice of a Softmax", newModel(13, 1, 2).named("s", "Softmax", "x", "z").ints("a", 0).ints("b", 1).node("Slice", "z a b", "y"), `!op #1 (Slice, opset 13): Softmax "s" comes before it`},
	{"Floor of the input", newModel(13, 1, 2).node("Floor", "x", "y"), `!op #0 (Floor, opset 13): operand "x" may have any magnitude; put a Clip before Floor`},
	{"integer overflow", newModel(13, 1, 1).initializer(tensorOf("a", int32Type, []int{1}, 1<<30)).node("Add", "a a", "b").node("Cast", "b", "c", intOf("to", 1)).node("Add", "x c", "y"),
		"element 0, made of 1073741824 and 1073741824: the result is outside of the type"},
	{"integer division by zero", newModel(13, 1, 1).ints("a", 1).ints("z", 0).node("Div", "a z", "b").node("Reshape", "x b", "y"), "element 0, made of 1 and 0: division by zero"},
	{"Concat of different shapes", newModel(13, 1, 1).ints("a", 1).initializer(tensorOf("b", int64Type, []int{1, 1}, 1)).node("Concat", "a b", "c", intOf("axis", 0)).node("Reshape", "x c", "y"), "cannot be joined along axis 0"},
}

func TestMoreErrors(t *testing.T) { testErrors(t, moreErrorCases) }

// TestExact compares exact arithmetic with that of rationals: what is called exact
// is, and sums, products and quotients of small integers are called so.
func TestExact(t *testing.T) {
	number := rapid.OneOf(
		rapid.Map(rapid.IntRange(-1000, 1000), func(i int) float64 { return float64(i) }),
		rapid.Map(rapid.Float32(), func(v float32) float64 { return float64(v) }),
		rapid.Float64(),
		rapid.Map(rapid.IntRange(-1074, 1023), func(i int) float64 { return math.Ldexp(1, i) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		p, q := number.Draw(t, "p"), number.Draw(t, "q")
		for name, c := range map[string]struct {
			f    arithmetic
			want func(z, x, y *big.Rat) *big.Rat
		}{
			"sum": {sumOf, (*big.Rat).Add}, "difference": {differenceOf, (*big.Rat).Sub},
			"product": {productOf, (*big.Rat).Mul}, "quotient": {quotientOf, (*big.Rat).Quo},
		} {
			got, exact := c.f.floats(p, q)
			small := math.Abs(p) <= 1000 && math.Abs(q) <= 1000 && p == math.Trunc(p) && q == math.Trunc(q)
			if name == "quotient" && (q == 0 || math.Mod(p, q) != 0) {
				if q == 0 {
					if exact {
						t.Fatalf("%v/0 is exact", p)
					}
					continue
				}
				small = false
			}
			if small && !exact {
				t.Fatalf("%s of %v and %v is %v, not exact", name, p, q, got)
			}
			if math.IsInf(p, 0) || math.IsInf(q, 0) || !exact {
				continue
			}
			want := c.want(new(big.Rat), new(big.Rat).SetFloat64(p), new(big.Rat).SetFloat64(q))
			if r := new(big.Rat).SetFloat64(got); r == nil || r.Cmp(want) != 0 {
				t.Fatalf("%s of %v and %v is %v, called exact", name, p, q, got)
			}
		}
		i, j := rapid.Int64().Draw(t, "i"), rapid.Int64().Draw(t, "j")
		for name, c := range map[string]struct {
			f    arithmetic
			want func(z, x, y *big.Int) *big.Int
		}{
			"sum": {sumOf, (*big.Int).Add}, "difference": {differenceOf, (*big.Int).Sub}, "product": {productOf, (*big.Int).Mul},
			"quotient": {quotientOf, (*big.Int).Quo}, "fmod": {moduloOf(true), (*big.Int).Rem},
		} {
			got, err := c.f.ints(i, j)
			if j == 0 && (name == "quotient" || name == "fmod") {
				if err == nil {
					t.Fatal("division by zero")
				}
				continue
			}
			want := c.want(new(big.Int), big.NewInt(i), big.NewInt(j))
			if (err == nil) != want.IsInt64() || err == nil && got != want.Int64() {
				t.Fatalf("%s of %d and %d is %d, %v; want %v", name, i, j, got, err, want)
			}
		}
	})
}

// TestExactAtTheEnds: where the error of an operation is no float64, nothing is
// called exact.
func TestExactAtTheEnds(t *testing.T) {
	for _, c := range []struct{ p, q float64 }{
		{0x1p-600, 0x1p-600}, {0x1p-500 + 0x1p-552, 0x1p-540}, {0x1p600, 0x1p600}, {math.Inf(1), 2}, {math.NaN(), 2}, {math.Inf(1), 0},
	} {
		if v, exact := exactProduct(c.p, c.q); exact {
			t.Errorf("%v times %v is %v, called exact", c.p, c.q, v)
		}
	}
	for _, c := range []struct{ p, q float64 }{
		{0x1p-600, 0x1p600}, {0x1p-1030, 1 + 0x1p-52}, {0x1p600, 0x1p-600}, {1, 0}, {0, 0}, {math.Inf(1), 2}, {0, math.Inf(1)},
	} {
		if v, exact := exactQuotient(c.p, c.q); exact {
			t.Errorf("%v by %v is %v, called exact", c.p, c.q, v)
		}
	}
	for _, c := range []struct{ p, q float64 }{{math.MaxFloat64, math.MaxFloat64}, {math.Inf(1), 1}, {math.NaN(), 1}, {1, 0x1p-60}} {
		if v, exact := exactSum(c.p, c.q); exact {
			t.Errorf("%v plus %v is %v, called exact", c.p, c.q, v)
		}
	}
}

// TestNotesOfSigmoid: what is asked about is said.
func TestNotesOfSigmoid(t *testing.T) {
	net, err := Decode(newModel(13, 1, 1).node("Abs", "x", "z").named("prob", "Sigmoid", "z", "y").bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(net.Notes) != 2 || net.Notes[0] != `Sigmoid "prob" is stripped: the single output is the probability of class 1, and the margin is that of its logit` {
		t.Errorf("notes are %q", net.Notes)
	}
	_, err = DecodeModel(newModel(13, 1, 1).named("prob", "Sigmoid", "x", "y").bytes(), Wanted{Input: network.Shape{1, 1}})
	checkError(t, err, `Sigmoid "prob" is not piecewise linear: ask about the logits before it`, true)
}
