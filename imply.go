package rsm

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/solve"
)

// Imply decides whether one network decides a class wherever the other does.
func Imply(ctx context.Context, q Question) (*Result, error) { return q.askAs(ctx, KindImply) }

// implyQuestion asks for verdicts on implications.
type implyQuestion struct {
	*prepared
	label int
	list  []implication
}

// implication is one with its margin as it was written.
type implication struct {
	query.Implication
	margin Decimal
}

func newImply(p *prepared) (*implyQuestion, error) {
	i := &implyQuestion{prepared: p}
	var err error
	i.label, i.list, err = p.q.implications(p.logits())
	return i, err
}

// implications are those asked about. The logits of N2 decide what is left open.
func (q *Question) implications(logits []float64) (label int, list []implication, err error) {
	if label, err = q.label(logits); err != nil {
		return 0, nil, err
	}
	classes, err := q.premiseClasses(label, len(logits))
	if err != nil {
		return 0, nil, err
	}
	var directions []query.Direction
	switch q.Direction {
	case "", From2To1:
		directions = []query.Direction{query.From2To1}
	case From1To2:
		directions = []query.Direction{query.From1To2}
	case Directions:
		directions = []query.Direction{query.From2To1, query.From1To2}
	default:
		return 0, nil, &Invalid{"Direction", fmt.Sprintf(" %s: give 2=>1, 1=>2 or both, in quotes", q.Direction)}
	}
	one := query.Implication{Top: max(q.Top, 1)}
	if q.Top < 0 {
		return 0, nil, &Invalid{"Top", fmt.Sprintf(" %d: it must be 1 or more", q.Top)}
	}
	if q.Margin != "" {
		if one.Margin, err = nonNegative("Margin", q.Margin); err != nil {
			return 0, nil, err
		}
	}
	for _, one.Direction = range directions {
		for _, one.Class = range classes {
			if err := one.Check(len(logits)); err != nil {
				return 0, nil, &Invalid{"Top", fmt.Sprintf(" %d: %v", one.Top, err)}
			}
			list = append(list, implication{one, q.Margin})
		}
	}
	return label, list, nil
}

// premiseClasses are the classes that implications are about.
func (q *Question) premiseClasses(label, classes int) ([]int, error) {
	if q.GivenCorrect {
		switch {
		case q.Label == nil:
			return nil, &Invalid{"GivenCorrect", " needs the true class: give Label C"}
		case q.Class != "" && q.Class != "label":
			return nil, &Invalid{"GivenCorrect", fmt.Sprintf(" is about the label: leave Class %s out", q.Class)}
		}
	}
	switch q.Class {
	case "", "label":
		return []int{label}, nil
	case "all":
		all := make([]int, classes)
		for k := range all {
			all[k] = k
		}
		return all, nil
	}
	k, err := strconv.Atoi(q.Class)
	switch {
	case err != nil:
		return nil, &Invalid{"Class", fmt.Sprintf(" %s: give label, all, or a class", q.Class)}
	case k < 0 || k >= classes:
		return nil, &Invalid{"Class", fmt.Sprintf(" %d is out of range: the networks have classes 0 to %d", k, classes-1)}
	}
	return []int{k}, nil
}

// part is the implication in results.
func (i *implication) part() *Implication {
	margin := i.margin
	if margin == "" {
		margin = "0"
	}
	return &Implication{Direction: Direction(i.Direction.String()), Class: i.Class, Margin: margin, Top: i.Top}
}

// claim is the claim of an implication over the region of a joint graph.
func (i *implication) claim(j *query.Joint) solve.Claim {
	logits := j.Evaluator()
	return solve.Claim{
		Problem: query.Problem{Joint: j, Formula: j.Violation(i.Implication)},
		Premise: j.Premise(i.Implication),
		Replay:  func(at []float64) bool { return i.Violated(logits(at)) },
	}
}

func (i *implyQuestion) fill(r *Result) {
	r.Semantics = claimSemantics
	r.Label, r.LabelGiven = &i.label, i.q.Label != nil
	if r.Options.Class = i.q.Class; r.Options.Class == "" {
		r.Options.Class = "label"
	}
}

func (i *implyQuestion) ask(ctx context.Context, r *Result) error {
	joint, err := query.NewJoint(i.pair, i.inputs.Region)
	if err != nil {
		return err
	}
	var claims []solve.Claim
	var names []string
	for k := range i.list {
		claims = append(claims, i.list[k].claim(joint))
		names = append(names, fmt.Sprintf("%v for class %d", i.list[k].Direction, i.list[k].Class))
	}
	findings, err := i.refute(ctx, claims, names)
	if err != nil {
		return err
	}
	for k := range i.list {
		c := ClaimResult{Implication: *i.list[k].part(), Finding: i.finding(&findings[k])}
		if at := findings[k].At; at != nil {
			c.Values = decisionsAt(joint, at)
		}
		r.Claims = append(r.Claims, c)
	}
	r.Verdict = together(r.Claims)
	return nil
}

// all is one claim: that no implication of a list is violated.
func all(list []implication, j *query.Joint) solve.Claim {
	var any formula.Or
	var replays []func([]float64) bool
	for k := range list {
		c := list[k].claim(j)
		any, replays = append(any, c.Formula), append(replays, c.Replay)
	}
	return solve.Claim{
		Problem: query.Problem{Joint: j, Formula: any},
		Replay: func(at []float64) bool {
			return slices.ContainsFunc(replays, func(refutes func([]float64) bool) bool { return refutes(at) })
		},
	}
}
