package logic

import (
	"math"

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

// Tolerance is the bound of a condition's function, by its spread, up to which a part is
// given up: what is left there is an equality, as far as bounds in float64 tell.
func Tolerance(spread float64) float64 { return max(1e-11*min(1, spread), 1e-14*spread) }
