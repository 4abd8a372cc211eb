package boxes

import (
	"context"
	"errors"
	"math"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/phases"
	"rsm/solve/search"
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
func runPart(ctx context.Context, m *search.State, lp *encode.LP, b *relax.Bounds) error {
	return unlessStopped(ctx, phases.Run(ctx, m, lp, b))
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
func (d *decider) leaf(ctx context.Context, a *attack.Attacker, p *part, cases [][]*query.Condition, hi []float64, limit int) (open openCases, witness []float64, err error) {
	lp, err := partLP(ctx, p.around)
	if err != nil {
		return nil, nil, err
	}
	opt := d.opt.Options
	opt.NodeLimit = limit
	a.Box = p.box
	for _, conditions := range cases {
		m := d.search(a, conditions, hi, &opt)
		if lp == nil || ctx.Err() != nil {
			open = append(open, openCase{conditions, math.Inf(1)})
			continue
		}
		if err := runPart(ctx, m, lp, p.around); err != nil {
			return nil, nil, err
		}
		d.nodes.Add(m.Nodes)
		d.iterations.Add(m.LPIterations)
		switch {
		case m.Witnessed > *m.Threshold && a.Verified(d.problem.Formula, m.Witness):
			return nil, m.Witness, nil
		case m.Proved > *m.Threshold:
			open = append(open, openCase{conditions, m.Proved - m.Tolerance})
		}
	}
	return open, nil, nil
}

// search asks whether a conjunction is true anywhere: for the maximum of its
// condition that is nearest to being false, among inputs that satisfy the others.
func (d *decider) search(a *attack.Attacker, conditions []*query.Condition, hi []float64, opt *search.Options) *search.State {
	at := 0
	for k, c := range conditions {
		if hi[d.functions.At[c]] < hi[d.functions.At[conditions[at]]] {
			at = k
		}
	}
	m := &search.State{Options: opt, Joint: d.joint, Attacker: a, Workers: &d.idle, Rigor: search.Certified, Tolerance: d.tolerances[d.functions.At[conditions[at]]], F: conditions[at].F,
		Witnessed: math.Inf(-1), Proved: hi[d.functions.At[conditions[at]]]}
	for k, c := range conditions {
		if k != at {
			m.Given = append(m.Given, c)
		}
	}
	threshold := 0.0
	if !conditions[at].Strict {
		threshold = -math.SmallestNonzeroFloat64
	}
	m.Threshold = &threshold
	return m
}

// openCase is a conjunction that a branch and bound left open: the least of its
// functions is above its tie by upper at most.
type openCase struct {
	conditions []*query.Condition
	upper      float64
}

// openCases are a disjunction of such.
type openCases []openCase

// High is the largest upper bound.
func (o openCases) high() float64 {
	v := math.Inf(-1)
	for _, c := range o {
		v = max(v, c.upper)
	}
	return v
}

// formula is the disjunction.
func (o openCases) formula() query.Formula {
	var or query.Or
	for _, c := range o {
		var and query.And
		for _, x := range c.conditions {
			and = append(and, x)
		}
		or = append(or, and)
	}
	return or
}
