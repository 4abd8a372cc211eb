package solve

import (
	"errors"
	"math"

	"rsm/internal/query"
	"rsm/network"
)

// centre is the middle of the attacker's box, moved to where it keeps to the budget.
func (a *attacker) centre() []float64 {
	x := a.box.Center()
	a.budget.Shrink(x, a.box)
	return x
}

// step writes to next where a step from at along the sign of the gradient leads to,
// of the given share of the width of each input, within the box. Inputs with
// a budget move that share of the way to where the gradient's linear function is
// largest (Frank and Wolfe, An algorithm for quadratic programming, 1956).
func (a *attacker) step(at, next []float64, share float64) {
	if a.budget != nil {
		a.budget.Steepest(next, a.grad, a.box)
	}
	for i, g := range a.grad {
		if a.budget != nil && a.budget.In[i] {
			next[i] = at[i] + share*(next[i]-at[i])
			continue
		}
		next[i] = at[i]
		if g != 0 {
			next[i] += math.Copysign(share*(a.box.Hi[i]-a.box.Lo[i]), g)
		}
	}
	a.box.Project(next)
	a.budget.Shrink(next, a.box)
}

// towards moves x so that the function of the gradient grows by twice the given
// amount, by its slopes, and a little more: on the line to where its linear function
// is largest. It says whether that lies in the region.
func (a *attacker) towards(x []float64, amount float64) bool {
	best := append([]float64(nil), x...)
	a.budget.Steepest(best, a.grad, a.box)
	gain := 0.0
	for i, g := range a.grad {
		switch {
		case a.budget.In[i]:
		case g > 0:
			best[i] = a.box.Hi[i]
		case g < 0:
			best[i] = a.box.Lo[i]
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
	a.box.Project(x)
	a.budget.Shrink(x, a.box)
	return true
}

// inRegion says whether an input is in the attacker's box and keeps to the budget.
func (a *attacker) inRegion(x []float64) bool { return a.box.Contains(x) && a.budget.Holds(x) }

// inputOf is the networks' input at a witness, and its parameters where it has some.
func inputOf(joint *query.Joint, x []float64) (input, parameters []float64) {
	if x == nil || joint.Plain == nil {
		return x, nil
	}
	return joint.At(x), x
}

// errSplitBudget: parts of a box say little of a budget.
var errSplitBudget = errors.New("the engine split does not split a box whose inputs have a budget: give auto, bab or milp")

// evaluate evaluates both networks at the input that float64 makes of parameters,
// where the witness of an extremum is such.
func (s *session) evaluate(e *Extremum) {
	plain := s.joint.Plain
	if plain == nil {
		return
	}
	f := plain.Margin(e.Classes)
	if e.Sense == Minimum {
		f = f.Negated()
	}
	x, ev := s.joint.At(e.Witness), network.NewEvaluator(plain.Graph)
	ev.Forward(x)
	e.Witnessed = e.sign() * sure(plain, f, x, ev.At(f))
}
