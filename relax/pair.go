package relax

import "math"

// corners are the vertices of the set of pre-activations (z1, z2) of a pair of
// aligned neurons, l1 <= z1 <= u1, l2 <= z2 <= u2, d- <= z1 - z2 <= d+,
// subdivided by the axes z1 = 0 and z2 = 0. A function that is linear in each
// quadrant takes its minimum at one of them.
type corners struct {
	z1, z2 []float64
	// m1, m2 is the mean of the vertices.
	m1, m2 float64
	// scale bounds all of |z1|, |z2|, |d|.
	scale float64
}

// newCorners lists the intersections of all lines that bound or divide the
// set, and keeps those in it. Vertices are computed in float64: they are off by
// at most 2*unit*scale, which minimum accounts for; a point that violates a
// constraint by as little is kept.
func newCorners(x pairBox) corners {
	l1, u1, l2, u2, dl, du := x.l1, x.u1, x.l2, x.u2, x.dl, x.du
	c := corners{scale: max(magnitude(l1, u1), magnitude(l2, u2))}
	if !math.IsInf(dl, 0) {
		c.scale = max(c.scale, math.Abs(dl))
	}
	if !math.IsInf(du, 0) {
		c.scale = max(c.scale, math.Abs(du))
	}
	slack := 16 * unit * c.scale
	keep := func(z1, z2 float64) {
		if z1 < l1-slack || z1 > u1+slack || z2 < l2-slack || z2 > u2+slack ||
			z1-z2 < dl-slack || z1-z2 > du+slack {
			return
		}
		for k := range c.z1 {
			if c.z1[k] == z1 && c.z2[k] == z2 {
				return
			}
		}
		c.z1, c.z2 = append(c.z1, z1), append(c.z2, z2)
		c.m1 += z1
		c.m2 += z2
	}
	for _, z1 := range [...]float64{l1, u1, 0} {
		for _, z2 := range [...]float64{l2, u2, 0} {
			keep(z1, z2)
		}
		for _, d := range [...]float64{dl, du} {
			if !math.IsInf(d, 0) {
				keep(z1, z1-d)
			}
		}
	}
	for _, z2 := range [...]float64{l2, u2, 0} {
		for _, d := range [...]float64{dl, du} {
			if !math.IsInf(d, 0) {
				keep(z2+d, z2)
			}
		}
	}
	if n := float64(len(c.z1)); n > 0 {
		c.m1 /= n
		c.m2 /= n
	}
	return c
}

// minimum returns the largest t with c1*max(z1,0) + c2*max(z2,0) >=
// p1*z1 + p2*z2 + t on the set, rounded downward, for any p1 and p2, and the
// vertex where both sides are equal.
func (c *corners) minimum(c1, c2, p1, p2 float64) (t float64, vertex int) {
	t = math.Inf(1)
	for k, z1 := range c.z1 {
		z2 := c.z2[k]
		if v := c1*max(z1, 0) + c2*max(z2, 0) - p1*z1 - p2*z2; v < t || math.IsNaN(v) {
			t, vertex = v, k
		}
	}
	lipschitz := math.Abs(c1) + math.Abs(c2) + math.Abs(p1) + math.Abs(p2)
	return down(t - 64*unit*lipschitz*c.scale - tiny), vertex
}

// pair replaces the coefficients of the two ReLU nodes of aligned pair p by
// coefficients of their operands.
func (w *walk) pair(p int) {
	pair := w.b.Joint.Pairs[p]
	g := w.b.Joint.Graph
	n1, n2 := g.Nodes[pair.First].Size, g.Nodes[pair.Second].Size
	z1, z2 := w.b.preactivations(p)
	x1, x2, d := w.b.Node[z1], w.b.Node[z2], w.b.Diff[p]
	for i, j := range pair.Partner {
		if j < 0 {
			continue
		}
		l1, u1, l2, u2 := x1.Lo[i], x1.Hi[i], x2.Lo[j], x2.Hi[j]
		if (l1 >= 0 || u1 <= 0) && (l2 >= 0 || u2 <= 0) {
			continue
		}
		x := pairBox{l1, u1, l2, u2, d.Lo[i], d.Hi[i]}
		set := w.corners(p, i, x)
		if len(set.z1) == 0 {
			continue
		}
		for r := range w.rows.Count {
			c1, c2 := &w.rows.Coef[pair.First][r*n1+i], &w.rows.Coef[pair.Second][r*n2+j]
			if *c1 == 0 || *c2 == 0 {
				continue
			}
			p1, p2, t := w.plane(p, i, r, set, x, *c1, *c2)
			w.add(r, z1, i, p1)
			w.add(r, z2, j, p2)
			w.addConst(r, t)
			*c1, *c2 = 0, 0
		}
	}
	// What has no partner, is stable, or has one coefficient only.
	w.b.relaxations[pair.First].pull(w, pair.First, true)
	w.b.relaxations[pair.Second].pull(w, pair.Second, true)
	w.rows.Coef[pair.First] = nil
}
