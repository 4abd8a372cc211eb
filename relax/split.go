package relax

import (
	"slices"

	"rsm/network"
	"rsm/region"
)

// Split decides on which side of a number the pre-activation of a neuron is, element
// Index of activation node Activation: >= it where Above is set and <= it otherwise. For a
// ReLU the number is 0. For a staircase it is the threshold between Level and the next one;
// the value is then at least that next level, or at most Level.
type Split struct {
	Activation, Index int
	Above             bool
	Level             float64
}

// Threshold is the number that decides a neuron: see Split.
func (b *Bounds) Threshold(activation, i int, level float64) float64 {
	at, _, _ := b.relaxations[activation].decided(i, level, true)
	return at
}

// Refine returns bounds on the part of the region of b on which the split
// holds too, by the method of b; and, where above is not nil, on the inputs of
// that halfspace only, which the bounds refined later keep to as well. The second
// result is false if there is no such input. Nodes that nothing reaches keep the
// bounds of b.
func (b *Bounds) Refine(s Split, above *Halfspace) (*Bounds, bool) {
	g := b.Joint.Graph
	at, lo, hi := b.relaxations[s.Activation].decided(s.Index, s.Level, s.Above)
	z := g.Nodes[s.Activation].Inputs[0]
	for b.relaxations[z] != nil {
		before, ok := b.relaxations[z].before(s.Index, at)
		if !ok {
			break
		}
		z, at = g.Nodes[z].Inputs[0], before
	}
	x := b.Node[z]
	at = b.beyond(s, z, at)
	side := Improvement{Pair: -1, Node: z, Index: s.Index, Lo: x.Lo[s.Index], Hi: x.Hi[s.Index]}
	if s.Above {
		side.Lo = max(side.Lo, at)
	} else {
		side.Hi = min(side.Hi, at)
	}
	box := b.Box
	known := []Improvement{side}
	if lo > -inf || hi < inf {
		known = append(known, Improvement{Pair: -1, Node: s.Activation, Index: s.Index, Lo: lo, Hi: hi})
	}
	if z == 0 {
		box = region.Box{Lo: slices.Clone(b.Box.Lo), Hi: slices.Clone(b.Box.Hi)}
		box.Lo[s.Index], box.Hi[s.Index] = side.Lo, side.Hi
		if !(side.Lo <= side.Hi) {
			return nil, false
		}
		known = known[1:]
	}
	return b.improve(box, false, above, known...)
}

// Within returns bounds on the part of the region of b that lies in a box inside
// the box of b, by the method of b. The second result is false if there is no
// such input.
func (b *Bounds) Within(box region.Box) (*Bounds, bool) { return b.improve(box, true, nil) }

// Improvement is something that is known of a region beside its bounds b:
// Lo <= value of element Index of node Node <= Hi, a pre-activation or a quantized
// value, or, where Pair
// is 0 or more, Lo <= z1 - z2 <= Hi for neuron Index of that pair's first
// layer and its partner.
type Improvement struct {
	Node, Index int
	Pair        int
	Lo, Hi      float64
}

// Improve returns the bounds b intersected with what else is known, and what
// follows of it for other nodes by the method of b. The second result is false
// if no input satisfies all. Nodes that nothing reaches keep the bounds of b.
func (b *Bounds) Improve(known ...Improvement) (*Bounds, bool) {
	return b.improve(b.Box, false, nil, known...)
}

// improve does the work. Where quick is set and the box is a smaller one, walks are.
func (b *Bounds) improve(box region.Box, quick bool, above *Halfspace, known ...Improvement) (*Bounds, bool) {
	c := *b
	c.workers = 0 // parts are refined beside others
	smaller := !slices.Equal(box.Lo, b.Box.Lo) || !slices.Equal(box.Hi, b.Box.Hi)
	if smaller {
		if b.Joint.Budget.Excludes(box) {
			return nil, false
		}
		c.Box, c.quick = box, quick || b.quick
		c.spent = c.budget()
		if b.above != nil {
			c.above = c.NewHalfspace(b.above.Coef, b.above.Floor)
		}
	}
	if above != nil {
		c.above = above
	}
	c.prior = []*Bounds{b}
	c.Node = append([]Range(nil), b.Node...)
	c.Diff = append([]Range(nil), b.Diff...)
	c.sensitivity = append([][]float64(nil), b.sensitivity...)
	c.underflow = append([]float64(nil), b.underflow...)
	g := b.Joint.Graph

	// dirty nodes have other bounds than in b.
	dirty := make([]bool, len(g.Nodes))
	touched := make([]bool, len(b.Joint.Pairs))
	own := func(z int) {
		if !dirty[z] {
			c.Node[z], dirty[z] = b.Node[z].clone(), true
		}
	}
	for _, k := range known {
		if k.Pair < 0 && network.IsActivation(g.Nodes[k.Node].Op) {
			continue // once its operand is known
		}
		if k.Pair < 0 {
			own(k.Node)
			c.intersect(c.Node[k.Node], k.Index, k.Lo, k.Hi)
			c.inward(k.Node)
			continue
		}
		if !touched[k.Pair] {
			c.Diff[k.Pair], touched[k.Pair] = b.Diff[k.Pair].clone(), true
		}
		c.intersect(c.Diff[k.Pair], k.Index, k.Lo, k.Hi)
	}
	for p := range b.Joint.Pairs {
		if z1, z2 := b.preactivations(p); dirty[z1] || dirty[z2] || touched[p] {
			own(z1)
			own(z2)
			if !touched[p] {
				c.Diff[p] = c.Diff[p].clone()
			}
			c.cross(p)
		}
	}
	split := append([]bool(nil), dirty...)
	dirty[0] = dirty[0] || above != nil || smaller
	for _, k := range known {
		if k.Pair < 0 {
			dirty[k.Node] = true
		}
	}
	if smaller {
		c.Node[0] = Range{slices.Clone(box.Lo), slices.Clone(box.Hi)}
	}
	for v, node := range g.Nodes {
		if c.empty {
			return nil, false
		}
		if v == 0 {
			continue // the box stays
		}
		for _, in := range node.Inputs {
			dirty[v] = dirty[v] || dirty[in]
		}
		p, ok := c.pairOf[v]
		if !dirty[v] && !(ok && dirty[c.Joint.Pairs[p].First]) || split[v] || c.firstOfPair(v) {
			continue
		}
		if ok {
			if z1, z2 := c.preactivations(p); dirty[z1] && !split[z1] || dirty[z2] && !split[z2] || above != nil {
				c.Node[z1], c.Node[z2] = c.Node[z1].clone(), c.Node[z2].clone()
				c.forwardDiff(p)
				c.tightenPair(p)
			}
			c.forward(c.Joint.Pairs[p].First)
		} else if network.IsActivation(node.Op) && (!split[node.Inputs[0]] || above != nil) {
			c.tightenLayer(v)
		}
		c.forward(v)
		for _, k := range known {
			if k.Pair < 0 && k.Node == v {
				c.intersect(c.Node[v], k.Index, k.Lo, k.Hi)
			}
		}
	}
	if c.empty {
		return nil, false
	}
	c.prior = nil // its bounds are in these now
	return &c, !c.empty
}

// firstOfPair says whether v is the first node of a pair: it gets its bounds
// together with the second, which follows it.
func (b *Bounds) firstOfPair(v int) bool {
	p, ok := b.pairOf[v+1]
	return ok && b.Joint.Pairs[p].First == v
}

func (r Range) clone() Range {
	return Range{append([]float64(nil), r.Lo...), append([]float64(nil), r.Hi...)}
}
