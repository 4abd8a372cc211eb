package boxes

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rsm/internal/query"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/search"
	"rsm/solve/witness"
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
	// float64, where Answer is Sat. Certain says that it is true in exact
	// arithmetic too.
	Witness []float64
	Certain bool
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

// Plan says when a box is split.
type Plan int

// The plans.
const (
	// FewInputs splits a box of few free inputs in which many neurons are unstable, and
	// has a branch and bound on phases decide others.
	FewInputs Plan = iota
	// Never splits no box.
	Never
	// Always splits every box that can be split.
	Always
)

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
// The box is split, where few inputs are free, until bounds or a branch and bound
// on ReLU phases (package phases) with some nodes decide a part. What is found
// depends neither on the number of jobs nor on time, but for the limit.
func Decide(ctx context.Context, p query.Problem, options Options) (*Decision, error) {
	options.Gap, options.RelativeGap = 0, 0
	d := &decider{problem: p, opt: &options, joint: p.Joint, started: time.Now(), functions: logic.FunctionsOf(p.Formula)}
	res, err := d.run(ctx)
	if err != nil {
		return nil, err
	}
	res.Boxes, res.Nodes, res.LPIterations = d.boxes.Load(), d.nodes.Load(), d.iterations.Load()
	res.Seconds = time.Since(d.started).Seconds()
	return res, nil
}

// decider is the state of one decision.
type decider struct {
	problem   query.Problem
	opt       *Options
	joint     *query.Joint
	started   time.Time
	functions *logic.Functions // of the formula's conditions
	// tolerances are what float64 cannot tell from zero, by function.
	tolerances []float64
	root       *relax.Bounds
	workers    []*attack.Attacker
	idle       search.Workers

	boxes, nodes, iterations atomic.Int64

	mu    sync.Mutex
	stuck int         // parts that no further split can decide
	stop  search.Stop // why
}

// part is a part of the box that is still open: a box, bounds of one around it,
// and what of the formula is open.
type part struct {
	box     region.Box
	around  *relax.Bounds
	formula query.Formula
	share   float64 // of the whole box
	near    float64 // the best robustness found in it
}

// attack looks for an input of the part at which the whole formula is true.
func (p *part) attack(ctx context.Context, a *attack.Attacker, whole query.Formula, restarts int) (x []float64) {
	a.Box = p.box
	x, p.near = a.Find(ctx, p.formula, whole, restarts)
	return x
}

// parallelParts is how many parts are looked at in one go. It does not depend on
// the number of workers, so that neither does the result.
const parallelParts = 32

// mostStuck is how many parts may be given up before the search is.
const mostStuck = 64

func (d *decider) run(ctx context.Context) (*Decision, error) {
	res := &Decision{Open: 1}
	var err error
	if d.root, err = relax.Compute(ctx, d.joint, d.joint.Box, relax.Difference); err != nil {
		return nil, err
	}
	for _, f := range d.functions.All {
		d.tolerances = append(d.tolerances, logic.Tolerance(logic.Spread(d.root, f)))
	}
	for range d.opt.Jobs {
		d.workers = append(d.workers, attack.New(d.joint, d.joint.Box, d.opt.Seed))
	}
	open := []*part{{box: d.joint.Box, around: d.root, formula: d.problem.Formula, share: 1}}
	if x := open[0].attack(ctx, d.workers[0], d.problem.Formula, attack.Restarts); x != nil {
		return d.sat(res, x)
	}
	for len(open) > 0 && d.stuck <= mostStuck {
		if ctx.Err() != nil {
			break
		}
		var batch []*part
		batch, open = choose(open)
		results, err := d.parallel(ctx, batch)
		if err != nil {
			return nil, err
		}
		var next []*part
		for i, r := range results {
			switch {
			case r.witness != nil:
				return d.sat(res, r.witness)
			case r.done:
				res.Open -= batch[i].share
			}
			next = append(next, r.open...)
		}
		open = append(open, next...)
		d.report(res)
	}
	switch {
	case ctx.Err() != nil && (len(open) > 0 || d.stuck > 0):
		res.Stop = search.Reason(ctx)
	case len(open) > 0 || d.stuck > 0:
		res.Stop = d.stop
	default:
		res.Answer, res.Open, res.Stop = Unsat, 0, search.GapClosed
	}
	return res, nil
}

// choose takes the next parts out of those that are open: most of them the last
// that were split, so that few are open at a time, and some where an input is
// nearest to making the formula true.
func choose(open []*part) (batch, rest []*part) {
	n := min(parallelParts, len(open))
	batch, rest = slices.Clone(open[len(open)-n+n/4:]), open[:len(open)-n+n/4]
	for len(batch) < n {
		best := 0
		for k, p := range rest {
			if p.near > rest[best].near {
				best = k
			}
		}
		batch, rest = append(batch, rest[best]), slices.Delete(rest, best, best+1)
	}
	return batch, rest
}

