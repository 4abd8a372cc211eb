package solve

import (
	"context"
	"errors"
	"math"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/relax"
)

// partLP makes the linear program of a part of the box for bab. It is nil where the
// context has ended, or its numbers are out of range: the part's bounds stand then.
func partLP(ctx context.Context, b *relax.Bounds) (*encode.LP, error) {
	lp, err := encode.NewLP(ctx, b, encode.Tied)
	if err != nil {
		return nil, unlessStopped(ctx, err)
	}
	return lp, nil
}

// runPart runs bab on a part of the box. Where it is stopped, what the search knows
// by then stands.
func runPart(ctx context.Context, m *search, lp *encode.LP, b *relax.Bounds) error {
	return unlessStopped(ctx, (&bab{search: m, lp: lp, root: b}).run(ctx))
}

// unlessStopped is an error, but for those of an ended context or of numbers out of
// range.
func unlessStopped(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, encode.ErrRange) {
		return nil
	}
	return err
}

// leaf has the branch and bound decide a part, conjunction by conjunction, with so
// many nodes for each; 0 means any number. It returns those that stay open.
func (d *decider) leaf(ctx context.Context, a *attacker, p *part, cases [][]*query.Condition, hi []float64, limit int) (open openCases, witness []float64, err error) {
	lp, err := partLP(ctx, p.around)
	if err != nil {
		return nil, nil, err
	}
	opt := *d.opt
	opt.NodeLimit = limit
	a.box = p.box
	for _, conditions := range cases {
		m := d.search(a, conditions, hi, &opt)
		if lp == nil || ctx.Err() != nil {
			open = append(open, openCase{conditions, inf})
			continue
		}
		if err := runPart(ctx, m, lp, p.around); err != nil {
			return nil, nil, err
		}
		d.nodes.Add(m.nodes)
		d.iterations.Add(m.lpIterations)
		switch {
		case m.witnessed > *m.threshold && d.verified(a, m.x):
			return nil, m.x, nil
		case m.proved > *m.threshold:
			open = append(open, openCase{conditions, m.proved - m.tie})
		}
	}
	return open, nil, nil
}

// search asks whether a conjunction is true anywhere: for the maximum of its
// condition that is nearest to being false, among inputs that satisfy the others.
func (d *decider) search(a *attacker, conditions []*query.Condition, hi []float64, opt *Options) *search {
	at := 0
	for k, c := range conditions {
		if hi[d.at[c]] < hi[d.at[conditions[at]]] {
			at = k
		}
	}
	m := &search{opt: opt, joint: d.joint, att: a, spare: &d.spare, rigor: Certified, tie: d.ties[d.at[conditions[at]]], f: conditions[at].F,
		witnessed: math.Inf(-1), proved: hi[d.at[conditions[at]]]}
	for k, c := range conditions {
		if k != at {
			m.given = append(m.given, c)
		}
	}
	threshold := 0.0
	if !conditions[at].Strict {
		threshold = -math.SmallestNonzeroFloat64
	}
	m.threshold = &threshold
	return m
}
