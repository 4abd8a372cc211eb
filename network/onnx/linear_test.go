package onnx

import "testing"

// linearCases are operatorCases of operators that are linear with their constants, and of
// sums of magnitudes.
var linearCases = []operatorCase{
	{"CumSum", newModel(13, 1, 3).initializer(tensorOf("a", int64Type, nil, 1)).node("CumSum", "x a", "y"), []float64{1, 2, 4}, []float64{1, 3, 7}, "dense"},
	{"CumSum reversed, without itself", newModel(13, 3, 2).initializer(tensorOf("a", int32Type, []int{1}, -2)).node("CumSum", "x a", "z", intOf("reverse", 1), intOf("exclusive", 1)).node("Flatten", "z", "y", intOf("axis", 0)),
		[]float64{1, 10, 2, 20, 4, 40}, []float64{6, 60, 4, 40, 0, 0}, "dense"},
	{"CumSum of a constant", newModel(13, 1, 2).floats("c", []int{2}, 1, 2).initializer(tensorOf("a", int64Type, nil, 0)).node("CumSum", "c a", "d").node("Add", "x d", "y"), []float64{0, 0}, []float64{1, 3}, "elementwise"},
	{"ReduceL1", newModel(13, 1, 2, 2).node("ReduceL1", "x", "y", intsOf("axes", 2), intOf("keepdims", 0)), []float64{1, -2, -3, -4}, []float64{3, 7}, "relu sparse sparse"},
	{"ReduceL1 by operand", newModel(18, 1, 2, 2).ints("a", 1).node("ReduceL1", "x a", "y"), []float64{1, -2, -3, 4}, []float64{4, 6}, "relu sparse sparse"},
	{"Shrink", newModel(13, 1, 4).node("Shrink", "x", "y", floatOf("lambd", 0.5), floatOf("bias", 0.5)), []float64{-2, 0.25, -0.25, 3}, []float64{-1.5, 0, 0, 2.5}, "elementwise relu elementwise relu sum"},
	{"LpPool", newModel(13, 1, 1, 3).node("LpPool", "x", "y", intOf("p", 1), intsOf("kernel_shape", 2)), []float64{-1, 2, -3}, []float64{3, 5}, "relu sparse convolution"},
	{"LpPool with padding", newModel(18, 1, 1, 3).node("LpPool", "x", "y", intOf("p", 1), intsOf("kernel_shape", 2), intsOf("strides", 2), intsOf("pads", 1, 0)), []float64{-1, 2, -3}, []float64{1, 5}, "relu sparse convolution"},
	{"Einsum", newModel(13, 1, 2).floats("w", []int{2, 3}, 1, 2, 3, 4, 5, 6).node("Einsum", "x w", "y", stringOf("equation", "bi,ij->bj")), []float64{1, 10}, []float64{41, 52, 63}, "sparse"},
	{"Einsum of a constant first", newModel(13, 1, 2).floats("w", []int{3, 2}, 1, 4, 2, 5, 3, 6).node("Einsum", "w x", "y", stringOf("equation", "j i, b i -> b j")), []float64{1, 10}, []float64{41, 52, 63}, "sparse"},
	{"Einsum without a result", newModel(13, 1, 2).floats("w", []int{2, 3}, 1, 2, 3, 4, 5, 6).node("Einsum", "x w", "y", stringOf("equation", "bi,ij")), []float64{1, 10}, []float64{41, 52, 63}, "sparse"},
	{"Einsum of a diagonal", newModel(13, 1, 2, 2).node("Einsum", "x", "y", stringOf("equation", "bii->bi")), []float64{1, 2, 3, 4}, []float64{1, 4}, "sparse"},
	{"Einsum of constants", newModel(13, 1, 2).floats("a", []int{2, 1}, 1, 2).floats("b", []int{1, 2}, 3, 4).node("Einsum", "a b", "w", stringOf("equation", "ik,kj->ij")).node("MatMul", "x w", "y"), []float64{1, 1}, []float64{9, 12}, "dense"},
	{"a stack of matrices on the right", newModel(13, 1, 2, 1, 2).floats("w", []int{2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8).node("MatMul", "x w", "y"), []float64{1, 10, 1, 100}, []float64{31, 42, 705, 806}, "sparse"},
	{"a stack of matrices on the left", newModel(13, 1, 2, 2, 1).floats("w", []int{2, 1, 2}, 1, 2, 3, 4).node("MatMul", "w x", "y"), []float64{1, 10, 1, 100}, []float64{21, 403}, "sparse"},
	{"a stack of matrices by a vector", newModel(13, 2).floats("w", []int{3, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12).node("MatMul", "x w", "y"), []float64{1, 10}, []float64{31, 42, 75, 86, 119, 130}, "sparse"},
	{"a stack of matrices, broadcast", newModel(13, 1, 1, 2).floats("w", []int{2, 2, 1}, 1, 2, 3, 4).node("MatMul", "x w", "y"), []float64{1, 10}, []float64{21, 43}, "sparse"},
	{"a stack of rounded matrices", newModel(13, 1, 1, 2).floats("w", []int{2, 2, 1}, 1, 2, 3, 4).floats("q", nil, 3).node("Div", "w q", "v").node("MatMul", "x v", "y"), []float64{1, 10}, []float64{7, 43. / 3}, "sparse"},
}

func TestLinear(t *testing.T) { testOperators(t, linearCases) }

var linearErrors = []errorCase{
	{"Shrink that jumps", newModel(13, 1, 2).node("Shrink", "x", "y"), "!op #0 (Shrink, opset 13): it jumps where x is 0.5"},
	{"LpPool of p = 2", newModel(13, 1, 1, 3).node("LpPool", "x", "y", intsOf("kernel_shape", 2)), "!its norm is not of p = 1"},
	{"Einsum of two activations", newModel(13, 1, 2).node("Einsum", "x x", "y", stringOf("equation", "bi,bi->b")), `!both operands, "x" and "x", depend`},
	{"Einsum with dots", newModel(13, 1, 2).node("Einsum", "x", "y", stringOf("equation", "...i->...")), "!... is not supported"},
	{"Einsum of other sizes", newModel(13, 1, 2).floats("w", []int{3, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9).node("Einsum", "x w", "y", stringOf("equation", "bi,ij->bj")), "runs over 2 and over 3"},
	{"Einsum of other ranks", newModel(13, 1, 2).node("Einsum", "x", "y", stringOf("equation", "i->i")), "has the indices"},
	{"Einsum with an unknown index", newModel(13, 1, 2).node("Einsum", "x", "y", stringOf("equation", "bi->bk")), "which no operand has"},
	{"the axis of CumSum", newModel(13, 1, 2).initializer(tensorOf("a", int64Type, nil, 2)).node("CumSum", "x a", "y"), "axis 2 is not in the range"},
	{"stacks that do not fit", newModel(13, 1, 2, 1, 2).floats("w", []int{3, 2, 1}, 1, 2, 3, 4, 5, 6).node("MatMul", "x w", "y"), "do not fit"},
}

func TestLinearErrors(t *testing.T) { testErrors(t, linearErrors) }

// resizeCases are operatorCases of Resize and Upsample; the values are those of onnxruntime.
var resizeCases = []operatorCase{
	{"Upsample", newModel(9, 1, 1, 1, 2).floats("s", []int{4}, 1, 1, 2, 2).node("Upsample", "x s", "y"), []float64{1, 2}, []float64{1, 1, 2, 2, 1, 1, 2, 2}, "gather"},
	{"Upsample by attribute", newModel(7, 1, 1, 2).node("Upsample", "x", "y", floatsOf("scales", 1, 1, 2), stringOf("mode", "linear")), []float64{1, 3}, []float64{1, 2, 3, 3}, "sparse elementwise"},
	{"Resize of opset 10", newModel(10, 1, 1, 4).floats("s", []int{3}, 1, 1, 0.5).node("Resize", "x s", "y"), []float64{1, 2, 3, 4}, []float64{1, 3}, "gather"},
	{"Resize to sizes", newModel(13, 1, 1, 2).ints("n", 1, 1, 3).node("Resize", "x - - n", "y", stringOf("mode", "linear"), stringOf("coordinate_transformation_mode", "align_corners")), []float64{1, 3}, []float64{1, 2, 3}, "sparse elementwise"},
	{"Resize by thirds", newModel(13, 1, 1, 2).ints("n", 1, 1, 3).node("Resize", "x - - n", "y", stringOf("mode", "linear")), []float64{0, 6}, []float64{0, 3, 6}, "sparse elementwise"},
	{"Resize along one axis", newModel(18, 1, 1, 2).floats("s", []int{1}, 2).node("Resize", "x - s", "y", intsOf("axes", 2), stringOf("nearest_mode", "floor")), []float64{1, 3}, []float64{1, 1, 1, 3}, "gather"},
	{"Resize of a constant", newModel(13, 1, 4).floats("c", []int{1, 2}, 1, 3).floats("s", []int{2}, 1, 2).node("Resize", "c - s", "d", stringOf("mode", "linear")).node("Add", "x d", "y"), []float64{0, 0, 0, 0}, []float64{1, 1.5, 2.5, 3}, "elementwise"},
}

func TestResize(t *testing.T) { testOperators(t, resizeCases) }

var resizeErrors = []errorCase{
	{"scales of the input", newModel(13, 1, 1, 2).node("Resize", "x - x", "y"), "!the scales \"x\" depend on the input"},
	{"scales and sizes", newModel(13, 1, 2).ints("n", 1, 3).floats("s", []int{2}, 1, 2).node("Resize", "x - s n", "y"), "both scales and sizes"},
	{"a scale of zero", newModel(13, 1, 2).floats("s", []int{2}, 1, 0).node("Resize", "x - s", "y"), "scale 1 is 0"},
	{"a scale that leaves nothing", newModel(13, 1, 2).floats("s", []int{2}, 1, 0.25).node("Resize", "x - s", "y"), "axis 1 of the result is empty"},
	{"antialias", newModel(18, 1, 2).ints("n", 1, 3).node("Resize", "x - - n", "y", intOf("antialias", 1)), "!attribute \"antialias\""},
	{"corners of a part of an element", newModel(13, 1, 4).floats("s", []int{2}, 1, 0.6).node("Resize", "x - s", "y", stringOf("mode", "linear"), stringOf("coordinate_transformation_mode", "align_corners")), "!runtimes differ"},
	{"crop", newModel(13, 1, 2).ints("n", 1, 3).node("Resize", "x - - n", "y", stringOf("coordinate_transformation_mode", "tf_crop_and_resize")), "!attribute \"coordinate_transformation_mode\""},
	{"large sizes", newModel(13, 1, 2).ints("n", 1<<20, 1<<20).node("Resize", "x - - n", "y"), "more than"},
	{"a position beside a jump", newModel(13, 1, 6).floats("s", []int{2}, 1, 1./3).node("Resize", "x - s", "y", stringOf("coordinate_transformation_mode", "asymmetric"), stringOf("nearest_mode", "floor")), "!a position is within rounding"},
}

func TestResizeErrors(t *testing.T) { testErrors(t, resizeErrors) }
