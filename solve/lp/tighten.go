package lp

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"rsm/encode"
	"rsm/network"
	"rsm/relax"
	"rsm/solve/search"
)

// Tightened returns bounds improved by linear programs, layer by layer: for each
// pair of aligned layers, and each layer without a partner, the bounds of the
// pre-activations that are still unstable and of their differences are the
// values of the linear relaxation over the bounds known by then, where those are
// better. The first layer of ReLUs has nothing to gain: its bounds over a box
// are exact. All bounds are certified as those of the branch and bound are, by
// weak duality. It solves at most budget linear programs, divided evenly among
// the layers that are left, for the neurons whose relaxation is loosest. When the
// context ends, what is known by then stands.
func Tightened(ctx context.Context, b *relax.Bounds, budget int) (*relax.Bounds, error) {
	all := groups(b)
	for k, group := range all {
		targets := group.targets(b)
		targets = targets[:min(len(targets), budget/(2*(len(all)-k)))]
		budget -= 2 * len(targets)
		if len(targets) == 0 {
			continue
		}
		known, err := boundByLP(ctx, b, targets)
		_, stopped := search.StopOf(ctx, err)
		if err != nil && !stopped {
			return nil, err
		}
		improved, ok := b.Improve(known...)
		if !ok {
			return nil, fmt.Errorf("%w: bounds by linear programs leave no input in the region", search.ErrContradiction)
		}
		b = improved
		if stopped || ctx.Err() != nil {
			break
		}
	}
	return b, nil
}

// group is a pair of aligned layers, or one layer.
type group struct {
	z    []int // pre-activation nodes
	pair int   // of relax.Bounds.Diff, or -1
}

// groups lists the layers of activations that bend, not jump, and depend on other
// activations, in the order of the graph.
func groups(b *relax.Bounds) []group {
	g := b.Joint.Graph
	behind := make([]bool, len(g.Nodes)) // an activation
	var out []group
	paired := make(map[int]int)
	for p, pair := range b.Joint.Pairs {
		paired[pair.First], paired[pair.Second] = p, p
	}
	for v, node := range g.Nodes {
		for _, in := range node.Inputs {
			behind[v] = behind[v] || behind[in]
		}
		if !network.IsActivation(node.Op) || network.Jumps(node.Op) {
			behind[v] = behind[v] || network.Jumps(node.Op)
			continue
		}
		z := node.Inputs[0]
		p, ok := paired[v]
		switch {
		case !behind[z]:
		case !ok:
			out = append(out, group{z: []int{z}, pair: -1})
		case b.Joint.Pairs[p].Second == v: // both are known here
			z1 := g.Nodes[b.Joint.Pairs[p].First].Inputs[0]
			out = append(out, group{z: slices.Compact([]int{z1, z}), pair: p})
		}
		behind[v] = true
	}
	return out
}

// target is a quantity to be bounded, and where its bounds belong.
type target struct {
	f     network.Functional
	known relax.Improvement
}

// looseness is the most by which the relaxation of max(z, 0) exceeds it for z
// between the known bounds.
func (t *target) looseness() float64 {
	if lo, hi := t.known.Lo, t.known.Hi; lo < 0 && hi > 0 {
		return -lo * hi / (hi - lo)
	}
	return 0
}

// targets are the unstable neurons of a group, and the differences of pairs of
// unstable neurons, the loosest first.
func (gr *group) targets(b *relax.Bounds) []target {
	out := gr.unordered(b)
	slices.SortStableFunc(out, func(s, t target) int { return cmp.Compare(t.looseness(), s.looseness()) })
	return out
}

func (gr *group) unordered(b *relax.Bounds) []target {
	g := b.Joint.Graph
	var out []target
	for _, z := range gr.z {
		for i := range g.Nodes[z].Size {
			if b.Unstable(z, i) {
				x := b.Node[z]
				t := target{known: relax.Improvement{Node: z, Index: i, Pair: -1, Lo: x.Lo[i], Hi: x.Hi[i]}}
				t.f.Add(z, g.Nodes[z].Size, i, 1)
				out = append(out, t)
			}
		}
	}
	if gr.pair < 0 || len(gr.z) < 2 {
		return out
	}
	d := b.Diff[gr.pair]
	for i, j := range b.Joint.Pairs[gr.pair].Partner {
		if j >= 0 && b.Unstable(gr.z[0], i) && b.Unstable(gr.z[1], j) {
			t := target{known: relax.Improvement{Pair: gr.pair, Index: i, Lo: d.Lo[i], Hi: d.Hi[i]}}
			t.f.Add(gr.z[0], g.Nodes[gr.z[0]].Size, i, 1)
			t.f.Add(gr.z[1], g.Nodes[gr.z[1]].Size, j, -1)
			out = append(out, t)
		}
	}
	return out
}

// boundByLP bounds the targets by the linear relaxation over b.
func boundByLP(ctx context.Context, b *relax.Bounds, targets []target) ([]relax.Improvement, error) {
	known := make([]relax.Improvement, len(targets))
	for k := range targets {
		known[k] = targets[k].known
	}
	lp, err := encode.NewLP(ctx, b, encode.Crossed)
	if err != nil {
		return known, err
	}
	solver, err := NewSolver(lp, lp.Program(b))
	if err != nil {
		return known, err
	}
	defer solver.Close()
	for k := range targets {
		if ctx.Err() != nil {
			break
		}
		hi, err := solver.Upper(ctx, targets[k].f)
		if err != nil {
			return known, err
		}
		lo, err := solver.Upper(ctx, targets[k].f.Negated())
		if err != nil {
			return known, err
		}
		known[k].Hi = min(known[k].Hi, hi)
		known[k].Lo = max(known[k].Lo, 0-lo)
	}
	return known, nil
}
