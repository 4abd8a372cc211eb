package oracle

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/solve"
)

// Mapped is a pair whose networks see the points of a region through maps.
type Mapped struct {
	Problem
	Maps region.Maps
	Set  *region.Region
	// Seen are the networks as functions of what they see, and Both of a point
	// followed by the disturbance, over the box Whole of these.
	Seen, Both [2]Plain
	Whole      region.Box
}

// NewMapped is a problem whose networks see its box through maps, clipped to a domain
// where that is not nil.
func NewMapped(t testing.TB, p Problem, clip *[2]float64, maps region.Maps) Mapped {
	t.Helper()
	m := Mapped{Problem: p, Maps: maps}
	m.Set = m.region(t, clip)
	var err error
	if m.Joint, err = query.NewJoint(p.Pair, m.Set); err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	n := len(p.Box.Lo)
	m.Seen = [2]Plain{PlainOf(p.Pair.N1).through(maps.Of[0], maps.Image, n), PlainOf(p.Pair.N2).through(maps.Of[1], maps.Image, n)}
	m.Whole = region.Box{Lo: append([]float64(nil), p.Box.Lo...), Hi: append([]float64(nil), p.Box.Hi...)}
	apart := make([]float64, n)
	for k := range maps.Of {
		for i := range n {
			if a := maps.Of[k].Apart; a != nil {
				apart[i] = a[i%len(a)]
			}
		}
	}
	for _, d := range apart {
		m.Whole.Lo, m.Whole.Hi = append(m.Whole.Lo, -d), append(m.Whole.Hi, d)
	}
	for k := range maps.Of {
		m.Both[k] = m.Seen[k].moved(n, maps.Of[k].Apart != nil, clip)
	}
	return m
}

// region is the problem's box as a region with its maps.
func (m *Mapped) region(t testing.TB, clip *[2]float64) *region.Region {
	t.Helper()
	centre := m.Box.Center()
	how := region.Perturbation{Sample: centre, Epsilon: make([]float64, len(centre)), Clip: clip}
	for i := range centre {
		how.Epsilon[i] = m.Box.Hi[i] - centre[i]
	}
	r, err := how.Region()
	if err != nil {
		t.Fatalf("%s: %v", m.Name, err)
	}
	if r, err = r.Through(m.Maps); err != nil {
		t.Fatalf("%s: %v", m.Name, err)
	}
	return r
}

// through is a network after a map, folded into its first layer.
func (p Plain) through(m region.Map, image *region.Image, n int) Plain {
	value := func(given []float64, i int, none float64) float64 {
		switch {
		case given == nil:
			return none
		case image != nil && len(given) == image.Channels && len(given) != n:
			return given[image.Channel(i)]
		}
		return given[i%len(given)]
	}
	scale := 1.0
	if m.Mul != 0 {
		scale *= m.Mul
	}
	if m.Div != 0 {
		scale /= m.Div
	}
	at := make([]int, n) // of the point, by feature of the input
	for j := range at {
		at[j] = j
		if m.Layout != region.AsGiven && m.Layout != image.Layout {
			own := *image
			own.Layout = m.Layout
			row, column := own.Pixel(j)
			channel := own.Channel(j)
			for i := range n {
				if r, c := image.Pixel(i); r == row && c == column && image.Channel(i) == channel {
					at[j] = i
				}
			}
		}
	}
	first := plainLayer{b: append([]float64(nil), p.layers[0].b...)}
	for r, row := range p.layers[0].w {
		out := make([]float64, n)
		for j, w := range row {
			i := at[j]
			out[i] = w * scale / value(m.Std, i, 1)
			first.b[r] -= w * value(m.Mean, i, 0) / value(m.Std, i, 1)
		}
		first.w = append(first.w, out)
	}
	return Plain{append([]plainLayer{first}, p.layers[1:]...)}
}

// moved is a network as a function of a point of n features and a disturbance, which it
// sees or does not: two ReLUs a feature clip the sum.
func (p Plain) moved(n int, sees bool, clip *[2]float64) Plain {
	var first plainLayer
	first.b = append([]float64(nil), p.layers[0].b...)
	if !sees || clip == nil {
		for _, row := range p.layers[0].w {
			wide := append([]float64(nil), row...)
			for _, w := range row {
				if !sees {
					w = 0
				}
				wide = append(wide, w)
			}
			first.w = append(first.w, wide)
		}
		return Plain{append([]plainLayer{first}, p.layers[1:]...)}
	}
	var front plainLayer
	for _, bound := range clip {
		for i := range n {
			row := make([]float64, 2*n)
			row[i], row[n+i] = 1, 1
			front.w, front.b = append(front.w, row), append(front.b, -bound)
		}
	}
	for r, row := range p.layers[0].w {
		wide := append([]float64(nil), row...)
		for _, w := range row {
			wide = append(wide, -w)
			first.b[r] += w * clip[0]
		}
		first.w = append(first.w, wide)
	}
	return Plain{append([]plainLayer{front, first}, p.layers[1:]...)}
}

// Range finds the extremes of r over all that the networks may see.
func (m *Mapped) Range(c query.ClassPair) (lo, hi float64) {
	o := &Enumeration{N1: m.Both[0], N2: m.Both[1], Classes: []query.ClassPair{c}, Min: []float64{math.Inf(1)}, Max: []float64{math.Inf(-1)}}
	o.Run(m.Whole)
	return o.Min[0], o.Max[0]
}

