package attack

import "math"

// Centre is the middle of the attacker's box, moved to where it keeps to the budget.
func (a *Attacker) Centre() []float64 {
	x := a.Box.Center()
	a.Shrink(x)
	return x
}

// step writes to next where a step from at along the sign of the gradient leads to,
// of the given share of the width of each input, within the box. Inputs with
// a budget move that share of the way to where the gradient's linear function is
// largest (Frank and Wolfe, An algorithm for quadratic programming, 1956).
func (a *Attacker) step(at, next []float64, share float64) {
	if a.budget != nil {
		a.budget.Steepest(next, a.grad, a.Box)
	}
	for i, g := range a.grad {
		if a.budget != nil && a.budget.In[i] {
			next[i] = at[i] + share*(next[i]-at[i])
			continue
		}
		next[i] = at[i]
		if g != 0 {
			next[i] += math.Copysign(share*(a.Box.Hi[i]-a.Box.Lo[i]), g)
		}
	}
	a.Box.Project(next)
	a.Shrink(next)
}

// InRegion says whether an input is in the attacker's box and keeps to the budget.
func (a *Attacker) InRegion(x []float64) bool {
	return a.Box.Contains(x) && (a.inner == nil || a.inner.Contains(x)) && a.budget.Holds(x)
}

// Shrink moves an input of the box to where it is in the region: away from ends of the
// region's box that are rounded outward, and to where it keeps to the budget.
func (a *Attacker) Shrink(x []float64) {
	if a.inner != nil {
		a.inner.Project(x)
	}
	a.budget.Shrink(x, a.Box)
}
