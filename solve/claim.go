package solve

import (
	"context"
	"math"
	"math/big"
	"slices"
	"time"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/witness"
)

// Claim is that no input of the joint graph's region makes a formula true.
type Claim struct {
	query.Problem
	// Premise, where not nil, is a conjunct of the formula. The claim is vacuous
	// where bounds alone show that it is false everywhere.
	Premise formula.Formula
	// Replay, where not nil, evaluates the networks by themselves at what they see
	// (query.Joint.At), and says whether that refutes the claim there too.
	Replay func(at []float64) bool
}

// Finding is what is known of a claim.
type Finding struct {
	Verdict Verdict
	// Vacuous: it holds, for its premise is false everywhere.
	Vacuous bool
	// Witness is a point at which the formula is true with every condition strict,
	// in exact arithmetic, where the verdict is Violated.
	witness.Point
	// Reason says why the verdict is Unknown.
	Reason string
	// Open is the share of the box, by volume, that is not decided.
	Open                       float64
	Boxes, Nodes, LPIterations int64
	Seconds                    float64

	final bool // more time would not help
}

// Reasons for an unknown verdict, beside those of Stop.
const (
	// OnlyAtTies: no input refutes the claim by conditions that are all true by more
	// than Tie.
	OnlyAtTies = "only at ties"
	// WithinRounding: an input refutes the claim, by less than float64 tells.
	WithinRounding = "within rounding"
)

// Tie is by how much a condition must be true for it to be no tie, or this share of
// the magnitude of its terms if that is smaller.
const Tie = 1e-9

// Refute decides claims one after another. The time that the context leaves is
// shared evenly among those that are open; what one does not use goes to the
// others. begin, where not nil, hears which claim is next.
func Refute(ctx context.Context, claims []Claim, options Options, begin func(k int)) ([]Finding, error) {
	for k := range claims {
		if _, err := options.forFormulas(claims[k].Joint); err != nil {
			return nil, err
		}
	}
	findings := make([]Finding, len(claims))
	var open []int
	var b *relax.Bounds // the last that were computed
	for k := range claims {
		c := &claims[k]
		if c.Premise != nil {
			if b == nil || b.Joint != c.Joint {
				var err error
				if b, err = relax.Compute(ctx, c.Joint, c.Joint.Box, relax.Difference); err != nil {
					return nil, err
				}
			}
			if logic.IsFalse(logic.Open(b, logic.Compile(c.Premise, b))) {
				findings[k] = Finding{Verdict: Holds, Vacuous: true}
				continue
			}
		}
		open = append(open, k)
	}
	var r rounds
	for r.another(ctx, len(open)) {
		var left []int
		for i, k := range open {
			if begin != nil {
				begin(k)
			}
			f, err := refuteWithin(ctx, &claims[k], options, len(open)-i)
			if err != nil {
				return nil, err
			}
			f.add(&findings[k])
			findings[k] = f
			if f.Verdict == Unknown && !f.final {
				left = append(left, k)
			}
		}
		open = left
	}
	for k := range findings {
		f := &findings[k]
		f.Point = witness.Of(claims[k].Joint, f.Witness)
	}
	return findings, nil
}

// refuteWithin decides a claim in its share of the time that is left.
func refuteWithin(ctx context.Context, c *Claim, options Options, sharers int) (Finding, error) {
	ctx, cancel := share(ctx, 1, sharers)
	defer cancel()
	return c.decide(ctx, options)
}

// add counts the work of an earlier attempt.
func (f *Finding) add(earlier *Finding) {
	f.Boxes += earlier.Boxes
	f.Nodes += earlier.Nodes
	f.LPIterations += earlier.LPIterations
	f.Seconds += earlier.Seconds
}

