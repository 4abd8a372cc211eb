package encode

import (
	"fmt"
	"math"

	"rsm/network"
	"rsm/relax"
)

// addQuantize gives the values of a quantization node that have more than one level
// their columns and rows: the operand z, the level a, an integer, and binaries lo and hi
// where z may be so far beyond the least or the greatest level that a is clamped. With
// the scale s, the zero point 0 and the levels [Lo, Hi] of the region:
//
//	s a <= z + s/2 + M_lo lo         a <= Lo + (Hi - Lo) (1 - lo)
//	s a >= z - s/2 - M_hi hi         a >= Hi - (Hi - Lo) (1 - hi)
//
// At the thresholds both levels are allowed: rounding of halves is left open. The edges
// of the convex hull of the staircase (relax.Staircase) are rows too.
func (e *Encoding) addQuantize(v int) {
	z := e.graph.Nodes[v].Inputs[0]
	op := e.graph.Nodes[v].Op.(*network.Quantize)
	x := e.Bounds.Node[z]
	layer := make([]neuron, e.graph.Nodes[v].Size)
	var at []int // what needs a column for z
	for i := range layer {
		layer[i] = noColumns
		if !e.Bounds.Open(v, i) {
			continue
		}
		if layer[i].z = e.columnOf(z, i); layer[i].z < 0 {
			at = append(at, i)
		}
	}
	for k, def := range e.expressions(z, at) {
		i := at[k]
		layer[i].def = len(e.Model.RowLo)
		layer[i].z = e.defined(fmt.Sprintf("z%d_%d", v, i), x, i, def)
	}
	for i := range layer {
		n := &layer[i]
		if n.z < 0 {
			continue
		}
		s := e.Bounds.Staircase(v, i)
		n.a = e.Model.column(fmt.Sprintf("q%d_%d", v, i), s.Lo, s.Hi, e.Kind != relaxed)
		if e.Kind == relaxed {
			continue // LP adds rows of its own
		}
		name := func(kind string) string { return fmt.Sprintf("%s%d_%d", kind, v, i) }
		step := op.Threshold(i, s.Lo+1) - op.Threshold(i, s.Lo) // exact: the scale
		below, above := op.Threshold(i, s.Lo-1), op.Threshold(i, s.Hi)
		upper := []Term{{n.a, step}, {n.z, -1}}
		if l := x.Lo[i]; l < below {
			n.low = e.Model.column(name("lo"), 0, 1, true)
			upper = append(upper, Term{n.low, -up(below - l)})
			e.Model.row(name("clamplo"), -inf, s.Hi, Term{n.a, 1}, Term{n.low, s.Hi - s.Lo})
		}
		e.Model.row(name("le"), -inf, -op.Threshold(i, -1), upper...)
		lower := []Term{{n.a, step}, {n.z, -1}}
		if u := x.Hi[i]; u > above {
			n.b = e.Model.column(name("hi"), 0, 1, true)
			lower = append(lower, Term{n.b, up(u - above)})
			e.Model.row(name("clamphi"), s.Lo, inf, Term{n.a, 1}, Term{n.b, -(s.Hi - s.Lo)})
		}
		e.Model.row(name("ge"), -op.Threshold(i, 0), inf, lower...)
		for k, r := range hull(n, s) {
			if r.terms != nil {
				e.Model.row(fmt.Sprintf("hull%d_%d_%d", k, v, i), r.lo, r.hi, r.terms...)
			}
		}
	}
	e.neurons[v] = layer
}

// columnOf is the column that holds an element of a node as it is, or -1.
func (e *Encoding) columnOf(node, i int) int {
	if node == 0 {
		return e.input[i]
	}
	if layer := e.neurons[node]; layer != nil && layer[i].baseA < 0 {
		return layer[i].a
	}
	return -1
}

// clamped sets the binaries of a quantized value with operand z.
func (e *Encoding) clamped(p []float64, n neuron, op *network.Quantize, i int, z float64) {
	if n.low >= 0 && z < op.Threshold(i, e.Model.Lo[n.a]-1) {
		p[n.low] = 1
	}
	if n.b >= 0 && z > op.Threshold(i, e.Model.Hi[n.a]) {
		p[n.b] = 1
	}
}

// settled is how far from a threshold a quantized input is moved, and near how far from
// it it may be to be on it, both relative to the scale.
const settled, near = 0x1p-34, 0x1p-20

// settle moves inputs that are quantized as they are, and have another level than the
// point, into its step, if they are no more than reach steps from it; and away from
// thresholds.
func (e *Encoding) settle(point, x []float64, reach float64) {
	for v, layer := range e.neurons {
		op, ok := e.graph.Nodes[v].Op.(*network.Quantize)
		if !ok || e.graph.Nodes[v].Inputs[0] != 0 {
			continue
		}
		for i, n := range layer {
			if n.a < 0 {
				continue
			}
			k := math.Round(point[n.a])
			lo, hi := op.Threshold(i, k-1), op.Threshold(i, k)
			step := hi - lo
			if k > op.Lo && x[i]-lo <= near*step && lo-x[i] <= reach*step {
				x[i] = lo + settled*step
			}
			if k < op.Hi && hi-x[i] <= near*step && x[i]-hi <= reach*step {
				x[i] = hi - settled*step
			}
		}
	}
}

// hullRows is how many rows hull returns.
const hullRows = 4

// hullRow is lo <= sum of terms <= hi.
type hullRow struct {
	terms  []Term
	lo, hi float64
}

// hull are the rows that bound the convex hull of a staircase, without terms where there
// is none to add.
func hull(n *neuron, s relax.Staircase) (rows [hullRows]hullRow) {
	for k := range rows {
		rows[k].lo, rows[k].hi = -inf, inf
	}
	if s.Flat() {
		return rows
	}
	for side, slopes := range [2][2]float64{s.UpperSlopes(), s.LowerSlopes()} {
		for k, slope := range slopes {
			if math.IsInf(slope, 0) || math.IsNaN(slope) || k == 1 && slope == slopes[0] {
				continue
			}
			r := &rows[2*side+k]
			r.terms = []Term{{n.a, 1}, {n.z, -slope}}
			if side == 0 {
				r.hi = s.Upper(slope)
			} else {
				r.lo = s.Lower(slope)
			}
		}
	}
	return rows
}

// pullQuantize takes the coefficients of quantized values with columns; the others have
// one level.
func (e *Encoding) pullQuantize(v int, rows *network.Rows, columns []float64, width int, lost []float64) {
	n := e.graph.Nodes[v].Size
	coef := rows.Coef[v]
	for i, q := range e.neurons[v] {
		s := e.Bounds.Staircase(v, i)
		level := s.Lo
		for r := range rows.Count {
			c := coef[r*n+i]
			if c == 0 {
				continue
			}
			if q.a >= 0 {
				columns[r*width+q.a] += c
				continue
			}
			rows.Const[r] += c * level
			lost[r] += 0x1p-52 * (math.Abs(rows.Const[r]) + math.Abs(c*level))
		}
	}
}
