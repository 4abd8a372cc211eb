package relax

import "math"

// budgetSteps is how many multipliers are tried for a row and the budget: where it
// is what narrows the region down most, such as an L1 ball in its box.
const budgetSteps = 24

// budget is the halfspace of the joint graph's budget, over the box of b. It is nil
// where there is none, or it leaves out hardly anything.
func (b *Bounds) budget() *Halfspace {
	budget := b.Joint.Budget
	if budget == nil {
		return nil
	}
	coef := make([]float64, len(b.Box.Lo))
	for i := range coef {
		if budget.In[i] {
			coef[i] = -1
		}
	}
	h := b.NewHalfspace(coef, -budget.Most)
	if h != nil {
		h.steps = budgetSteps
	}
	return h
}

// confined returns a lower bound of coef . x + constant for inputs of the box that
// keep to the budget and lie in the halfspace of b, but for rounding, and the
// magnitude of which the rounding is a multiple: size is that of the terms without
// multipliers. With multipliers m of the budget K . x >= F and m' of the halfspace,
//
//	c.x >= min over the box of (c - m K - m' Coef).x, + m F + m' Floor.
//
// The first is chosen as if there were no halfspace, and then the other.
func (b *Bounds) confined(coef []float64, constant, size float64, buffer *[]float64) (best, magnitude float64) {
	best, magnitude = math.Inf(-1), size
	if h := b.above; h != nil {
		if v, m := h.minimum(coef); m > 0 {
			best, magnitude = v+constant, 2*size+4*m*h.spread+2*m*math.Abs(h.Floor)
		}
	}
	k := b.spent
	if k == nil {
		return best, magnitude
	}
	v, m := k.minimum(coef)
	if !(m > 0) {
		return best, magnitude
	}
	size = 2*size + 4*m*k.spread + 2*m*math.Abs(k.Floor)
	if v+constant > best {
		best, magnitude = v+constant, size
	}
	h := b.above
	if h == nil {
		return best, magnitude
	}
	if *buffer == nil {
		*buffer = make([]float64, len(coef))
	}
	rest := *buffer
	for i, c := range coef {
		rest[i] = c - m*k.Coef[i]
	}
	if v, n := h.minimum(rest); n > 0 && v+constant+m*k.Floor > best {
		best, magnitude = v+constant+m*k.Floor, 2*size+4*n*h.spread+2*n*math.Abs(h.Floor)
	}
	return best, magnitude
}
