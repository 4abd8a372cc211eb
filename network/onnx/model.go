package onnx

import (
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of onnx.proto, with the fields that matter here. Numbers of
// fields are from there; unknown fields are skipped, as protobuf wants it.

type model struct {
	irVersion int64
	opsets    []opset
	graph     *graph
	functions []*function
	metadata  []metadata
}

type opset struct {
	domain  string
	version int64
}

type graph struct {
	nodes        []*node
	initializers []*tensor
	inputs       []*valueInfo
	outputs      []*valueInfo
}

type node struct {
	inputs, outputs []string
	name, op        string
	domain          string
	overload        string // of a function
	attributes      []*attribute
	at              int   // its place among the nodes of the file
	opset           int64 // of the default domain, where the node is of a function; 0 for the model's
}

// valueInfo is the declaration of an input or output.
type valueInfo struct {
	name   string
	tensor bool // its type is that of dense tensors
	typ    dataType
	ranked bool // the shape is given
	dims   []dimension
}

// dimension is a declared dimension: a size, a symbol, or neither.
type dimension struct {
	size   int64
	fixed  bool
	symbol string
}

func decodeModel(data []byte) (*model, error) {
	m := &model{}
	err := eachField("ModelProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			m.irVersion, err = f.integer()
		case 7:
			if m.graph != nil {
				return errors.New("there are two graphs")
			}
			m.graph, err = decodeMessage(f, decodeGraph)
		case 8:
			var o opset
			o, err = decodeMessage(f, decodeOpset)
			m.opsets = append(m.opsets, o)
		case 14:
			if entry, ok := decodeMetadata(f.bytes); ok {
				m.metadata = append(m.metadata, entry)
			}
		case 25:
			var local *function
			local, err = decodeMessage(f, decodeFunction)
			m.functions = append(m.functions, local)
		}
		return err
	})
	return m, err
}

// decodeMessage decodes a field that is a message.
func decodeMessage[T any](f field, decode func([]byte) (T, error)) (T, error) {
	if err := f.expect(protowire.BytesType); err != nil {
		var none T
		return none, err
	}
	return decode(f.bytes)
}

func decodeOpset(data []byte) (o opset, err error) {
	err = eachField("OperatorSetIdProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			o.domain, err = f.text()
		case 2:
			o.version, err = f.integer()
		}
		return err
	})
	return o, err
}

func decodeGraph(data []byte) (*graph, error) {
	g := &graph{}
	err := eachField("GraphProto", data, func(f field) error {
		switch f.number {
		case 1:
			n, err := decodeMessage(f, decodeNode)
			if n != nil {
				n.at = len(g.nodes)
			}
			g.nodes = append(g.nodes, n)
			return err
		case 5:
			t, err := decodeMessage(f, decodeTensor)
			g.initializers = append(g.initializers, t)
			return err
		case 11:
			v, err := decodeMessage(f, decodeValueInfo)
			g.inputs = append(g.inputs, v)
			return err
		case 12:
			v, err := decodeMessage(f, decodeValueInfo)
			g.outputs = append(g.outputs, v)
			return err
		case 15:
			t, err := decodeMessage(f, decodeSparse)
			g.initializers = append(g.initializers, t)
			return err
		}
		return nil
	})
	return g, err
}

func decodeNode(data []byte) (*node, error) {
	n := &node{}
	err := eachField("NodeProto", data, func(f field) (err error) {
		var s string
		switch f.number {
		case 1:
			s, err = f.text()
			n.inputs = append(n.inputs, s)
		case 2:
			s, err = f.text()
			n.outputs = append(n.outputs, s)
		case 3:
			n.name, err = f.text()
		case 4:
			n.op, err = f.text()
		case 5:
			var a *attribute
			a, err = decodeMessage(f, decodeAttribute)
			n.attributes = append(n.attributes, a)
		case 7:
			n.domain, err = f.text()
		case 8:
			n.overload, err = f.text()
		}
		return err
	})
	return n, err
}

