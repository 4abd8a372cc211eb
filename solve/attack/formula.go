package attack

import (
	"context"
	"math"

	"rsm/solve/logic"
)

// Find looks for an input of the attacker's box at which a formula is true and that is
// accepted: open is what is open of the formula in the box. It takes gradient steps for
// the robustness of that, from the centre and, with restarts, from so many random
// points. Without restarts it takes few steps: that is for parts of a region. It returns
// the input or nil, and the best robustness found.
func (a *Attacker) Find(ctx context.Context, open logic.Formula, restarts int, accept func(x []float64) bool) (x []float64, near float64) {
	most := partSteps
	if restarts > 0 {
		most = steps
		a.rng = random(a.seed)
	}
	near = math.Inf(-1)
	start := a.Centre()
	for k := 0; ; k++ {
		found, v := a.satisfy(open, start, most, accept)
		if near = max(near, v); found != nil {
			return found, near
		}
		if k >= restarts || ctx.Err() != nil {
			return nil, near
		}
		start = a.Random(k%2 == 0)
	}
}

// Verified says whether a formula is true in float64 at an input that keeps to the
// budget.
func (a *Attacker) Verified(f logic.Formula, x []float64) bool {
	a.Evaluator.Forward(x)
	return a.budget.Holds(x) && logic.Holds(f, a.At)
}

// satisfy takes steps from x for the formula's robustness. It returns a point where
// the formula is true and that is accepted, or nil, and the best robustness.
func (a *Attacker) satisfy(f logic.Formula, x []float64, steps int, accept func(x []float64) bool) ([]float64, float64) {
	var found []float64
	best := a.Strengthen(f, x, steps, 0.5, 1e-4, func(next []float64) bool {
		if logic.Holds(f, a.At) && accept(next) {
			found = next
		}
		return found != nil
	})
	if found != nil {
		return found, math.Inf(1)
	}
	return nil, best
}

// At is the value of a condition's function at the last evaluated input.
func (a *Attacker) At(c *logic.Condition) float64 { return a.Evaluator.At(c.F) }

// Strengthen moves x along the sign of the gradient of the condition that decides the
// formula's robustness, and returns the best robustness found. A step that loses is
// halved; after one of less than the given share of the box, or when done says so of
// an input that was just evaluated, it ends.
func (a *Attacker) Strengthen(f logic.Formula, x []float64, steps int, step, least float64, done func(next []float64) bool) float64 {
	best := math.Inf(-1)
	next := append([]float64(nil), x...)
	for range steps + 1 {
		a.Evaluator.Forward(next)
		if done(next) {
			return best
		}
		v, c := logic.Robustness(f, a.At)
		if c == nil {
			return v
		}
		if v > best {
			best = v
			copy(x, next)
			a.Evaluator.Gradient(c.F, a.grad)
		} else if step /= 2; step < least {
			return best
		}
		a.step(x, next, step)
	}
	return best
}
