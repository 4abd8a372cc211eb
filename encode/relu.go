package encode

import (
	"fmt"
	"math"

	"rsm/network"
)

// addReLU gives the neurons of a ReLU node their columns and rows.
func (e *Encoding) addReLU(v int) {
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
		n.def = len(e.Model.RowLo)
		n.z = e.defined(fmt.Sprintf("z%d_%d", v, i), x, i, def)
		n.a = e.Model.column(fmt.Sprintf("a%d_%d", v, i), max(l, 0), max(u, 0), false)
		switch {
		case e.Kind == relaxed: // LP adds rows of its own
		case l >= 0:
			e.Model.row(fmt.Sprintf("on%d_%d", v, i), 0, 0, Term{n.a, 1}, Term{n.z, -1})
		case u <= 0: // a is fixed at zero by its bounds
		default:
			n.b = e.Model.column(fmt.Sprintf("b%d_%d", v, i), 0, 1, true)
			e.Model.row(fmt.Sprintf("ge%d_%d", v, i), 0, inf, Term{n.a, 1}, Term{n.z, -1})
			e.Model.row(fmt.Sprintf("on%d_%d", v, i), -inf, -l, Term{n.a, 1}, Term{n.z, -1}, Term{n.b, -l})
			e.Model.row(fmt.Sprintf("off%d_%d", v, i), -inf, 0, Term{n.a, 1}, Term{n.b, -u})
		}
		layer[i] = n
	}
	e.neurons[v] = layer
}

// pullReLU takes the coefficients of neurons with columns, drops those of
// inactive neurons, and hands those of active ones to the pre-activation.
func (e *Encoding) pullReLU(v int, rows *network.Rows, columns []float64, width int, lost []float64) {
	node := &e.graph.Nodes[v]
	z := node.Inputs[0]
	x := e.Bounds.Node[z]
	coef := rows.Coef[v]
	var below []float64
	for i := range node.Size {
		col, base := e.neurons[v][i].a, e.neurons[v][i].baseA
		if col < 0 && x.Hi[i] <= 0 {
			continue
		}
		if col < 0 && below == nil {
			below = rows.At(e.graph, z)
		}
		for r := range rows.Count {
			if c := coef[r*node.Size+i]; c == 0 {
				continue
			} else if col >= 0 {
				columns[r*width+col] = c
				if base >= 0 { // the second neuron's own coefficient is there
					sum := columns[r*width+base] + c
					columns[r*width+base] = sum
					lost[r] += 0x1p-52 * math.Abs(sum) * e.Model.Hi[base]
				}
			} else {
				below[r*node.Size+i] += c
			}
		}
	}
}

// addActiveRounding accounts for adding coefficients of active neurons to some
// that are there already.
func (e *Encoding) addActiveRounding(v int, rows *network.Rows, lost []float64) {
	z := e.graph.Nodes[v].Inputs[0]
	if rows.Coef[z] == nil {
		return
	}
	for r := range rows.Count {
		lost[r] += 0x1p-51 * (e.Bounds.Spread(rows, r, z) + e.Bounds.Spread(rows, r, v))
	}
}
