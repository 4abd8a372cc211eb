package encode

import (
	"cmp"
	"math"
	"slices"

	"rsm/relax"
)

// Cuts returns rows that hold on the region of m, a Program for the bounds b, and
// that the point x violates by more than least times the range of what they are
// about.
//
// The pre-activation z of a neuron is an affine function of earlier columns, its
// definition. Over the box of these columns, the concave envelope of
// a = max(z, 0) consists of
//
//	a <= sum_{i in I} w_i (x_i - L_i) + h(I) (x_k - L_k) / (U_k - L_k)
//
// where L_i is the end of the range of x_i at which w_i x_i is least, U_i the
// other one, h(I) = sum_{I} w_i L_i + sum_{not I} w_i U_i + bias >= 0, and
// h(I and k) < 0 (Tjandraatmadja, Anderson, Huchette, Ma, Patel, Vielma, The
// convex relaxation barrier, revisited, arXiv 2006.14076, theorem 1). The one that
// is least at x takes i into I in the order of (x_i - L_i) / (U_i - L_i).
//
// For a pair of aligned neurons a1 - a2 <= max(e, 0) and a2 - a1 <= max(-e, 0)
// with e = z1 - z2, an affine function of earlier columns too, so the same rows
// hold for the difference. Where columns of aligned neurons are among them, the
// box is one of their differences and of the second network's neurons.
//
// The slopes of a row are free; its constant is the largest value over the box
// of what the row must exceed, which is that of two affine functions, rounded
// upward.
func (l *LP) Cuts(m *Program, b *relax.Bounds, x []float64, least float64) []Cut {
	var cuts []Cut
	keep := func(a []Term, f form, width float64, neurons ...int) {
		if c, by := f.cut(a, x); by > least*width {
			c.Neurons = neurons
			cuts = append(cuts, c)
		}
	}
	for k := range l.Neurons {
		if n := &l.Neurons[k]; n.rows.hull(b, n) {
			keep(n.terms(1, 0), l.preactivation(m, b, x, n), b.Node[n.Node].Hi[n.Index], k)
		}
	}
	for _, p := range l.Pairs {
		d := b.Diff[p.pair]
		if dl, du := d.Lo[p.index], d.Hi[p.index]; dl >= 0 || du <= 0 {
			continue
		}
		a := l.Neurons[p.First].columns.a
		keep([]Term{{a, 1}}, l.difference(m, x, p, 1), d.Hi[p.index], p.First, p.Second)
		keep([]Term{{a, -1}}, l.difference(m, x, p, -1), -d.Lo[p.index], p.First, p.Second)
	}
	return cuts
}

// Cut is a row: a sum of terms of at most Hi, on the post-activations of some
// neurons, by their position in LP.Neurons.
type Cut struct {
	Neurons []int
	Terms   []Term
	Hi      float64
}

// Above is the amount by which x violates the cut, negative where it does not.
func (c *Cut) Above(x []float64) float64 {
	s := -c.Hi
	for _, t := range c.Terms {
		s += t.Value * x[t.Column]
	}
	return s
}

// AddCuts appends cuts to a program.
func (m *Program) AddCuts(cuts []Cut) {
	for _, c := range cuts {
		m.row("", -inf, c.Hi, c.Terms...)
	}
}

// form is an affine function of coordinates that lie in a box, at most hi more
// than the sum of w times the coordinate.
type form struct {
	at        []coordinate
	hi        float64
	magnitude float64 // of all terms that went into it
}

// coordinate is a column, or the sum of two.
type coordinate struct {
	first, second int // columns; second is -1 where there is none
	w             float64
	lo, hi        float64
	x             float64
	most          float64 // of the second column
}

// define adds the expression of a column that a row defines, times a sign, to
// coefficients of columns.
func (f *form) define(m *Program, row, column int, sign float64, w []float64) {
	// The column less its expression lies between the ends of the row.
	missing := true // for being small, and then counted in these ends
	if sign > 0 {
		f.hi += m.RowHi[row]
	} else {
		f.hi -= m.RowLo[row]
	}
	f.magnitude += math.Abs(m.RowHi[row]) + math.Abs(m.RowLo[row])
	from, to := int(m.Start[row]), int(m.Start[row+1])
	for k := from; k < to; k++ {
		j := int(m.Index[k])
		if j == column {
			missing = false
			continue
		}
		w[j] -= sign * m.Value[k]
		f.magnitude += math.Abs(m.Value[k]) * max(math.Abs(m.Lo[j]), math.Abs(m.Hi[j]))
	}
	if missing {
		f.hi += max(math.Abs(m.Lo[column]), math.Abs(m.Hi[column]))
	}
}

