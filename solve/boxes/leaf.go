package boxes

import (
	"context"
	"math"

	"rsm/encode"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/phases"
	"rsm/solve/search"
)

// programOf makes the linear program of a part of the box. It is nil where the
// context has ended, or its numbers are out of range: the part's bounds stand then.
func programOf(ctx context.Context, b *relax.Bounds) (*encode.LP, error) {
	program, err := encode.NewLP(ctx, b, encode.Coupled)
	if err != nil {
		return nil, unlessStopped(ctx, err)
	}
	return program, nil
}

// runPhases runs a branch and bound on phases in a part of the box. Where it is stopped,
// what the search knows by then stands.
func runPhases(ctx context.Context, s *search.State, program *encode.LP, b *relax.Bounds) error {
	return unlessStopped(ctx, phases.Run(ctx, s, program, b))
}

// unlessStopped is an error, but for one that is no failure.
func unlessStopped(ctx context.Context, err error) error {
	if _, stopped := search.StopOf(ctx, err); stopped {
		return nil
	}
	return err
}

// mostCases is how many conjunctions of a part a branch and bound looks at, unless the
// part is not divisible.
const mostCases = 32

// openCase is a conjunction that a branch and bound left open: the least of its
// functions is above its tolerance by upper at most.
type openCase struct {
	conditions []*logic.Condition
	upper      float64
}

// openCases are a disjunction of such.
type openCases []openCase

// high is the largest upper bound.
func (o openCases) high() float64 {
	v := math.Inf(-1)
	for _, c := range o {
		v = max(v, c.upper)
	}
	return v
}

// formula is the disjunction.
func (o openCases) formula() logic.Formula {
	var or logic.Or
	for _, c := range o {
		var and logic.And
		for _, x := range c.conditions {
			and = append(and, x)
		}
		or = append(or, and)
	}
	return or
}

// conjunctions has the branch and bound decide a part, conjunction by conjunction, with so
// many nodes for each; 0 means any number. It returns those that stay open, or sets
// a witness.
func (d *decision) conjunctions(ctx context.Context, a *attack.Attacker, p *part, cases [][]*logic.Condition, nodes int, r *outcome) (openCases, error) {
	program, err := programOf(ctx, p.around)
	if err != nil {
		return nil, err
	}
	opt := d.opt.Options
	opt.NodeLimit = nodes
	a.Box = p.box
	var open openCases
	for _, conditions := range cases {
		s := d.conjunction(a, p, conditions, &opt)
		if program == nil || ctx.Err() != nil {
			open = append(open, openCase{conditions, math.Inf(1)})
			continue
		}
		if err := runPhases(ctx, s, program, p.around); err != nil {
			return nil, err
		}
		r.nodes += s.Nodes
		r.iterations += s.LPIterations
		switch {
		case s.Witnessed > *s.Threshold:
			if _, accepted := d.verified(a, s.Witness); accepted {
				r.witness = s.Witness
				return nil, nil
			}
			fallthrough
		case s.Proved > *s.Threshold:
			open = append(open, openCase{conditions, s.Proved - s.Tolerance})
		}
	}
	return open, nil
}

// conjunction asks whether a conjunction is true anywhere: for the maximum of its
// condition that is nearest to being false, among inputs that satisfy the others.
func (d *decision) conjunction(a *attack.Attacker, p *part, conditions []*logic.Condition, opt *search.Options) *search.State {
	at := 0
	for k, c := range conditions {
		if d.upper(p, c) < d.upper(p, conditions[at]) {
			at = k
		}
	}
	least := conditions[at]
	threshold := 0.0
	if !least.Strict {
		threshold = -math.SmallestNonzeroFloat64
	}
	s := &search.State{Name: "a condition", Options: opt, Joint: d.problem.Joint, F: least.F, Attacker: a, Workers: &d.workers, Rigor: search.Certified,
		Threshold: &threshold, Tolerance: d.tolerances[d.functions.At[least]], Witnessed: math.Inf(-1), Proved: d.upper(p, least)}
	if d.problem.Accept != nil {
		s.Accept = func(x []float64) bool {
			_, accepted := d.verified(a, x)
			return accepted
		}
	}
	for k, c := range conditions {
		if k != at {
			s.Given = append(s.Given, c)
		}
	}
	return s
}
