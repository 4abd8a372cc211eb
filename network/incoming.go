package network

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// largestIncoming caps the coefficients that an incoming matrix, with what is
// between it and its sources, may have: 128 MiB of them.
const largestIncoming = 1 << 24

// incoming is the operand of an activation layer as a function of what the layer sees:
// the input and earlier layers of activations that do not jump. Element i is
//
//	bias[i] + sum over sources s of coef[s][i,:] . value(s),
//
// whatever affine operators lie between. Staircases count as the lines that stand for
// them.
type incoming struct {
	rows    int
	sources []int // nodes, in topological order
	coef    [][]float64
	bias    []float64
}

// incoming pulls the operand of an activation node back to its sources. The second
// result is false where that takes more than largestIncoming coefficients.
func (g *Graph) incoming(layer int) (*incoming, bool) {
	z := g.Nodes[layer].Inputs[0]
	n := g.Nodes[z].Size
	if g.incomingSize(z) > largestIncoming {
		return nil, false
	}
	rows := NewRows(g, n)
	unit := rows.At(g, z)
	for i := range n {
		unit[i*n+i] = 1
	}
	sources := make([][]float64, len(g.Nodes))
	g.Pullback(rows, Steps{Activation: func(v int, rows *Rows) {
		if s, ok := g.Nodes[v].Op.(Staircase); ok {
			rows.Smooth(g, v, s)
			return
		}
		sources[v] = rows.Coef[v]
	}})
	sources[0] = rows.Coef[0]
	in := &incoming{rows: n, bias: rows.Const}
	for v, coef := range sources {
		if coef != nil {
			in.sources, in.coef = append(in.sources, v), append(in.coef, coef)
		}
	}
	return in, true
}

// incomingSize counts the coefficients that pulling back node z makes.
func (g *Graph) incomingSize(z int) int {
	seen := make([]bool, len(g.Nodes))
	seen[z] = true
	width := 0
	for v := z; v >= 0; v-- {
		if !seen[v] {
			continue
		}
		width += g.Nodes[v].Size
		if op := g.Nodes[v].Op; !IsActivation(op) || Jumps(op) {
			for _, in := range g.Nodes[v].Inputs {
				seen[in] = true
			}
		}
	}
	return g.Nodes[z].Size * width
}

// distances returns the matrix of |f_i - g_j|^2 / (|f_i|^2 + |g_j|^2) for the rows
// f_i of f and g_j of g, without the columns that the pairings give no partner
// and with the bias. Two zero rows have distance 0; rows that lost more than
// leastShare allows have distance 1, as strangers have.
func (f *incoming) distances(g *incoming, before []Pairing) []float64 {
	n, m := f.rows, g.rows
	allF, allG := f.squares(), g.squares()
	matchedF, matchedG := make([]float64, n), make([]float64, m)
	out := make([]float64, n*m) // first the products
	add := func(x, y []float64, width int) {
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, matrix(x, n, width), matrix(y, m, width), 1, matrix(out, n, m))
		addSquares(matchedF, x)
		addSquares(matchedG, y)
	}
	add(f.bias, g.bias, 1)
	for s, node := range f.sources {
		for t, other := range g.sources {
			var x, y []int // columns with partners, and these
			for i, j := range partnersOf(node, other, len(f.coef[s])/n, before) {
				if j >= 0 {
					x, y = append(x, i), append(y, j)
				}
			}
			if len(x) > 0 {
				add(columns(f.coef[s], n, x), columns(g.coef[t], m, y), len(x))
			}
		}
	}
	for i := range n {
		for j := range m {
			d, sum := 0.0, matchedF[i]+matchedG[j]
			switch {
			case sum < leastShare*(allF[i]+allG[j]):
				d = 1
			case sum > 0:
				d = 1 - 2*out[i*m+j]/sum
			}
			out[i*m+j] = d
		}
	}
	return out
}

// leastShare is the part of the squared norms of two rows that must be in columns
// with partners for the rows to be compared.
const leastShare = 0.25

// partnersOf says how the elements of two source nodes correspond; nil where
// they do not.
func partnersOf(first, second, size int, before []Pairing) []int {
	if first == 0 && second == 0 {
		return places(size)
	}
	for _, p := range before {
		if p.First == first && p.Second == second {
			return p.Partner
		}
	}
	return nil
}

// columns picks columns of a row-major matrix.
func columns(a []float64, rows int, at []int) []float64 {
	width := len(a) / rows
	out := make([]float64, 0, rows*len(at))
	for i := range rows {
		for _, j := range at {
			out = append(out, a[i*width+j])
		}
	}
	return out
}

// squares are the squared norms of the rows.
func (f *incoming) squares() []float64 {
	out := make([]float64, f.rows)
	addSquares(out, f.bias)
	for _, coef := range f.coef {
		addSquares(out, coef)
	}
	return out
}

// addSquares adds the squared norms of the rows of a row-major matrix.
func addSquares(out, a []float64) {
	width := len(a) / len(out)
	for k, c := range a {
		out[k/width] += c * c
	}
}

func matrix(a []float64, rows, columns int) blas64.General {
	return blas64.General{Rows: rows, Cols: columns, Stride: columns, Data: a}
}
