package boxes

import (
	"container/heap"
	"context"
	"errors"
	"math"

	"golang.org/x/sync/errgroup"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/search"
)

// Maximize narrows the search over the box of the bounds by splitting it, until the gap
// is closed, the threshold decided or a limit reached.
func Maximize(ctx context.Context, s *search.State, root *relax.Bounds) error {
	return (&boxes{State: s, root: root}).run(ctx)
}

// boxes is a branch and bound on the box of the inputs, for few inputs and many
// neurons. The parts with the highest bounds are looked at next: bounded, clipped to
// where the objective can beat the witness, attacked, and, where few neurons are
// unstable, given to bab with a limit of nodes. What stays open is split along the
// input that can change the objective most. All bounds are certified.
type boxes struct {
	*search.State
	root     *relax.Bounds
	open     boxHeap
	fathomed float64
	// attackers are for further workers.
	attackers []*attack.Attacker
}

// boxPart is a part of the box that is still open.
type boxPart struct {
	box    region.Box
	around *relax.Bounds // of a box around it
	upper  float64
}

// boxHeap has the part with the highest bound first.
type boxHeap []*boxPart

func (h boxHeap) Len() int           { return len(h) }
func (h boxHeap) Less(i, j int) bool { return h[i].upper > h[j].upper }
func (h boxHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *boxHeap) Push(x any)        { *h = append(*h, x.(*boxPart)) }
func (h *boxHeap) Pop() any {
	old := *h
	p := old[len(old)-1]
	*h = old[:len(old)-1]
	return p
}

// Suits says whether the box of the bounds is one to be split: a few
// inputs are free, and too many neurons unstable for a branch and bound on them.
func Suits(b *relax.Bounds) bool {
	free := freeInputs(b.Box)
	return free > 0 && (free <= mostSplit && openCount(b) > wholeUnstable || free <= fewInputs && openCount(b) > fewUnstable)
}

func freeInputs(box region.Box) int {
	free := 0
	for i, lo := range box.Lo {
		if lo < box.Hi[i] {
			free++
		}
	}
	return free
}

func (b *boxes) run(ctx context.Context) error {
	b.fathomed = math.Inf(-1)
	heap.Push(&b.open, &boxPart{box: b.root.Box, around: b.root, upper: b.Proved})
	for len(b.open) > 0 && b.open[0].upper > b.Cutoff() {
		switch {
		case ctx.Err() != nil:
			b.Stop = search.Reason(ctx)
			return b.bound()
		case b.Options.NodeLimit > 0 && b.Nodes >= int64(b.Options.NodeLimit):
			b.Stop = search.NodeLimit
			return b.bound()
		}
		var batch []*boxPart
		for len(batch) < parallelParts && len(b.open) > 0 && b.open[0].upper > b.Cutoff() {
			batch = append(batch, heap.Pop(&b.open).(*boxPart))
		}
		results, err := b.look(ctx, batch)
		if err != nil {
			return err
		}
		for _, r := range results {
			b.record(&r)
		}
		if err := b.bound(); err != nil {
			return err
		}
		if b.Decided() {
			return nil
		}
		b.Report(b.Proved, b.Nodes)
	}
	b.Stop = search.SolverLimit // replaced where the gap is closed
	return b.bound()
}

// bound sets the proved bound from the open parts and those given up.
func (b *boxes) bound() error {
	v := b.fathomed
	if len(b.open) > 0 {
		v = max(v, b.open[0].upper)
	}
	if err := b.Refuted(min(v, b.Proved), "the splitting of the box"); err != nil {
		return err
	}
	b.Proved = min(b.Proved, max(v, b.Witnessed))
	return nil
}

// boxResult is what came of a part.
type boxResult struct {
	open       []*boxPart
	fathomed   float64 // bound of what is not open any more
	points     [][]float64
	nodes      int64
	iterations int64
}

func (b *boxes) record(r *boxResult) {
	b.Nodes += r.nodes
	b.LPIterations += r.iterations
	b.fathomed = max(b.fathomed, r.fathomed)
	for _, x := range r.points {
		b.Replay(x)
	}
	for _, p := range r.open {
		heap.Push(&b.open, p)
	}
}

