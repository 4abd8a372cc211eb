package solve

import (
	"context"
	"fmt"
	"math"
	"time"

	"rsm/internal/query"
	"rsm/region"
	"rsm/solve/attack"
	"rsm/solve/search"
)

// RadiusQuestion asks for the largest ball around a sample in which a claim holds.
type RadiusQuestion struct {
	Sample []float64
	Clip   *[2]float64
	// Free, where not nil, are the features that may differ from the sample.
	Free []bool
	// Claim makes the claim about a box.
	Claim func(box region.Box) Claim
	// Tolerance is the width at which the bracket is narrow enough, Most the
	// largest radius of interest.
	Tolerance, Most float64
}

// ball is the ball of a radius.
func (q *RadiusQuestion) ball(radius float64) (region.Box, error) {
	eps := []float64{radius}
	if q.Free != nil {
		eps = make([]float64, len(q.Sample))
		for i, free := range q.Free {
			if free {
				eps[i] = radius
			}
		}
	}
	return region.Ball(q.Sample, eps, q.Clip)
}

// Bracket is what is known of a radius: the claim holds in the ball of radius Safe,
// and fails at Witness, which the ball of radius Unsafe contains. Balls are those of
// region.Ball, in the features that are free.
type Bracket struct {
	// Safe is -1 where no ball is proved, not even the sample itself, and Unsafe
	// +Inf where there is no witness.
	Safe, Unsafe float64
	Witness      []float64
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

// radiusShare is the part of the time left that a radius gets.
const radiusShare = 4

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
	box, err := r.q.ball(eps)
	if err != nil {
		return err
	}
	c := r.q.Claim(box)
	f, err := refuteWithin(ctx, &c, r.opt, share)
	if err != nil {
		return err
	}
	r.b.Steps = append(r.b.Steps, RadiusStep{eps, f})
	r.b.Boxes, r.b.Nodes, r.b.LPIterations = r.b.Boxes+f.Boxes, r.b.Nodes+f.Nodes, r.b.LPIterations+f.LPIterations
	switch f.Verdict {
	case Holds:
		if r.b.Safe = eps; eps >= r.b.Unsafe {
			return fmt.Errorf("%w: the claim is proved in the ball of radius %v, and a witness is in that of radius %v", ErrContradiction, eps, r.b.Unsafe)
		}
	case Violated:
		if err := r.witness(f.Witness); err != nil {
			return err
		}
		if eps < r.b.Unsafe { // by rounding
			r.b.Unsafe, r.b.Witness = eps, f.Witness
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
		box, err := r.q.ball(eps)
		if err != nil {
			return err
		}
		c := r.q.Claim(box)
		strict := query.Problem{Joint: c.Joint, Box: box, Formula: query.Strictly(c.Formula)}
		x, _ := attack.New(c.Joint, box, r.opt.Seed).Find(ctx, strict.Formula, strict.Formula, attack.Restarts)
		if x != nil {
			if x, err = c.strictWitness(strict, x); err != nil {
				return err
			}
		}
		if x != nil {
			if err := r.witness(x); err != nil {
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

// witness notes a witness, moved towards the sample as long as it is one.
func (r *radius) witness(x []float64) error {
	box := region.Box{Lo: append([]float64(nil), r.q.Sample...), Hi: append([]float64(nil), r.q.Sample...)}
	for i, v := range x {
		box.Lo[i], box.Hi[i] = min(box.Lo[i], v), max(box.Hi[i], v)
	}
	c := r.q.Claim(box)
	strict := c.Problem
	strict.Formula = query.Strictly(c.Formula)
	low, high := 0.0, 1.0
	for range 30 {
		mid := low + (high-low)/2
		y := make([]float64, len(x))
		for i, v := range r.q.Sample {
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
		if err := r.nearer(y); err != nil {
			return err
		}
	}
	return r.nearer(x)
}

// nearer keeps a witness if it is the nearest so far.
func (r *radius) nearer(x []float64) error {
	d := 0.0
	for i, v := range r.q.Sample {
		d = max(d, math.Abs(x[i]-v))
	}
	for { // the ball's ends are rounded
		box, err := r.q.ball(d)
		if err != nil {
			return err
		}
		if box.Contains(x) {
			break
		}
		d = math.Nextafter(d, math.Inf(1))
	}
	if d < r.b.Unsafe {
		r.b.Unsafe, r.b.Witness = d, append([]float64(nil), x...)
	}
	if d <= r.b.Safe {
		return fmt.Errorf("%w: the claim is proved in the ball of radius %v, and a witness is in that of radius %v", ErrContradiction, r.b.Safe, d)
	}
	return nil
}
