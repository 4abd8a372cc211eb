package phases

import (
	"cmp"
	"context"
	"math"
	"slices"

	"rsm/encode"
	"rsm/relax"
)

// reliable is how many times a neuron's split is tried before its pseudocosts
// are believed, and lookahead how many candidates in a row may fail to be better
// than the best before the search for one ends.
const (
	reliable  = 1
	lookahead = 4
)

// pseudocosts are the mean gains of the splits of each neuron to one side: by
// how much the bound of the part fell, per unit by which the relaxation was off
// there (Achterberg, Koch and Martin, Branching rules revisited, 2005).
type pseudocosts struct {
	gain, count []float64 // by neuron
	// of all neurons together: the gains, and what their scores promised
	all, promised float64
}

func newPseudocosts(neurons int) pseudocosts {
	return pseudocosts{gain: make([]float64, neurons), count: make([]float64, neurons)}
}

// learn notes the gain of a split of neuron k in a part where it had the given
// off and score.
func (p *pseudocosts) learn(k int, gain, off, score float64) {
	if math.IsInf(gain, 0) {
		return
	}
	if off > 1e-12 {
		p.gain[k] += gain / off
		p.count[k]++
	}
	p.all += gain
	p.promised += score
}

// estimate is the gain to be expected: the mean of those seen, and one by the
// score, corrected by how true scores have been.
func (p *pseudocosts) estimate(k int, off, score float64) float64 {
	f := 1.0
	if p.promised > 0 {
		f = p.all / p.promised
	}
	return (p.gain[k]*off + f*score) / (p.count[k] + 1)
}

// rate sets the score of each unstable neuron of a node: the multipliers of the
// rows that relax the neuron times the amount by which the LP's solution differs
// there from what the networks do. Without an LP it is what the phase leaves open.
func (b *bab) rate(n *node, x, y []float64) {
	n.score, n.off, n.level = make([]float64, len(b.lp.Neurons)), make([]float64, len(b.lp.Neurons)), make([]float64, len(b.lp.Neurons))
	for k := range b.lp.Neurons {
		if m := &b.lp.Neurons[k]; m.Steps != nil {
			n.level[k], n.off[k] = splitLevel(n.bounds, m, x)
		}
	}
	if x == nil {
		clear(n.off)
		return
	}
	value := func(k int) float64 { return b.lp.Neurons[k].True(x) }
	post := func(k int) float64 { return b.lp.Neurons[k].Post(x) }
	for k, m := range b.lp.Neurons {
		if m.Steps == nil {
			n.off[k] = math.Abs(post(k) - value(k))
		}
		for _, v := range y[m.From:m.To] {
			n.score[k] += math.Abs(v) * n.off[k]
		}
	}
	for k, c := range b.cuts {
		for _, i := range c.Neurons {
			n.score[i] += math.Abs(y[len(y)-len(b.cuts)+k]) * n.off[i]
		}
	}
	for _, p := range b.lp.Pairs {
		off := math.Abs(post(p.First) - post(p.Second) - value(p.First) + value(p.Second))
		// The split of one decides as much of the other as their difference lets it.
		together := b.lp.Together(n.bounds, p)
		row := (math.Abs(y[p.Upper]) + math.Abs(y[p.Lower])) * off
		s1, s2 := n.score[p.First], n.score[p.Second]
		n.score[p.First], n.score[p.Second] = s1+together*s2+row, s2+together*s1+row
		o1, o2 := n.off[p.First], n.off[p.Second]
		n.off[p.First], n.off[p.Second] = o1+together*o2+off, o2+together*o1+off
	}
}

// splitLevel is the level above which to split a quantized value: one next to where the
// LP's solution x has it; or in the middle, without one. By off the solution is off.
func splitLevel(part *relax.Bounds, m *encode.LPNeuron, x []float64) (below, off float64) {
	s := part.Staircase(m.Activation, m.Index)
	below = math.Floor((s.Lo + s.Hi) / 2)
	if x != nil {
		z, level := m.Pre(x), m.Post(x)
		near := math.Round(level)
		off = math.Abs(level - near)
		switch slack := integral / m.Steps.Slope(m.Index); {
		case off > integral:
			below = math.Floor(level)
		case z > m.Steps.Threshold(m.Index, near)+slack:
			below, off = near, math.Abs(level-m.Steps.Value(m.Index, z))
		case z < m.Steps.Threshold(m.Index, near-1)-slack:
			below, off = near-1, math.Abs(level-m.Steps.Value(m.Index, z))
		}
	}
	return min(max(below, s.Lo), s.Hi-1), off
}

// integral is by how many levels a solution may miss an integer that it means.
const integral = 1e-6

// candidate is an unstable neuron of a node. Its value is the product of the
// gains expected on both sides, at least tiny: a bound falls only if it falls on
// both.
type candidate struct {
	k     int
	value float64
	width float64 // what the phase leaves open
}

const tinyGain = 1e-12

