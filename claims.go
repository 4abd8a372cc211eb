package rsm

import (
	"context"
	"fmt"
	"math/big"

	"rsm/internal/query"
	"rsm/network"
	"rsm/solve"
)

// What imply, equiv and radius have in common: claims, which are proved or refuted.

// claimSemantics says in which arithmetic verdicts are true.
const claimSemantics = "real: weights are exact real numbers, arithmetic is exact; holds is proved, and a witness violates the claim in exact arithmetic; values are evaluated in float64"

// Reasons for an unknown verdict, beside limits.
const (
	OnlyAtTies     = solve.OnlyAtTies     // no input refutes the claim but where values are equal
	WithinRounding = solve.WithinRounding // an input does, by less than float64 tells
)

// nonNegative is the number of a field that must be zero or more.
func nonNegative(field string, d Decimal) (*big.Rat, error) {
	v, err := d.Rat()
	if err != nil || v.Sign() < 0 || !within(v) {
		return nil, &Invalid{field, fmt.Sprintf(" %s: it must be a finite number, zero or more", d)}
	}
	return v, nil
}

// within says whether a number is of a magnitude that float64 computations can be
// trusted for.
func within(v *big.Rat) bool {
	x, _ := new(big.Rat).Abs(v).Float64()
	return x <= network.MaxMagnitude
}

// refute decides claims. The names are those of the claims in progress.
func (p *prepared) refute(ctx context.Context, claims []solve.Claim, names []string) ([]solve.Finding, error) {
	opt, now := p.options, ""
	opt.Deciding = p.deciding(&now)
	for k := range claims {
		if claims[k].Joint.Plain == nil { // inputs of the joint graph are those of the query
			claims[k].Bounds = p.inputs.bounds
		}
	}
	return solve.Refute(ctx, claims, opt, func(k int) { now = names[k] })
}

// deciding passes progress on, for the task that has the given name by then.
func (p *prepared) deciding(task *string) func(solve.Deciding) {
	if p.q.Progress == nil {
		return nil
	}
	return func(d solve.Deciding) {
		p.q.Progress(Progress{Task: *task, Elapsed: d.Elapsed, Open: d.Open, Boxes: d.Boxes, Nodes: d.Nodes})
	}
}

// finding is what is known of a claim, for results.
func (p *prepared) finding(f *solve.Finding) Finding {
	out := Finding{Verdict: Verdict(f.Verdict.String()), Vacuous: f.Vacuous, Boxes: f.Boxes, Nodes: f.Nodes, LPIterations: f.LPIterations, Seconds: Float(f.Seconds)}
	switch f.Verdict {
	case solve.Unknown:
		out.Reason, out.Open = f.Reason, Float(f.Open)
	case solve.Violated:
		out.Witness, out.Moved, out.Parameters = FloatsOf(f.Witness), FloatsOf(f.Moved), p.inputs.named(f.Parameters)
	}
	return out
}

// decisionsAt are the logits of both networks at what they see, and their decisions.
func decisionsAt(j *query.Joint, at []float64) Values {
	y1, y2 := j.Evaluator()(at)
	return Values{
		Logits:    map[string][]Float{"N1": FloatsOf(y1), "N2": FloatsOf(y2)},
		Decisions: map[string]int{"N1": network.Decision(y1), "N2": network.Decision(y2)},
	}
}

// outputsAt are the outputs of both networks at what they see.
func outputsAt(j *query.Joint, at []float64) Values {
	y1, y2 := j.Evaluator()(at)
	return Values{Compared: map[string][]Float{"N1": FloatsOf(y1), "N2": FloatsOf(y2)}}
}

// together is the verdict of all claims.
func together(claims []ClaimResult) Verdict {
	v := Holds
	for _, c := range claims {
		switch c.Verdict {
		case Violated:
			return Violated
		case Unknown:
			v = Unknown
		}
	}
	return v
}
