package encode

import (
	"context"

	"rsm/network"
	"rsm/relax"
)

// LP is the linear relaxation of the program of Auto, for many parts of one
// region. Its columns and rows stay the same; bounds and coefficients follow
// the bounds of the part, so that a basis of one part is a start for another.
//
// Columns: the inputs, and z and a of each neuron that is unstable in the whole
// region; for the first of two aligned such neurons z1 - z2 and a1 - a2 in their
// stead, if they are of one scale (relative.go); the operand and the level of each quantized
// value of more than one level. Rows: the definitions of z; for each neuron a - z >= 0 and
// the chord a <= u/(u-l) (z-l), or a = z or a = 0 where the part decides its phase; for each
// quantized value the edges of its staircase's hull (quantize.go);
// for each pair of aligned neurons with columns the rows that its Coupling says.
type LP struct {
	enc      *Encoding
	coupling Coupling
	// Neurons are the unstable neurons of the region.
	Neurons []LPNeuron
	// Pairs are the aligned pairs of them, the first relative to the second.
	Pairs []LPPair
}

// LPNeuron is a neuron with columns.
type LPNeuron struct {
	Node, Index int               // pre-activation
	Activation  int               // node
	Steps       network.Staircase // of its activation, nil for one that does not jump
	From, To    int               // its rows: those from From on, but for To
	op          network.Activation
	rows        rows // of its activation
	columns     neuron
	base        *LPNeuron // the partner whose columns those are relative to, or nil
}

// Columns are those of the pre-activation and of the post-activation, or of what
// they differ by from the partner's.
func (n *LPNeuron) Columns() (z, a int) { return n.columns.z, n.columns.a }

// Pre is the neuron's pre-activation at a point of the program, Post its
// post-activation.
func (n *LPNeuron) Pre(point []float64) float64 {
	return sum(point, n.columns.z, n.columns.baseZ)
}

// Post is the neuron's post-activation at a point of the program.
func (n *LPNeuron) Post(point []float64) float64 {
	return sum(point, n.columns.a, n.columns.baseA)
}

// True is what the activation makes of the pre-activation at a point of the program.
func (n *LPNeuron) True(point []float64) float64 { return n.op.Value(n.Index, n.Pre(point)) }

func sum(point []float64, column, base int) float64 {
	if base < 0 {
		return point[column]
	}
	return point[column] + point[base]
}

// terms are p times the post-activation and q times the pre-activation.
func (n *LPNeuron) terms(p, q float64) []Term {
	c := n.columns
	t := []Term{{c.a, p}, {c.z, q}}
	if c.baseZ >= 0 {
		t = append(t, Term{c.baseA, p}, Term{c.baseZ, q})
	}
	return t
}

// LPPair is an aligned pair of neurons, by their position in LP.Neurons.
type LPPair struct {
	First, Second int
	Upper, Lower  int // rows on a1 - a2
	pair, index   int // of relax.Bounds.Diff
}

// Coupling is which rows an LP has on pairs of aligned neurons.
type Coupling int

// The couplings, each with the rows of the one before.
const (
	// Apart: none.
	Apart Coupling = iota
	// Coupled: a1 >= 0, the bounds of z1, and two rows on a1 - a2, as in difference.go.
	Coupled
	// Crossed: also what the rows with phases imply, as in crossed.go. The
	// relaxation is then as tight as that of Auto.
	Crossed
)

// rows is the number of rows of a pair.
func (c Coupling) rows() int { return [...]int{0, 4, 4 + crossedRows}[c] }

// NewLP makes the relaxation for a region with the given bounds. Its errors are
// those of New.
func NewLP(ctx context.Context, b *relax.Bounds, coupling Coupling) (*LP, error) {
	enc, err := build(ctx, b, relaxed, coupling != Apart)
	if err != nil {
		return nil, err
	}
	l := &LP{enc: enc, coupling: coupling}
	at := make(map[neuron]int)
	for v, layer := range l.enc.neurons {
		for i, n := range layer {
			if n.a >= 0 {
				at[n] = len(l.Neurons)
				op := l.enc.graph.Nodes[v].Op.(network.Activation)
				steps, _ := op.(network.Staircase)
				l.Neurons = append(l.Neurons, LPNeuron{Node: l.enc.graph.Nodes[v].Inputs[0], Index: i, Activation: v, Steps: steps, op: op, rows: l.enc.rows[v], columns: n})
			}
		}
	}
	row := len(l.enc.Program.RowLo)
	for k := range l.Neurons {
		n := &l.Neurons[k]
		n.From = row
		row += n.rows.relaxed()
		n.To = row
	}
	for p, pair := range b.Joint.Pairs {
		for i, j := range pair.Partner {
			if j < 0 || coupling == Apart {
				continue
			}
			first, ok1 := at[l.enc.neurons[pair.First][i]]
			second, ok2 := at[l.enc.neurons[pair.Second][j]]
			if ok1 && ok2 && l.Neurons[first].columns.baseZ >= 0 {
				l.Neurons[first].base = &l.Neurons[second]
				l.Pairs = append(l.Pairs, LPPair{First: first, Second: second, Upper: row + 2, Lower: row + 3, pair: p, index: i})
				row += coupling.rows()
			}
		}
	}
	return l, nil
}

