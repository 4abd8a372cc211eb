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
// region. Rows: the definitions of z; for each such neuron a - z >= 0 and the
// chord a <= u/(u-l) (z-l), or a = z or a = 0 where the part decides its phase;
// for each pair of aligned neurons with columns the rows that its Ties say.
type LP struct {
	enc  *Encoding
	ties Ties
	// Neurons are the unstable neurons of the region.
	Neurons []LPNeuron
	// Pairs are the aligned pairs of them.
	Pairs []LPPair
}

// LPNeuron is a neuron with columns.
type LPNeuron struct {
	Node, Index int // pre-activation
	Z, A        int // columns
	Chord       int // row
}

// LPPair is an aligned pair of neurons, by their position in LP.Neurons.
type LPPair struct {
	First, Second int
	Upper, Lower  int // rows on a1 - a2
	pair, index   int // of relax.Bounds.Diff
}

// Ties are rows on pairs of aligned neurons.
type Ties int

// The ties, each with the rows of the one before.
const (
	// Apart: none.
	Apart Ties = iota
	// Tied: the bounds of z1 - z2 and two rows on a1 - a2, as in difference.go.
	Tied
	// Crossed: also what the rows with phases imply, as in crossed.go. The
	// relaxation is then as tight as that of Auto.
	Crossed
)

// rows is the number of rows of a pair.
func (t Ties) rows() int { return [...]int{0, 3, 3 + crossedRows}[t] }

// NewLP makes the relaxation for a region with the given bounds. Its errors are
// those of New.
func NewLP(ctx context.Context, b *relax.Bounds, ties Ties) (*LP, error) {
	enc, err := New(ctx, b, relaxed)
	if err != nil {
		return nil, err
	}
	l := &LP{enc: enc, ties: ties}
	at := make(map[neuron]int)
	for v, layer := range l.enc.neurons {
		for i, n := range layer {
			if n.a >= 0 {
				at[n] = len(l.Neurons)
				l.Neurons = append(l.Neurons, LPNeuron{Node: l.enc.graph.Nodes[v].Inputs[0], Index: i, Z: n.z, A: n.a})
			}
		}
	}
	row := len(l.enc.Model.RowLo)
	for k := range l.Neurons {
		l.Neurons[k].Chord = row + 1
		row += 2
	}
	for p, pair := range b.Joint.Pairs {
		for i, j := range pair.Partner {
			if j < 0 || ties == Apart {
				continue
			}
			first, ok1 := at[l.enc.neurons[pair.First][i]]
			second, ok2 := at[l.enc.neurons[pair.Second][j]]
			if ok1 && ok2 {
				l.Pairs = append(l.Pairs, LPPair{First: first, Second: second, Upper: row + 1, Lower: row + 2, pair: p, index: i})
				row += ties.rows()
			}
		}
	}
	return l, nil
}

// Size is the number of columns and rows of every model.
func (l *LP) Size() (columns, rows int) {
	return len(l.enc.Model.Lo), len(l.enc.Model.RowLo) + 2*len(l.Neurons) + l.ties.rows()*len(l.Pairs)
}

// Functional returns a linear function of the nodes' values as an expression
// of columns.
func (l *LP) Functional(f network.Functional) (Expression, error) { return l.enc.Functional(f) }

// Input returns the network input of a point of the model, inside the box.
func (l *LP) Input(point []float64) []float64 { return l.enc.Input(point) }

// Point returns the values of all columns at an input of the box.
func (l *LP) Point(ev *network.Evaluator, x []float64) []float64 { return l.enc.Point(ev, x) }

// Model returns the relaxation for a part of the region, given its bounds.
func (l *LP) Model(b *relax.Bounds) *Model {
	base := &l.enc.Model
	m := &Model{Names: base.Names, Integer: base.Integer,
		Lo: append([]float64(nil), base.Lo...), Hi: append([]float64(nil), base.Hi...),
		RowLo: append([]float64(nil), base.RowLo...), RowHi: append([]float64(nil), base.RowHi...),
		Start: append([]int32(nil), base.Start...), Index: append([]int32(nil), base.Index...),
		Value: append([]float64(nil), base.Value...),
	}
	for _, n := range l.Neurons {
		lo, hi := b.Node[n.Node].Lo[n.Index], b.Node[n.Node].Hi[n.Index]
		m.Lo[n.Z], m.Hi[n.Z] = lo, hi
		m.Lo[n.A], m.Hi[n.A] = max(lo, 0), max(hi, 0)
		m.row("", 0, inf, Term{n.A, 1}, Term{n.Z, -1})
		switch {
		case lo >= 0:
			m.row("", -inf, 0, Term{n.A, 1}, Term{n.Z, -1})
		case hi <= 0: // a is fixed by its bounds
			m.row("", -inf, inf, Term{n.A, 1}, Term{n.Z, -1})
		default:
			chord := upperLine(lo, hi)
			m.row("", -inf, chord.t, Term{n.A, 1}, Term{n.Z, -chord.k})
		}
	}
	for _, p := range l.Pairs {
		n1, n2 := l.Neurons[p.First], l.Neurons[p.Second]
		d := b.Diff[p.pair]
		upper, lower := differenceLines(d.Lo[p.index], d.Hi[p.index])
		m.row("", d.Lo[p.index], d.Hi[p.index], Term{n1.Z, 1}, Term{n2.Z, -1})
		m.row("", -inf, upper.t, Term{n1.A, 1}, Term{n2.A, -1}, Term{n1.Z, -upper.k}, Term{n2.Z, upper.k})
		m.row("", lower.t, inf, Term{n1.A, 1}, Term{n2.A, -1}, Term{n1.Z, -lower.k}, Term{n2.Z, lower.k})
		if l.ties < Crossed {
			continue
		}
		l.addCrossed(m, b, n1, n2, d.Lo[p.index], d.Hi[p.index])
	}
	return m
}

// addCrossed adds the rows of crossed; free rows where a neuron of the pair is
// stable.
func (l *LP) addCrossed(m *Model, b *relax.Bounds, n1, n2 LPNeuron, dl, du float64) {
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
