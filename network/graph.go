package network

import (
	"fmt"
	"strconv"
	"strings"
)

// Shape is the shape of one value, outermost dimension first. A batch dimension
// of the file is there with size 1.
type Shape []int

// Size is the number of elements.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// String writes the shape as 1x28x28.
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = strconv.Itoa(d)
	}
	return strings.Join(parts, "x")
}

// Equal says whether both shapes have the same dimensions.
func (s Shape) Equal(t Shape) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// Op is what a node computes.
type Op interface {
	// Kind is the operator's name in lower case, for people.
	Kind() string
	// Check returns the number of elements of the result for operands of the
	// given sizes, or says why they do not fit.
	Check(in []int) (int, error)
	// Eval writes the result to out. The slices have the sizes of Check.
	Eval(out []float64, in [][]float64)
	// Equal says whether other computes the same function, constant by
	// constant and bit by bit.
	Equal(other Op) bool
	// Parameters counts the constants of the operator.
	Parameters() int
}

// Affine is an operator y = A_0 x_0 + ... + A_(m-1) x_(m-1) + b.
//
// The products may be computed in any order and with or without fused
// multiply-add, but each must be a sum of at most Terms() products of exact
// weights (a division by an exact constant counts as such a product), so that
// its rounding error is at most gamma(Terms()) |A| |x| componentwise
// (N. Higham, Accuracy and Stability of Numerical Algorithms, section 3.1).
type Affine interface {
	Op
	// Terms bounds the number of terms of any row or column sum, the bias
	// included.
	Terms() int
	// Bias returns b, or nil where it is zero. The caller does not write it.
	Bias() []float64
	// Apply adds A_k x to out.
	Apply(k int, out, x []float64)
	// ApplyAbs adds |A_k| x to out, for x >= 0.
	ApplyAbs(k int, out, x []float64)
	// ApplyTransposed adds A_k^T y to x for each of the given number of rows
	// y of a row-major matrix; x is row-major with as many rows.
	ApplyTransposed(k int, x, y []float64, rows int)
	// ApplyAbsTransposed adds |A_k|^T y to x, for y >= 0.
	ApplyAbsTransposed(k int, x, y []float64)
	// Entries calls do for the elements of A_k that are not zero, weight / divisor
	// each, until it returns false. Those of several calls for one place are added.
	// Operand k has the given number of elements, the columns of A_k.
	Entries(k, columns int, do func(row, column int, weight, divisor float64) bool)
}

// Node is one value of a graph.
type Node struct {
	Name   string // the name in the file, for messages
	Op     Op     // nil for the input
	Inputs []int  // indices of earlier nodes
	Size   int    // number of elements
	Shape  Shape  // shape in the file; Shape.Size() == Size
}

// Graph is a function of one input, given by nodes in topological order.
// Node 0 is the input. Outputs names the nodes that are its results.
type Graph struct {
	Nodes   []Node
	Outputs []int
}

// NewGraph returns a graph with only an input of the given shape.
func NewGraph(input Shape) *Graph {
	return &Graph{Nodes: []Node{{Name: "input", Size: input.Size(), Shape: input}}}
}

// Add appends a node and returns its index. A nil shape stands for a vector.
func (g *Graph) Add(name string, op Op, shape Shape, inputs ...int) (int, error) {
	in := make([]int, len(inputs))
	for k, i := range inputs {
		if i < 0 || i >= len(g.Nodes) {
			return 0, fmt.Errorf("node %q: operand %d is not an earlier node", name, k)
		}
		in[k] = g.Nodes[i].Size
	}
	size, err := op.Check(in)
	if err != nil {
		return 0, fmt.Errorf("node %q: %w", name, err)
	}
	if shape == nil {
		shape = Shape{size}
	}
	if shape.Size() != size {
		return 0, fmt.Errorf("node %q: shape %v has %d elements, the %s has %d", name, shape, shape.Size(), op.Kind(), size)
	}
	g.Nodes = append(g.Nodes, Node{Name: name, Op: op, Inputs: append([]int(nil), inputs...), Size: size, Shape: shape})
	return len(g.Nodes) - 1, nil
}

// InputSize is the number of inputs.
func (g *Graph) InputSize() int { return g.Nodes[0].Size }

// Parameters counts the constants of all operators.
func (g *Graph) Parameters() int {
	n := 0
	for _, v := range g.Nodes {
		if v.Op != nil {
			n += v.Op.Parameters()
		}
	}
	return n
}

// Used marks the nodes on which an output depends, and the input.
func (g *Graph) Used() []bool {
	used := make([]bool, len(g.Nodes))
	used[0] = true
	for _, o := range g.Outputs {
		used[o] = true
	}
	for i := len(g.Nodes) - 1; i > 0; i-- {
		if used[i] {
			for _, k := range g.Nodes[i].Inputs {
				used[k] = true
			}
		}
	}
	return used
}
