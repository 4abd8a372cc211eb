package relax

import "rsm/formula"

// Known is what the bounds leave open of a formula over the nodes of the joint graph,
// in exact arithmetic.
func (b *Bounds) Known(f formula.Formula) formula.Formula {
	return formula.Simplify(f, func(c *formula.Comparison) formula.Truth {
		return c.Known(func(e formula.Element) (lo, hi float64) {
			return b.Node[e.Tensor].Lo[e.Index], b.Node[e.Tensor].Hi[e.Index]
		})
	})
}
