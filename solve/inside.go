package solve

import (
	"context"
	"errors"
	"math"

	"rsm/encode"
	"rsm/query"
	"rsm/relax"
)

// insideBy is how far inside its conditions a witness is looked for: above the
// tolerance of linear programs.
const insideBy = 1e-5

// mostInside is how many conjunctions are looked at.
const mostInside = 1000

// inside looks for a witness of a strict problem by a branch and bound on the
// conditions shifted by insideBy. Solutions of linear programs lie where conditions
// hold with equality, a rounding beside it; those of shifted conditions lie inside.
// It looks only at boxes that Decide does not split.
func (c *Claim) inside(ctx context.Context, strict query.Problem, options Options) ([]float64, error) {
	free := 0
	for i, lo := range c.Box.Lo {
		if lo < c.Box.Hi[i] {
			free++
		}
	}
	if free <= mostSplit || ctx.Err() != nil {
		return nil, nil
	}
	opt, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	opt.Gap, opt.RelativeGap, opt.NodeLimit = 0, 0, 0
	root, err := relax.Compute(ctx, c.Joint, c.Box, relax.Difference)
	if err != nil {
		return nil, err
	}
	cases, few := conjunctions(bounded(root, query.Shifted(strict.Formula, insideBy)), mostInside)
	if !few || len(cases) == 0 {
		return nil, nil
	}
	lp, err := encode.NewLP(ctx, root, encode.Tied)
	if err != nil {
		if ctx.Err() != nil || errors.Is(err, encode.ErrRange) {
			return nil, nil
		}
		return nil, err
	}
	att := newAttacker(c.Joint.Graph, c.Box, opt.Seed)
	for _, conditions := range cases {
		if len(conditions) == 0 || ctx.Err() != nil {
			continue
		}
		x, err := c.insideCase(ctx, strict, conditions, &opt, root, lp, att)
		if x != nil || err != nil {
			return x, err
		}
	}
	return nil, nil
}

// insideCase looks for a witness in one conjunction.
func (c *Claim) insideCase(ctx context.Context, strict query.Problem, conditions []*query.Condition, opt *Options, root *relax.Bounds, lp *encode.LP, att *attacker) ([]float64, error) {
	ctx, found := context.WithCancel(ctx)
	defer found()
	// The condition nearest to being false is made as true as can be.
	at, top := 0, math.Inf(1)
	for k, condition := range conditions {
		if _, hi := root.Functional(condition.F); hi < top {
			at, top = k, hi
		}
	}
	threshold := 0.0
	m := &search{opt: opt, att: att, spare: &spare{}, rigor: Certified, f: conditions[at].F,
		witnessed: math.Inf(-1), proved: top, threshold: &threshold}
	for k, condition := range conditions {
		if k != at {
			m.given = append(m.given, condition)
		}
	}
	var witness []float64
	var failed error
	look := func(x []float64) {
		if witness != nil || failed != nil {
			return
		}
		ok, err := c.certain(strict, x)
		if ok {
			witness = append([]float64(nil), x...)
		}
		if failed = err; ok || err != nil {
			found()
		}
	}
	m.missed = look
	err := (&bab{search: m, lp: lp, root: root}).run(ctx)
	if err != nil && ctx.Err() == nil && !errors.Is(err, encode.ErrRange) {
		return nil, err
	}
	if m.x != nil {
		look(m.x)
	}
	return witness, failed
}
