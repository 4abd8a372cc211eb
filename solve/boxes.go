package solve

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
)

// boxes is a branch and bound on the box of the inputs, for few inputs and many
// neurons. The parts with the highest bounds are looked at next: bounded, clipped to
// where the objective can beat the witness, attacked, and, where few neurons are
// unstable, given to bab with a limit of nodes. What stays open is split along the
// input that can change the objective most. All bounds are certified.
type boxes struct {
	*search
	root   *relax.Bounds
	open   boxHeap
	closed float64
	// attackers are for further workers.
	attackers []*attacker
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

// worthSplitting says whether the box of the bounds is one to be split: a few
// inputs are free, and too many neurons unstable for a branch and bound on them.
func worthSplitting(b *relax.Bounds) bool {
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
	b.closed = math.Inf(-1)
	heap.Push(&b.open, &boxPart{box: b.root.Box, around: b.root, upper: b.proved})
	for len(b.open) > 0 && b.open[0].upper > b.enough() {
		switch {
		case ctx.Err() != nil:
			b.stop = reason(ctx)
			return b.bound()
		case b.opt.NodeLimit > 0 && b.nodes >= int64(b.opt.NodeLimit):
			b.stop = NodeLimit
			return b.bound()
		}
		var batch []*boxPart
		for len(batch) < parallelParts && len(b.open) > 0 && b.open[0].upper > b.enough() {
			batch = append(batch, heap.Pop(&b.open).(*boxPart))
		}
		results, err := b.look(ctx, batch)
		if err != nil {
			return err
		}
		for _, r := range results {
			b.take(&r)
		}
		if err := b.bound(); err != nil {
			return err
		}
		if b.decided() {
			return nil
		}
		b.tell(b.proved, b.nodes)
	}
	b.stop = SolverLimit // replaced where the gap is closed
	return b.bound()
}

// bound sets the proved bound from the open parts and those given up.
func (b *boxes) bound() error {
	v := b.closed
	if len(b.open) > 0 {
		v = max(v, b.open[0].upper)
	}
	if err := b.refuted(min(v, b.proved), "the splitting of the box"); err != nil {
		return err
	}
	b.proved = min(b.proved, max(v, b.witnessed))
	return nil
}

// boxResult is what came of a part.
type boxResult struct {
	open       []*boxPart
	closed     float64 // bound of what is not open any more
	points     [][]float64
	nodes      int64
	iterations int64
}

func (b *boxes) take(r *boxResult) {
	b.nodes += r.nodes
	b.lpIterations += r.iterations
	b.closed = max(b.closed, r.closed)
	for _, x := range r.points {
		b.replay(x)
	}
	for _, p := range r.open {
		heap.Push(&b.open, p)
	}
}

// look looks at parts, with the session's idle workers beside this one. What comes
// of them does not depend on how many there are.
func (b *boxes) look(ctx context.Context, batch []*boxPart) ([]boxResult, error) {
	results := make([]boxResult, len(batch))
	enough := b.enough()
	floor := b.witnessed
	if b.threshold != nil {
		floor = max(floor, *b.threshold)
	}
	next := make(chan int, len(batch))
	for i := range batch {
		next <- i
	}
	close(next)
	work := func(a *attacker) error {
		for i := range next {
			r, err := b.part(ctx, a, batch[i], enough, floor)
			if err != nil {
				return err
			}
			results[i] = r
		}
		return nil
	}
	var group errgroup.Group
	for k := 0; k < len(batch)-1 && b.spare.take(); k++ {
		if k == len(b.attackers) {
			b.attackers = append(b.attackers, newAttacker(b.root.Joint, b.root.Box, b.opt.Seed))
		}
		group.Go(func() error {
			defer b.spare.give()
			return work(b.attackers[k])
		})
	}
	err := work(b.att)
	return results, errors.Join(err, group.Wait())
}

// part looks at one part.
func (b *boxes) part(ctx context.Context, a *attacker, p *boxPart, enough, floor float64) (boxResult, error) {
	r := boxResult{closed: math.Inf(-1)}
	if ctx.Err() != nil {
		r.open = []*boxPart{p}
		return r, nil
	}
	above := &query.Condition{F: b.f}
	for {
		bounds, ok := p.around.Within(p.box)
		if !ok {
			return r, nil
		}
		r.nodes++
		p.around = bounds
		_, hi, lines := bounds.Lines([]network.Functional{b.f})
		if p.upper = min(p.upper, hi[0]); p.upper <= enough {
			r.closed = max(r.closed, p.upper)
			return r, nil
		}
		r.points = append(r.points, b.climb(a, p.box))
		line := lines[0]
		line.Const = math.Nextafter(line.Const-floor, inf)
		inner, ok := clip(p.box, above, func(*query.Condition) relax.Line { return line })
		r.closed = max(r.closed, floor) // of what is clipped
		if !ok {
			return r, nil
		}
		if volume(inner, p.box) > worthBounding {
			break
		}
		p.box = inner
	}
	dim, ok := widest(p.around.Slopes(b.f), p.box, b.root.Box)
	if !ok || openCount(p.around) <= fewUnstable {
		upper, err := b.leaf(ctx, a, p, ok, floor, &r)
		if err != nil {
			return r, err
		}
		p.upper = min(p.upper, upper)
		if p.upper <= enough || !ok {
			r.closed = max(r.closed, p.upper)
			return r, nil
		}
	}
	left, right := *p, *p
	left.box, right.box = halves(p.box, dim)
	r.open = []*boxPart{&left, &right}
	return r, nil
}

// leaf bounds a part by bab, with a limit of nodes where it can be split too.
func (b *boxes) leaf(ctx context.Context, a *attacker, p *boxPart, limited bool, floor float64, r *boxResult) (float64, error) {
	lp, err := partLP(ctx, p.around)
	if lp == nil || err != nil {
		return p.upper, err
	}
	opt := *b.opt
	if opt.NodeLimit = 0; limited {
		opt.NodeLimit = fewNodes
	}
	m := &search{opt: &opt, joint: b.joint, f: b.f, att: a, task: b.task, spare: &spare{}, threshold: b.threshold, rigor: Certified,
		witnessed: floor, proved: p.upper}
	if err := runPart(ctx, m, lp, p.around); err != nil {
		return 0, err
	}
	r.nodes += m.nodes
	r.iterations += m.lpIterations
	if m.x != nil {
		r.points = append(r.points, m.x)
	}
	return m.proved, nil
}

// climb takes some gradient steps from the centre of a part.
func (b *boxes) climb(a *attacker, box region.Box) (best []float64) {
	a.box = box
	a.ascend(b.f, a.centre(), partSteps, func() bool { return false }, func(x []float64, _ float64) { best = append(best[:0], x...) })
	return best
}
