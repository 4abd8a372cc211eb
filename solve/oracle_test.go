package solve_test

import (
	"math"
	"math/bits"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// The oracle finds the extremes of r over a box by enumeration of activation
// patterns. It shares no code with relax, encode, solve or HiGHS, solves no
// linear system and needs no LP.
//
// A cell is the part of the box on which the neurons looked at so far have one
// phase each; it is a polytope, held by its vertices. On a cell the next
// pre-activation is affine, so it is known everywhere from its values at the
// vertices, and where it changes sign it cuts the cell in two: the new
// vertices are where edges cross zero. After the last neuron r is affine on
// each cell and has its extremes at vertices.
//
// An edge joins two vertices with d-1 constraints in common. The converse is
// false, so some points that are no vertices are kept as well: they are points
// of the cell all the same. Every value the oracle returns is thus r at a
// point of the box, and the enumeration can only err by missing a vertex.

// plain is a network of dense layers and ReLUs as lists of numbers.
type plain struct {
	layers []plainLayer
}

// plainLayer is y = W x + b, then a ReLU unless it is the last.
type plainLayer struct {
	w [][]float64
	b []float64
}

// plainOf reads the weights of a network that networktest made.
func plainOf(n *network.Network) plain {
	var p plain
	for _, v := range n.Nodes[1:] {
		d, ok := v.Op.(*network.Dense)
		if !ok {
			continue
		}
		l := plainLayer{b: make([]float64, d.Rows)}
		copy(l.b, d.B)
		for i := range d.Rows {
			l.w = append(l.w, d.W[i*d.Cols:(i+1)*d.Cols])
		}
		p.layers = append(p.layers, l)
	}
	return p
}

// eval returns the pre-activations of all hidden neurons, the earlier layers
// first, and the logits.
func (p plain) eval(x []float64) (hidden, logits []float64) {
	for k, l := range p.layers {
		z := make([]float64, len(l.w))
		for i, row := range l.w {
			s := l.b[i]
			for j, w := range row {
				s += w * x[j]
			}
			z[i] = s
		}
		if k == len(p.layers)-1 {
			return hidden, z
		}
		hidden = append(hidden, z...)
		x = make([]float64, len(z))
		for i, s := range z {
			if s > 0 {
				x[i] = s
			}
		}
	}
	return hidden, x
}

// margin is r at x for the classes c.
func margin(n1, n2 plain, c query.ClassPair, x []float64) float64 {
	_, y1 := n1.eval(x)
	_, y2 := n2.eval(x)
	return (y1[c.I] - y1[c.J]) - (y2[c.I] - y2[c.J])
}

// vertex is a point of a cell, with the constraints of the cell that hold with
// equality there: 2 for each free feature, then one for each neuron.
type vertex struct {
	x      []float64
	hidden []float64 // of both networks
	r      []float64 // for each class pair
	active uint64
}

type oracle struct {
	n1, n2  plain
	classes []query.ClassPair
	dim     int // number of free features
	neurons int
	// Min and Max are the extremes of r, for each class pair.
	Min, Max []float64
	Cells    int
	// more, if not nil, gives further functions by whose signs cells are cut, affine
	// where all neurons have one phase; visit, if not nil, is called for every cell.
	more  func(x, y1, y2 []float64) []float64
	visit func(cell []vertex)
}

// enumerate finds the extremes of r over the box for each class pair.
func enumerate(pair query.Pair, box region.Box, classes ...query.ClassPair) *oracle {
	o := &oracle{n1: plainOf(pair.N1), n2: plainOf(pair.N2), classes: classes}
	for range classes {
		o.Min, o.Max = append(o.Min, math.Inf(1)), append(o.Max, math.Inf(-1))
	}
	o.run(box)
	return o
}

// run enumerates the cells of a box.
func (o *oracle) run(box region.Box) {
	var free []int
	for i := range box.Lo {
		if box.Lo[i] < box.Hi[i] {
			free = append(free, i)
		}
	}
	o.dim = len(free)
	var cell []vertex
	for corner := range 1 << o.dim {
		x := append([]float64(nil), box.Lo...)
		var active uint64
		for k, i := range free {
			side := corner >> k & 1
			if side == 1 {
				x[i] = box.Hi[i]
			}
			active |= 1 << (2*k + side)
		}
		cell = append(cell, o.vertex(x, active))
	}
	o.neurons = len(cell[0].hidden)
	if 2*o.dim+o.neurons > 64 {
		panic("the oracle takes 64 constraints at most")
	}
	o.split(cell, 0)
}

func (o *oracle) vertex(x []float64, active uint64) vertex {
	h1, y1 := o.n1.eval(x)
	h2, y2 := o.n2.eval(x)
	v := vertex{x: x, hidden: append(h1, h2...), active: active}
	if o.more != nil {
		v.hidden = append(v.hidden, o.more(x, y1, y2)...)
	}
	for _, c := range o.classes {
		v.r = append(v.r, (y1[c.I]-y1[c.J])-(y2[c.I]-y2[c.J]))
	}
	return v
}

// split cuts a cell by the neurons from the k-th on. The neurons of the second
// network come after those of the first, so that all on which a neuron depends
// have one phase on the cell.
func (o *oracle) split(cell []vertex, k int) {
	for ; k < o.neurons; k++ {
		low, high := 0.0, 0.0
		for _, v := range cell {
			low, high = min(low, v.hidden[k]), max(high, v.hidden[k])
		}
		zero := 1e-12 * max(high, -low)
		if -low <= zero || high <= zero {
			continue
		}
		on := uint64(1) << (2*o.dim + k)
		var below, above []vertex
		for _, v := range cell {
			switch z := v.hidden[k]; {
			case z < -zero:
				below = append(below, v)
			case z > zero:
				above = append(above, v)
			}
		}
		var cut []vertex
		for _, v := range below {
			for _, w := range above {
				common := v.active & w.active
				if bits.OnesCount64(common) < o.dim-1 {
					continue
				}
				t := v.hidden[k] / (v.hidden[k] - w.hidden[k])
				x := make([]float64, len(v.x))
				for i := range x {
					x[i] = v.x[i] + t*(w.x[i]-v.x[i])
					// Rounding must not leave the segment, hence the box.
					x[i] = min(max(x[i], min(v.x[i], w.x[i])), max(v.x[i], w.x[i]))
				}
				cut = append(cut, o.vertex(x, common|on))
			}
		}
		for _, v := range cell {
			if z := v.hidden[k]; -zero <= z && z <= zero {
				v.active |= on
				cut = append(cut, v)
			}
		}
		o.split(append(below, cut...), k+1)
		cell = append(above, cut...)
	}
	o.Cells++
	if o.visit != nil {
		o.visit(cell)
	}
	for _, v := range cell {
		for c, r := range v.r {
			o.Min[c], o.Max[c] = min(o.Min[c], r), max(o.Max[c], r)
		}
	}
}

// TestOracleKnown: the oracle on functions whose extremes are known.
func TestOracleKnown(t *testing.T) {
	build := func(w1 []float64, b1 []float64, inputs int, out []float64) *network.Network {
		n := &network.Network{Graph: network.NewGraph(network.Shape{inputs})}
		rows := len(b1)
		at := 0
		for _, op := range []network.Op{
			&network.Dense{Rows: rows, Cols: inputs, W: w1, B: b1},
			network.ReLU{},
			&network.Dense{Rows: 2, Cols: rows, W: append(append([]float64(nil), out...), make([]float64, rows)...)},
		} {
			var err error
			if at, err = n.Add("", op, nil, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Finish(at); err != nil {
			t.Fatal(err)
		}
		return n
	}
	zero := func(inputs int) *network.Network {
		return build(make([]float64, inputs), []float64{0}, inputs, []float64{0})
	}
	for _, c := range []struct {
		name     string
		n        *network.Network
		lo, hi   []float64
		min, max float64
	}{
		{"|x|", build([]float64{1, -1}, []float64{0, 0}, 1, []float64{1, 1}), []float64{-1}, []float64{2}, 0, 2},
		{"-|x|-|y|", build([]float64{1, 0, -1, 0, 0, 1, 0, -1}, make([]float64, 4), 2, []float64{-1, -1, -1, -1}), []float64{-1, -1}, []float64{2, 3}, -5, 0},
		// A tent of height 1 at x + y = 1, seen only from inside the box.
		{"tent", build([]float64{1, 1, 1, 1, 1, 1}, []float64{0, -1, -2}, 2, []float64{1, -2, 1}), []float64{-3, -3}, []float64{4, 4}, 0, 1},
		{"fixed feature", build([]float64{1, 1, 1, 1, 1, 1}, []float64{0, -1, -2}, 2, []float64{1, -2, 1}), []float64{0.25, 0}, []float64{0.25, 0.5}, 0.25, 0.75},
		{"point", build([]float64{1, -1}, []float64{0, 0}, 1, []float64{1, 1}), []float64{-3}, []float64{-3}, 3, 3},
	} {
		box, err := region.NewBox(c.lo, c.hi)
		if err != nil {
			t.Fatal(err)
		}
		p := newProblem(t, c.name, c.n, zero(len(c.lo)), box)
		o := enumerate(p.pair, box, query.ClassPair{I: 0, J: 1}, query.ClassPair{I: 1, J: 0})
		if o.Min[0] != c.min || o.Max[0] != c.max || o.Min[1] != -c.max || o.Max[1] != -c.min {
			t.Errorf("%s: %v %v, want [%v, %v]", c.name, o.Min, o.Max, c.min, c.max)
		}
	}
}

// TestOracleEncloses: no sample lies outside the oracle's range.
func TestOracleEncloses(t *testing.T) {
	for seed := range uint64(300) {
		rng, p := random(t, seed, 4, 12)
		c := classPair(rng)
		o := enumerate(p.pair, p.box, c)
		x := make([]float64, len(p.box.Lo))
		for range 300 {
			sample(rng, p.box, x)
			if r := margin(o.n1, o.n2, c, x); r < o.Min[0]-1e-9 || r > o.Max[0]+1e-9 {
				t.Fatalf("%s: r is %v at %v, outside the oracle's [%v, %v]", p.name, r, x, o.Min[0], o.Max[0])
			}
		}
	}
}