func decodeValueInfo(data []byte) (*valueInfo, error) {
	v := &valueInfo{}
	err := eachField("ValueInfoProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			v.name, err = f.text()
		case 2:
			var typ []byte
			if typ, err = f.content(); err == nil {
				err = eachField("TypeProto", typ, v.decodeType)
			}
		}
		return err
	})
	return v, err
}

func (v *valueInfo) decodeType(f field) error {
	if f.number != 1 {
		return nil // a sequence, a map, an optional: not a tensor
	}
	content, err := f.content()
	if err != nil {
		return err
	}
	v.tensor = true
	return eachField("TypeProto.Tensor", content, func(f field) error {
		switch f.number {
		case 1:
			t, err := f.integer()
			v.typ = dataType(t)
			return err
		case 2:
			shape, err := f.content()
			if err != nil {
				return err
			}
			v.ranked = true
			return eachField("TensorShapeProto", shape, func(f field) error {
				if f.number != 1 {
					return nil
				}
				d, err := decodeMessage(f, decodeDimension)
				v.dims = append(v.dims, d)
				return err
			})
		}
		return nil
	})
}

func decodeDimension(data []byte) (d dimension, err error) {
	err = eachField("Dimension", data, func(f field) (err error) {
		switch f.number {
		case 1:
			d.size, err = f.integer()
			d.fixed, d.symbol = true, ""
		case 2:
			d.symbol, err = f.text()
			d.size, d.fixed = 0, false
		}
		return err
	})
	return d, err
}

// attributeKind is the type of an attribute, as numbered in AttributeProto.
type attributeKind int32

const (
	anyAttribute     attributeKind = 0
	floatAttribute   attributeKind = 1
	intAttribute     attributeKind = 2
	stringAttribute  attributeKind = 3
	tensorAttribute  attributeKind = 4
	floatsAttribute  attributeKind = 6
	intsAttribute    attributeKind = 7
	stringsAttribute attributeKind = 8
)

func (k attributeKind) String() string {
	switch k {
	case floatAttribute:
		return "a float"
	case intAttribute:
		return "an integer"
	case stringAttribute:
		return "a string"
	case tensorAttribute:
		return "a tensor"
	case floatsAttribute:
		return "a list of floats"
	case intsAttribute:
		return "a list of integers"
	case stringsAttribute:
		return "a list of strings"
	}
	return fmt.Sprintf("an attribute of type %d", int32(k))
}

type attribute struct {
	name      string
	kind      attributeKind
	float     float32
	integer   int64
	text      string
	tensor    *tensor
	floats    []byte // packed
	ints      []byte // packed
	texts     []string
	reference string // the parameter of a function that is the value
}

func decodeAttribute(data []byte) (*attribute, error) {
	a := &attribute{}
	var present attributeKind // files of IR versions 1 and 2 do not say the type
	err := eachField("AttributeProto", data, func(f field) (err error) {
		switch f.number {
		case 1:
			a.name, err = f.text()
		case 2:
			a.float, err = f.float()
			present = floatAttribute
		case 3:
			a.integer, err = f.integer()
			present = intAttribute
		case 4:
			a.text, err = f.text()
			present = stringAttribute
		case 5:
			if a.tensor != nil {
				return errors.New("there are two tensors")
			}
			a.tensor, err = decodeMessage(f, decodeTensor)
			present = tensorAttribute
		case 7:
			a.floats, err = f.pack(a.floats, protowire.Fixed32Type)
			present = floatsAttribute
		case 8:
			a.ints, err = f.pack(a.ints, protowire.VarintType)
			present = intsAttribute
		case 9:
			var s string
			s, err = f.text()
			a.texts = append(a.texts, s)
			present = stringsAttribute
		case 20:
			var kind int64
			kind, err = f.integer()
			a.kind = attributeKind(kind)
		case 21:
			a.reference, err = f.text()
		}
		return err
	})
	if a.kind == 0 {
		a.kind = present
	}
	return a, err
}