// columns makes coordinates of all columns with coefficients.
func (f *form) columns(m *Program, x, w []float64) {
	for j, v := range w {
		if v != 0 {
			f.at = append(f.at, coordinate{j, -1, v, m.Lo[j], m.Hi[j], x[j], 0})
		}
	}
}

// difference is z1 - z2 of a pair, times a sign, over the columns that define it.
func (l *LP) difference(m *Program, x []float64, p LPPair, sign float64) form {
	var f form
	w := make([]float64, len(m.Lo))
	n := &l.Neurons[p.First]
	f.define(m, n.columns.def, n.columns.z, sign, w)
	f.columns(m, x, w)
	return f
}

// preactivation is z of a neuron over the neurons that feed it, each by itself.
func (l *LP) preactivation(m *Program, b *relax.Bounds, x []float64, n *LPNeuron) form {
	var f form
	w := make([]float64, len(m.Lo))
	for ; n != nil; n = n.base {
		f.define(m, n.columns.def, n.columns.z, 1, w)
	}
	for _, p := range l.Pairs {
		first := &l.Neurons[p.First]
		da, a2 := first.columns.a, first.columns.baseA
		if v := w[da]; v != 0 { // v da + w a2 = v a1 + (w - v) a2
			w[da] = 0
			w[a2] -= v
			f.magnitude += math.Abs(w[a2]) * m.Hi[a2]
			r := b.Node[first.Node]
			f.at = append(f.at, coordinate{da, a2, v, max(r.Lo[first.Index], 0), max(r.Hi[first.Index], 0), first.Post(x), m.Hi[a2]})
		}
	}
	f.columns(m, x, w)
	return f
}

// ends are the ends of the coordinate's range at which the form is least and
// greatest.
func (c *coordinate) ends() (least, most float64) {
	if c.w < 0 {
		return c.hi, c.lo
	}
	return c.lo, c.hi
}

// cut returns the row on the terms a, which are at most max(form, 0), that is
// most violated at x, and by how much it is.
func (f form) cut(a []Term, x []float64) (Cut, float64) {
	type share struct {
		k  int
		at float64
	}
	var order []share
	h := f.hi
	for k := range f.at {
		c := &f.at[k]
		least, most := c.ends()
		h += c.w * most
		if c.w != 0 && least != most {
			order = append(order, share{k, (c.x - least) / (most - least)})
		}
	}
	slices.SortFunc(order, func(a, b share) int { return cmp.Compare(a.at, b.at) })
	slope := make([]float64, len(f.at))
	for _, s := range order {
		c := &f.at[s.k]
		least, most := c.ends()
		drop := c.w * (most - least)
		if h < drop {
			slope[s.k] = max(h, 0) / (most - least)
			break
		}
		slope[s.k] = c.w
		h -= drop
	}
	// The row is a - slope.x <= t, and a is at most 0 or the form.
	inactive, active := 0.0, f.hi
	magnitude := f.magnitude
	terms := make(map[int]float64)
	for _, t := range a {
		if t.Value != 0 {
			terms[t.Column] = t.Value
		}
	}
	for k, s := range slope {
		c := &f.at[k]
		inactive += max(-s*c.lo, -s*c.hi)
		active += max((c.w-s)*c.lo, (c.w-s)*c.hi)
		magnitude += (math.Abs(s) + math.Abs(c.w)) * (math.Abs(c.lo) + math.Abs(c.hi))
		if s == 0 {
			continue
		}
		terms[c.first] -= s
		if c.second >= 0 {
			terms[c.second] -= s
			magnitude += math.Abs(s) * c.most // adding slopes rounds
		}
	}
	var out Cut
	out.Hi = up(max(inactive, active) + magnitude*float64(len(f.at)+8)*0x1p-50)
	for j, v := range terms {
		if v != 0 {
			out.Terms = append(out.Terms, Term{j, v})
		}
	}
	slices.SortFunc(out.Terms, func(a, b Term) int { return cmp.Compare(a.Column, b.Column) })
	return out, out.Above(x)
}
