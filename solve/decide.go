package solve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
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
	Stop Stop
	// Open is the share of the box, by volume, that is neither proved nor has
	// a witness.
	Open float64
	// Boxes counts the parts of the box that were bounded, Nodes those of the
	// branch and bound in them.
	Boxes, Nodes, LPIterations int64
	Seconds                    float64
}

// Decide looks for an input of the problem's box for which its formula is true, or
// proves that there is none. When the context ends, by its deadline or by
// cancellation, it returns what is known by then, without an error. Of the options
// it heeds Engine, Jobs, NodeLimit, Seed, HiGHS and Deciding.
//
// The box is split, where few inputs are free, until bounds or a branch and bound
// on ReLU phases (bab.go) with some nodes decide a part; the engine BaB never splits
// it, and Split has no branch and bound in parts that can be split. What is found
// depends neither on the number of jobs nor on time, but for the limit.
func Decide(ctx context.Context, p query.Problem, options Options) (*Decision, error) {
	opt, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	if opt.Engine = options.Engine; opt.Engine == MILP {
		return nil, errors.New("the engine milp does not decide formulas: give auto, bab or split")
	}
	if p.Joint.Budget != nil {
		if opt.Engine == Split {
			return nil, errSplitBudget
		}
		opt.Engine = BaB
	}
	opt.Gap, opt.RelativeGap = 0, 0
	d := &decider{problem: p, opt: &opt, joint: p.Joint, started: time.Now()}
	d.list(p.Formula)
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
	problem query.Problem
	opt     *Options
	joint   *query.Joint
	started time.Time
	// at numbers the conditions of the formula, functions are theirs.
	at        map[*query.Condition]int
	functions []network.Functional
	ties      []float64
	root      *relax.Bounds
	workers   []*attacker
	spare     spare

	boxes, nodes, iterations atomic.Int64

	mu    sync.Mutex
	stuck int  // parts that no further split can decide
	stop  Stop // why
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

// parallelParts is how many parts are looked at in one go. It does not depend on
// the number of workers, so that neither does the result.
const parallelParts = 32

// mostStuck is how many parts may be given up before the search is.
const mostStuck = 64

func (d *decider) list(f query.Formula) {
	d.at = make(map[*query.Condition]int)
	f.Conditions(func(c *query.Condition) {
		if _, ok := d.at[c]; !ok {
			d.at[c] = len(d.functions)
			d.functions = append(d.functions, c.F)
		}
	})
}

func (d *decider) run(ctx context.Context) (*Decision, error) {
	res := &Decision{Open: 1}
	var err error
	if d.root, err = relax.Compute(ctx, d.joint, d.problem.Box, relax.Difference); err != nil {
		return nil, err
	}
	for _, f := range d.functions {
		d.ties = append(d.ties, tie(spread(d.root, f)))
	}
	for range d.opt.Jobs {
		d.workers = append(d.workers, newAttacker(d.joint, d.problem.Box, d.opt.Seed))
	}
	open := []*part{{box: d.problem.Box, around: d.root, formula: d.problem.Formula, share: 1}}
	if x := d.attack(ctx, d.workers[0], open[0], attackRestarts); x != nil {
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
		d.tell(res)
	}
	switch {
	case ctx.Err() != nil && (len(open) > 0 || d.stuck > 0):
		res.Stop = reason(ctx)
	case len(open) > 0 || d.stuck > 0:
		res.Stop = d.stop
	default:
		res.Answer, res.Open, res.Stop = Unsat, 0, GapClosed
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
	d.spare.n.Store(int64(len(d.workers) - workers))
	for w := range workers {
		group.Go(func() error {
			defer d.spare.give()
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
func (d *decider) look(ctx context.Context, a *attacker, p *part) (looked, error) {
	q := *p
	for {
		b, ok := q.around.Within(q.box)
		if !ok {
			return looked{done: true}, nil
		}
		q.around = b
		d.boxes.Add(1)
		bounds := d.bound(b, q.formula)
		a.box = q.box
		centre := a.centre()
		if err := d.check(a, q.formula, centre, bounds); err != nil {
			return looked{}, err
		}
		q.formula = simplify(q.formula, bounds.of)
		switch {
		case isFalse(q.formula):
			return looked{done: true}, nil
		case isTrue(q.formula):
			if d.verified(a, centre) {
				return looked{witness: centre}, nil
			}
			d.giveUp(SolverLimit) // it is true everywhere, by less than float64 tells
			return looked{}, nil
		}
		if x := d.attack(ctx, a, &q, 0); x != nil {
			return looked{witness: x}, nil
		}
		inner, ok := clip(q.box, q.formula, bounds.above)
		if !ok {
			return looked{done: true}, nil
		}
		if volume(inner, q.box) > worthBounding || ctx.Err() != nil {
			return d.divide(ctx, a, &q, bounds.hi)
		}
		q.box = inner
	}
}

// functionBounds are ranges of the conditions' functions over a part, and lines
// above them.
type functionBounds struct {
	at     map[*query.Condition]int
	lo, hi []float64
	lines  []relax.Line
}

func (f *functionBounds) of(c *query.Condition) (lo, hi float64) {
	k := f.at[c]
	return f.lo[k], f.hi[k]
}

func (f *functionBounds) above(c *query.Condition) relax.Line { return f.lines[f.at[c]] }

// bound bounds the functions of a formula's conditions.
func (d *decider) bound(b *relax.Bounds, f query.Formula) *functionBounds {
	n := len(d.functions)
	out := &functionBounds{d.at, make([]float64, n), make([]float64, n), make([]relax.Line, n)}
	var at []int
	var fs []network.Functional
	seen := make([]bool, n)
	f.Conditions(func(c *query.Condition) {
		if k := d.at[c]; !seen[k] {
			seen[k] = true
			at, fs = append(at, k), append(fs, c.F)
		}
	})
	lo, hi, lines := b.Lines(fs)
	for i, k := range at {
		out.lo[k], out.hi[k], out.lines[k] = lo[i], hi[i], lines[i]
	}
	return out
}

// check compares bounds of the attacker's box with the values at an input, if it is
// in the region.
func (d *decider) check(a *attacker, f query.Formula, x []float64, bounds *functionBounds) error {
	if !a.inRegion(x) {
		return nil
	}
	a.ev.Forward(x)
	var err error
	f.Conditions(func(c *query.Condition) {
		lo, hi := bounds.of(c)
		v := a.ev.At(c.F)
		slack := contradiction * (1 + math.Abs(v))
		if outside := func(v float64) bool { return v < lo-slack || v > hi+slack }; outside(v) {
			// Float64 may be on the wrong side of a threshold.
			if from, to, failed := reached(d.joint, c.F, x); failed == nil && d.joint.Graph.Quantized() > 0 && from <= hi && to >= lo {
				return
			}
			err = fmt.Errorf("%w: a function is bounded by [%v, %v], and has the value %v at an input of the box", ErrContradiction, lo, hi, v)
		}
	})
	return err
}

// verified says whether the formula is true at an input of the box that keeps to the
// budget, in float64.
func (d *decider) verified(a *attacker, x []float64) bool {
	a.ev.Forward(x)
	return d.problem.Joint.Budget.Holds(x) && holds(d.problem.Formula, a.at)
}

// giveUp notes a part that stays open for good.
func (d *decider) giveUp(why Stop) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stuck++
	d.stop = why
}

// sat is a decision with a witness.
func (d *decider) sat(res *Decision, x []float64) (*Decision, error) {
	if !d.problem.Box.Contains(x) || !d.verified(d.workers[0], x) {
		return nil, fmt.Errorf("%w: a witness does not hold when it is evaluated again", ErrContradiction)
	}
	res.Answer, res.Witness, res.Stop = Sat, x, GapClosed
	var err error
	res.Certain, err = certain(d.joint, d.problem.Formula, x)
	return res, err
}

func (d *decider) tell(res *Decision) {
	if d.opt.Deciding == nil {
		return
	}
	d.opt.Deciding(Deciding{Elapsed: time.Since(d.started), Open: res.Open, Boxes: d.boxes.Load(), Nodes: d.nodes.Load()})
}
