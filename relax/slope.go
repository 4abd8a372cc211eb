package relax

import (
	"math"

	"rsm/network"
)

// Slopes returns, for each input, the largest magnitude that the partial
// derivative of a linear function of the nodes' values has over the region,
// where a neuron has the slopes that its activation may have between its bounds:
// intervals of derivatives, propagated backwards. Rounding is not accounted for: it tells
// which input is worth splitting.
func (b *Bounds) Slopes(f network.Functional) []float64 { return b.SlopesAt(f, 0) }

// SlopesAt is Slopes by the elements of a node, as far as the function depends on them and
// on nothing else that they depend on.
func (b *Bounds) SlopesAt(f network.Functional, to int) []float64 {
	g := b.Joint.Graph
	mid, radius := make([][]float64, len(g.Nodes)), make([][]float64, len(g.Nodes))
	at := func(v int) {
		if mid[v] == nil {
			mid[v], radius[v] = make([]float64, g.Nodes[v].Size), make([]float64, g.Nodes[v].Size)
		}
	}
	at(to)
	for k, v := range f.Nodes {
		at(v)
		for i, c := range f.Coef[k] {
			mid[v][i] += c
		}
	}
	for v := len(g.Nodes) - 1; v > to; v-- {
		if mid[v] == nil {
			continue
		}
		node := &g.Nodes[v]
		switch op := node.Op.(type) {
		case network.Affine:
			for k, in := range node.Inputs {
				at(in)
				op.ApplyTransposed(k, mid[in], mid[v], 1)
				op.ApplyAbsTransposed(k, radius[in], radius[v])
			}
		case network.Activation:
			z := node.Inputs[0]
			at(z)
			b.relaxations[v].derivatives(b, v, spans{mid[z], radius[z]}, spans{mid[v], radius[v]})
		}
		mid[v], radius[v] = nil, nil
	}
	out := make([]float64, len(mid[to]))
	for i, x := range mid[to] {
		out[i] = math.Abs(x) + radius[to][i]
	}
	return out
}
