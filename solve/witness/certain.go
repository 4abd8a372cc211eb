package witness

import (
	"context"
	"math/big"
	"slices"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/region"
	"rsm/relax"
)

// exactWork is how many multiplications of machine words an evaluation in exact
// arithmetic may take: some seconds.
const exactWork = 3e8

// Certain says whether a formula over the nodes of a joint graph is true at an input in
// exact arithmetic: at the float64 numbers of x, and at the shortest decimal ones that
// read as them, which are what is printed. Where x are parameters, it is also true at the
// networks' input that float64 makes of them. Bounds of the nodes are asked first, and
// where they do not tell, the graph is evaluated in rational numbers.
func Certain(joint *query.Joint, f formula.Formula, x []float64) (bool, error) {
	float, decimal := make([]*big.Rat, len(x)), make([]*big.Rat, len(x))
	box := region.Box{Lo: slices.Clone(x), Hi: slices.Clone(x)}
	for i, v := range x {
		float[i], decimal[i] = formula.Float(v), formula.Decimal(v)
		box.Lo[i], box.Hi[i] = min(v, formula.Down(decimal[i])), max(v, formula.Up(decimal[i]))
	}
	b, err := relax.Compute(context.Background(), joint, box, relax.Interval)
	if err != nil {
		return false, err
	}
	switch open := b.Known(f); {
	case formula.IsFalse(open):
		return false, nil
	case formula.IsTrue(open):
	case !exactly(joint, f, float) || !exactly(joint, f, decimal):
		return false, nil
	}
	if joint.Plain == nil {
		return true, nil
	}
	return Certain(joint.Plain, joint.Plainly(f), joint.At(x))
}

// exactly says whether a formula is true at an input, as rational arithmetic has it.
// It is false too where that takes too long.
func exactly(joint *query.Joint, f formula.Formula, x []*big.Rat) bool {
	var nodes []int
	f.Comparisons(func(c *formula.Comparison) {
		for _, t := range c.Terms {
			if !slices.Contains(nodes, t.Element.Tensor) {
				nodes = append(nodes, t.Element.Tensor)
			}
		}
	})
	values, ok := joint.Graph.Exactly(x, nodes, exactWork)
	return ok && f.Holds(func(e formula.Element) *big.Rat { return values.Value(e.Tensor, e.Index) })
}
