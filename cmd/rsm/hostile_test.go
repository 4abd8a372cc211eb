package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// onnxFiles are the networks of the scripts, by kind. The sound ones take two
// features; "sound" and "twin" have three classes and differ a little.
var onnxFiles = map[string]func() []byte{
	"sound":        func() []byte { return smallNet(2, 3, 0) },
	"twin":         func() []byte { return smallNet(2, 3, 0.125) },
	"three-inputs": func() []byte { return smallNet(3, 3, 0) },
	"one-output":   func() []byte { return smallNet(2, 1, 0) },
	"two-outputs":  func() []byte { return smallNet(2, 2, 0) },
	"four-classes": func() []byte { return smallNet(2, 4, 0) },
	"single":       func() []byte { return onnxModel(2, gemm("only", "x", "y", 2, 3, 0)) },
	"nan":          func() []byte { return smallNet(2, 3, math.NaN()) },
	"infinite":     func() []byte { return smallNet(2, 3, math.Inf(1)) },
	"truncated":    func() []byte { b := smallNet(2, 3, 0); return b[:len(b)*2/3] },
	"text":         func() []byte { return []byte("This is a letter, not a network.\nYours\n") },
	"empty":        func() []byte { return nil },
	"random":       randomBytes,
	"unknown-op":   func() []byte { return onnxModel(2, onnxNode("squash", "Tanh", "x", "", "y")) },
	"inner-shape": func() []byte {
		return onnxModel(2, gemm("first", "x", "h", 2, 4, 0), gemm("second", "h", "y", 3, 3, 0))
	},
	"two-operands":  func() []byte { return onnxModel(2, gemm("first", "x", "y", 2, 3, 0), gemm("again", "x", "y", 2, 3, 0)) },
	"missing-input": func() []byte { return onnxModel(2, gemm("first", "nothing", "y", 2, 3, 0)) },
}

func randomBytes() []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 4096)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// smallNet is a network of one hidden layer of four neurons; change is added
// to one of its weights.
func smallNet(inputs, classes int, change float64) []byte {
	return onnxModel(inputs,
		gemm("hidden", "x", "h", inputs, 4, change),
		onnxNode("relu", "Relu", "h", "", "a"),
		gemm("out", "a", "y", 4, classes, 0))
}

// onnxModel encodes a ModelProto with the input x and the output y; parts are
// fields of its GraphProto.
func onnxModel(inputs int, parts ...[]byte) []byte {
	return onnxModelOf([]int{1, inputs}, parts...)
}

// onnxModelOf is one whose input has the shape given.
func onnxModelOf(shape []int, parts ...[]byte) []byte {
	var graph []byte
	for _, p := range parts {
		graph = append(graph, p...)
	}
	graph = field(graph, 11, valueInfo("x", shape...))
	graph = field(graph, 12, valueInfo("y"))
	model := varint(nil, 1, 8)
	model = field(model, 7, graph)
	return field(model, 8, varint(field(nil, 1, nil), 2, 13))
}

// gemm is a Gemm node with its weights, which repeat, and zero biases.
func gemm(name, from, to string, inputs, outputs int, change float64) []byte {
	w := make([]float64, inputs*outputs)
	for i := range w {
		w[i] = float64(i*7%11-5) / 4
	}
	w[1] += change
	part := field(nil, 5, tensorProto(name+".w", []int{inputs, outputs}, w))
	part = append(part, field(nil, 5, tensorProto(name+".b", []int{outputs}, make([]float64, outputs)))...)
	return append(part, onnxNode(name, "Gemm", from, name+".w "+name+".b", to)...)
}

// onnxNode is a node; parameters are names separated by a space.
func onnxNode(name, op, from, parameters, to string) []byte {
	n := field(nil, 1, []byte(from))
	for _, p := range strings.Fields(parameters) {
		n = field(n, 1, []byte(p))
	}
	n = field(n, 2, []byte(to))
	n = field(n, 3, []byte(name))
	return field(nil, 1, field(n, 4, []byte(op)))
}

func tensorProto(name string, dims []int, values []float64) []byte {
	var t, raw []byte
	for _, d := range dims {
		t = varint(t, 1, d)
	}
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
	}
	t = varint(t, 2, 1) // FLOAT
	return field(field(t, 8, []byte(name)), 9, raw)
}

func valueInfo(name string, dims ...int) []byte {
	var shape []byte
	for _, d := range dims {
		shape = field(shape, 1, varint(nil, 1, d))
	}
	tensor := field(varint(nil, 1, 1), 2, shape)
	return field(field(nil, 1, []byte(name)), 2, field(nil, 1, tensor))
}

func field(to []byte, number protowire.Number, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), content)
}

func varint(to []byte, number protowire.Number, v int) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, number, protowire.VarintType), uint64(v))
}
