package specification

import (
	"slices"
	"strconv"
	"strings"

	"rsm/formula"
	"rsm/network"
)

// Specification is the content of a query file.
type Specification struct {
	Version  string // of VNN-LIB, such as "2.0"
	Networks []Network
	Tensors  []Tensor          // of all networks, in the order of the file
	Asserts  []formula.Formula // all must hold
	File     string            // path as given
	SHA256   string            // of the file's bytes
	Notes    []string          // what reading changed, one sentence each
}

// Network is a declared network.
type Network struct {
	Name     string
	Relation Relation
	To       int   // the network that the relation names, an earlier one
	Tensors  []int // indices in Specification.Tensors: inputs, hidden, outputs
	At       formula.Position
}

// Relation is what a declaration says of its network and an earlier one.
type Relation int

// The relations.
const (
	Unrelated    Relation = iota
	EqualTo               // the same model file
	IsomorphicTo          // another model with the same graph
)

// Kind says which values of a network a tensor has.
type Kind int

// The kinds.
const (
	Input Kind = iota
	Hidden
	Output
)

// String is the kind in words.
func (k Kind) String() string { return [...]string{"input", "hidden tensor", "output"}[k] }

// Tensor is a declared input, hidden value or output of a network.
type Tensor struct {
	Name        string
	Type        string // as written
	Shape       network.Shape
	Kind        Kind
	Node        string // the name of a hidden tensor in the model file
	Network     int
	Initialized bool // an input that has the model's default value
	At          formula.Position
}

// Dims writes the shape as VNN-LIB does: [1,28,28].
func (t *Tensor) Dims() string {
	parts := make([]string, len(t.Shape))
	for i, d := range t.Shape {
		parts[i] = strconv.Itoa(d)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// Real says whether a type is that of the real numbers. Files of VNN-LIB 1.0
// and examples of 2.0 write Real.
func Real(typ string) bool { return typ == "real" || typ == "Real" }

// Floating says whether a type is one of ONNX's floating-point types.
func Floating(typ string) bool {
	return slices.Contains([]string{
		"float16", "float32", "float64", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "float4e2m1",
	}, typ)
}

// Integral says whether a type is one of ONNX's integer types.
func Integral(typ string) bool {
	return slices.Contains([]string{
		"int4", "int8", "int16", "int32", "int64", "uint4", "uint8", "uint16", "uint32", "uint64",
	}, typ)
}

// ElementName writes an element as the file does: Y[0,3].
func (s *Specification) ElementName(e formula.Element) string {
	t := &s.Tensors[e.Tensor]
	if s.Version == "1.0" {
		return t.Name + "_" + strconv.Itoa(e.Index)
	}
	if len(t.Shape) == 0 {
		return t.Name
	}
	parts, rest := make([]string, len(t.Shape)), e.Index
	for i := len(t.Shape) - 1; i >= 0; i-- {
		parts[i] = strconv.Itoa(rest % t.Shape[i])
		rest /= t.Shape[i]
	}
	return t.Name + "[" + strings.Join(parts, ",") + "]"
}
