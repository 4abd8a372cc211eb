package oracle

import (
	"math"
	"math/bits"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// The oracle finds the extremes of r over a box by enumeration of activation
// patterns. It shares no code with relax, encode, solve or HiGHS, solves no
// Linear system and needs no LP.
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

// Plain is a network of dense layers and ReLUs as lists of numbers.
type Plain struct {
	layers []plainLayer
}

// plainLayer is y = W x + b, then a ReLU unless it is the last.
type plainLayer struct {
	w [][]float64
	b []float64
}

// PlainOf reads the weights of a network that networktest made.
func PlainOf(n *network.Network) Plain {
	var p Plain
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

// Eval returns the pre-activations of all hidden neurons, the earlier layers
// first, and the logits.
func (p Plain) Eval(x []float64) (hidden, logits []float64) {
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

// Margin is r at x for the classes c.
func Margin(n1, n2 Plain, c query.ClassPair, x []float64) float64 {
	_, y1 := n1.Eval(x)
	_, y2 := n2.Eval(x)
	return (y1[c.I] - y1[c.J]) - (y2[c.I] - y2[c.J])
}

// Vertex is a point of a cell, with the constraints of the cell that hold with
// equality there: 2 for each free feature, then one for each neuron.
type Vertex struct {
	X      []float64
	hidden []float64 // of both networks
	r      []float64 // for each class pair
	active uint64
}

// Enumeration is one enumeration of cells, and the extremes it found.
type Enumeration struct {
	N1, N2  Plain
	Classes []query.ClassPair
	dim     int // number of free features
	neurons int
	// Min and Max are the extremes of r, for each class pair.
	Min, Max []float64
	Cells    int
	// more, if not nil, gives further functions by whose signs cells are cut, affine
	// where all neurons have one phase; visit, if not nil, is called for every cell.
	More  func(x, y1, y2 []float64) []float64
	Visit func(cell []Vertex)
}

// Enumerate finds the extremes of r over the box for each class pair.
func Enumerate(pair query.Pair, box region.Box, classes ...query.ClassPair) *Enumeration {
	o := &Enumeration{N1: PlainOf(pair.N1), N2: PlainOf(pair.N2), Classes: classes}
	for range classes {
		o.Min, o.Max = append(o.Min, math.Inf(1)), append(o.Max, math.Inf(-1))
	}
	o.Run(box)
	return o
}

// Run enumerates the cells of a box.
func (o *Enumeration) Run(box region.Box) {
	var free []int
	for i := range box.Lo {
		if box.Lo[i] < box.Hi[i] {
			free = append(free, i)
		}
	}
	o.dim = len(free)
	var cell []Vertex
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

func (o *Enumeration) vertex(x []float64, active uint64) Vertex {
	h1, y1 := o.N1.Eval(x)
	h2, y2 := o.N2.Eval(x)
	v := Vertex{X: x, hidden: append(h1, h2...), active: active}
	if o.More != nil {
		v.hidden = append(v.hidden, o.More(x, y1, y2)...)
	}
	for _, c := range o.Classes {
		v.r = append(v.r, (y1[c.I]-y1[c.J])-(y2[c.I]-y2[c.J]))
	}
	return v
}

// split cuts a cell by the neurons from the k-th on. The neurons of the second
// network come after those of the first, so that all on which a neuron depends
// have one phase on the cell.
func (o *Enumeration) split(cell []Vertex, k int) {
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
		var below, above []Vertex
		for _, v := range cell {
			switch z := v.hidden[k]; {
			case z < -zero:
				below = append(below, v)
			case z > zero:
				above = append(above, v)
			}
		}
		var cut []Vertex
		for _, v := range below {
			for _, w := range above {
				common := v.active & w.active
				if bits.OnesCount64(common) < o.dim-1 {
					continue
				}
				t := v.hidden[k] / (v.hidden[k] - w.hidden[k])
				x := make([]float64, len(v.X))
				for i := range x {
					x[i] = v.X[i] + t*(w.X[i]-v.X[i])
					// Rounding must not leave the segment, hence the box.
					x[i] = min(max(x[i], min(v.X[i], w.X[i])), max(v.X[i], w.X[i]))
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
	if o.Visit != nil {
		o.Visit(cell)
	}
	for _, v := range cell {
		for c, r := range v.r {
			o.Min[c], o.Max[c] = min(o.Min[c], r), max(o.Max[c], r)
		}
	}
}
