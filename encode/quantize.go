package encode

import "rsm/network"

// quantize has the columns and rows of quantizations.
type quantize struct {
	levels
	*network.Quantize
}

var _ = encodedBy(func(op *network.Quantize) quantize { return quantize{levels{op}, op} })

// add gives the values of v that have more than one level
// their columns and rows: the operand z, the level a, an integer, and binaries lo and hi
// where z may be so far beyond the least or the greatest level that a is clamped. With
// the scale s, the zero point 0 and the levels [Lo, Hi] of the region:
//
//	s a <= z + s/2 + M_lo lo         a <= Lo + (Hi - Lo) (1 - lo)
//	s a >= z - s/2 - M_hi hi         a >= Hi - (Hi - Lo) (1 - hi)
//
// At the thresholds both levels are allowed: rounding of halves is left open. The edges
// of the convex hull of the staircase (relax.Staircase) are rows too.
func (q quantize) add(e *Encoding, v int) {
	x := e.Bounds.Node[e.graph.Nodes[v].Inputs[0]]
	layer := q.columns(e, v)
	for i := range layer {
		n := &layer[i]
		if n.z < 0 {
			continue
		}
		s := e.Bounds.Staircase(v, i)
		n.a = e.Program.column(name("q", v, i), s.Lo, s.Hi, e.Kind != relaxed)
		if e.Kind == relaxed {
			continue // LP adds rows of its own
		}
		step := q.Threshold(i, s.Lo+1) - q.Threshold(i, s.Lo) // exact: the scale
		below, above := q.Threshold(i, s.Lo-1), q.Threshold(i, s.Hi)
		upper := []Term{{n.a, step}, {n.z, -1}}
		if l := x.Lo[i]; l < below {
			n.low = e.Program.column(name("lo", v, i), 0, 1, true)
			upper = append(upper, Term{n.low, -up(below - l)})
			e.Program.row(name("clamplo", v, i), -inf, s.Hi, Term{n.a, 1}, Term{n.low, s.Hi - s.Lo})
		}
		e.Program.row(name("le", v, i), -inf, -q.Threshold(i, -1), upper...)
		lower := []Term{{n.a, step}, {n.z, -1}}
		if u := x.Hi[i]; u > above {
			n.b = e.Program.column(name("hi", v, i), 0, 1, true)
			lower = append(lower, Term{n.b, up(u - above)})
			e.Program.row(name("clamphi", v, i), s.Lo, inf, Term{n.a, 1}, Term{n.b, -(s.Hi - s.Lo)})
		}
		e.Program.row(name("ge", v, i), -q.Threshold(i, 0), inf, lower...)
		e.addHull(v, i, n, s)
	}
	e.neurons[v] = layer
}

// point sets the binaries of being clamped.
func (q quantize) point(e *Encoding, p []float64, n neuron, i int, z float64) {
	if n.low >= 0 && z < q.Threshold(i, e.Program.Lo[n.a]-1) {
		p[n.low] = 1
	}
	if n.b >= 0 && z > q.Threshold(i, e.Program.Hi[n.a]) {
		p[n.b] = 1
	}
}