// look looks at parts, with the session's idle workers beside this one. What comes
// of them does not depend on how many there are.
func (b *boxes) look(ctx context.Context, batch []*boxPart) ([]boxResult, error) {
	results := make([]boxResult, len(batch))
	cutoff := b.Cutoff()
	floor := b.Witnessed
	if b.Threshold != nil {
		floor = max(floor, *b.Threshold)
	}
	next := make(chan int, len(batch))
	for i := range batch {
		next <- i
	}
	close(next)
	work := func(a *attack.Attacker) error {
		for i := range next {
			r, err := b.part(ctx, a, batch[i], cutoff, floor)
			if err != nil {
				return err
			}
			results[i] = r
		}
		return nil
	}
	var group errgroup.Group
	for k := 0; k < len(batch)-1 && b.Workers.Borrow(); k++ {
		if k == len(b.attackers) {
			b.attackers = append(b.attackers, attack.New(b.root.Joint, b.root.Box, b.Options.Seed))
		}
		group.Go(func() error {
			defer b.Workers.Return()
			return work(b.attackers[k])
		})
	}
	err := work(b.Attacker)
	return results, errors.Join(err, group.Wait())
}

// part looks at one part.
func (b *boxes) part(ctx context.Context, a *attack.Attacker, p *boxPart, cutoff, floor float64) (boxResult, error) {
	r := boxResult{fathomed: math.Inf(-1)}
	if ctx.Err() != nil {
		r.open = []*boxPart{p}
		return r, nil
	}
	above := &query.Condition{F: b.F}
	for {
		bounds, ok := p.around.Within(p.box)
		if !ok {
			return r, nil
		}
		r.nodes++
		p.around = bounds
		_, hi, lines := bounds.Lines([]network.Functional{b.F})
		if p.upper = min(p.upper, hi[0]); p.upper <= cutoff {
			r.fathomed = max(r.fathomed, p.upper)
			return r, nil
		}
		a.Box = p.box
		r.points = append(r.points, a.Climb(b.F))
		line := lines[0]
		line.Const = math.Nextafter(line.Const-floor, math.Inf(1))
		inner, ok := clip(p.box, above, func(*query.Condition) relax.Line { return line })
		r.fathomed = max(r.fathomed, floor) // of what is clipped
		if !ok {
			return r, nil
		}
		if volume(inner, p.box) > worthBounding {
			break
		}
		p.box = inner
	}
	dim, ok := widest(p.around.Slopes(b.F), p.box, b.root.Box)
	if !ok || openCount(p.around) <= fewUnstable {
		upper, err := b.leaf(ctx, a, p, ok, floor, &r)
		if err != nil {
			return r, err
		}
		p.upper = min(p.upper, upper)
		if p.upper <= cutoff || !ok {
			r.fathomed = max(r.fathomed, p.upper)
			return r, nil
		}
	}
	left, right := *p, *p
	left.box, right.box = halves(p.box, dim)
	r.open = []*boxPart{&left, &right}
	return r, nil
}

// leaf bounds a part by bab, with a limit of nodes where it can be split too.
func (b *boxes) leaf(ctx context.Context, a *attack.Attacker, p *boxPart, limited bool, floor float64, r *boxResult) (float64, error) {
	lp, err := partLP(ctx, p.around)
	if lp == nil || err != nil {
		return p.upper, err
	}
	opt := *b.Options
	if opt.NodeLimit = 0; limited {
		opt.NodeLimit = fewNodes
	}
	m := &search.State{Options: &opt, Joint: b.Joint, F: b.F, Attacker: a, Name: b.Name, Workers: new(search.Workers), Threshold: b.Threshold, Rigor: search.Certified,
		Witnessed: floor, Proved: p.upper}
	if err := runPart(ctx, m, lp, p.around); err != nil {
		return 0, err
	}
	r.nodes += m.Nodes
	r.iterations += m.LPIterations
	if m.Witness != nil {
		r.points = append(r.points, m.Witness)
	}
	return m.Proved, nil
}
