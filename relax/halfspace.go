package relax

import "math"

// Halfspace is what is known of the inputs that matter: Coef . x >= Floor.
type Halfspace struct {
	Coef  []float64
	Floor float64
	// spread is the largest sum of |Coef_i x_i| over the box.
	spread float64
}

// NewHalfspace is a halfspace for bounds over box b.
func (b *Bounds) NewHalfspace(coef []float64, floor float64) *Halfspace {
	h := &Halfspace{Coef: coef, Floor: floor}
	for i, c := range coef {
		h.spread += math.Abs(c) * magnitude(b.Box.Lo[i], b.Box.Hi[i])
	}
	return h
}

const multiplierSteps = 8

// minimum improves a lower bound of c.x over the box by the halfspace: for any
// multiplier m >= 0, c.x >= (c - m Coef).x + m Floor. It returns the best value
// found, without the rounding, and its multiplier.
func (h *Halfspace) minimum(c []float64, box Range) (best, at float64) {
	value := func(m float64) (v, slope float64) {
		v, slope = m*h.Floor, h.Floor
		for i, k := range h.Coef {
			d := c[i] - m*k
			x := box.Lo[i]
			if d < 0 {
				x = box.Hi[i]
			}
			v += d * x
			slope -= k * x
		}
		return v, slope
	}
	best, slope := value(0)
	if !(slope > 0) {
		return best, 0
	}
	top := 0.0
	for i, k := range h.Coef {
		if k != 0 {
			top = max(top, math.Abs(c[i]/k))
		}
	}
	// The value is concave in the multiplier.
	sumC, sumH := 0.0, 0.0
	for i, k := range h.Coef {
		w := box.Hi[i] - box.Lo[i]
		sumC += math.Abs(c[i]) * w
		sumH += math.Abs(k) * w
	}
	lo, hi := 0.0, math.Inf(1)
	m := sumC / sumH
	for range multiplierSteps {
		if !(m > 0) || !(m <= top*2) {
			break
		}
		v, slope := value(m)
		if v > best {
			best, at = v, m
		}
		if slope > 0 {
			lo = m
		} else {
			hi = m
		}
		if math.IsInf(hi, 1) {
			m *= 2
		} else {
			m = (lo + hi) / 2
		}
	}
	return best, at
}