// fewBits is how many bits the levels of a quantized layer may have in all for it to be
// split before all else.
const fewBits = 20

// earliest is the value to split of the first quantized layer of which some are open: the
// one that the objective may change most with. It is nil where that layer has more than
// fewBits. What a network computes of the levels of such a layer has no freedom left once
// these are known: where they are few, it is they that decide.
func (b *bab) earliest(n *node) []candidate {
	layer, bits := -1, 0.0
	var open []candidate // their values are numbers of steps between levels
	for k := range b.lp.Neurons {
		m := &b.lp.Neurons[k]
		if m.Steps == nil || layer >= 0 && m.Activation != layer {
			continue
		}
		s := n.bounds.Staircase(m.Activation, m.Index)
		if s.Flat() {
			continue
		}
		layer = m.Activation
		bits += math.Log2(s.Hi - s.Lo + 1)
		open = append(open, candidate{k: k, value: s.Hi - s.Lo})
	}
	if layer < 0 || bits > fewBits {
		return nil
	}
	slopes := n.bounds.SlopesAt(b.F, layer)
	best := candidate{k: -1}
	for _, c := range open {
		c.value *= slopes[b.lp.Neurons[c.k].Index]
		if best.k < 0 || c.value > best.value {
			best = c
		}
	}
	return []candidate{best}
}

// candidates are the unstable neurons of a node, the most promising first.
func (b *bab) candidates(n *node) []candidate {
	all := b.earliest(n)
	if all != nil {
		return all
	}
	for k, m := range b.lp.Neurons {
		if !n.bounds.Open(m.Activation, m.Index) {
			continue
		}
		z := n.bounds.Node[m.Node]
		at := n.bounds.Threshold(m.Activation, m.Index, n.level[k])
		c := candidate{k, 1, min(at-z.Lo[m.Index], z.Hi[m.Index]-at)}
		for side := range b.costs {
			c.value *= max(b.costs[side].estimate(k, n.off[k], n.score[k]), tinyGain)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.value, x.value), cmp.Compare(y.width, x.width), cmp.Compare(x.k, y.k))
	})
	return all
}

// branch splits a node in two, by reliability branching: candidates whose
// pseudocosts are not reliable yet are tried, and the best becomes the split. A
// part with nothing left to split is fathomed at its bound.
func (b *bab) branch(ctx context.Context, n *node) error {
	all := b.candidates(n)
	if len(all) == 0 {
		if b.Joint.Graph.Quantized() > 0 {
			if err := b.attain(ctx, n); err != nil {
				return err
			}
			if n.upper > b.Cutoff() && b.exactly(ctx, n) {
				return nil
			}
		}
		b.fathomed = max(b.fathomed, n.upper)
		return nil
	}
	var best [2]*node
	value, failed := -1.0, 0
	for i, c := range all {
		trusted := min(b.costs[0].count[c.k], b.costs[1].count[c.k]) >= reliable || n.score[c.k] == 0
		if i > 0 && trusted && c.value <= value {
			continue
		}
		parts, v, err := b.split(ctx, n, c.k)
		if err != nil {
			return err
		}
		if i == 0 || v > value {
			value, best, failed = v, parts, 0
		} else {
			failed++
		}
		if i == 0 && trusted || failed >= lookahead || ctx.Err() != nil {
			break
		}
	}
	for _, part := range best {
		b.push(part)
	}
	return nil
}

// split evaluates both parts of a node that the split of neuron k makes, and
// returns the product of the gains. A part that is empty is nil. The parts are
// evaluated at the same time where the session has a worker to spare; what comes
// of them is the same.
func (b *bab) split(ctx context.Context, n *node, k int) (parts [2]*node, value float64, err error) {
	m := b.lp.Neurons[k]
	s := relax.Split{Activation: m.Activation, Index: m.Index, Level: n.level[k]}
	c := b.cutoffs()
	var results [2]evaluated
	evaluate := func(side int) {
		s := s
		s.Above = side == 1
		part, ok := n.bounds.Refine(s, n.above)
		if !ok {
			results[side] = evaluated{fathomed: math.Inf(-1)}
			return
		}
		results[side] = b.evaluate(ctx, side, c, n, part)
	}
	if b.Workers.Borrow() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			evaluate(1)
		}()
		evaluate(0)
		<-done
		b.Workers.Return()
	} else {
		evaluate(0)
		evaluate(1)
	}
	most := n.upper - c.part // more is of no use
	value = 1
	for side := range parts {
		r := &results[side]
		if r.err != nil {
			return parts, 0, r.err
		}
		b.record(r)
		parts[side] = r.node
		gain := most
		if r.node != nil {
			gain = n.upper - r.node.value
		}
		if !(gain > 0) { // or not a number
			gain = 0
		}
		b.costs[side].learn(k, gain, n.off[k], n.score[k])
		value *= max(min(gain, most), tinyGain)
	}
	return parts, value, nil
}