// Margins asks for the extremes.
func (m *Mapped) Margins(t testing.TB, opt solve.Options, c query.ClassPair) (lo, hi solve.Extremum) {
	t.Helper()
	res, err := solve.Margins(t.Context(), m.Joint, []query.ClassPair{c}, opt)
	if err != nil {
		t.Fatalf("%s: %v", m.Name, err)
	}
	return res.Min[0], res.Max[0]
}

// CheckSeen: what the networks see at a witness is a point of the box, and for the
// disturbed one a point of the domain within the disturbance of it, in exact arithmetic.
// It returns their logits there.
func (m *Mapped) CheckSeen(t *testing.T, label string, x, moved []float64) (y1, y2 []float64) {
	t.Helper()
	if !m.Box.Contains(x) {
		t.Fatalf("%s, %s: the witness %v is outside the box", m.Name, label, x)
	}
	k := m.Set.Disturbed()
	if (k >= 0) != (moved != nil) {
		t.Fatalf("%s, %s: network %d is disturbed, and sees %v", m.Name, label, k, moved)
	}
	seen := [2][]float64{x, x}
	if k >= 0 {
		seen[k] = moved
		for i, v := range moved {
			d := new(big.Rat).Sub(new(big.Rat).SetFloat64(v), new(big.Rat).SetFloat64(x[i]))
			if d.Abs(d).Cmp(new(big.Rat).SetFloat64(m.Whole.Hi[len(x)+i])) > 0 {
				t.Errorf("%s, %s: feature %d is %v and %v, more than %v apart", m.Name, label, i, x[i], v, m.Whole.Hi[len(x)+i])
			}
			if c := m.Set.Clip(); c != nil && (v < c[0] || v > c[1]) {
				t.Errorf("%s, %s: feature %d of what N%d sees is %v, outside %v", m.Name, label, i, k+1, v, *c)
			}
		}
	}
	_, y1 = m.Seen[0].Eval(seen[0])
	_, y2 = m.Seen[1].Eval(seen[1])
	return y1, y2
}

// Maps draws maps for points of n features, and a disturbance where it is asked for.
func Maps(rng *rand.Rand, n int, apart bool) region.Maps {
	var m region.Maps
	if n%2 == 0 && rng.IntN(3) > 0 {
		m.Image = &region.Image{Channels: 2, Rows: 1, Columns: n / 2, Layout: region.NCHW + region.Layout(rng.IntN(2))}
	}
	constants := func(positive bool) []float64 {
		size := []int{1, n}[rng.IntN(2)]
		if m.Image != nil && rng.IntN(2) == 0 {
			size = 2
		}
		out := make([]float64, size)
		for i := range out {
			out[i] = rng.NormFloat64()
			if positive {
				out[i] = math.Abs(out[i]) + 0.1
			}
		}
		return out
	}
	draw := func() region.Map {
		var one region.Map
		if rng.IntN(3) == 0 {
			one.Div = []float64{3, 255, 0.1}[rng.IntN(3)]
		}
		if rng.IntN(3) == 0 {
			one.Mul = 1 + rng.Float64()
		}
		if rng.IntN(2) == 0 {
			one.Mean = constants(false)
		}
		if rng.IntN(2) == 0 {
			one.Std = constants(true)
		}
		if m.Image != nil && rng.IntN(2) == 0 {
			one.Layout = region.NCHW + region.Layout(rng.IntN(2))
		}
		return one
	}
	m.Of[0] = draw()
	m.Of[1] = m.Of[0]
	if rng.IntN(3) > 0 {
		m.Of[1] = draw()
	}
	if apart {
		a := []float64{rng.Float64()}
		if rng.IntN(2) == 0 {
			a = make([]float64, n)
			for i := range a {
				a[i] = rng.Float64() * float64(rng.IntN(2))
			}
			a[rng.IntN(n)] = rng.Float64()
		}
		m.Of[rng.IntN(2)].Apart = a
	}
	return m
}

// Brightened is a network as a function of a brightness b and a disturbance, of at most d
// in each feature, of a sample s: it takes clip(s + b), or where it sees the disturbance e
// what clip(clip(s + b) + e) is. ReLUs clip; those that pass e on are active everywhere.
func Brightened(n *network.Network, s []float64, clip [2]float64, d float64, sees bool) Plain {
	k := len(s)
	var first, second, third plainLayer
	for _, bound := range clip { // s + b above each end
		for i := range k {
			row := make([]float64, 1+k)
			row[0] = 1
			first.w, first.b = append(first.w, row), append(first.b, s[i]-bound)
		}
	}
	for i := range k { // e + d
		row := make([]float64, 1+k)
		row[1+i] = 1
		first.w, first.b = append(first.w, row), append(first.b, d)
	}
	for _, bound := range clip { // x + e above each end, x = lo + (s + b above lo) - (s + b above hi)
		for i := range k {
			row := make([]float64, 3*k)
			row[i], row[k+i] = 1, -1
			shift := clip[0] - bound
			if sees {
				row[2*k+i] = 1
				shift -= d
			}
			second.w, second.b = append(second.w, row), append(second.b, shift)
		}
	}
	p := PlainOf(n)
	third.b = append([]float64(nil), p.layers[0].b...)
	for r, row := range p.layers[0].w {
		wide := append([]float64(nil), row...)
		for _, w := range row {
			wide = append(wide, -w)
			third.b[r] += w * clip[0]
		}
		third.w = append(third.w, wide)
	}
	return Plain{append([]plainLayer{first, second, third}, p.layers[1:]...)}
}
