package relax

import (
	"math"

	"rsm/network"
)

// Staircase is a value y of an activation that jumps as a function of its operand x in
// [l, u]: it takes the levels Lo to Hi, one after another, each between two thresholds. At
// a threshold it has either level here: bounds and rows hold for any way to round
// halves.
type Staircase struct {
	Lo, Hi float64 // levels
	l, u   float64
	// first is the threshold above level Lo, last the one below level Hi.
	first, last float64
	slope       float64 // of the line through the middles of the steps; 0 where there is none
	// steepest is the slope above which an edge of the hull is left out; 0 for none.
	steepest float64
	// below and above say that x may be so far beyond the least or the greatest level
	// that y is clamped there.
	below, above bool
}

// Staircase is element i of activation node v, which jumps, over the region. The bounds of
// its levels are part of the region: they may leave out one that only the end of the range
// of x has.
func (b *Bounds) Staircase(v, i int) Staircase {
	of := b.relaxations[v].(stepped)
	x, levels := b.Node[b.Joint.Graph.Nodes[v].Inputs[0]], b.Node[v]
	l, u := x.Lo[i], x.Hi[i]
	lo, hi := of.interval(i, l, u)
	if levels.Lo != nil { // not while the bounds of the operand are still being found
		lo, hi = max(lo, levels.Lo[i]), min(hi, levels.Hi[i])
	}
	return of.staircase(i, l, u, lo, hi)
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
// passes over all. An edge that is left out has the slope infinity.
func (s *Staircase) UpperSlopes() [2]float64 { return s.edges(s.below, s.first-s.l, s.last-s.l) }

// LowerSlopes is explained at UpperSlopes.
func (s *Staircase) LowerSlopes() [2]float64 { return s.edges(s.above, s.u-s.last, s.u-s.first) }

// edges are the slopes of one side: where y is clamped, over the width of all steps, or else
// over that of the last one.
func (s *Staircase) edges(clamped bool, width, all float64) [2]float64 {
	k := [2]float64{max(s.slope, 1/width), s.slope}
	if clamped {
		over := (s.Hi - s.Lo) / all
		k = [2]float64{over, over}
	}
	if s.steepest > 0 && !(k[0] <= s.steepest) {
		k = [2]float64{math.Inf(1), s.slope}
	}
	return k
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
	case together && s.slope > 0 || !before && !after || math.IsInf(k[0], 0):
		return k[1]
	case before:
		return k[0]
	}
	return 0
}

// stairs is what the relaxations of all staircases have in common; of their own they have
// the edges of the hull.
type stairs struct{ op network.Staircase }

func (s stairs) interval(i int, l, u float64) (lo, hi float64) {
	return s.op.Value(i, l), s.op.Value(i, u)
}

func (s stairs) open(b *Bounds, v, i int) bool {
	stairs := b.Staircase(v, i)
	return !stairs.Flat()
}

// pull has lines at the edges of the hull.
func (stairs) pull(w *walk, v int, together bool) {
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

// pass goes by the line that stands for the staircase: no slope of it is free.
func (s stairs) pass(of *slopes, v, _ int, value [][]float64, _ []float64) (free bool) {
	for i, x := range value[of.b.Joint.Graph.Nodes[v].Inputs[0]] {
		value[v][i] = x*s.op.Slope(i) + s.op.Offset(i)
	}
	return false
}

// derivatives are those of that line where there is more than one level.
func (s stairs) derivatives(b *Bounds, v int, below, above spans) {
	for i, x := range above.mid {
		if s.open(b, v, i) {
			below.mid[i] += x * s.op.Slope(i)
			below.radius[i] += above.radius[i] * s.op.Slope(i)
		}
	}
}

func (s stairs) decided(i int, level float64, above bool) (at, lo, hi float64) {
	if above {
		return s.op.Threshold(i, level), level + 1, inf
	}
	return s.op.Threshold(i, level), -inf, level
}

func (stairs) before(int, float64) (float64, bool) { return 0, false }
