package relax

import (
	"math"

	"rsm/network"
)

// Slopes returns, for each input, the largest magnitude that the partial
// derivative of a linear function of the nodes' values has over the region,
// where a neuron's slope is 0 or 1 and unstable ones have any between: intervals
// of derivatives, propagated backwards. Rounding is not accounted for: it tells
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
		case *network.Quantize:
			z := node.Inputs[0]
			at(z)
			for i, x := range mid[v] {
				if b.Open(v, i) {
					mid[z][i] += x * op.Slope(i)
					radius[z][i] += radius[v][i] * op.Slope(i)
				}
			}
		case network.ReLU:
			z := node.Inputs[0]
			at(z)
			for i, x := range mid[v] {
				switch r := radius[v][i]; {
				case b.Node[z].Lo[i] >= 0:
					mid[z][i] += x
					radius[z][i] += r
				case b.Node[z].Hi[i] > 0:
					lo, hi := min(x-r, 0), max(x+r, 0)
					mid[z][i] += lo/2 + hi/2
					radius[z][i] += hi/2 - lo/2
				}
			}
		}
		mid[v], radius[v] = nil, nil
	}
	out := make([]float64, len(mid[to]))
	for i, x := range mid[to] {
		out[i] = math.Abs(x) + radius[to][i]
	}
	return out
}
