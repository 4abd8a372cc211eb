package solve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/search"
	"rsm/solve/witness"
)

// RadiusQuestion asks for the largest L-infinity ball around a sample in which a claim
// holds.
type RadiusQuestion struct {
	// Around is the region, with a radius in place of its Epsilon: without brightness,
	// contrast and L1.
	Around region.Perturbation
	// Maps say how the networks see its points.
	Maps region.Maps
	// Joint is a joint graph of the networks over any region with these maps, such as
	// the one of radius 0.
	Joint *query.Joint
	// Claim makes the claim about the region of a joint graph.
	Claim func(j *query.Joint) Claim
	// Tolerance is the width at which the bracket is narrow enough, Most the
	// largest radius of interest.
	Tolerance, Most float64
}

// Ball is the region of a radius.
func (q *RadiusQuestion) Ball(radius float64) (*region.Region, error) {
	p := q.Around
	if p.Brightness != 0 || p.Contrast != 0 || p.L1 != nil || p.Epsilon != nil {
		return nil, errors.New("a radius is that of L-infinity balls around a sample: leave epsilon, brightness, contrast and L1 out")
	}
	p.Epsilon = []float64{radius}
	r, err := p.Region()
	if err != nil {
		return nil, err
	}
	return r.Through(q.Maps)
}

// check says what is wrong with a question.
func (q *RadiusQuestion) check(options *Options) error {
	switch {
	case q.Claim == nil:
		return errors.New("a radius is that of a claim: give one")
	case !(q.Tolerance > 0) || math.IsInf(q.Tolerance, 1):
		return fmt.Errorf("the tolerance is %v: it must be a finite number above zero", q.Tolerance)
	case !(q.Most > 0) || math.IsInf(q.Most, 1):
		return fmt.Errorf("the largest radius is %v: it must be a finite number above zero", q.Most)
	}
	if err := q.Joint.Check(); err != nil {
		return err
	}
	j, err := q.over(q.Most)
	if err != nil {
		return err
	}
	_, err = options.forFormulas(j)
	return err
}

// over is the joint graph over the ball of a radius.
func (q *RadiusQuestion) over(radius float64) (*query.Joint, error) {
	r, err := q.Ball(radius)
	if err != nil {
		return nil, err
	}
	return q.Joint.Over(r)
}

// Bracket is what is known of a radius: the claim holds in the ball of radius Safe,
// and fails at Witness, which the ball of radius Unsafe contains. Balls are those of
// RadiusQuestion.Ball.
type Bracket struct {
	// Safe is -1 where no ball is proved, not even the sample itself, and Unsafe
	// +Inf where there is no witness.
	Safe, Unsafe float64
	witness.Point
	// Reason says why the bracket is no narrower; it is empty where it is within
	// the tolerance, or the claim holds up to the largest radius or fails at the
	// sample.
	Reason                     string
	Steps                      []RadiusStep
	Boxes, Nodes, LPIterations int64
	Seconds                    float64
}

// RadiusStep is one radius that was tried.
type RadiusStep struct {
	Epsilon float64
	Finding
}

// Radius narrows the bracket of a radius by bisection. Proofs get harder as balls
// grow, so the first ones are of small balls, each at most twice the one before.
// heard, where not nil, hears of the bracket and of the radius that is next. When
// the context ends, what is known by then is returned, without an error.
func Radius(ctx context.Context, q RadiusQuestion, options Options, heard func(b *Bracket, next float64)) (*Bracket, error) {
	if err := q.check(&options); err != nil {
		return nil, err
	}
	r := &radius{q: q, opt: options, heard: heard, started: time.Now(), b: &Bracket{Safe: -1, Unsafe: math.Inf(1)}, hard: math.Inf(1)}
	err := r.run(ctx)
	r.b.Seconds = time.Since(r.started).Seconds()
	return r.b, err
}

type radius struct {
	q       RadiusQuestion
	opt     Options
	heard   func(*Bracket, float64)
	started time.Time
	b       *Bracket
	// hard is the smallest radius that was not decided, why says why. retry says
	// that time was why.
	hard  float64
	why   string
	retry bool
}

func (r *radius) run(ctx context.Context) error {
	// The sample itself.
	if err := r.try(ctx, 0, 1); err != nil || r.b.Unsafe == 0 {
		return err
	}
	if ctx.Err() != nil {
		r.b.Reason = search.Reason(ctx).String()
		return nil
	}
	if err := r.attack(ctx); err != nil {
		return err
	}
	for share := radiusShare; r.b.Safe >= 0; {
		if r.b.Safe >= r.q.Most || r.b.Unsafe-r.b.Safe <= r.q.Tolerance {
			return nil
		}
		if ctx.Err() != nil {
			r.b.Reason = search.Reason(ctx).String()
			return nil
		}
		top := min(r.b.Unsafe, r.hard, r.q.Most)
		if r.hard-r.b.Safe <= r.q.Tolerance {
			if _, limited := ctx.Deadline(); !r.retry || !limited || share == 1 {
				break
			}
			share /= 2
			r.hard = math.Inf(1)
			continue
		}
		eps := r.b.Safe + (top-r.b.Safe)/2
		switch {
		case math.IsInf(min(r.b.Unsafe, r.hard), 1) && 2*r.b.Safe >= top:
			eps = top // not refuted yet: it may hold
		case r.b.Safe == 0 && math.IsInf(r.b.Unsafe, 1):
			eps = max(top/256, min(r.q.Tolerance, top/2))
		case r.b.Safe == 0:
			eps = max(top/8, min(r.q.Tolerance, top/2))
		default:
			eps = min(eps, 2*r.b.Safe)
		}
		if eps <= r.b.Safe || eps >= r.b.Unsafe || eps >= r.hard {
			break // float64 ends
		}
		if err := r.try(ctx, eps, share); err != nil {
			return err
		}
	}
	if r.b.Reason = r.why; r.b.Reason == "" {
		r.b.Reason = SolverLimit.String()
	}
	return nil
}

