package boxes

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"rsm/internal/query"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/search"
)

// Answer says whether an input exists for which a formula is true.
type Answer int

// The answers.
const (
	// Undecided: neither is known.
	Undecided Answer = iota
	// Sat: there is one, the witness.
	Sat
	// Unsat: there is none. This is certified.
	Unsat
)

// String returns the answer's name in results.
func (a Answer) String() string { return [...]string{"unknown", "sat", "unsat"}[a] }

// Decision is what is known of a problem.
type Decision struct {
	Answer Answer
	// Witness is an input of the box at which the formula is true, evaluated in
	// float64, and that the problem accepts, where Answer is Sat. Point is the same as
	// decimal numbers.
	Witness []float64
	Point   []*big.Rat
	// Stop says why work ended, where Answer is Undecided.
	Stop search.Stop
	// Open is the share of the box, by volume, that is neither proved nor has
	// a witness.
	Open float64
	// Boxes counts the parts of the box that were bounded, Nodes those of the
	// branch and bound in them.
	Boxes, Nodes, LPIterations int64
	Seconds                    float64
}

// Options of Decide.
type Options struct {
	search.Options // its gaps are not heeded
	Plan           Plan
	Jobs           int
	// Progress, if not nil, hears of the decision, one call at a time.
	Progress func(Progress)
}

// Progress is how far a decision is.
type Progress struct {
	Elapsed      time.Duration
	Open         float64 // share of the box
	Boxes, Nodes int64
}

// Decide looks for an input of the problem's box for which its formula is true, or
// proves that there is none. When the context ends, by its deadline or by
// cancellation, it returns what is known by then, without an error.
//
// The box is split, as the plan says, until bounds or a branch and bound
// on ReLU phases (package phases) with some nodes decide a part. What is found
// depends neither on the number of jobs nor on time, but for the limit.
func Decide(ctx context.Context, p query.Problem, options Options) (*Decision, error) {
	started := time.Now()
	options.Gap, options.RelativeGap = 0, 0
	root, err := relax.Compute(ctx, p.Joint, p.Joint.Box, relax.Difference)
	if err != nil {
		return nil, err
	}
	conditions := logic.Compile(p.Formula, root)
	d := &decision{problem: p, conditions: conditions, opt: &options, functions: logic.FunctionsOf(conditions), started: started, Decision: Decision{Open: 1}}
	for _, f := range d.functions.All {
		d.tolerances = append(d.tolerances, logic.Tolerance(logic.Spread(root, f)))
	}
	attacker := func() *attack.Attacker { return attack.New(p.Joint, p.Joint.Box, options.Seed) }
	first := attacker()
	whole := &part{box: p.Joint.Box, around: root, formula: conditions, share: 1, tried: -1}
	if x := d.attack(ctx, first, whole, attack.Restarts); x != nil {
		d.Witness = x
	} else {
		d.open = []*part{whole}
		d.workers.Set(options.Jobs - 1)
		err = (&splitter{goal: d, whole: p.Joint.Box, plan: options.Plan, workers: &d.workers, attackers: []*attack.Attacker{first}, another: attacker}).run(ctx)
	}
	if err == nil {
		err = d.conclude(ctx, first)
	}
	if err != nil {
		return nil, err
	}
	res := d.Decision
	res.Seconds = time.Since(started).Seconds()
	return &res, nil
}

// conclude sets the answer.
func (d *decision) conclude(ctx context.Context, a *attack.Attacker) error {
	left := len(d.open) > 0 || d.stuck > 0
	switch {
	case d.Point != nil:
		d.Answer, d.Stop = Sat, search.GapClosed
	case d.Witness != nil:
		if !d.problem.Joint.Attained().Contains(d.Witness) || !a.Verified(d.conditions, d.Witness) {
			return fmt.Errorf("%w: a witness does not hold when it is evaluated again", search.ErrContradiction)
		}
		d.Answer, d.Stop, d.Point = Sat, search.GapClosed, decimals(d.Witness)
	case left && ctx.Err() != nil:
		d.Stop = search.Reason(ctx)
	case left:
		d.Stop = d.why
	default:
		d.Answer, d.Open, d.Stop = Unsat, 0, search.GapClosed
	}
	return nil
}
