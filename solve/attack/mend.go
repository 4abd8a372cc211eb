package attack

import (
	"math"

	"rsm/solve/logic"
)

const (
	// mendSteps is how many steps an input gets to satisfy the given conditions:
	// points of linear programs lie on them, or a rounding beside.
	mendSteps = 8
	// mendBy is how far inside them it is moved, relative to the box.
	mendBy = 1e-9
)

// Mended returns an input that satisfies the given conditions, the last that was
// evaluated: x, or one that steps along gradients lead to, each as long as the worst
// of the conditions needs by its slope there. It is nil where they do not suffice.
func (a *Attacker) Mended(given []*logic.Condition, x []float64) []float64 {
	box := a.Box
	for step := range mendSteps + 1 {
		worst := (*logic.Condition)(nil)
		value := 0.0
		for _, c := range given {
			if w := a.Evaluator.At(c.F); w < value || w == 0 && value == 0 && c.Strict {
				worst, value = c, w
			}
		}
		switch {
		case worst == nil:
			return x
		case step == mendSteps:
			return nil
		case step == 0:
			x = append([]float64(nil), x...)
		}
		a.Evaluator.Gradient(worst.F, a.grad)
		if a.budget != nil {
			if !a.towards(x, 0-value) {
				return nil
			}
			a.Evaluator.Forward(x)
			continue
		}
		slope := 0.0
		for i, g := range a.grad {
			slope += math.Abs(g) * (box.Hi[i] - box.Lo[i])
		}
		length := 2*(0-value)/slope + mendBy
		if !(length < 1) {
			return nil
		}
		for i, g := range a.grad {
			if g != 0 {
				x[i] += math.Copysign(length*(box.Hi[i]-box.Lo[i]), g)
			}
		}
		box.Project(x)
		a.Shrink(x)
		a.Evaluator.Forward(x)
	}
	return nil
}

// towards moves x so that the function of the gradient grows by twice the given
// amount, by its slopes, and a little more: on the line to where its linear function
// is largest. It says whether that lies in the region.
func (a *Attacker) towards(x []float64, amount float64) bool {
	best := append([]float64(nil), x...)
	a.budget.Steepest(best, a.grad, a.Box)
	gain := 0.0
	for i, g := range a.grad {
		switch {
		case a.budget.In[i]:
		case g > 0:
			best[i] = a.Box.Hi[i]
		case g < 0:
			best[i] = a.Box.Lo[i]
		}
		gain += g * (best[i] - x[i])
	}
	share := 2*amount/gain + mendBy
	if !(share < 1) {
		return false
	}
	for i := range x {
		x[i] += share * (best[i] - x[i])
	}
	a.Box.Project(x)
	a.Shrink(x)
	return true
}