// looked is what came of a part.
type looked struct {
	witness []float64
	done    bool // nothing of it is open
	open    []*part
}

// parallel looks at parts with Jobs workers.
func (d *decider) parallel(ctx context.Context, batch []*part) ([]looked, error) {
	results := make([]looked, len(batch))
	for i, p := range batch { // what is not looked at stays open
		results[i].open = []*part{p}
	}
	var next, found atomic.Int64
	found.Store(int64(len(batch)))
	var group errgroup.Group
	workers := min(len(d.workers), len(batch))
	d.idle.Set(len(d.workers) - workers)
	for w := range workers {
		group.Go(func() error {
			defer d.idle.Return()
			for {
				i := next.Add(1) - 1
				// What comes after a witness is not needed.
				if i >= found.Load() || ctx.Err() != nil && i > 0 {
					return nil
				}
				r, err := d.look(ctx, d.workers[w], batch[i])
				if err != nil {
					return err
				}
				results[i] = r
				if r.witness != nil {
					for old := found.Load(); i < old && !found.CompareAndSwap(old, i); old = found.Load() {
					}
				}
			}
		})
	}
	err := group.Wait()
	return results, err
}

// worthBounding is the share of a part's volume that is left after clipping up to
// which it is bounded again.
const worthBounding = 0.8

// look bounds a part, and decides or splits it.
func (d *decider) look(ctx context.Context, a *attack.Attacker, p *part) (looked, error) {
	q := *p
	for {
		b, ok := q.around.Within(q.box)
		if !ok {
			return looked{done: true}, nil
		}
		q.around = b
		d.boxes.Add(1)
		bounds := d.functions.Over(b, q.formula)
		a.Box = q.box
		centre := a.Centre()
		if err := d.check(a, q.formula, centre, bounds); err != nil {
			return looked{}, err
		}
		q.formula = logic.Simplify(q.formula, bounds.Of)
		switch {
		case logic.IsFalse(q.formula):
			return looked{done: true}, nil
		case logic.IsTrue(q.formula):
			if a.Verified(d.problem.Formula, centre) {
				return looked{witness: centre}, nil
			}
			d.giveUp(search.SolverLimit) // it is true everywhere, by less than float64 tells
			return looked{}, nil
		}
		if x := q.attack(ctx, a, d.problem.Formula, 0); x != nil {
			return looked{witness: x}, nil
		}
		inner, ok := clip(q.box, q.formula, bounds.Above)
		if !ok {
			return looked{done: true}, nil
		}
		if volume(inner, q.box) > worthBounding || ctx.Err() != nil {
			return d.divide(ctx, a, &q, bounds.Hi)
		}
		q.box = inner
	}
}

// check compares bounds of the attacker's box with the values at an input, if it is
// in the region.
func (d *decider) check(a *attack.Attacker, f query.Formula, x []float64, bounds *logic.Ranges) error {
	if !a.InRegion(x) {
		return nil
	}
	a.Evaluator.Forward(x)
	var err error
	f.Conditions(func(c *query.Condition) {
		lo, hi := bounds.Of(c)
		v := a.Evaluator.At(c.F)
		slack := search.Explained(v)
		if outside := func(v float64) bool { return v < lo-slack || v > hi+slack }; outside(v) {
			// Float64 may be on the wrong side of a threshold.
			if from, to, failed := witness.Reached(d.joint, c.F, x); failed == nil && d.joint.Graph.Quantized() > 0 && from <= hi && to >= lo {
				return
			}
			err = fmt.Errorf("%w: a function is bounded by [%v, %v], and has the value %v at an input of the box", search.ErrContradiction, lo, hi, v)
		}
	})
	return err
}

// giveUp notes a part that stays open for good.
func (d *decider) giveUp(why search.Stop) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stuck++
	d.stop = why
}

// sat is a decision with a witness.
func (d *decider) sat(res *Decision, x []float64) (*Decision, error) {
	if !d.joint.Box.Contains(x) || !d.workers[0].Verified(d.problem.Formula, x) {
		return nil, fmt.Errorf("%w: a witness does not hold when it is evaluated again", search.ErrContradiction)
	}
	res.Answer, res.Witness, res.Stop = Sat, x, search.GapClosed
	var err error
	res.Certain, err = witness.Certain(d.joint, d.problem.Formula, x)
	return res, err
}

func (d *decider) report(res *Decision) {
	if d.opt.Progress != nil {
		d.opt.Progress(Progress{Elapsed: time.Since(d.started), Open: res.Open, Boxes: d.boxes.Load(), Nodes: d.nodes.Load()})
	}
}
