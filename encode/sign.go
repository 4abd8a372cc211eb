package encode

import "rsm/network"

// sign has the columns and rows of signs.
type sign struct{ levels }

var _ = encodedBy(func(op network.Sign) sign { return sign{levels{op}} })

// add gives the values of v that have more than one level their columns and rows: the
// operand z in [l, u], the value a, and binaries lo and hi, for -1 and 1, as far as bounds
// allow these:
//
//	a = hi - lo     lo + hi <= 1     l lo <= z <= u hi
//
// These imply the two edges of the convex hull: a <= 1 - 2 lo <= 1 - 2 z / l, and the same
// from below.
func (s sign) add(e *Encoding, v int) {
	x := e.Bounds.Node[e.graph.Nodes[v].Inputs[0]]
	layer := s.columns(e, v)
	for i := range layer {
		n := &layer[i]
		if n.z < 0 {
			continue
		}
		stairs := e.Bounds.Staircase(v, i)
		n.a = e.Program.column(name("s", v, i), stairs.Lo, stairs.Hi, false)
		if e.Kind == relaxed {
			continue // LP adds rows of its own
		}
		value, both := []Term{{n.a, 1}}, []Term(nil)
		least, most := []Term{{n.z, 1}}, []Term{{n.z, 1}}
		if stairs.Lo < 0 {
			n.low = e.Program.column(name("lo", v, i), 0, 1, true)
			value, both, least = append(value, Term{n.low, 1}), append(both, Term{n.low, 1}), append(least, Term{n.low, -x.Lo[i]})
		}
		if stairs.Hi > 0 {
			n.b = e.Program.column(name("hi", v, i), 0, 1, true)
			value, both, most = append(value, Term{n.b, -1}), append(both, Term{n.b, 1}), append(most, Term{n.b, -x.Hi[i]})
		}
		e.Program.row(name("sign", v, i), 0, 0, value...)
		e.Program.row(name("ge", v, i), 0, inf, least...)
		e.Program.row(name("le", v, i), -inf, 0, most...)
		if len(both) > 1 {
			e.Program.row(name("one", v, i), -inf, 1, both...)
		}
	}
	e.neurons[v] = layer
}

// point sets the binaries.
func (s sign) point(_ *Encoding, p []float64, n neuron, i int, z float64) {
	a := s.op.Value(i, z)
	if n.low >= 0 {
		p[n.low] = max(0, -a)
	}
	if n.b >= 0 {
		p[n.b] = max(0, a)
	}
}
