package onnx

// convolutionCases are among operatorCases.
var convolutionCases = []operatorCase{
	{"Conv over two axes", newModel(13, "n", 1, 3, 3).floats("w", []int{1, 1, 2, 2}, 1, 1, 1, 1).node("Conv", "x w", "y"),
		[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{12, 16, 24, 28}, "convolution"},
	{"Conv does not turn the kernel", newModel(1, 1, 1, 3).floats("w", []int{1, 1, 2}, 1, 10).node("Conv", "x w", "y"),
		[]float64{1, 2, 3}, []float64{21, 32}, "convolution"},
	{"Conv of even width pads the end", newModel(11, 1, 1, 3).floats("w", []int{1, 1, 2}, 1, 10).
		node("Conv", "x w", "y", stringOf("auto_pad", "SAME_UPPER")), []float64{1, 2, 3}, []float64{21, 32, 3}, "convolution"},
	{"Conv of even width pads the beginning", newModel(11, 1, 1, 3).floats("w", []int{1, 1, 2}, 1, 10).
		node("Conv", "x w", "y", stringOf("auto_pad", "SAME_LOWER")), []float64{1, 2, 3}, []float64{10, 21, 32}, "convolution"},
	{"Conv with strides, dilations and pads", newModel(11, 1, 1, 5).floats("w", []int{1, 1, 2}, 1, 10).
		node("Conv", "x w", "y", intsOf("strides", 2), intsOf("dilations", 3), intsOf("pads", 1, 2), intsOf("kernel_shape", 2)),
		[]float64{1, 2, 3, 4, 5}, []float64{30, 52, 4}, "convolution"},
	{"Conv with groups and a bias", newModel(11, 1, 2, 2).floats("w", []int{2, 1, 1}, 2, 3).floats("b", []int{2}, 10, 20).
		node("Conv", "x w b", "y", intOf("group", 2)), []float64{1, 2, 3, 4}, []float64{12, 14, 29, 32}, "convolution"},
	{"a bias by channel is added to Conv", newModel(13, 1, 1, 2).floats("w", []int{2, 1, 1}, 1, 2).floats("b", []int{1, 2, 1}, 10, 20).
		node("Conv", "x w", "c").node("Add", "c b", "y"), []float64{1, 2}, []float64{11, 12, 22, 24}, "convolution"},
	{"a bias by element is not", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).floats("b", []int{2}, 10, 20).
		node("Conv", "x w", "c").node("Add", "c b", "y"), []float64{1, 2}, []float64{11, 22}, "convolution elementwise"},
	{"a bias is not added to a Conv used twice", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).floats("b", []int{1}, 10).
		node("Conv", "x w", "c").node("Add", "c b", "d").node("Sub", "d c", "y"), []float64{1, 2}, []float64{10, 10}, "convolution elementwise sum"},

	{"ConvTranspose", newModel(11, 1, 1, 2).floats("w", []int{1, 1, 3}, 1, 10, 100).node("ConvTranspose", "x w", "y", intsOf("strides", 2)),
		[]float64{1, 2}, []float64{1, 10, 102, 20, 200}, "transposed convolution"},
	{"ConvTranspose with pads, output padding and a bias", newModel(11, 1, 1, 2).floats("w", []int{1, 1, 3}, 1, 10, 100).floats("b", []int{1}, 5).
		node("ConvTranspose", "x w b", "y", intsOf("strides", 2), intsOf("pads", 1, 2), intsOf("output_padding", 1)),
		[]float64{1, 2}, []float64{15, 107, 25}, "transposed convolution"},
	{"ConvTranspose to a size, the end gets less", newModel(11, 1, 1, 2).floats("w", []int{1, 1, 3}, 1, 10, 100).
		node("ConvTranspose", "x w", "y", intsOf("strides", 2), intsOf("output_shape", 4)), []float64{1, 2}, []float64{10, 102, 20, 200}, "transposed convolution"},
	{"ConvTranspose to a size, the beginning gets less", newModel(11, 1, 1, 2).floats("w", []int{1, 1, 3}, 1, 10, 100).
		node("ConvTranspose", "x w", "y", intsOf("strides", 2), intsOf("output_shape", 4), stringOf("auto_pad", "SAME_UPPER")),
		[]float64{1, 2}, []float64{1, 10, 102, 20}, "transposed convolution"},

	{"BatchNormalization", newModel(15, 1, 2).floats("s", []int{2}, 2, 3).floats("b", []int{2}, 1, 0).floats("m", []int{2}, 3, 0).floats("v", []int{2}, 4, 9).
		node("BatchNormalization", "x s b m v", "y", floatOf("epsilon", 0)), []float64{5, 7}, []float64{3, 7}, "elementwise elementwise"},
	{"BatchNormalization of mean 0", newModel(9, 1, 1, 2).floats("s", []int{1}, 1).floats("b", []int{1}, 1).floats("m", []int{1}, 0).floats("v", []int{1}, 1).
		node("BatchNormalization", "x s b m v", "y", floatOf("epsilon", 3)), []float64{2, 4}, []float64{2, 3}, "elementwise"},
	{"BatchNormalization after Conv", newModel(14, 1, 1, 2).floats("w", []int{1, 1, 1}, 2).floats("s", []int{1}, 4).floats("b", []int{1}, 0).floats("m", []int{1}, 1).floats("v", []int{1}, 4).
		node("Conv", "x w", "c").node("BatchNormalization", "c s b m v", "y", floatOf("epsilon", 0)), []float64{1, 2}, []float64{2, 6}, "convolution elementwise"},
	{"BatchNormalization by a root that rounds to 1", newModel(15, 1, 1, 2).floats("s", []int{1}, 1).floats("b", []int{1}, 0).floats("m", []int{1}, 0).floats("v", []int{1}, 1).
		node("BatchNormalization", "x s b m v", "y", floatOf("epsilon", 1e-17)), []float64{2, 4}, []float64{2, 4}, "elementwise"},
	{"BatchNormalization of opset 6", newModel(6, 1, 2).floats("s", []int{2}, 1, 1).floats("b", []int{2}, 0, 1).floats("m", []int{2}, 0, 0).floats("v", []int{2}, 1, 1).
		node("BatchNormalization", "x s b m v", "y", floatOf("epsilon", 0), intOf("is_test", 1)), []float64{5, 7}, []float64{5, 8}, "elementwise"},

	{"AveragePool over a power of two", newModel(7, 1, 1, 4).node("AveragePool", "x", "y", intsOf("kernel_shape", 2), intsOf("strides", 2)),
		[]float64{1, 2, 3, 6}, []float64{1.5, 4.5}, "convolution"},
	{"AveragePool over three", newModel(7, 1, 2, 3).node("AveragePool", "x", "y", intsOf("kernel_shape", 3)),
		[]float64{1, 2, 6, 0, 1, 0}, []float64{3, 1. / 3}, "convolution elementwise"},
	{"AveragePool leaves the padding out", newModel(7, 1, 1, 2).node("AveragePool", "x", "y", intsOf("kernel_shape", 2), intsOf("pads", 1, 1)),
		[]float64{4, 6}, []float64{4, 5, 6}, "convolution elementwise"},
	{"AveragePool counts the padding", newModel(7, 1, 1, 2).node("AveragePool", "x", "y", intsOf("kernel_shape", 2), intsOf("pads", 1, 1), intOf("count_include_pad", 1)),
		[]float64{4, 6}, []float64{2, 5, 3}, "convolution"},
	{"AveragePool rounds up, and counts no element beyond the padding", newModel(10, 1, 1, 4).
		node("AveragePool", "x", "y", intsOf("kernel_shape", 3), intsOf("strides", 2), intOf("ceil_mode", 1), intOf("count_include_pad", 1)),
		[]float64{1, 2, 3, 6}, []float64{2, 4.5}, "convolution elementwise"},
	{"GlobalAveragePool", newModel(1, 1, 2, 2, 2).node("GlobalAveragePool", "x", "y"),
		[]float64{1, 2, 3, 4, 0, 0, 0, 1}, []float64{2.5, 0.25}, "dense"},
	{"GlobalAveragePool over three", newModel(1, 1, 2, 3).node("GlobalAveragePool", "x", "y"),
		[]float64{1, 2, 6, 1, 0, 0}, []float64{3, 1. / 3}, "dense elementwise"},

	{"a residual", newModel(13, 1, 2).node("Relu", "x", "r").node("Add", "x r", "y"), []float64{1, -2}, []float64{2, -2}, "relu sum"},
	{"a difference", newModel(13, 1, 2).node("Relu", "x", "r").node("Sub", "r x", "y"), []float64{1, -2}, []float64{0, 2}, "relu sum"},
	{"twice the same", newModel(13, 1, 2).node("Add", "x x", "y"), []float64{1, -2}, []float64{2, -4}, "sum"},
	{"both activations are broadcast", newModel(13, 1, 2, 1).node("Transpose", "x", "row", intsOf("perm", 0, 2, 1)).node("Sub", "x row", "y"),
		[]float64{1, 5}, []float64{0, -4, 4, 0}, "gather gather sum"},
	{"Add of opset 6 broadcasts an activation", newModel(6, 1, 2, 2).node("Relu", "x", "r").ints("n", 4).node("Reshape", "x n", "s").
		floats("w", []int{4, 2}, 1, 0, 0, 1, 0, 0, 0, 0).node("MatMul", "s w", "m").node("Add", "r m", "y", intOf("broadcast", 1), intOf("axis", 1)),
		[]float64{1, 2, 3, -4}, []float64{2, 3, 5, 2}, "relu dense gather sum"},
	{"Sum with a constant", newModel(8, 1, 2).node("Relu", "x", "r").floats("c", []int{1}, 10).node("Sum", "x c r", "y"),
		[]float64{1, -2}, []float64{12, 8}, "relu gather elementwise gather sum"},
	{"Sum of one", newModel(13, 1, 2).node("Sum", "x", "s").node("Relu", "s", "y"), []float64{1, -2}, []float64{1, 0}, "relu"},

	{"Concat", newModel(13, 1, 2, 2).node("Relu", "x", "r").node("Concat", "x r", "y", intOf("axis", -1)),
		[]float64{1, -2, 3, 4}, []float64{1, -2, 1, 0, 3, 4, 3, 4}, "relu concatenation"},
	{"Concat by default joins dimension 1", newModel(1, 1, 2).node("Concat", "x x", "y"), []float64{1, 2}, []float64{1, 2, 1, 2}, "concatenation"},
	{"Concat with a constant, and with nothing", newModel(13, 1, 2).floats("c", []int{1, 1}, 7).floats("none", []int{1, 0}).
		node("Concat", "c none x", "y", intOf("axis", 1)), []float64{1, 2}, []float64{7, 1, 2}, "gather elementwise concatenation"},
	{"Concat of constants", newModel(13, 1, 4).ints("a", 2).ints("b", 2).node("Concat", "a b", "s", intOf("axis", 0)).
		floats("c", []int{1, 2}, 1, 2).floats("d", []int{1, 2}, 3, 4).node("Concat", "c d", "w", intOf("axis", 0)).
		node("Reshape", "x s", "r").node("MatMul", "r w", "y"), []float64{1, 0, 0, 1}, []float64{1, 2, 3, 4}, "dense"},
}

