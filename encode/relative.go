package encode

import (
	"fmt"

	"rsm/network"
	"rsm/relax"
)

// addRelative gives the neurons of the first layer of an aligned pair their
// columns, after those of the second layer. A neuron that is unstable, and its
// partner too, has columns for z1 - z2 and a1 - a2: for near twins these are small,
// and so in scale, where z1 and a1 would differ from z2 and a2 in their last
// digits only. All other neurons have columns for z and a; so has one that is far
// smaller than its partner, of which the sum of two large columns would say nothing.
func (e *Encoding) addRelative(pair network.Pairing, diff relax.Range) {
	v := pair.First
	z1 := e.graph.Nodes[v].Inputs[0]
	z2 := e.graph.Nodes[pair.Second].Inputs[0]
	x1 := e.Bounds.Node[z1]
	layer := make([]neuron, e.graph.Nodes[v].Size)
	var at, partner []int // partner: -1 where z and a are absolute
	for i, j := range pair.Partner {
		layer[i] = noColumns
		if !e.hasColumns(z1, i) {
			continue
		}
		if j >= 0 && (e.neurons[pair.Second][j].a < 0 || tooFar(x1, i, diff)) {
			j = -1
		}
		at, partner = append(at, i), append(partner, j)
	}
	rows := network.NewRows(e.graph, len(at))
	n1, n2 := e.graph.Nodes[z1].Size, e.graph.Nodes[z2].Size
	for r, i := range at {
		rows.At(e.graph, z1)[r*n1+i] += 1
		if j := partner[r]; j >= 0 {
			rows.At(e.graph, z2)[r*n2+j] -= 1
		}
	}
	for r, def := range e.pull(rows) {
		i, j := at[r], partner[r]
		name := fmt.Sprintf("%d_%d", v, i)
		if j < 0 {
			n := noColumns
			n.def = len(e.Program.RowLo)
			n.z = e.defined("z"+name, x1, i, def)
			n.a = e.Program.column("a"+name, max(x1.Lo[i], 0), max(x1.Hi[i], 0), false)
			layer[i] = n
			continue
		}
		base := e.neurons[pair.Second][j]
		n := neuron{b: -1, def: -1, baseZ: base.z, baseA: base.a}
		n.def = len(e.Program.RowLo)
		n.z = e.defined("dz"+name, diff, i, def)
		n.a = e.Program.column("da"+name, min(diff.Lo[i], 0), max(diff.Hi[i], 0), false)
		layer[i] = n
	}
	e.neurons[v] = layer
}

// farthest is how many times larger than the neuron its difference from its
// partner may be for the neuron to be held by that.
const farthest = 0x1p+10

// tooFar says whether neuron i is far smaller than its difference from its partner.
func tooFar(x relax.Range, i int, diff relax.Range) bool {
	return max(-diff.Lo[i], diff.Hi[i]) > farthest*max(-x.Lo[i], x.Hi[i])
}