// try decides the claim in one ball, in its share of the time left.
func (r *radius) try(ctx context.Context, eps float64, share int) error {
	if r.heard != nil {
		r.heard(r.b, eps)
	}
	joint, err := r.q.over(eps)
	if err != nil {
		return err
	}
	c := r.q.Claim(joint)
	f, err := refuteWithin(ctx, &c, r.opt, share)
	if err != nil {
		return err
	}
	step := RadiusStep{eps, f}
	step.Point = witness.Of(joint, f.Witness)
	r.b.Steps = append(r.b.Steps, step)
	r.b.Boxes, r.b.Nodes, r.b.LPIterations = r.b.Boxes+f.Boxes, r.b.Nodes+f.Nodes, r.b.LPIterations+f.LPIterations
	switch f.Verdict {
	case Holds:
		if r.b.Safe = eps; eps >= r.b.Unsafe {
			return fmt.Errorf("%w: the claim is proved in the ball of radius %v, and a witness is in that of radius %v", ErrContradiction, eps, r.b.Unsafe)
		}
	case Violated:
		if err := r.witness(joint, f.Witness); err != nil {
			return err
		}
		if eps < r.b.Unsafe { // by rounding
			r.b.Unsafe, r.b.Point = eps, witness.Of(joint, f.Witness)
		}
	default:
		r.hard, r.why, r.retry = eps, f.Reason, !f.final
	}
	return nil
}

// attack looks for a first witness by gradient steps in the largest ball, and for
// nearer ones in balls that are smaller and smaller.
func (r *radius) attack(ctx context.Context) error {
	for eps, low := r.q.Most, max(r.b.Safe, 0); eps-low > r.q.Tolerance && ctx.Err() == nil; {
		joint, err := r.q.over(eps)
		if err != nil {
			return err
		}
		c := r.q.Claim(joint)
		strict := query.Problem{Joint: joint, Formula: formula.Strictly(c.Formula)}
		b, err := relax.Compute(ctx, joint, joint.Box, relax.Interval)
		if err != nil {
			return err
		}
		conditions, a := logic.Compile(strict.Formula, b), attack.New(joint, joint.Box, r.opt.Seed)
		x, _ := a.Find(ctx, conditions, attack.Restarts, func(x []float64) bool { return a.Verified(conditions, x) })
		if x != nil {
			if x, err = c.strictWitness(strict, x); err != nil {
				return err
			}
		}
		if x != nil {
			if err := r.witness(joint, x); err != nil {
				return err
			}
		}
		if math.IsInf(r.b.Unsafe, 1) {
			return nil
		}
		if x == nil {
			low = eps
		}
		if eps = low + (r.b.Unsafe-low)/2; eps <= low || eps >= r.b.Unsafe {
			return nil // float64 ends
		}
	}
	return nil
}

// witness notes a witness in a joint graph over a ball, moved towards the sample as long
// as it is one. Parameters beside the point, by which the networks see different ones,
// stay as they are.
func (r *radius) witness(joint *query.Joint, x []float64) error {
	box := region.Box{Lo: slices.Clone(x), Hi: slices.Clone(x)}
	for i, v := range r.q.Around.Sample {
		box.Lo[i], box.Hi[i] = min(v, x[i]), max(v, x[i])
	}
	c := r.q.Claim(joint.In(box))
	strict := c.Problem
	strict.Formula = formula.Strictly(c.Formula)
	low, high := 0.0, 1.0
	for range 30 {
		mid := low + (high-low)/2
		y := slices.Clone(x)
		for i, v := range r.q.Around.Sample {
			y[i] = v + float64(mid*(x[i]-v))
		}
		box.Project(y)
		ok, err := c.certain(strict, y)
		if err != nil {
			return err
		}
		if !ok {
			low = mid
			continue
		}
		high = mid
		if err := r.nearer(joint, y); err != nil {
			return err
		}
	}
	return r.nearer(joint, x)
}

// nearer keeps a witness if it is the nearest so far.
func (r *radius) nearer(joint *query.Joint, x []float64) error {
	w := witness.Of(joint, x)
	d := 0.0
	for i, v := range r.q.Around.Sample {
		d = max(d, math.Abs(w.Witness[i]-v))
	}
	for { // the ball's ends are rounded
		ball, err := r.q.Ball(d)
		if err != nil {
			return err
		}
		if ball.Holds(w.Witness) {
			break
		}
		d = math.Nextafter(d, math.Inf(1))
	}
	if d < r.b.Unsafe {
		r.b.Unsafe, r.b.Point = d, w
	}
	if d <= r.b.Safe {
		return fmt.Errorf("%w: the claim is proved in the ball of radius %v, and a witness is in that of radius %v", ErrContradiction, r.b.Safe, d)
	}
	return nil
}