// convolutionErrors are among errorCases.
var convolutionErrors = []errorCase{
	{"weights of Conv that are computed", newModel(13, 1, 1, 2).node("Conv", "x x", "y"), `!op #0 (Conv, opset 13): the weights "x" depend on the input`},
	{"bias of Conv that is computed", newModel(13, 1, 1, 1).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w x", "y"), `!op #0 (Conv, opset 13): the bias "x" depends on the input`},
	{"rank of Conv", newModel(13, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y"), "weights of shape 1x1x1 do not fit an operand of shape 1x2"},
	{"Conv over four axes", newModel(13, 1, 1, 2, 2, 2, 2).floats("w", []int{1, 1, 1, 1, 1, 1}, 1).node("Conv", "x w", "y"), "!op #0 (Conv, opset 13): the operand has shape 1x1x2x2x2x2; convolutions over one to three"},
	{"channels of Conv", newModel(13, 1, 3, 2).floats("w", []int{1, 2, 1}, 1, 1).node("Conv", "x w", "y"), "the operand has 3 channels in 1 groups, the weights are for 2 a group"},
	{"groups of Conv", newModel(13, 1, 3, 2).floats("w", []int{1, 2, 1}, 1, 1).node("Conv", "x w", "y", intOf("group", 2)), `attribute "group" is 2, which does not divide the 3 channels of the operand`},
	{"groups of the result of Conv", newModel(13, 1, 2, 2).floats("w", []int{3, 1, 1}, 1, 1, 1).node("Conv", "x w", "y", intOf("group", 2)), `attribute "group" is 2, which does not divide the 3 channels of the result`},
	{"bias of Conv", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).floats("b", []int{2}, 1, 1).node("Conv", "x w b", "y"), "the bias has shape 2 instead of 1"},
	{"kernel of Conv", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y", intsOf("kernel_shape", 2)), `attribute "kernel_shape" is 2, the weights' is 1`},
	{"large kernel", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 2}, 1, 1).node("Conv", "x w", "y", intsOf("dilations", 2)), "the kernel, 3 wide with its dilation, is larger than axis 0 of the operand, 2 with its padding"},
	{"auto_pad", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y", stringOf("auto_pad", "SAME")), `attribute "auto_pad" is "SAME"; it is NOTSET, `},
	{"auto_pad of a transposed kernel narrower than its stride", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("ConvTranspose", "x w", "y", intsOf("strides", 3), stringOf("auto_pad", "SAME_UPPER")), `!op #0 (ConvTranspose, opset 13): runtimes differ in what attribute "auto_pad" SAME_UPPER means for a kernel of 1 that is narrower than its stride of 3`},
	{"auto_pad and pads", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y", stringOf("auto_pad", "VALID"), intsOf("pads", 1, 1)), `attributes "pads" and "auto_pad" VALID exclude each other`},
	{"negative pads", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y", intsOf("pads", -1, 0)), `attribute "pads" has the number -1, which is not from 0`},
	{"too few pads", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y", intsOf("pads", 1)), `attribute "pads" has 1 numbers instead of 2 for an operand of shape 1x1x2`},
	{"stride 0", newModel(13, 1, 1, 2).floats("w", []int{1, 1, 1}, 1).node("Conv", "x w", "y", intsOf("strides", 0)), `attribute "strides" has the number 0, which is not from 1`},
	{"hostile pads", newModel(13, 1, 1, 1, 1).floats("w", []int{1, 1, 1, 1}, 1).node("Conv", "x w", "y", intsOf("pads", 1<<12, 1<<12, 1<<12, 1<<12)), "!op #0 (Conv, opset 13): the network has more than 16777216 values"},
	{"more hostile pads", newModel(13, 1, 1, 1, 1).floats("w", []int{1, 1, 1, 1}, 1).node("Conv", "x w", "y", intsOf("pads", 1<<24, 1<<24, 1<<24, 1<<24)), "the shape [1 1 33554433 33554433] has more than"},

	{"channels of ConvTranspose", newModel(13, 1, 2, 2).floats("w", []int{1, 1, 1}, 1).node("ConvTranspose", "x w", "y"), "the operand of shape 1x2x2 has 2 channels, the weights of shape 1x1x1 are for 1"},
	{"empty ConvTranspose", newModel(13, 1, 1, 1).floats("w", []int{1, 1, 2}, 1, 1).node("ConvTranspose", "x w", "y", intsOf("pads", 1, 1)), "axis 0 of the result would have 0 elements"},
	{"output_shape of ConvTranspose", newModel(13, 1, 1, 1).floats("w", []int{1, 1, 2}, 1, 1).node("ConvTranspose", "x w", "y", intsOf("output_shape", 2, 2)), `attribute "output_shape" has 2 numbers for 1 axes`},

	{"BatchNormalization that trains", newModel(15, 1, 1).floats("c", []int{1}, 1).node("BatchNormalization", "x c c c c", "y", intOf("training_mode", 1)), "!op #0 (BatchNormalization, opset 15): it normalizes by the statistics of the batch"},
	{"old BatchNormalization trains by default", newModel(6, 1, 1).floats("c", []int{1}, 1).node("BatchNormalization", "x c c c c", "y"), "!op #0 (BatchNormalization, opset 6): it normalizes by the statistics"},
	{"BatchNormalization with the outputs of training", newModel(9, 1, 1).floats("c", []int{1}, 1).node("BatchNormalization", "x c c c c", "y a b"), "!op #0 (BatchNormalization, opset 9): it normalizes by the statistics"},
	{"BatchNormalization by element", newModel(7, 1, 1).floats("c", []int{1}, 1).node("BatchNormalization", "x c c c c", "y", intOf("spatial", 0)), `!op #0 (BatchNormalization, opset 7): attribute "spatial" is 0`},
	{"channels of BatchNormalization", newModel(15, 1, 2).floats("c", []int{1}, 1).node("BatchNormalization", "x c c c c", "y"), `operand "c" has shape 1 instead of 2, one for each channel`},
	{"variance of BatchNormalization", newModel(15, 1, 1).floats("c", []int{1}, 1).floats("v", []int{1}, -1).node("BatchNormalization", "x c c c v", "y"), "variance -1 of channel 0 with epsilon"},

	{"AveragePool without a kernel", newModel(13, 1, 1, 2).node("AveragePool", "x", "y"), `attribute "kernel_shape" is left out`},
	{"AveragePool of a vector", newModel(13, 1, 2).node("AveragePool", "x", "y", intsOf("kernel_shape", 1)), "a batch, channels and spatial axes are needed"},
	{"AveragePool of padding", newModel(13, 1, 1, 1).node("AveragePool", "x", "y", intsOf("kernel_shape", 1), intsOf("pads", 1, 0)), "a window lies in the padding alone"},
	{"hostile AveragePool", newModel(13, 1, 1, 1, 1).node("AveragePool", "x", "y", intsOf("kernel_shape", 1<<24, 1<<24), intsOf("pads", 1<<24, 1<<24, 0, 0)), "!op #0 (AveragePool, opset 13): constants take more room than fits"},
	{"GlobalAveragePool of a vector", newModel(13, 1, 2).node("GlobalAveragePool", "x", "y"), "a batch, channels and spatial axes are needed"},

	{"two activations that do not fit", newModel(13, 1, 2, 3).node("Transpose", "x", "t", intsOf("perm", 0, 2, 1)).node("Add", "x t", "y"), "operands of shapes 1x2x3 and 1x3x2 do not fit: dimensions 2 and 3"},
	{"old Sum does not broadcast", newModel(6, 1, 2).floats("c", []int{1}, 1).node("Sum", "x c", "y"), "broadcasts only with broadcast=1"},
	{"an operand of Sum is left out", newModel(13, 1, 2).node("Sum", "x -", "y"), "operand 1 is left out"},
	{"Sum of nothing", newModel(13, 1, 2).node("Sum", "", "y"), "it has 0 operands"},
	{"Concat without axis", newModel(13, 1, 2).node("Concat", "x x", "y"), `attribute "axis" is left out`},
	{"axis of Concat", newModel(13, 1, 2).node("Concat", "x x", "y", intOf("axis", 2)), "axis 2 is not in the range of 2 dimensions"},
	{"shapes of Concat", newModel(13, 1, 2).floats("c", []int{2, 2}, 1, 2, 3, 4).node("Concat", "x c", "y", intOf("axis", 1)), "operands of shapes 1x2 and 2x2 cannot be joined along axis 1"},
	{"types of Concat", newModel(13, 1, 2).ints("c", 1).node("Concat", "x c", "y", intOf("axis", 1)), "have the types FLOAT and INT64"},
}
