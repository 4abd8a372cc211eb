package network

import "math"

// Evaluator computes values and gradients of a graph in float64. It keeps its
// buffers between calls and is for one goroutine.
type Evaluator struct {
	g      *Graph
	value  [][]float64
	slope  [][]float64 // cotangents, made at the first Gradient
	inputs [][][]float64
}

// NewEvaluator returns an evaluator of g.
func NewEvaluator(g *Graph) *Evaluator {
	e := &Evaluator{g: g, value: make([][]float64, len(g.Nodes)), inputs: make([][][]float64, len(g.Nodes))}
	for i, v := range g.Nodes {
		e.value[i] = make([]float64, v.Size)
	}
	for i, v := range g.Nodes {
		for _, k := range v.Inputs {
			e.inputs[i] = append(e.inputs[i], e.value[k])
		}
	}
	return e
}

// Forward evaluates every node at the input x.
func (e *Evaluator) Forward(x []float64) {
	copy(e.value[0], x)
	for i, v := range e.g.Nodes {
		if v.Op != nil {
			v.Op.Eval(e.value[i], e.inputs[i])
		}
	}
}

// NearThresholds counts the quantized values at the last Forward whose operand is within
// the given share of a step of a threshold between two levels.
func (e *Evaluator) NearThresholds(share float64) int {
	count := 0
	for v, node := range e.g.Nodes {
		q, ok := node.Op.(Staircase)
		if !ok {
			continue
		}
		for i, z := range e.value[node.Inputs[0]] {
			k := e.value[v][i]
			least, greatest := q.Levels(i)
			lo, hi := q.Threshold(i, k-1), q.Threshold(i, k)
			near := share * (hi - lo)
			if k > least && math.Abs(z-lo) <= near || k < greatest && math.Abs(z-hi) <= near {
				count++
			}
		}
	}
	return count
}

// Value returns the value of a node at the last Forward. It is overwritten by
// the next one.
func (e *Evaluator) Value(node int) []float64 { return e.value[node] }

// At returns the value of a functional at the last Forward.
func (e *Evaluator) At(f Functional) float64 {
	s := f.Const
	for k, node := range f.Nodes {
		for i, c := range f.Coef[k] {
			s += c * e.value[node][i]
		}
	}
	return s
}

// Gradient writes the gradient of a functional with respect to the input, at
// the point of the last Forward, to grad, as far as activations have derivatives:
// see Activation.Backward.
func (e *Evaluator) Gradient(f Functional, grad []float64) {
	if e.slope == nil {
		e.slope = make([][]float64, len(e.g.Nodes))
		for i, v := range e.g.Nodes {
			e.slope[i] = make([]float64, v.Size)
		}
	}
	for _, s := range e.slope {
		clear(s)
	}
	for k, node := range f.Nodes {
		for i, c := range f.Coef[k] {
			e.slope[node][i] += c
		}
	}
	for i := len(e.g.Nodes) - 1; i > 0; i-- {
		switch op := e.g.Nodes[i].Op.(type) {
		case Affine:
			for k, in := range e.g.Nodes[i].Inputs {
				op.ApplyTransposed(k, e.slope[in], e.slope[i], 1)
			}
		case Activation:
			in := e.g.Nodes[i].Inputs[0]
			op.Backward(e.slope[in], e.slope[i], e.value[in])
		}
	}
	copy(grad, e.slope[0])
}