// decide decides one claim: no input may make the formula true, and a witness must
// make every condition strictly true. Where neither is found, for a condition that is
// zero over and over, one that leaves out what is true by less than Tie is decided.
func (c *Claim) decide(ctx context.Context, options Options) (Finding, error) {
	started := time.Now()
	f := Finding{Open: 1}
	strict := c.Problem
	strict.Formula = formula.Strictly(c.Formula)
	try := func(p query.Problem) (Answer, error) {
		d, err := Decide(ctx, p, options)
		if err != nil {
			return Undecided, err
		}
		f.Boxes, f.Nodes, f.LPIterations, f.Open = f.Boxes+d.Boxes, f.Nodes+d.Nodes, f.LPIterations+d.LPIterations, d.Open
		f.Reason, f.final = d.Stop.String(), d.Answer != Undecided || d.Stop != TimeLimit && d.Stop != Interrupted
		if d.Answer == Sat {
			f.Reason = WithinRounding
			f.Witness, err = c.strictWitness(strict, d.Witness)
		}
		return d.Answer, err
	}
	answer, err := try(c.Problem)
	if err == nil && answer != Unsat && f.Witness == nil && f.final && ctx.Err() == nil {
		apart, failed := c.apart(strict)
		if failed != nil {
			return f, failed
		}
		if answer, err = try(apart); answer == Unsat {
			answer, f.Reason = Undecided, OnlyAtTies
		}
	}
	switch {
	case err != nil:
		return f, err
	case f.Witness != nil:
		f.Verdict, f.Reason = Violated, ""
	case answer == Unsat:
		f.Verdict, f.Reason = Holds, ""
	}
	if f.Verdict == Unknown && f.final {
		f.Open = 1
	}
	f.Seconds = time.Since(started).Seconds()
	return f, nil
}

// apart is the strict problem without what is true by less than Tie.
func (c *Claim) apart(strict query.Problem) (query.Problem, error) {
	b, err := relax.Compute(context.Background(), c.Joint, c.Joint.Box, relax.Interval)
	if err != nil {
		return strict, err
	}
	strict.Formula = formula.Shifted(strict.Formula, func(x *formula.Comparison) *big.Rat {
		return formula.Float(Tie * min(1, logic.Magnitude(b, x)))
	})
	return strict, nil
}

// witnessSteps is how many gradient steps a witness gets to become a certain one.
const witnessSteps = 60

// strictWitness returns a witness of a strict problem that is one in exact
// arithmetic and in the replay: one that gradient steps find from a given input,
// where conditions are true by more, or that input; or nil.
func (c *Claim) strictWitness(strict query.Problem, x []float64) ([]float64, error) {
	r, err := robust(strict, x)
	if err != nil {
		return nil, err
	}
	for _, x := range [][]float64{c.inside(r), c.inside(x)} {
		if ok, err := c.certain(strict, x); ok || err != nil {
			return x, err
		}
	}
	return nil, nil
}

// inside moves an input into the bounds as they are written, as the decimal numbers that
// it is printed as: the box is those, rounded outward.
func (c *Claim) inside(x []float64) []float64 {
	if len(c.Bounds) != len(x) {
		return x
	}
	in := slices.Clone(x)
	for i, b := range c.Bounds {
		for range 4 {
			switch d := formula.Decimal(in[i]); {
			case d.Cmp(b[0]) < 0:
				in[i] = math.Nextafter(in[i], math.Inf(1))
			case d.Cmp(b[1]) > 0:
				in[i] = math.Nextafter(in[i], math.Inf(-1))
			}
		}
	}
	return in
}

// outside says whether an input is not in the bounds as they are written.
func (c *Claim) outside(x []float64) bool {
	if len(c.Bounds) != len(x) {
		return false
	}
	for i, b := range c.Bounds {
		if d := formula.Decimal(x[i]); d.Cmp(b[0]) < 0 || d.Cmp(b[1]) > 0 {
			return true
		}
	}
	return false
}

// certain says whether an input makes the strict formula true in exact arithmetic,
// and refutes the claim in the replay.
func (c *Claim) certain(strict query.Problem, x []float64) (bool, error) {
	if c.outside(x) || c.Replay != nil && !c.Replay(c.Joint.At(x)) {
		return false, nil
	}
	return witness.Certain(strict.Joint, strict.Formula, x)
}

// robust takes gradient steps from x to where a formula is true by more.
func robust(p query.Problem, x []float64) ([]float64, error) {
	b, err := relax.Compute(context.Background(), p.Joint, p.Joint.Box, relax.Interval)
	if err != nil {
		return nil, err
	}
	at := append([]float64(nil), x...)
	attack.New(p.Joint, p.Joint.Box, 0).Strengthen(logic.Compile(p.Formula, b), at, witnessSteps-1, 0.25, 1e-12, func([]float64) bool { return false })
	return at, nil
}
