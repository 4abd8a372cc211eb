package relax

import (
	"math"

	"rsm/network"
)

// lower returns, for each row, a lower bound of its value over the box that
// holds in exact arithmetic. It consumes the rows. Where pairs is set, aligned
// neurons are relaxed together.
//
// The rows are pulled back to the input. The exact value of a row is at least
// Const + Coef . values - err at every moment: err collects what rounding and
// the float64 products may have lost. At each cut on the way the bounds known
// for the nodes give a lower bound too; the best is kept.
func (b *Bounds) lower(rows *network.Rows, pairs bool) []float64 {
	w := newWalk(b, rows)
	w.run(pairs)
	return w.best
}

// run pulls the rows back to the input.
func (w *walk) run(pairs bool) {
	b := w.b
	if w.slopes != nil {
		w.slopes.rewind()
	}
	w.cut()
	b.Joint.Graph.Pullback(w.rows, network.Steps{
		Affine: w.affine,
		Activation: func(v int, rows *network.Rows) {
			if p, ok := b.pairOf[v]; ok && pairs && rows.Coef[b.Joint.Pairs[p].First] != nil {
				w.pair(p)
				return
			}
			b.relaxations[v].pull(w, v, pairs)
		},
		Done: func(int, *network.Rows) {
			if !b.quick || w.atInput() {
				w.cut()
			}
		},
	})
}

type walk struct {
	b    *Bounds
	rows *network.Rows
	err  []float64
	best []float64
	// dead rows have coefficients that float64 does not hold well: what they
	// had as best stays.
	dead []bool
	// slopes chooses lines and planes; nil for those of share and form.
	slopes *slopes
	rest   []float64 // a buffer
}

// largest is the magnitude up to which coefficients are used.
const largest = 0x1p+500

func newWalk(b *Bounds, rows *network.Rows) *walk {
	w := &walk{b: b, rows: rows, err: make([]float64, rows.Count), best: make([]float64, rows.Count), dead: make([]bool, rows.Count)}
	for r := range w.best {
		w.best[r] = math.Inf(-1)
	}
	return w
}

// affine accounts for the rounding of moving coefficients through node v.
func (w *walk) affine(v int, rows *network.Rows) { w.b.AddRounding(v, rows, w.err) }

// AddRounding adds to err[r] a bound of what the rounding can change in the
// value of row r when Pullback moves the coefficients of affine node v to its
// operands: a coefficient wrong by e costs at most e times the magnitude of the
// operand, and the sum of these over all operands is gamma times
// sum_i |c_i| (|A| M + |b|)_i, plus gamma times what stood there before, plus
// what products that underflow lose. It is called before they are moved.
func (b *Bounds) AddRounding(v int, rows *network.Rows, err []float64) {
	node := &b.Joint.Graph.Nodes[v]
	op := node.Op.(network.Affine)
	g := gamma(op.Terms() + node.Size + 2)
	sens, coef := b.sensitivity[v], rows.Coef[v]
	for r := range rows.Count {
		s, zero := math.Abs(rows.Const[r]), true
		for i, c := range coef[r*node.Size : (r+1)*node.Size] {
			if c != 0 {
				s += math.Abs(c) * sens[i]
				zero = false
			}
		}
		if zero {
			continue
		}
		for _, in := range node.Inputs {
			if rows.Coef[in] != nil {
				s += b.Spread(rows, r, in)
			}
		}
		err[r] += 2*g*s + b.underflow[v] + tiny
	}
}

// Spread is sum_i |c_i| M_i over the coefficients of a node in row r, M_i the
// magnitudes of its elements.
func (b *Bounds) Spread(rows *network.Rows, r, node int) float64 {
	x := b.Node[node]
	n := len(x.Lo)
	s := 0.0
	for i, c := range rows.Coef[node][r*n : (r+1)*n] {
		if c != 0 {
			s += math.Abs(c) * magnitude(x.Lo[i], x.Hi[i])
		}
	}
	return s
}

// atInput says whether the rows depend on the input alone.
func (w *walk) atInput() bool {
	for _, coef := range w.rows.Coef[1:] {
		if coef != nil {
			return false
		}
	}
	return true
}

// cut improves the bounds of the rows by the bounds of the nodes that they
// depend on now.
func (w *walk) cut() {
	terms, only := 4, -1
	for v, coef := range w.rows.Coef {
		if coef != nil {
			terms += w.b.Joint.Graph.Nodes[v].Size
			only = v // the input, where no other node has coefficients
		}
	}
	g := gamma(terms)
	for r := range w.rows.Count {
		s, t := w.rows.Const[r], math.Abs(w.rows.Const[r])
		for v, coef := range w.rows.Coef {
			if coef == nil || w.dead[r] {
				continue
			}
			x := w.b.Node[v]
			n := len(x.Lo)
			for i, c := range coef[r*n : (r+1)*n] {
				switch {
				case c == 0:
				case c > 0 && c <= largest:
					s += c * x.Lo[i]
					t += c * magnitude(x.Lo[i], x.Hi[i])
				case c < 0 && c >= -largest:
					s += c * x.Hi[i]
					t -= c * magnitude(x.Lo[i], x.Hi[i])
				default: // too large, infinite, or not a number
					w.dead[r] = true
				}
			}
		}
		if (w.b.above != nil || w.b.spent != nil) && only == 0 && !w.dead[r] {
			n := len(w.b.Box.Lo)
			if v, size := w.b.confined(w.rows.Coef[0][r*n:(r+1)*n], w.rows.Const[r], t, &w.rest); v > s {
				s, t = v, size
			}
		}
		e := 1.0001 * (w.err[r] + g*t)
		if w.dead[r] || !isFinite(s) || !isFinite(e) {
			continue
		}
		if e > 0 { // with no terms at all s is exact
			s = down(s - e - tiny)
		}
		w.best[r] = max(w.best[r], s)
	}
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// add adds c to the coefficient of element i of a node in row r, and accounts
// for the rounding.
func (w *walk) add(r, node, i int, c float64) {
	if c == 0 {
		return
	}
	coef := w.rows.At(w.b.Joint.Graph, node)
	k := r*w.b.Joint.Graph.Nodes[node].Size + i
	if coef[k] == 0 {
		coef[k] = c
		return
	}
	x := w.b.Node[node]
	coef[k] += c
	w.err[r] += 2*unit*math.Abs(coef[k])*magnitude(x.Lo[i], x.Hi[i]) + tiny
}

// addConst adds c to the constant of row r.
func (w *walk) addConst(r int, c float64) {
	w.rows.Const[r] += c
	w.err[r] += 2*unit*math.Abs(w.rows.Const[r]) + tiny
}
