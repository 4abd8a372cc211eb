package relax

import (
	"math"

	"rsm/network"
)

// forward computes the interval bounds of node v from those of its operands,
// and the sensitivity of an affine node.
func (b *Bounds) forward(v int) {
	node := &b.Joint.Graph.Nodes[v]
	switch op := node.Op.(type) {
	case nil:
		b.Node[v] = Range{append([]float64(nil), b.Box.Lo...), append([]float64(nil), b.Box.Hi...)}
	case network.Affine:
		b.Node[v], b.sensitivity[v], b.underflow[v] = b.forwardAffine(op, node)
		if of, ok := b.ties[v]; ok {
			b.settleTies(v, of)
		}
	case network.Activation:
		in, out := b.Node[node.Inputs[0]], newRange(node.Size)
		for i := range out.Lo {
			out.Lo[i], out.Hi[i] = b.relaxations[v].interval(i, in.Lo[i], in.Hi[i])
		}
		b.Node[v] = out
	}
	for _, prior := range b.prior {
		x := prior.Node[v]
		for i := range x.Lo {
			b.intersect(b.Node[v], i, x.Lo[i], x.Hi[i])
		}
	}
	b.inward(v)
}

// forwardAffine bounds y = sum_k A_k x_k + b by midpoint and radius:
// |y - (A c + b)| <= |A| r. Both are computed in float64; their rounding error
// is at most gamma (|A| (|c| + r) + |b|).
func (b *Bounds) forwardAffine(op network.Affine, node *network.Node) (Range, []float64, float64) {
	n := node.Size
	mid, radius, scale, sens := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	terms, lost := 0, 0.0
	for k, in := range node.Inputs {
		x := b.Node[in]
		c, r, m, mag := make([]float64, len(x.Lo)), make([]float64, len(x.Lo)), make([]float64, len(x.Lo)), make([]float64, len(x.Lo))
		for i := range c {
			c[i] = x.Lo[i]/2 + x.Hi[i]/2
			r[i] = max(up(x.Hi[i]-c[i]), up(c[i]-x.Lo[i]))
			if x.Lo[i] == x.Hi[i] {
				c[i], r[i] = x.Lo[i], 0
			}
			if mag[i] = magnitude(x.Lo[i], x.Hi[i]); mag[i] > 0 {
				mag[i] = max(mag[i], smallest)
			}
			// A coefficient of the operand is a sum of Terms() products, and of
			// what was there, each off by at most 2^-1075 where it underflows.
			lost += 2 * float64(op.Terms()+2) * (0x1p-1000 * mag[i]) * 0x1p-74
			if m[i] = math.Abs(c[i]) + r[i]; m[i] > 0 {
				m[i] = max(m[i], smallest)
			}
		}
		op.Apply(k, mid, c)
		op.ApplyAbs(k, radius, r)
		op.ApplyAbs(k, scale, m)
		op.ApplyAbs(k, sens, mag)
		terms += op.Terms()
	}
	bias := op.Bias()
	out := newRange(n)
	g := gamma(terms + 2)
	for i := range n {
		c := mid[i]
		if bias != nil {
			c += bias[i]
			scale[i] += math.Abs(bias[i])
			sens[i] += math.Abs(bias[i])
		}
		if scale[i] == 0 {
			continue // zero weights or zero operands, and no bias: exactly 0
		}
		e := 4*g*scale[i] + tiny
		out.Lo[i] = down(down(c-radius[i]) - e)
		out.Hi[i] = up(up(c+radius[i]) + e)
	}
	return out, sens, lost
}

// forwardDiff bounds the differences of the pre-activations of pair p by
// interval subtraction.
func (b *Bounds) forwardDiff(p int) {
	pair := b.Joint.Pairs[p]
	z1, z2 := b.preactivations(p)
	d := newRange(len(pair.Partner))
	for i, j := range pair.Partner {
		if j < 0 {
			d.Lo[i], d.Hi[i] = math.Inf(-1), math.Inf(1)
			continue
		}
		d.Lo[i] = down(b.Node[z1].Lo[i] - b.Node[z2].Hi[j])
		d.Hi[i] = up(b.Node[z1].Hi[i] - b.Node[z2].Lo[j])
		for _, prior := range b.prior {
			b.intersect(d, i, prior.Diff[p].Lo[i], prior.Diff[p].Hi[i])
		}
	}
	b.Diff[p] = d
}

// preactivations returns the operand nodes of the two nodes of pair p.
func (b *Bounds) preactivations(p int) (z1, z2 int) {
	pair := b.Joint.Pairs[p]
	g := b.Joint.Graph
	return g.Nodes[pair.First].Inputs[0], g.Nodes[pair.Second].Inputs[0]
}
