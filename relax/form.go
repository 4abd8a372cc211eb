package relax

import "math"

// form is a family of planes below c1*a1 + c2*a2 for a pair of aligned
// neurons, a = max(z, 0). Its slopes are linear in the coefficients,
// p = M(q) (c1, c2), where M is linear in the parameters q:
//
//	apart:      p1 = q0*c1,             p2 = q1*c2
//	withSecond: p1 = q0*c1,             p2 = q1*(c1+c2) - q0*c1 + q2*tilt*c1
//	withFirst:  the same, the neurons exchanged
//
// The second comes from c1*a1 + c2*a2 = c1*(a1-a2) + (c1+c2)*a2: the difference
// as a function of z1 - z2 with slope q0*c1, the remainder with slope
// q1*(c1+c2). q2 turns the plane of the difference about its line; tilt is
// the width of the difference relative to that of z2, so that q2 in [-1,1] is
// what can be of use.
//
// A form says nothing of constants: corners.minimum gives the one that holds.
type form struct {
	kind formKind
	q    [3]float64
	tilt float64
}

type formKind uint8

const (
	apart formKind = iota
	withSecond
	withFirst
)

// slopes are p1 and p2.
func (f *form) slopes(c1, c2 float64) (p1, p2 float64) {
	switch f.kind {
	case apart:
		return f.q[0] * c1, f.q[1] * c2
	case withSecond:
		k := f.q[0] * c1
		return k, -k + f.q[1]*(c1+c2) + f.q[2]*f.tilt*c1
	}
	k := f.q[0] * c2
	return -k + f.q[1]*(c1+c2) + f.q[2]*f.tilt*c2, k
}

// gradient is the derivative of p1*d1 + p2*d2 by the parameters.
func (f *form) gradient(c1, c2, d1, d2 float64) [3]float64 {
	switch f.kind {
	case apart:
		return [3]float64{c1 * d1, c2 * d2}
	case withSecond:
		return [3]float64{c1 * (d1 - d2), (c1 + c2) * d2, f.tilt * c1 * d2}
	}
	return [3]float64{c2 * (d2 - d1), (c1 + c2) * d1, f.tilt * c2 * d1}
}

// transposed is the derivative of p1*d1 + p2*d2 by the coefficients.
func (f *form) transposed(d1, d2 float64) (e1, e2 float64) {
	switch f.kind {
	case apart:
		return f.q[0] * d1, f.q[1] * d2
	case withSecond:
		return f.q[0]*(d1-d2) + (f.q[1]+f.q[2]*f.tilt)*d2, f.q[1] * d2
	}
	return f.q[1] * d1, f.q[0]*(d2-d1) + (f.q[1]+f.q[2]*f.tilt)*d1
}

// pairBox is what is known of the pre-activations of a pair of neurons.
type pairBox struct{ l1, u1, l2, u2, dl, du float64 }

// form chooses a form for the coefficients c1 and c2, its slopes, and the
// constant. The candidates are the two neurons relaxed apart, and the
// difference a1 - a2 relaxed as a function of z1 - z2 with the remainder on
// either neuron; the one that is highest at the mean of the corners is taken.
func (c *corners) form(c1, c2 float64, x pairBox) (f form, p1, p2, t float64) {
	best := math.Inf(-1)
	t = math.Inf(-1) // no bound, where no candidate is finite
	try := func(g form) {
		q1, q2 := g.slopes(c1, c2)
		s, _ := c.minimum(c1, c2, q1, q2)
		if v := q1*c.m1 + q2*c.m2 + s; v > best {
			best, f, p1, p2, t = v, g, q1, q2, s
		}
	}
	try(form{kind: apart, q: [3]float64{share(c1, x.l1, x.u1), share(c2, x.l2, x.u2)}})
	rest := c1 + c2
	try(form{kind: withSecond, q: [3]float64{differenceShare(c1, x.dl, x.du), share(rest, x.l2, x.u2)}, tilt: tilt(x, x.u2-x.l2)})
	// c1*a1 + c2*a2 = -c2*(a1-a2) + (c1+c2)*a1.
	try(form{kind: withFirst, q: [3]float64{differenceShare(-c2, x.dl, x.du), share(rest, x.l1, x.u1)}, tilt: tilt(x, x.u1-x.l1)})
	return f, p1, p2, t
}

// tilt is the width of the difference relative to that of the neuron which the
// remainder is on.
func tilt(x pairBox, width float64) float64 {
	if s := (x.du - x.dl) / width; s < 1 {
		return s
	}
	return 1
}

// share is the part of c that is the slope of a line below c*max(z,0) on
// [l,u]: the chord for c < 0; for c > 0 the one of 0 and c that leaves the
// smaller area.
func share(c, l, u float64) float64 {
	switch {
	case u <= 0 || c == 0:
		return 0
	case l >= 0:
		return 1
	case c < 0:
		return u / (u - l)
	case u > -l:
		return 1
	}
	return 0
}

// differenceShare is the part of c that is the slope of a line below c*(a1-a2)
// as a function of z1-z2 in [dl,du], where a1-a2 lies between 0 and z1-z2.
func differenceShare(c, dl, du float64) float64 {
	switch {
	case dl >= 0 && c < 0, du <= 0 && c > 0: // c*(a1-a2) >= c*(z1-z2)
		return 1
	case dl >= 0, du <= 0: // c*(a1-a2) >= 0
		return 0
	case c > 0: // below: from (dl, dl) to (du, 0)
		return -dl / (du - dl)
	}
	return du / (du - dl) // above: from (dl, 0) to (du, du)
}
