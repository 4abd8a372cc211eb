package solve

import (
	"context"
	"math"

	"rsm/query"
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
	x := p.box.Center()
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

// satisfy takes steps from x along the sign of the gradient of the condition that
// decides the formula's robustness. It returns a point where the formula is true,
// which is the last that was evaluated then, or nil, and the best robustness.
func (a *attacker) satisfy(f query.Formula, x []float64, steps int) ([]float64, float64) {
	value := func(c *query.Condition) float64 { return a.ev.At(c.F) }
	best := math.Inf(-1)
	next := append([]float64(nil), x...)
	step := 0.5
	for range steps + 1 {
		a.ev.Forward(next)
		if holds(f, value) {
			return next, math.Inf(1)
		}
		v, c := robustness(f, value)
		if c == nil {
			return nil, v
		}
		if v > best {
			best = v
			copy(x, next)
			a.ev.Gradient(c.F, a.grad)
		} else if step /= 2; step < 1e-4 {
			return nil, best
		}
		for i, g := range a.grad {
			next[i] = x[i]
			if g != 0 {
				next[i] += math.Copysign(step*(a.box.Hi[i]-a.box.Lo[i]), g)
			}
		}
		a.box.Project(next)
	}
	return nil, best
}
