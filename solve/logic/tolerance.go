package logic

import (
	"math"

	"rsm/formula"
	"rsm/network"
	"rsm/relax"
)

// Spread is the magnitude of the terms of a linear function of the nodes' values,
// at most, on the region of the bounds.
func Spread(b *relax.Bounds, f network.Functional) float64 {
	s := math.Abs(f.Const)
	for k, v := range f.Nodes {
		x := b.Node[v]
		for i, c := range f.Coef[k] {
			if c != 0 {
				s += math.Abs(c) * max(math.Abs(x.Lo[i]), math.Abs(x.Hi[i]))
			}
		}
	}
	return s
}

// Magnitude is the magnitude of the terms of a comparison, at most, on the region of the
// bounds: Spread of the linear function that it compares.
func Magnitude(b *relax.Bounds, c *formula.Comparison) float64 {
	var f network.Functional
	f.Const, _ = c.Const.Float64()
	for _, t := range c.Terms {
		v, _ := t.Coef.Float64()
		f.Add(t.Element.Tensor, b.Joint.Graph.Nodes[t.Element.Tensor].Size, t.Element.Index, v)
	}
	return Spread(b, f)
}

// Tolerance is the bound of a condition's function, by its spread, up to which a part is
// given up: what is left there is an equality, as far as bounds in float64 tell.
func Tolerance(spread float64) float64 { return max(1e-11*min(1, spread), 1e-14*spread) }
