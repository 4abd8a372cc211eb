package phases

import (
	"context"
	"math"

	"rsm/encode"
	"rsm/relax"
	"rsm/solve/highs"
	"rsm/solve/lp"
)

// A dive looks for a better witness where values are quantized. The linear program of a
// part has each of them between two levels; layer after layer the dive settles on the
// nearest, and solves again with the operands confined to these steps: the inputs that
// are left free move the operands of the next layer to where the objective wants them.
// Last, quantized inputs are moved to their nearest levels. That shifts all operands a
// little, so they keep a distance from the ends of their steps, and dives try several.

// diveMargins are these distances, relative to the steps.
var diveMargins = [...]float64{1e-6, 0.02, 0.1, 0.25}

// diveGrowth is how many times as many nodes pass before the next dive as before the
// last.
const diveGrowth = 10

// dive makes dives from a node.
func (b *bab) dive(ctx context.Context, n *node) error {
	layers := make(map[int][]int) // of quantized values behind others, by node
	var order []int
	for k := range b.lp.Neurons {
		m := &b.lp.Neurons[k]
		if m.Steps == nil || m.Node == 0 {
			continue
		}
		if layers[m.Activation] == nil {
			order = append(order, m.Activation)
		}
		layers[m.Activation] = append(layers[m.Activation], k)
	}
	for _, margin := range diveMargins {
		part := n.bounds
		x, err := b.relaxed(ctx, part)
		for _, v := range order {
			if err != nil || x == nil {
				break
			}
			next, ok := part.Improve(b.settled(part, layers[v], x, margin)...)
			if !ok {
				x = nil
				break
			}
			part = next
			x, err = b.relaxed(ctx, part)
		}
		if err != nil {
			return err
		}
		if x != nil {
			b.Replay(b.lp.Snapped(x))
		}
		if ctx.Err() != nil || b.Decided() {
			return nil
		}
	}
	return nil
}

// relaxed is the solution of the linear program of a part, or nil.
func (b *bab) relaxed(ctx context.Context, part *relax.Bounds) ([]float64, error) {
	solver, err := b.solverOf(0)
	if err != nil {
		return nil, err
	}
	m, scale := lp.Part(b.lp, part, b.obj, b.cuts)
	if err := solver.Pass(m); err != nil {
		return nil, err
	}
	status, err := solver.Run(ctx, nil)
	b.LPIterations += solver.LPIterations()
	if err != nil || status != highs.Optimal {
		return nil, solver.ClearSolver()
	}
	x, _, _, _, err := solver.Solution()
	if err != nil || x == nil {
		return nil, err
	}
	return scale.Original(x), nil
}

// settled are the levels nearest to those that a solution has for some quantized values,
// and the steps of their operands but for a margin at both ends.
func (b *bab) settled(part *relax.Bounds, neurons []int, x []float64, margin float64) []relax.Improvement {
	var known []relax.Improvement
	for _, k := range neurons {
		m := &b.lp.Neurons[k]
		s := part.Staircase(m.Activation, m.Index)
		if s.Flat() {
			continue
		}
		level := min(max(nearestStep(m, m.Post(x)), s.Lo), s.Hi)
		known = append(known, onStep(part, m, level, margin), relax.Improvement{Pair: -1, Node: m.Activation, Index: m.Index, Lo: level, Hi: level})
	}
	return known
}

// nearestStep is the level nearest to a value that is taken by more than a single operand.
func nearestStep(m *encode.LPNeuron, value float64) float64 {
	level := math.Round(value)
	at, ok := m.Steps.Single(m.Index)
	switch single := ok && m.Steps.Value(m.Index, at) == level; {
	case single && value < level:
		return level - 1
	case single:
		return level + 1
	}
	return level
}

// onStep confines the operand of a quantized value to the step of a level, but for a margin
// at both ends.
func onStep(part *relax.Bounds, m *encode.LPNeuron, level, margin float64) relax.Improvement {
	lo, hi := m.Steps.Threshold(m.Index, level-1), m.Steps.Threshold(m.Index, level)
	least, greatest := m.Steps.Levels(m.Index)
	room := margin * (hi - lo)
	z := part.Node[m.Node]
	side := relax.Improvement{Pair: -1, Node: m.Node, Index: m.Index, Lo: z.Lo[m.Index], Hi: z.Hi[m.Index]}
	if level > least {
		side.Lo = max(side.Lo, lo+room)
	}
	if level < greatest {
		side.Hi = min(side.Hi, hi-room)
	}
	return side
}

// attainMargins are the margins that attain tries, relative to the steps: what the
// solver's tolerance may need.
var attainMargins = [...]float64{1e-9, 1e-8, 1e-7, 1e-6, 1e-5}

// attain looks for an input that has the levels of a part in which all are decided, and
// nearly the bound of the part: its linear program has its solution at the ends of steps,
// where evaluation in float64 may find the levels beside. Where no input keeps a margin to
// the ends, the levels are those of inputs exactly half-way at best.
func (b *bab) attain(ctx context.Context, n *node) error {
	for _, margin := range attainMargins {
		var known []relax.Improvement
		for k := range b.lp.Neurons {
			if m := &b.lp.Neurons[k]; m.Steps != nil {
				s := n.bounds.Staircase(m.Activation, m.Index)
				known = append(known, onStep(n.bounds, m, s.Lo, margin))
			}
		}
		part, ok := n.bounds.Improve(known...)
		if !ok {
			return nil
		}
		x, err := b.relaxed(ctx, part)
		if err != nil || x == nil {
			return err
		}
		if b.Replay(b.lp.Input(x)); n.upper <= b.Cutoff() || ctx.Err() != nil {
			return nil
		}
	}
	return nil
}