// Size is the number of columns and rows of every program.
func (l *LP) Size() (columns, rows int) {
	rows = len(l.enc.Program.RowLo) + l.coupling.rows()*len(l.Pairs)
	for k := range l.Neurons {
		rows += l.Neurons[k].To - l.Neurons[k].From
	}
	return len(l.enc.Program.Lo), rows
}

// Together says how far the pre-activations of an aligned pair move together in a part
// of the region: from 0, where their difference may be what the bounds of each
// allow, to 1, where it is known.
func (l *LP) Together(b *relax.Bounds, p LPPair) float64 {
	apart := 0.0
	for _, n := range [...]LPNeuron{l.Neurons[p.First], l.Neurons[p.Second]} {
		apart += b.Node[n.Node].Hi[n.Index] - b.Node[n.Node].Lo[n.Index]
	}
	together := b.Diff[p.pair].Hi[p.index] - b.Diff[p.pair].Lo[p.index]
	if !(together < apart) {
		return 0
	}
	return 1 - together/apart
}

// Functional returns a linear function of the nodes' values as an expression
// of columns.
func (l *LP) Functional(f network.Functional) (Expression, error) { return l.enc.Functional(f) }

// Inputs are the columns of the inputs, in order, -1 where one is fixed. The
// columns of inputs come before all others.
func (l *LP) Inputs() []int { return l.enc.input }

// InputColumns is the number of columns of inputs.
func (l *LP) InputColumns() int {
	n := 0
	for _, c := range l.enc.input {
		n = max(n, c+1)
	}
	return n
}

// Input returns the network input of a point of the program, inside the box.
func (l *LP) Input(point []float64) []float64 { return l.enc.Input(point) }

// Snapped is Input with quantized inputs moved to the levels nearest to those of the
// point.
func (l *LP) Snapped(point []float64) []float64 { return l.enc.inputAt(point, 1) }

// Point returns the values of all columns at an input of the box.
func (l *LP) Point(ev *network.Evaluator, x []float64) []float64 { return l.enc.Point(ev, x) }

// Program returns the relaxation for a part of the region, given its bounds.
func (l *LP) Program(b *relax.Bounds) *Program {
	base := &l.enc.Program
	m := &Program{Names: base.Names, Integer: base.Integer,
		Lo: append([]float64(nil), base.Lo...), Hi: append([]float64(nil), base.Hi...),
		RowLo: append([]float64(nil), base.RowLo...), RowHi: append([]float64(nil), base.RowHi...),
		Start: append([]int32(nil), base.Start...), Index: append([]int32(nil), base.Index...),
		Value: append([]float64(nil), base.Value...),
	}
	for i, col := range l.enc.input {
		if col >= 0 {
			m.Lo[col], m.Hi[col] = b.Box.Lo[i], b.Box.Hi[i]
		}
	}
	for _, p := range l.Pairs {
		c, d := l.Neurons[p.First].columns, b.Diff[p.pair]
		lo, hi := d.Lo[p.index], d.Hi[p.index]
		m.Lo[c.z], m.Hi[c.z] = lo, hi
		m.Lo[c.a], m.Hi[c.a] = min(lo, 0), max(hi, 0)
	}
	for k := range l.Neurons {
		l.Neurons[k].rows.program(m, b, &l.Neurons[k])
	}
	for _, p := range l.Pairs {
		n := &l.Neurons[p.First]
		x, d := b.Node[n.Node], b.Diff[p.pair]
		m.row("", 0, inf, n.terms(1, 0)...)
		m.row("", x.Lo[n.Index], x.Hi[n.Index], n.terms(0, 1)...)
		upper, lower := differenceLines(d.Lo[p.index], d.Hi[p.index])
		m.row("", -inf, upper.t, Term{n.columns.a, 1}, Term{n.columns.z, -upper.k})
		m.row("", lower.t, inf, Term{n.columns.a, 1}, Term{n.columns.z, -lower.k})
		if l.coupling == Crossed {
			l.addCrossed(m, b, p)
		}
	}
	return m
}

// Loosen widens the bounds of post-activations in a Program, or in a scaled one, to
// up to three times their width, where rows imply them anyway. A solver's
// multipliers are then those of rows, and not of such bounds, and tell which
// neuron's relaxation is to blame for a bound.
func (l *LP) Loosen(lo, hi []float64) {
	for _, n := range l.Neurons {
		if !n.rows.implied() {
			continue
		}
		a := n.columns.a
		width := hi[a] - lo[a]
		if hi[a] += width; n.columns.baseA >= 0 {
			lo[a] -= width
		}
	}
}

// addCrossed adds the rows of crossed; free rows where a neuron of the pair is
// stable.
func (l *LP) addCrossed(m *Program, b *relax.Bounds, p LPPair) {
	n1, n2 := &l.Neurons[p.First], &l.Neurons[p.Second]
	dl, du := b.Diff[p.pair].Lo[p.index], b.Diff[p.pair].Hi[p.index]
	x1, x2 := b.Node[n1.Node], b.Node[n2.Node]
	var rows [crossedRows]crossedRow
	if b.Unstable(n1.Node, n1.Index) && b.Unstable(n2.Node, n2.Index) {
		rows = crossed(n1, n2, x1.Lo[n1.Index], x1.Hi[n1.Index], x2.Lo[n2.Index], x2.Hi[n2.Index], dl, du)
	}
	for _, r := range rows {
		if r.terms == nil {
			r.t = inf
		}
		m.row("", -inf, r.t, r.terms...)
	}
}
