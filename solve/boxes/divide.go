package boxes

import (
	"context"
	"math"
	"slices"

	"rsm/internal/query"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/search"
)

const (
	// mostSplit is how many inputs may be free for the box to be split.
	mostSplit = 20
	// mostCases is how many conjunctions of a part a branch and bound looks at.
	mostCases = 32
	// fewUnstable is how many unstable neurons a part may have for a branch and
	// bound with fewNodes for each conjunction to be tried before it is split.
	// The whole box gets more of both, unless it has fewInputs free at most: halves
	// of a plane are halves of what there is to look at.
	fewUnstable, fewNodes     = 40, 20
	wholeUnstable, wholeNodes = 200, 100
	fewInputs                 = 2
	// narrowest is the share of the box's width below which no input is split.
	narrowest = 1e-9
)

// divide decides a part by a branch and bound, or splits it.
func (d *decider) divide(ctx context.Context, a *attack.Attacker, p *part, hi []float64) (looked, error) {
	dim, ok := d.dimension(p, hi)
	unstable, nodes := fewUnstable, fewNodes
	if p.share == 1 && freeInputs(p.box) > fewInputs {
		unstable, nodes = wholeUnstable, wholeNodes
	}
	if logic.High(p.formula, func(c *query.Condition) float64 { return hi[d.functions.At[c]] - d.tolerances[d.functions.At[c]] }) <= 0 {
		d.giveUp(search.SolverLimit)
		return looked{}, nil
	}
	if ok && (d.opt.Plan == Always || openCount(p.around) > unstable) {
		return p.split(dim), nil
	}
	most := mostCases
	if !ok {
		nodes, most = d.opt.NodeLimit, math.MaxInt32
	}
	cases, few := logic.Conjunctions(p.formula, most)
	if few {
		open, x, err := d.leaf(ctx, a, p, cases, hi, nodes)
		switch {
		case err != nil || x != nil:
			return looked{witness: x}, err
		case len(open) == 0:
			return looked{done: true}, nil
		case open.high() <= 0:
			d.giveUp(search.SolverLimit)
			return looked{}, nil
		}
		p.formula = open.formula()
	}
	if !ok {
		d.giveUp(limitOf(ctx, nodes))
		return looked{}, nil
	}
	return p.split(dim), nil
}

// openCount counts the neurons that a branch and bound may have to split.
func openCount(b *relax.Bounds) int {
	relus, quantized := b.OpenCount()
	return relus + quantized
}

// split makes two parts of one.
func (p *part) split(dim int) looked {
	left, right := p.halves(dim)
	return looked{open: []*part{left, right}}
}

// halves splits a part in the middle of an input.
func (p *part) halves(dim int) (left, right *part) {
	l, r := *p, *p
	l.share, r.share = p.share/2, p.share/2
	l.box, r.box = halves(p.box, dim)
	return &l, &r
}

// halves splits a box in the middle of an input.
func halves(box region.Box, dim int) (left, right region.Box) {
	mid := box.Lo[dim]/2 + box.Hi[dim]/2
	left = region.Box{Lo: box.Lo, Hi: slices.Clone(box.Hi)}
	right = region.Box{Lo: slices.Clone(box.Lo), Hi: box.Hi}
	left.Hi[dim], right.Lo[dim] = mid, mid
	return left, right
}

// dimension chooses the input to split: the one that the condition that is
// furthest from being false can change most with, by its slopes. There is none
// where too many inputs are free, or none can be split.
func (d *decider) dimension(p *part, hi []float64) (int, bool) {
	free := freeInputs(p.box)
	if free == 0 || free > mostSplit && d.opt.Plan != Always || d.opt.Plan == Never {
		return 0, false
	}
	var worst *query.Condition
	p.formula.Conditions(func(c *query.Condition) {
		if worst == nil || hi[d.functions.At[c]] > hi[d.functions.At[worst]] {
			worst = c
		}
	})
	return widest(p.around.Slopes(worst.F), p.box, d.joint.Box)
}

// widest is the input of a part of a box that a function with the given slopes can
// change most with. There is none where no input can be split.
func widest(slopes []float64, box, whole region.Box) (int, bool) {
	best, at := -1.0, -1
	for i, s := range slopes {
		lo, hi := box.Lo[i], box.Hi[i]
		if mid := lo/2 + hi/2; !(lo < mid && mid < hi) || hi-lo < narrowest*(whole.Hi[i]-whole.Lo[i]) {
			continue
		}
		if v := s * (hi - lo); v > best {
			best, at = v, i
		}
	}
	return at, at >= 0
}

// limitOf says why a branch and bound on a part that cannot be split left it open.
func limitOf(ctx context.Context, nodes int) search.Stop {
	switch {
	case ctx.Err() != nil:
		return search.Reason(ctx)
	case nodes > 0:
		return search.NodeLimit
	}
	return search.SolverLimit
}
