// Package onnx reads classifiers from ONNX files.
//
// An ONNX model is a list of operators in topological order over named
// tensors. Read turns it into a network.Graph, a function of one sample over
// the reals:
//
//   - A tensor that does not depend on the input is a constant. Constants are
//     exact: an initializer is the real number that its bits stand for, a
//     change of shape moves elements, and a Cast rounds as ONNX defines.
//   - A tensor that depends on the input is an activation: a node of the graph
//     and a shape. Operators that change only the shape (Flatten, Reshape,
//     Squeeze, Unsqueeze) make no node. Those that pick elements (Slice, Split,
//     Gather, Pad, Expand, Tile) make one Gather.
//   - Operators whose operands are all constants are computed: integers, and
//     shapes among them, always, floating-point numbers where the result is a
//     float64 exactly (fold.go).
//   - A piecewise-linear function is made of affine operators and ReLUs, with the
//     same value everywhere: max(a, b) = a + relu(b - a), clipping, slopes,
//     pooling (maximum.go, tournament.go). A maximum of elements that one
//     quantization or growing function made is that function of the maximum of what it was
//     applied to, which has fewer neurons (monotone.go). What is smooth or jumps is
//     refused by name (refused.go).
//   - QuantizeLinear makes integers, the levels of network.Quantize, and
//     DequantizeLinear is affine: both in real arithmetic. Operators of quantized
//     tensors (QLinearConv, QGemm, MatMulInteger) are sums of products of integers,
//     which are exact, times the scales (qlinear.go). Half-way points become what the
//     operator makes of them (qlinearadd.go rounds after the zero point). A ReLU that an
//     exporter left out, because quantization clips at zero anyway, is put back (clipped.go).
//   - A network may take integers: a quantization of the real numbers that they stand
//     for then comes first (integerinput.go), and where it gives levels, its logits are what
//     these stand for.
//   - Constants are folded into layers only where the result is a float64
//     exactly. alpha*W of a Gemm becomes a weight if every product is exact,
//     and a multiplication after the layer otherwise; a division by a constant
//     stays a division. The square root of BatchNormalization is rounded, and
//     the operator says so (network.Elementwise).
//
// The batch is 1: a symbolic first dimension of the input is read as 1.
//
// The messages of an ONNX file are those of onnx.proto (github.com/onnx/onnx,
// IR versions up to 14); what operators mean is taken from
// docs/Changelog.md there, which has every version of every operator.
//
// A new operator is one file here with a function of type build, and one line
// in operators.go, operatortables.go, convolutions.go or quantized_operators.go. node-tests.txt in testdata
// lists which conformance tests of ONNX run.
package onnx
