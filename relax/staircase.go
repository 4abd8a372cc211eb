package relax

import (
	"math"

	"rsm/network"
)

// Staircase is a quantized value y as a function of its operand x in [l, u]: it
// takes the levels Lo to Hi, one after another, each between two thresholds. At a
// threshold it has either level here: bounds and rows hold for any way to round
// halves.
type Staircase struct {
	Lo, Hi float64 // levels
	l, u   float64
	// first is the threshold above level Lo, last the one below level Hi.
	first, last float64
	slope       float64 // of the line through the middles of the steps
	// below and above say that x may be so far beyond the least or the greatest level
	// that y is clamped there.
	below, above bool
}

// Staircase is element i of quantization node v over the region. The bounds of its
// levels are part of the region: they may leave out one that only the end of the range
// of x has.
func (b *Bounds) Staircase(v, i int) Staircase {
	node := &b.Joint.Graph.Nodes[v]
	x, levels := b.Node[node.Inputs[0]], b.Node[v]
	s := Staircase{l: x.Lo[i], u: x.Hi[i]}
	q := node.Op.(*network.Quantize)
	s.Lo, s.Hi = q.Level(i, s.l), q.Level(i, s.u)
	if levels.Lo != nil { // not while the bounds of the operand are still being found
		s.Lo, s.Hi = max(s.Lo, levels.Lo[i]), min(s.Hi, levels.Hi[i])
	}
	s.slope = q.Slope(i)
	s.first, s.last = q.Threshold(i, s.Lo), q.Threshold(i, s.Hi-1)
	s.below, s.above = s.l < q.Threshold(i, s.Lo-1), s.u > q.Threshold(i, s.Hi)
	return s
}

// Flat says whether there is one level only.
func (s *Staircase) Flat() bool { return s.Lo == s.Hi }

// corners are points (x, y) of the closed staircase. Any function that is linear in x
// and y has its extremes over the staircase at some of them: the corners between the
// first and the last are on lines between two of these.
func (s *Staircase) corners() [6][2]float64 {
	return [6][2]float64{{s.l, s.Lo}, {s.first, s.Lo}, {s.first, s.Lo + 1}, {s.last, s.Hi - 1}, {s.last, s.Hi}, {s.u, s.Hi}}
}

// minimum returns the largest t found with c*y >= p*x + t on the staircase.
func (s *Staircase) minimum(c, p float64) float64 {
	t := math.Inf(1)
	for _, k := range s.corners() {
		a, b := c*k[1], p*k[0]
		// Two products and their difference round.
		t = min(t, down(a-b-4*unit*(math.Abs(a)+math.Abs(b))))
	}
	return down(t - tiny)
}

// Upper returns the least t found with y <= k*x + t on the staircase, rounded
// upward, and Lower the largest with y >= k*x + t, rounded downward.
func (s *Staircase) Upper(k float64) float64 { return 0 - s.minimum(-1, -k) }

// Lower is explained at Upper.
func (s *Staircase) Lower(k float64) float64 { return s.minimum(1, k) }

// UpperSlopes are the slopes of the lines that bound the convex hull of the staircase
// from above, the steepest first, but for the constant one at its end; LowerSlopes
// those of the lines that bound it from below. Where the first step is shorter than the
// others, the hull has an edge of its own for it, and where y is clamped one edge
// passes over all.
func (s *Staircase) UpperSlopes() [2]float64 {
	if s.below {
		k := (s.Hi - s.Lo) / (s.last - s.l)
		return [2]float64{k, k}
	}
	return [2]float64{max(s.slope, 1/(s.first-s.l)), s.slope}
}

// LowerSlopes is explained at UpperSlopes.
func (s *Staircase) LowerSlopes() [2]float64 {
	if s.above {
		k := (s.Hi - s.Lo) / (s.u - s.first)
		return [2]float64{k, k}
	}
	return [2]float64{max(s.slope, 1/(s.u-s.last)), s.slope}
}

// share returns the slope of a line below (sign > 0) or above (sign < 0) the
// staircase: that of the edge of the hull over the middle of [l, u], which leaves out
// the least area; or, for functions of both networks, that of the staircase itself,
// with which a quantized network cancels its twin.
func (s *Staircase) share(sign float64, together bool) float64 {
	var k [2]float64
	mid := s.l/2 + s.u/2
	before, after := mid < s.first, mid > s.last
	switch {
	case sign > 0:
		k = s.LowerSlopes()
		before, after = after, before
	default:
		k = s.UpperSlopes()
	}
	switch {
	case together || !before && !after || math.IsInf(k[0], 0):
		return k[1]
	case before:
		return k[0]
	}
	return 0
}

// quantize replaces the coefficients of quantization node v by coefficients of its
// operand.
func (w *walk) quantize(v int, together bool) {
	node := &w.b.Joint.Graph.Nodes[v]
	z := node.Inputs[0]
	coef := w.rows.Coef[v]
	for i := range node.Size {
		s := Staircase{Lo: math.NaN()}
		for r := range w.rows.Count {
			c := coef[r*node.Size+i]
			if c == 0 {
				continue
			}
			if math.IsNaN(s.Lo) {
				s = w.b.Staircase(v, i)
			}
			p := 0.0
			if !s.Flat() {
				p = c * s.share(c, together)
			}
			w.add(r, z, i, p)
			w.addConst(r, s.minimum(c, p))
		}
	}
}
