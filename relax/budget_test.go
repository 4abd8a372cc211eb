package relax_test

import (
	"context"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
)

// TestBudget bounds a pair over a box whose inputs have a budget, in parts that are
// split, in halfspaces and in smaller boxes: the bounds hold at every sampled input of
// the part that keeps to the budget, and are often tighter than without it.
func TestBudget(t *testing.T) {
	checked, tighter, parts := 0, 0, 0
	for seed := range uint64(300) {
		rng, p := random(t, seed)
		n := len(p.box.Lo)
		box := region.Box{Lo: make([]float64, n), Hi: make([]float64, n)}
		budget := &region.Budget{In: make([]bool, n)}
		for i := range n {
			box.Hi[i] = p.box.Hi[i] - p.box.Lo[i]
			if budget.In[i] = rng.IntN(4) > 0; budget.In[i] {
				budget.Most += 0.6 * rng.Float64() * box.Hi[i]
			}
		}
		joint := *p.joint
		joint.Budget = budget
		e := network.NewEvaluator(joint.Graph)
		margin := joint.Margin(query.ClassPair{I: 0, J: 1})
		draw := func(box region.Box) []float64 {
			x := sample(rng, box)
			if rng.IntN(2) == 0 {
				for i := range x {
					if rng.IntN(2) == 0 {
						x[i] = box.Lo[i]
					}
				}
			}
			budget.Shrink(x, box)
			return x
		}
		method := []relax.Method{relax.Interval, relax.Symbolic, relax.SymbolicOpt, relax.Difference, relax.DifferenceOpt}[seed%5]
		b, err := relax.Compute(context.Background(), &joint, box, method)
		if err != nil {
			t.Fatal(err)
		}
		free, err := relax.Compute(context.Background(), p.joint, box, method)
		if err != nil {
			t.Fatal(err)
		}
		const slack = 1e-9
		lo, hi := b.Functional(margin)
		l, h := free.Functional(margin)
		if method != relax.Interval && hi-lo < (h-l)*(1-1e-6) {
			tighter++
		}
		in := func(x []float64) bool { return true }
		for step := range 4 {
			for range 100 {
				x := draw(b.Box)
				e.Forward(x)
				if !budget.Holds(x) || !b.Box.Contains(x) || !in(x) {
					continue
				}
				checked++
				if r := e.At(margin); r < lo-slack || r > hi+slack {
					t.Fatalf("seed %d, step %d: margin %v outside [%v, %v]", seed, step, r, lo, hi)
				}
				for u := range joint.Graph.Nodes {
					for k, y := range e.Value(u) {
						if l, h := b.Node[u].Lo[k], b.Node[u].Hi[k]; y < l-slack || y > h+slack {
							t.Fatalf("seed %d, step %d: node %d[%d] is %v, outside [%v, %v]", seed, step, u, k, y, l, h)
						}
					}
				}
			}
			// A part of the part.
			before := in
			var next *relax.Bounds
			ok := true
			relu, index, unstable := unstable(rng, b)
			node := b.Joint.Graph.Nodes[relu].Inputs
			switch {
			case step%2 == 0 && unstable:
				active := rng.IntN(2) == 0
				coef := make([]float64, n)
				for i := range coef {
					coef[i] = rng.NormFloat64()
				}
				form := func(x []float64) (s float64) {
					for i, c := range coef {
						s += c * x[i]
					}
					return s
				}
				floor := form(draw(b.Box))
				next, ok = b.Refine(relax.Split{Activation: relu, Index: index, Above: active}, b.NewHalfspace(coef, floor-1e-9))
				in = func(x []float64) bool {
					return before(x) && form(x) >= floor && (e.Value(node[0])[index] >= 0) == active
				}
			default:
				part := region.Box{Lo: append([]float64(nil), b.Box.Lo...), Hi: append([]float64(nil), b.Box.Hi...)}
				i := rng.IntN(n)
				mid := part.Lo[i] + rng.Float64()*(part.Hi[i]-part.Lo[i])
				if rng.IntN(2) == 0 {
					part.Lo[i] = mid
				} else {
					part.Hi[i] = mid
				}
				next, ok = b.Within(part)
				in = func(x []float64) bool { return before(x) && part.Contains(x) }
			}
			if !ok {
				for range 200 {
					x := draw(box)
					if e.Forward(x); budget.Holds(x) && in(x) {
						t.Fatalf("seed %d: a part that %v is in is called empty", seed, x)
					}
				}
				break
			}
			parts++
			b = next
			lo, hi = b.Functional(margin)
		}
	}
	t.Logf("%d inputs checked, %d of 240 ranges tighter, %d parts", checked, tighter, parts)
	if checked < 20000 || tighter < 100 || parts < 500 {
		t.Errorf("the test is too easy: %d inputs checked, %d of 240 ranges tighter, %d parts", checked, tighter, parts)
	}
}
