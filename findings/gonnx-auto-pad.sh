#!/usr/bin/env bash
# Convolutions with auto_pad in gonnx, an ONNX runtime in Go.
#
# Guess: VALID pads nothing. SAME_UPPER and SAME_LOWER pad each spatial axis so that it has ceil(size / stride) positions.
# Seen: VALID pads like SAME_UPPER. And the amount is computed from the first axes of the tensor, the batch size and the number of
# channels, instead of height and width: right for stride 1, where the size cancels, and otherwise only by chance. Ones of 1x1x4x4 under
# a 3x3 kernel of ones with VALID give 16 values that begin with 4, instead of 4 values of 9.
# Version: github.com/advancedclimatesystems/gonnx v1.1.0.
# Why it matters here: it is a runtime in pure Go, and so a natural second opinion for a Go program on models from Keras, whose
# convolutions have auto_pad.
# Source: ONNX operator Conv, attribute auto_pad.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat > go.mod <<'END'
module probe

go 1.25

require (
	github.com/advancedclimatesystems/gonnx v1.1.0
	gorgonia.org/tensor v0.9.24
)
END
cat > main.go <<'END'
package main

import (
	"fmt"
	"os"

	"github.com/advancedclimatesystems/gonnx"
	"github.com/advancedclimatesystems/gonnx/onnx"
	"gorgonia.org/tensor"
)

func info(name string, dims ...int64) *onnx.ValueInfoProto {
	shape := &onnx.TensorShapeProto{}
	for _, d := range dims {
		shape.Dim = append(shape.Dim, &onnx.TensorShapeProto_Dimension{Value: &onnx.TensorShapeProto_Dimension_DimValue{DimValue: d}})
	}
	return &onnx.ValueInfoProto{Name: name, Type: &onnx.TypeProto{Value: &onnx.TypeProto_TensorType{
		TensorType: &onnx.TypeProto_Tensor{ElemType: 1, Shape: shape}}}}
}

func ones(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

// conv returns the shape and the values of a 3x3 convolution of ones over size x size ones.
func conv(pad string, size, stride, out int64) string {
	kernel := &onnx.TensorProto{Name: "w", DataType: 1, Dims: []int64{1, 1, 3, 3}, FloatData: ones(9)}
	node := &onnx.NodeProto{OpType: "Conv", Input: []string{"x", "w"}, Output: []string{"y"}, Attribute: []*onnx.AttributeProto{
		{Name: "auto_pad", Type: onnx.AttributeProto_STRING, S: []byte(pad)},
		{Name: "strides", Type: onnx.AttributeProto_INTS, Ints: []int64{stride, stride}},
	}}
	model, err := gonnx.NewModel(&onnx.ModelProto{IrVersion: 7, OpsetImport: []*onnx.OperatorSetIdProto{{Version: 13}},
		Graph: &onnx.GraphProto{Name: "g", Node: []*onnx.NodeProto{node}, Initializer: []*onnx.TensorProto{kernel},
			Input: []*onnx.ValueInfoProto{info("x", 1, 1, size, size)}, Output: []*onnx.ValueInfoProto{info("y", 1, 1, out, out)}}})
	if err != nil {
		return err.Error()
	}
	x := tensor.New(tensor.WithShape(1, 1, int(size), int(size)), tensor.WithBacking(ones(int(size*size))))
	outputs, err := model.Run(gonnx.Tensors{"x": x})
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint([]int(outputs["y"].Shape()), outputs["y"].Data())
}

func main() {
	valid := conv("VALID", 4, 1, 2)
	same1 := conv("SAME_UPPER", 3, 1, 3)
	same2 := conv("SAME_UPPER", 4, 2, 2)
	fmt.Println("versions:  gonnx v1.1.0")
	fmt.Println("expected:  VALID [1 1 2 2] [9 9 9 9]; SAME_UPPER, stride 2: [1 1 2 2] [9 6 6 4]")
	fmt.Println("seen:      VALID", valid+"; SAME_UPPER, stride 2:", same2+"; SAME_UPPER, stride 1:", same1)
	if valid != "[1 1 4 4] [4 6 6 4 6 9 9 6 6 9 9 6 4 6 6 4]" || same2 != "[1 1 2 2] [4 6 6 9]" ||
		same1 != "[1 1 3 3] [4 6 4 6 9 6 4 6 4]" {
		fmt.Println("BEHAVIOUR HAS CHANGED")
		os.Exit(1)
	}
	fmt.Println("the surprise is still there")
}
END
GOFLAGS=-mod=mod go mod tidy > tidy.log 2>&1 || { cat tidy.log; exit 1; }
go run .
