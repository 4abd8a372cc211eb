package boxes

import (
	"container/heap"
	"context"
	"math"

	"rsm/network"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/search"
)

// Maximize narrows the search over the box of the bounds by splitting it, until the gap
// is closed, the threshold decided or a limit reached. The parts with the highest bounds
// are looked at next.
func Maximize(ctx context.Context, s *search.State, root *relax.Bounds) error {
	m := &maximum{State: s, condition: &logic.Condition{F: s.F}, fathomed: math.Inf(-1), rounding: rounding(s, root)}
	heap.Push(&m.open, &part{box: root.Box, around: root, share: 1, upper: s.Proved})
	err := (&splitter{
		goal: m, whole: root.Box, plan: Always, workers: s.Workers, attackers: []*attack.Attacker{s.Attacker},
		another: func() *attack.Attacker { return attack.New(root.Joint, root.Box, s.Options.Seed) },
	}).run(ctx)
	s.Attacker.Box = root.Box
	if err != nil {
		return err
	}
	return m.prove()
}

// maximum is the goal of finding the maximum of a functional.
type maximum struct {
	*search.State
	condition *logic.Condition // that the functional is above the cutoff of inputs
	open      byUpper
	fathomed  float64 // highest bound of what is not open any more
	over      bool
	rounding  float64 // below which bounds are no nearer to values, however small the part
	// What parts of the present batch are held against: bounds up to the cutoff are of
	// no interest, nor are inputs below theirs.
	cutoff, inputCutoff float64
}

// rounding is by how much bounds miss the value at a single point, twice: a gap below that
// is never closed, and parts that are left open by so little are given up at their bounds.
// It is zero where the point leaves levels open: there bounds miss it by more than rounding.
func rounding(s *search.State, root *relax.Bounds) float64 {
	x := s.Witness
	if x == nil {
		x = root.Box.Center()
	}
	point, ok := root.Within(region.Box{Lo: x, Hi: x})
	if !ok {
		return 0
	}
	if _, open := point.OpenCount(); open > 0 {
		return 0
	}
	lo, hi := point.Functional(s.F)
	return 2 * (hi - lo)
}

// byUpper has the part with the highest bound first.
type byUpper []*part

func (h byUpper) Len() int           { return len(h) }
func (h byUpper) Less(i, j int) bool { return h[i].upper > h[j].upper }
func (h byUpper) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *byUpper) Push(x any)        { *h = append(*h, x.(*part)) }
func (h *byUpper) Pop() any {
	old := *h
	p := old[len(old)-1]
	*h = old[:len(old)-1]
	return p
}

func (m *maximum) choose(ctx context.Context) (batch []*part) {
	m.cutoff, m.inputCutoff = max(m.Cutoff(), m.Witnessed+m.rounding), m.Witnessed
	if m.Threshold != nil {
		m.inputCutoff = max(m.inputCutoff, *m.Threshold)
	}
	switch {
	case m.over:
		return nil
	case len(m.open) == 0 || m.open[0].upper <= m.cutoff:
		m.Stop = search.SolverLimit // replaced where the gap is closed
		return nil
	case ctx.Err() != nil:
		m.Stop = search.Reason(ctx)
		return nil
	case m.Options.NodeLimit > 0 && m.Nodes >= int64(m.Options.NodeLimit):
		m.Stop = search.NodeLimit
		return nil
	}
	for len(batch) < parallelParts && len(m.open) > 0 && m.open[0].upper > m.cutoff {
		batch = append(batch, heap.Pop(&m.open).(*part))
	}
	return batch
}

func (m *maximum) bound(_ context.Context, a *attack.Attacker, p *part, r *outcome) (logic.Formula, func(*logic.Condition) relax.Line, error) {
	_, hi, lines := p.around.Lines([]network.Functional{m.F})
	if p.upper = min(p.upper, hi[0]); p.upper <= m.cutoff {
		r.fathomed = max(r.fathomed, p.upper)
		return nil, nil, nil
	}
	r.points = append(r.points, a.Climb(m.F))
	line := lines[0]
	line.Const = math.Nextafter(line.Const-m.inputCutoff, math.Inf(1))
	r.fathomed = max(r.fathomed, m.inputCutoff) // of what will be clipped
	return m.condition, func(*logic.Condition) relax.Line { return line }, nil
}

func (m *maximum) steepest(*part) network.Functional { return m.F }

// leaf has a branch and bound with few nodes narrow parts in which few neurons are
// unstable, and one without a limit those that are not divisible.
func (m *maximum) leaf(ctx context.Context, a *attack.Attacker, p *part, divisible bool, r *outcome) (bool, error) {
	if divisible && openCount(p.around) > fewUnstable {
		return true, nil
	}
	program, err := programOf(ctx, p.around)
	if err != nil {
		return false, err
	}
	exhausted := false
	if program != nil {
		opt := *m.Options
		if opt.NodeLimit = 0; divisible {
			opt.NodeLimit = fewNodes
			if _, jumps := p.around.OpenCount(); jumps <= fewJumps {
				opt.NodeLimit += 2 * fewNodes * jumps
			}
		}
		s := &search.State{Options: &opt, Joint: m.Joint, F: m.F, Attacker: a, Name: m.Name, Workers: m.Workers, Threshold: m.Threshold,
			Rigor: search.Certified, Witnessed: m.inputCutoff, Proved: p.upper}
		if err := runPhases(ctx, s, program, p.around); err != nil {
			return false, err
		}
		r.nodes += s.Nodes
		r.iterations += s.LPIterations
		if s.Witness != nil {
			r.points = append(r.points, s.Witness)
		}
		p.upper = min(p.upper, s.Proved)
		// Where every jump was decided and a bound is still not reached, it is that of values
		// between steps: parts of the part have them too.
		exhausted = s.Stop == search.SolverLimit && m.Joint.Graph.Quantized() > 0
	}
	if p.upper <= m.cutoff || !divisible || exhausted {
		r.fathomed = max(r.fathomed, p.upper)
		return false, nil
	}
	return true, nil
}

func (m *maximum) record(_ []*part, results []outcome) error {
	for _, r := range results {
		m.Nodes += r.boxes + r.nodes
		m.LPIterations += r.iterations
		m.fathomed = max(m.fathomed, r.fathomed)
		for _, x := range r.points {
			m.Replay(x)
		}
		for _, p := range r.open {
			heap.Push(&m.open, p)
		}
	}
	if err := m.prove(); err != nil {
		return err
	}
	if m.over = m.Decided(); !m.over {
		m.Report(m.Proved, m.Nodes)
	}
	return nil
}

// prove sets the proved bound from the open parts and those given up.
func (m *maximum) prove() error {
	v := m.fathomed
	if len(m.open) > 0 {
		v = max(v, m.open[0].upper)
	}
	if err := m.Refuted(min(v, m.Proved), "the splitting of the box"); err != nil {
		return err
	}
	m.Proved = min(m.Proved, max(v, m.Witnessed))
	return nil
}
