package relax

import "math"

// Halfspace is what else is known of the inputs that matter: Coef . x >= Floor.
// A branch and bound has one for each part of the region: where the linear
// relaxation of its objective is below what a witness reaches, no input can be
// better than the witness. It confines the inputs of a part as far as the bound
// of the part is near the witness, and with them every neuron.
type Halfspace struct {
	Coef  []float64
	Floor float64
	// mid and radius are the box, middle +- radius, rounded outward, and reach
	// is Coef times radius.
	mid, radius, reach []float64
	// spread is the sum of |Coef_i x_i| at most, total that of |reach|.
	spread, total float64
	steps         int // how many multipliers are tried for each row
}

// NewHalfspace is a halfspace for the region of b, or nil where it would leave
// out hardly anything.
func (b *Bounds) NewHalfspace(coef []float64, floor float64) *Halfspace {
	n := len(coef)
	h := &Halfspace{Coef: coef, Floor: floor, steps: multiplierSteps, mid: make([]float64, n), radius: make([]float64, n), reach: make([]float64, n)}
	top := 0.0
	for i, k := range coef {
		lo, hi := b.Box.Lo[i], b.Box.Hi[i]
		m := lo/2 + hi/2
		h.mid[i] = m
		if lo < hi {
			h.radius[i] = up(max(hi-m, m-lo))
		}
		h.reach[i] = k * h.radius[i]
		h.total += math.Abs(h.reach[i])
		h.spread += math.Abs(k) * magnitude(lo, hi)
		top += k*m + math.Abs(h.reach[i])
	}
	// The form goes from top - 2 total to top.
	if !(floor > top-widest*2*h.total) || !isFinite(h.spread) || !isFinite(floor) {
		return nil
	}
	return h
}

const (
	// widest is the share of the range of a halfspace's form above which it is of
	// no use: of a function that has nothing to do with the form, the extreme
	// inputs are halfway.
	widest = 0.5
	// multiplierSteps is how many multipliers are tried for each row.
	multiplierSteps = 6
)

// minimum returns the largest lower bound of c.x found for inputs of the box in
// the halfspace, and its multiplier m: for any m >= 0,
//
//	c.x >= (c - m Coef).x + m Floor.
//
// That is a concave function of m, linear between the ratios c_i / Coef_i; its
// maximum is approached by the tangents on both sides of it. Rounding is not
// accounted for.
func (h *Halfspace) minimum(c []float64) (best, at float64) {
	c = c[:len(h.Coef)]
	constant, linear, size := 0.0, h.Floor, 0.0
	for i, k := range h.Coef {
		constant += c[i] * h.mid[i]
		linear -= k * h.mid[i]
		size += math.Abs(c[i]) * h.radius[i]
	}
	value := func(m float64) (v, slope float64) {
		v, slope = constant+m*linear, linear
		for i, k := range h.Coef {
			d := c[i] - m*k
			v -= math.Abs(d) * h.radius[i]
			slope += flip(h.reach[i], d)
		}
		return v, slope
	}
	best, s0 := value(0)
	if !(s0 > 0) || h.total == 0 {
		return best, 0
	}
	m0, v0 := 0.0, best
	m1, v1, s1 := math.Inf(1), 0.0, 0.0
	m := size / h.total
	for range h.steps {
		if !(m > m0 && m < m1) {
			break
		}
		v, s := value(m)
		if v > best {
			best, at = v, m
		}
		if s > 0 {
			m0, v0, s0 = m, v, s
		} else {
			m1, v1, s1 = m, v, s
		}
		if math.IsInf(m1, 1) {
			m = 4 * m0
		} else {
			m = (v1 - v0 + s0*m0 - s1*m1) / (s0 - s1) // where the tangents meet
		}
	}
	return best, at
}

// flip is x with its sign changed where y is negative.
func flip(x, y float64) float64 {
	return math.Float64frombits(math.Float64bits(x) ^ math.Float64bits(y)&(1<<63))
}
