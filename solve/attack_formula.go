package solve

import (
	"context"
	"math"

	"rsm/internal/query"
)

// partSteps is how many gradient steps a part of the box gets.
const partSteps = 4

// attack looks for an input of a part at which its formula is true, by gradient
// steps for the formula's robustness from the centre and random points.
func (d *decider) attack(ctx context.Context, a *attacker, p *part, restarts int) []float64 {
	a.box = p.box
	steps := partSteps
	if restarts > 0 {
		steps = attackSteps
		a.rng = attackRandom(a.seed)
	}
	x := a.centre()
	for k := 0; ; k++ {
		found, v := a.satisfy(p.formula, x, steps)
		if found != nil && d.verified(a, found) {
			return found
		}
		if k == 0 {
			p.near = v
		}
		p.near = max(p.near, v)
		if k >= restarts || ctx.Err() != nil {
			return nil
		}
		x = a.random(k%2 == 0)
	}
}

// satisfy takes steps from x for the formula's robustness. It returns a point where
// the formula is true, which is the last that was evaluated then, or nil, and the
// best robustness.
func (a *attacker) satisfy(f query.Formula, x []float64, steps int) ([]float64, float64) {
	var found []float64
	best := a.strengthen(f, x, steps, 0.5, 1e-4, func(next []float64) bool {
		if holds(f, a.at) {
			found = next
		}
		return found != nil
	})
	if found != nil {
		return found, math.Inf(1)
	}
	return nil, best
}

// at is the value of a condition's function at the last evaluated input.
func (a *attacker) at(c *query.Condition) float64 { return a.ev.At(c.F) }

// strengthen moves x along the sign of the gradient of the condition that decides the
// formula's robustness, and returns the best robustness found. A step that loses is
// halved; after one of less than the given share of the box, or when enough says so of
// an input that was just evaluated, it ends.
func (a *attacker) strengthen(f query.Formula, x []float64, steps int, step, least float64, enough func(next []float64) bool) float64 {
	best := math.Inf(-1)
	next := append([]float64(nil), x...)
	for range steps + 1 {
		a.ev.Forward(next)
		if enough(next) {
			return best
		}
		v, c := robustness(f, a.at)
		if c == nil {
			return v
		}
		if v > best {
			best = v
			copy(x, next)
			a.ev.Gradient(c.F, a.grad)
		} else if step /= 2; step < least {
			return best
		}
		a.step(x, next, step)
	}
	return best
}
