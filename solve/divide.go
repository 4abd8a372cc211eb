package solve

import (
	"context"
	"math"
	"os"
	"strconv"

	"rsm/query"
)

// effort tells how much work a part of the box is worth before it is split.
type effort struct {
	depth int
}

const (
	// mostSplit is how many inputs may be free for the box to be split.
	mostSplit = 20
	// mostCases is how many conjunctions of a part a branch and bound looks at.
	mostCases = 32
)

// Knobs for experiments.
var (
	KnobUnstable = 60
	KnobNodes    = 20
	KnobSum      = os.Getenv("SUM") != ""
	KnobHigh     = func() float64 {
		v, err := strconv.ParseFloat(os.Getenv("KH"), 64)
		if err != nil {
			return 1e9
		}
		return v
	}()
)

// divide decides a part by a branch and bound, or splits it.
func (d *decider) divide(ctx context.Context, a *attacker, p *part, hi []float64) (looked, error) {
	dim, ok := d.dimension(p, hi)
	unstable := p.around.UnstableCount()
	high := 0.0
	p.formula.Conditions(func(c *query.Condition) { high = max(high, hi[d.at[c]]) })
	if !ok || unstable <= KnobUnstable && high < KnobHigh {
		limit := KnobNodes
		if !ok {
			limit = 0
		}
		cases, few := conjunctions(p.formula, mostCases)
		if !ok && !few {
			cases, few = conjunctions(p.formula, math.MaxInt32)
		}
		if few {
			open, x, err := d.leaf(ctx, a, p, cases, hi, limit)
			switch {
			case err != nil || x != nil:
				return looked{witness: x}, err
			case len(open) == 0:
				return looked{done: true}, nil
			case !ok:
				d.giveUp(limitOf(ctx))
				return looked{}, nil
			}
			p.formula = disjunction(open)
		}
	}
	left, right := p.halves(dim)
	return looked{open: []*part{left, right}}, nil
}

// halves splits a part in the middle of an input.
func (p *part) halves(dim int) (left, right *part) {
	l, r := *p, *p
	l.share, r.share = p.share/2, p.share/2
	mid := p.box.Lo[dim]/2 + p.box.Hi[dim]/2
	l.box = query.Box{Lo: p.box.Lo, Hi: append([]float64(nil), p.box.Hi...)}
	r.box = query.Box{Lo: append([]float64(nil), p.box.Lo...), Hi: p.box.Hi}
	l.box.Hi[dim], r.box.Lo[dim] = mid, mid
	return &l, &r
}

// dimension chooses the input to split: the one that the condition that is
// furthest from being false can change most with, by its slopes. There is none
// where too many inputs are free, or none can be split.
func (d *decider) dimension(p *part, hi []float64) (int, bool) {
	free := 0
	for i, lo := range p.box.Lo {
		if lo < p.box.Hi[i] {
			free++
		}
	}
	if free == 0 || free > mostSplit {
		return 0, false
	}
	var worst *query.Condition
	p.formula.Conditions(func(c *query.Condition) {
		if worst == nil || hi[d.at[c]] > hi[d.at[worst]] {
			worst = c
		}
	})
	slopes := p.around.Slopes(worst.F)
	if KnobSum {
		clear(slopes)
		p.formula.Conditions(func(c *query.Condition) {
			for i, v := range p.around.Slopes(c.F) {
				slopes[i] += v
			}
		})
	}
	best, at := -1.0, -1
	for i, s := range slopes {
		lo, hi := p.box.Lo[i], p.box.Hi[i]
		if mid := lo/2 + hi/2; !(lo < mid && mid < hi) || hi-lo < 1e-9*(d.problem.Box.Hi[i]-d.problem.Box.Lo[i]) {
			continue
		}
		if v := s * (hi - lo); v > best {
			best, at = v, i
		}
	}
	return at, at >= 0
}

// limitOf says why a branch and bound without a limit of nodes left a part open.
func limitOf(ctx context.Context) Stop {
	if ctx.Err() != nil {
		return reason(ctx)
	}
	return SolverLimit
}
