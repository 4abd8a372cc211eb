package onnx

import (
	"encoding/binary"
	"math"
	"strings"

	"github.com/x448/float16"
	"google.golang.org/protobuf/encoding/protowire"
)

// builder writes ONNX files for tests, right ones and wrong ones.
type builder struct {
	ir     uint64
	opset  uint64
	domain string
	graph  []byte // fields of GraphProto
}

// newModel starts a model with the input x and the output y.
func newModel(opset int, dims ...any) *builder {
	b := &builder{ir: 8, opset: uint64(opset)}
	b.input("x", float32Type, dims...)
	b.output("y")
	return b
}

func appendBytes(to []byte, number int, content []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, protowire.Number(number), protowire.BytesType), content)
}

func appendString(to []byte, number int, s string) []byte { return appendBytes(to, number, []byte(s)) }

func appendInt(to []byte, number int, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, protowire.Number(number), protowire.VarintType), uint64(v))
}

func appendFloat(to []byte, number int, v float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(to, protowire.Number(number), protowire.Fixed32Type), math.Float32bits(v))
}

// info encodes a ValueInfoProto: a dimension is an int, a string, or nil.
func info(name string, typ dataType, dims ...any) []byte {
	var shape []byte
	for _, d := range dims {
		var dim []byte
		switch d := d.(type) {
		case int:
			dim = appendInt(nil, 1, int64(d))
		case string:
			dim = appendString(nil, 2, d)
		}
		shape = appendBytes(shape, 1, dim)
	}
	tensor := appendBytes(appendInt(nil, 1, int64(typ)), 2, shape)
	return appendBytes(appendString(nil, 1, name), 2, appendBytes(nil, 1, tensor))
}

func (b *builder) input(name string, typ dataType, dims ...any) *builder {
	b.graph = appendBytes(b.graph, 11, info(name, typ, dims...))
	return b
}

func (b *builder) output(name string) *builder {
	b.graph = appendBytes(b.graph, 12, info(name, float32Type))
	return b
}

// tensorOf encodes a TensorProto with raw data.
func tensorOf(name string, typ dataType, dims []int, values ...float64) []byte {
	var t, raw []byte
	for _, d := range dims {
		t = appendInt(t, 1, int64(d))
	}
	for _, v := range values {
		switch typ {
		case float32Type:
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
		case float64Type:
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		case float16Type:
			raw = binary.LittleEndian.AppendUint16(raw, float16.Fromfloat32(float32(v)).Bits())
		case bfloat16Type:
			raw = binary.LittleEndian.AppendUint16(raw, uint16(math.Float32bits(float32(v))>>16))
		case int64Type:
			raw = binary.LittleEndian.AppendUint64(raw, uint64(int64(v)))
		case int32Type:
			raw = binary.LittleEndian.AppendUint32(raw, uint32(int32(v)))
		case int16Type, uint16Type:
			raw = binary.LittleEndian.AppendUint16(raw, uint16(int64(v)))
		default:
			raw = append(raw, byte(int64(v)))
		}
	}
	t = appendInt(t, 2, int64(typ))
	t = appendString(t, 8, name)
	return appendBytes(t, 9, raw)
}

func (b *builder) initializer(tensor []byte) *builder {
	b.graph = appendBytes(b.graph, 5, tensor)
	return b
}

// floats adds a float32 initializer.
func (b *builder) floats(name string, dims []int, values ...float64) *builder {
	return b.initializer(tensorOf(name, float32Type, dims, values...))
}

// doubles adds a float64 initializer.
func (b *builder) doubles(name string, dims []int, values ...float64) *builder {
	return b.initializer(tensorOf(name, float64Type, dims, values...))
}

// ints adds an int64 initializer, a list.
func (b *builder) ints(name string, values ...float64) *builder {
	return b.initializer(tensorOf(name, int64Type, []int{len(values)}, values...))
}

// levels adds an initializer of integers of a byte or more.
func (b *builder) levels(name string, typ dataType, dims []int, values ...float64) *builder {
	return b.initializer(tensorOf(name, typ, dims, values...))
}

// microsoft adds a node of ONNX Runtime's own operators.
func (b *builder) microsoft(op, inputs, outputs string, attributes ...[]byte) *builder {
	b.domain = microsoft
	b.node(op, inputs, outputs, attributes...)
	b.domain = ""
	return b
}

// node adds a node; inputs and outputs are separated by spaces, and - stands
// for one that is left out.
func (b *builder) node(op, inputs, outputs string, attributes ...[]byte) *builder {
	return b.named("", op, inputs, outputs, attributes...)
}

func (b *builder) named(name, op, inputs, outputs string, attributes ...[]byte) *builder {
	var n []byte
	for number, list := range []string{inputs, outputs} {
		for _, s := range strings.Fields(list) {
			n = appendString(n, number+1, strings.TrimPrefix(s, "-"))
		}
	}
	if name != "" {
		n = appendString(n, 3, name)
	}
	n = appendString(n, 4, op)
	for _, a := range attributes {
		n = appendBytes(n, 5, a)
	}
	if b.domain != "" {
		n = appendString(n, 7, b.domain)
	}
	b.graph = appendBytes(b.graph, 1, n)
	return b
}

func attributeOf(name string, kind attributeKind) []byte {
	return appendInt(appendString(nil, 1, name), 20, int64(kind))
}

func intOf(name string, v int64) []byte {
	return appendInt(attributeOf(name, intAttribute), 3, v)
}

func floatOf(name string, v float32) []byte {
	return appendFloat(attributeOf(name, floatAttribute), 2, v)
}

func stringOf(name, v string) []byte {
	return appendString(attributeOf(name, stringAttribute), 4, v)
}

func intsOf(name string, values ...int64) []byte {
	a := attributeOf(name, intsAttribute)
	for _, v := range values {
		a = appendInt(a, 8, v)
	}
	return a
}

func floatsOf(name string, values ...float32) []byte {
	a := attributeOf(name, floatsAttribute)
	for _, v := range values {
		a = appendFloat(a, 7, v)
	}
	return a
}

func tensorAttributeOf(name string, tensor []byte) []byte {
	return appendBytes(attributeOf(name, tensorAttribute), 5, tensor)
}

// bytes encodes the ModelProto.
func (b *builder) bytes() []byte {
	m := appendInt(nil, 1, int64(b.ir))
	m = appendString(m, 2, "test")
	m = appendBytes(m, 7, b.graph)
	if b.opset > 0 {
		m = appendBytes(m, 8, appendInt(appendString(nil, 1, ""), 2, int64(b.opset)))
	}
	return m
}

// learning adds a node of the domain of classical machine learning.
func (b *builder) learning(op, inputs, outputs string, attributes ...[]byte) *builder {
	b.domain = learning
	b.node(op, inputs, outputs, attributes...)
	b.domain = ""
	return b
}

func stringsOf(name string, values ...string) []byte {
	a := attributeOf(name, stringsAttribute)
	for _, v := range values {
		a = appendString(a, 9, v)
	}
	return a
}

// outputOf adds an output of a type.
func (b *builder) outputOf(name string, typ dataType) *builder {
	b.graph = appendBytes(b.graph, 12, info(name, typ))
	return b
}

// names adds an initializer of strings.
func (b *builder) names(name string, values ...string) *builder {
	t := appendInt(appendInt(nil, 1, int64(len(values))), 2, int64(stringType))
	for _, v := range values {
		t = appendString(t, 6, v)
	}
	return b.initializer(appendString(t, 8, name))
}
