package encode

import (
	"math"

	"rsm/network"
	"rsm/relax"
)

// levels is what the rows of all staircases have in common. A value of more than one level
// has columns for its operand and for its level, an integer.
type levels struct{ op network.Staircase }

// columns gives the open elements of v columns for the operand z and the level a.
func (levels) columns(e *Encoding, v int) []neuron {
	layer := make([]neuron, e.graph.Nodes[v].Size)
	z := e.graph.Nodes[v].Inputs[0]
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
		layer[i].def = len(e.Program.RowLo)
		layer[i].z = e.defined(name("z", v, i), e.Bounds.Node[z], i, def)
	}
	return layer
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

// pull takes the coefficients of values with columns; the others have one level.
func (levels) pull(e *Encoding, v int, of *network.Rows, columns []float64, width int, lost []float64) {
	n := e.graph.Nodes[v].Size
	coef := of.Coef[v]
	for i, q := range e.neurons[v] {
		s := e.Bounds.Staircase(v, i)
		level := s.Lo
		for r := range of.Count {
			c := coef[r*n+i]
			if c == 0 {
				continue
			}
			if q.a >= 0 {
				columns[r*width+q.a] += c
				continue
			}
			of.Const[r] += c * level
			lost[r] += 0x1p-52 * (math.Abs(of.Const[r]) + math.Abs(c*level))
		}
	}
}

// settled is how far from a threshold an input that jumps is moved, and near how far from
// it it may be to be on it, both relative to the step.
const settled, near = 0x1p-34, 0x1p-20

// settle moves inputs that are operands as they are, and have another level than the
// point, into its step; and away from thresholds.
func (l levels) settle(e *Encoding, v int, point, x []float64, reach float64) {
	if e.graph.Nodes[v].Inputs[0] != 0 {
		return
	}
	for i, n := range e.neurons[v] {
		if n.a < 0 {
			continue
		}
		k := math.Round(point[n.a])
		least, greatest := l.op.Levels(i)
		lo, hi := l.op.Threshold(i, k-1), l.op.Threshold(i, k)
		step := hi - lo
		if k > least && x[i]-lo <= near*step && lo-x[i] <= reach*step {
			x[i] = lo + settled*step
		}
		if k < greatest && hi-x[i] <= near*step && x[i]-hi <= reach*step {
			x[i] = hi - settled*step
		}
	}
}

// program has the edges of the staircase's hull.
func (levels) program(m *Program, part *relax.Bounds, n *LPNeuron) {
	s := part.Staircase(n.Activation, n.Index)
	m.Lo[n.columns.z], m.Hi[n.columns.z] = part.Node[n.Node].Lo[n.Index], part.Node[n.Node].Hi[n.Index]
	m.Lo[n.columns.a], m.Hi[n.columns.a] = s.Lo, s.Hi
	for _, r := range hull(&n.columns, s) {
		m.row("", r.lo, r.hi, r.terms...)
	}
}

func (levels) relaxed() int { return hullRows }

// implied: the rows of the hull leave out the level at its end.
func (levels) implied() bool { return false }

func (levels) hull(*relax.Bounds, *LPNeuron) bool { return false }

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

// addHull adds the rows of the hull of element i of node v.
func (e *Encoding) addHull(v, i int, n *neuron, s relax.Staircase) {
	for k, r := range hull(n, s) {
		if r.terms != nil {
			e.Program.row(name("hull"+string(rune('0'+k))+"_", v, i), r.lo, r.hi, r.terms...)
		}
	}
}
