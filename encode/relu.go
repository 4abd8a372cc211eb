package encode

import (
	"math"

	"rsm/network"
	"rsm/relax"
)

// relu has the columns and rows of ReLUs.
type relu struct{}

var _ = encodedBy(func(network.ReLU) relu { return relu{} })

// add gives the neurons of a ReLU node their columns and rows.
func (relu) add(e *Encoding, v int) {
	z := e.graph.Nodes[v].Inputs[0]
	x := e.Bounds.Node[z]
	layer := make([]neuron, e.graph.Nodes[v].Size)
	var at []int
	for i := range layer {
		layer[i] = noColumns
		if e.hasColumns(z, i) {
			at = append(at, i)
		}
	}
	// The definitions use columns of earlier nodes only: compute them all
	// before any column of this node is there.
	for k, def := range e.expressions(z, at) {
		i := at[k]
		l, u := x.Lo[i], x.Hi[i]
		n := noColumns
		n.def = len(e.Program.RowLo)
		n.z = e.defined(name("z", v, i), x, i, def)
		n.a = e.Program.column(name("a", v, i), max(l, 0), max(u, 0), false)
		switch {
		case e.Kind == relaxed: // LP adds rows of its own
		case l >= 0:
			e.Program.row(name("on", v, i), 0, 0, Term{n.a, 1}, Term{n.z, -1})
		case u <= 0: // a is fixed at zero by its bounds
		default:
			n.b = e.Program.column(name("b", v, i), 0, 1, true)
			e.Program.row(name("ge", v, i), 0, inf, Term{n.a, 1}, Term{n.z, -1})
			e.Program.row(name("on", v, i), -inf, -l, Term{n.a, 1}, Term{n.z, -1}, Term{n.b, -l})
			e.Program.row(name("off", v, i), -inf, 0, Term{n.a, 1}, Term{n.b, -u})
		}
		layer[i] = n
	}
	e.neurons[v] = layer
}

// pull takes the coefficients of neurons with columns, drops those of
// inactive neurons, and hands those of active ones to the pre-activation.
func (relu) pull(e *Encoding, v int, of *network.Rows, columns []float64, width int, lost []float64) {
	e.addActiveRounding(v, of, lost)
	node := &e.graph.Nodes[v]
	z := node.Inputs[0]
	x := e.Bounds.Node[z]
	coef := of.Coef[v]
	var below []float64
	for i := range node.Size {
		col, base := e.neurons[v][i].a, e.neurons[v][i].baseA
		if col < 0 && x.Hi[i] <= 0 {
			continue
		}
		if col < 0 && below == nil {
			below = of.At(e.graph, z)
		}
		for r := range of.Count {
			if c := coef[r*node.Size+i]; c == 0 {
				continue
			} else if col >= 0 {
				columns[r*width+col] = c
				if base >= 0 { // the second neuron's own coefficient is there
					sum := columns[r*width+base] + c
					columns[r*width+base] = sum
					lost[r] += 0x1p-52 * math.Abs(sum) * e.Program.Hi[base]
				}
			} else {
				below[r*node.Size+i] += c
			}
		}
	}
}

// addActiveRounding accounts for adding coefficients of active neurons to some
// that are there already.
func (e *Encoding) addActiveRounding(v int, of *network.Rows, lost []float64) {
	z := e.graph.Nodes[v].Inputs[0]
	if of.Coef[z] == nil {
		return
	}
	for r := range of.Count {
		lost[r] += 0x1p-51 * (e.Bounds.Spread(of, r, z) + e.Bounds.Spread(of, r, v))
	}
}

// point sets the phase.
func (relu) point(_ *Encoding, p []float64, n neuron, _ int, z float64) {
	if n.b >= 0 && z > 0 {
		p[n.b] = 1
	}
}

// settle has nothing to do: a ReLU does not jump.
func (relu) settle(*Encoding, int, []float64, []float64, float64) {}

func (relu) relaxed() int { return 2 }

// program has a - z >= 0 and the chord, or a = z or a = 0 where the part decides that.
func (relu) program(m *Program, part *relax.Bounds, n *LPNeuron) {
	lo, hi := part.Node[n.Node].Lo[n.Index], part.Node[n.Node].Hi[n.Index]
	if n.columns.baseZ < 0 {
		m.Lo[n.columns.z], m.Hi[n.columns.z] = lo, hi
		m.Lo[n.columns.a], m.Hi[n.columns.a] = max(lo, 0), max(hi, 0)
	}
	m.row("", 0, inf, n.terms(1, -1)...)
	switch {
	case lo >= 0:
		m.row("", -inf, 0, n.terms(1, -1)...)
	case hi <= 0:
		m.row("", -inf, 0, n.terms(1, 0)...)
	default:
		chord := upperLine(lo, hi)
		m.row("", -inf, chord.t, n.terms(1, -chord.k)...)
	}
}

// implied: the rows of a neuron and the bounds of z imply those of a.
func (relu) implied() bool { return true }

func (relu) hull(part *relax.Bounds, n *LPNeuron) bool { return part.Unstable(n.Node, n.Index) }
