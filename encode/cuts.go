package encode

import (
	"cmp"
	"math"
	"slices"

	"rsm/relax"
)

// Cuts returns rows that hold on the region of m, a Model for the bounds b, and
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
func (l *LP) Cuts(m *Model, b *relax.Bounds, x []float64, least float64) []Cut {
	var cuts []Cut
	keep := func(a map[int]float64, f form, width float64, neurons ...int) {
		if c, by := f.cut(a, x); by > least*width {
			c.Neurons = neurons
			cuts = append(cuts, c)
		}
	}
	for k, n := range l.Neurons {
		if b.Unstable(n.Node, n.Index) {
			keep(map[int]float64{n.A: 1}, l.form(m, b, x, part{k, 1}), m.Hi[n.A], k)
		}
	}
	for _, p := range l.Pairs {
		d := b.Diff[p.pair]
		if dl, du := d.Lo[p.index], d.Hi[p.index]; dl >= 0 || du <= 0 {
			continue
		}
		a1, a2 := l.Neurons[p.First].A, l.Neurons[p.Second].A
		keep(map[int]float64{a1: 1, a2: -1}, l.form(m, b, x, part{p.First, 1}, part{p.Second, -1}), d.Hi[p.index], p.First, p.Second)
		keep(map[int]float64{a1: -1, a2: 1}, l.form(m, b, x, part{p.First, -1}, part{p.Second, 1}), -d.Lo[p.index], p.First, p.Second)
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

// AddCuts appends cuts to a model.
func (m *Model) AddCuts(cuts []Cut) {
	for _, c := range cuts {
		m.row("", -inf, c.Hi, c.Terms...)
	}
}

// part is the pre-activation of a neuron, by its position in LP.Neurons, times a
// sign.
type part struct {
	neuron int
	sign   float64
}

// form is an affine function of coordinates that lie in a box, at most hi more
// than the sum of w times the coordinate.
type form struct {
	at        []coordinate
	hi        float64
	magnitude float64 // of all terms that went into it
}

// coordinate is a column, or the difference of two.
type coordinate struct {
	first, second int // columns; second is -1 where there is none
	w             float64
	lo, hi        float64
	x             float64
	most          float64 // of the second column
}

// form returns the sum of some pre-activations as a form.
func (l *LP) form(m *Model, b *relax.Bounds, x []float64, parts ...part) form {
	w := make([]float64, len(m.Lo))
	var f form
	for _, p := range parts {
		// z + sum of terms lies between the ends of the row.
		from, to := int(m.Start[p.neuron]), int(m.Start[p.neuron+1])
		if p.sign > 0 {
			f.hi += m.RowHi[p.neuron]
		} else {
			f.hi -= m.RowLo[p.neuron]
		}
		f.magnitude += math.Abs(m.RowHi[p.neuron]) + math.Abs(m.RowLo[p.neuron])
		for k := from; k < to; k++ {
			if j := int(m.Index[k]); j != l.Neurons[p.neuron].Z {
				w[j] -= p.sign * m.Value[k]
				f.magnitude += math.Abs(m.Value[k]) * max(math.Abs(m.Lo[j]), math.Abs(m.Hi[j]))
			}
		}
	}
	if len(parts) > 1 {
		for _, p := range l.Pairs {
			a1, a2 := l.Neurons[p.First].A, l.Neurons[p.Second].A
			v := w[a1]
			if v == 0 {
				continue
			}
			w[a1] = 0
			w[a2] += v
			d := b.Diff[p.pair]
			lo, hi := min(d.Lo[p.index], 0), max(d.Hi[p.index], 0)
			f.at = append(f.at, coordinate{a1, a2, v, max(lo, -m.Hi[a2]), min(hi, m.Hi[a1]), x[a1] - x[a2], m.Hi[a2]})
		}
	}
	for j, v := range w {
		if v != 0 {
			f.at = append(f.at, coordinate{j, -1, v, m.Lo[j], m.Hi[j], x[j], 0})
		}
	}
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
func (f form) cut(a map[int]float64, x []float64) (Cut, float64) {
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
	for j, v := range a {
		terms[j] = v
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
			terms[c.second] += s
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
