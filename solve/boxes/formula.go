package boxes

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/exact"
	"rsm/solve/logic"
	"rsm/solve/search"
	"rsm/solve/witness"
)

// decision is the goal of deciding whether a formula is true anywhere.
type decision struct {
	Decision
	problem    query.Problem
	conditions logic.Formula // of the problem's formula
	opt        *Options
	functions  *logic.Functions // of the conditions
	// tolerances are what float64 cannot tell from zero, by function.
	tolerances []float64
	started    time.Time
	workers    search.Workers
	open       []*part
	stuck      int         // parts that no further split can decide
	why        search.Stop // of the last
}

// mostStuck is how many parts may be given up before the search is.
const mostStuck = 64

// attack looks for an input of a part at which the whole formula is true.
func (d *decision) attack(ctx context.Context, a *attack.Attacker, p *part, restarts int) (x []float64) {
	a.Box = p.box
	x, p.near = a.Find(ctx, p.formula, restarts, func(x []float64) bool {
		holds, accepted := d.verified(a, x)
		p.refused = p.refused || holds && !accepted
		return accepted
	})
	return x
}

// verified says whether the formula is true at an input in float64, and then whether the
// problem accepts it.
func (d *decision) verified(a *attack.Attacker, x []float64) (holds, accepted bool) {
	holds = a.Verified(d.conditions, x)
	return holds, holds && (d.problem.Accept == nil || d.problem.Accept(decimals(x)))
}

// exactly looks at a part in rational arithmetic, if the problem says which inputs it
// accepts, or the networks have levels at single numbers, of which bounds tell less. It says
// whether nothing of the part is open then: there is a witness, or none.
func (d *decision) exactly(ctx context.Context, p *part, r *outcome) bool {
	open := openCount(p.around)
	accept := d.problem.Accept
	if accept == nil {
		accept = func([]*big.Rat) bool { return false } // witnesses are looked for elsewhere
	}
	if d.problem.Accept == nil && !d.problem.Joint.Graph.Singles() || p.tried >= 0 && 2*open >= p.tried {
		return false
	}
	p.tried = open
	x, empty := exact.NewPart(d.problem.Joint, p.around, d.problem.Bounds).Decide(ctx, d.problem.Formula, accept)
	if x == nil {
		return empty
	}
	r.point, r.witness = x, make([]float64, len(x))
	for i, v := range x {
		r.witness[i], _ = v.Float64()
	}
	return true
}

// decimals are the numbers that x is written as.
func decimals(x []float64) []*big.Rat {
	out := make([]*big.Rat, len(x))
	for i, v := range x {
		out[i] = formula.Decimal(v)
	}
	return out
}

// choose takes most of the parts that were split last, so that few are open at a time,
// and some where an input is nearest to making the formula true.
func (d *decision) choose(ctx context.Context) []*part {
	if d.Witness != nil || len(d.open) == 0 || d.stuck > mostStuck || ctx.Err() != nil {
		return nil
	}
	n := min(parallelParts, len(d.open))
	late := len(d.open) - n + n/4
	batch, rest := slices.Clone(d.open[late:]), d.open[:late]
	for len(batch) < n {
		best := 0
		for k, p := range rest {
			if p.near > rest[best].near {
				best = k
			}
		}
		batch, rest = append(batch, rest[best]), slices.Delete(rest, best, best+1)
	}
	d.open = rest
	return batch
}

func (d *decision) bound(ctx context.Context, a *attack.Attacker, p *part, r *outcome) (logic.Formula, func(*logic.Condition) relax.Line, error) {
	p.ranges = d.functions.Over(p.around, p.formula)
	centre := a.Centre()
	if err := d.check(a, p, centre); err != nil {
		return nil, nil, err
	}
	p.formula = logic.Simplify(p.formula, p.ranges.Of)
	switch {
	case logic.IsFalse(p.formula):
		return nil, nil, nil
	case !logic.IsTrue(p.formula):
		if r.witness = d.attack(ctx, a, p, 0); r.witness != nil {
			return nil, nil, nil
		}
		return p.formula, p.ranges.Above, nil
	}
	if _, accepted := d.verified(a, centre); accepted {
		r.witness = centre
	} else if !d.exactly(ctx, p, r) {
		r.stuck, r.why = true, search.SolverLimit // it is true everywhere, by less than float64 tells
	}
	return nil, nil, nil
}

// check compares ranges with the values at an input, if it is in the region.
func (d *decision) check(a *attack.Attacker, p *part, x []float64) error {
	if !a.InRegion(x) {
		return nil
	}
	a.Evaluator.Forward(x)
	var err error
	p.formula.Conditions(func(c *logic.Condition) {
		lo, hi := p.ranges.Of(c)
		v := a.Evaluator.At(c.F)
		slack := search.Explained(v)
		if v >= lo-slack && v <= hi+slack {
			return
		}
		// Float64 may be on the wrong side of a threshold.
		if from, to, failed := witness.Reached(d.problem.Joint, c.F, x); failed == nil && d.problem.Joint.Graph.Quantized() > 0 && from <= hi && to >= lo {
			return
		}
		err = fmt.Errorf("%w: a function is bounded by [%v, %v], and has the value %v at an input of the box", search.ErrContradiction, lo, hi, v)
	})
	return err
}

// steepest is the function of the condition that is furthest from being false.
func (d *decision) steepest(p *part) network.Functional {
	var worst *logic.Condition
	p.formula.Conditions(func(c *logic.Condition) {
		if worst == nil || d.upper(p, c) > d.upper(p, worst) {
			worst = c
		}
	})
	return worst.F
}

// upper is the bound of a condition's function over a part.
func (d *decision) upper(p *part, c *logic.Condition) float64 {
	_, hi := p.ranges.Of(c)
	return hi
}

func (d *decision) record(batch []*part, results []outcome) error {
	var open []*part
	for i, r := range results {
		d.Boxes, d.Nodes, d.LPIterations = d.Boxes+r.boxes, d.Nodes+r.nodes, d.LPIterations+r.iterations
		switch {
		case r.witness != nil:
			d.Witness, d.Point = r.witness, r.point
			return nil
		case r.stuck:
			d.stuck++
			d.why = r.why
		case len(r.open) == 0:
			d.Open -= batch[i].share
		}
		open = append(open, r.open...)
	}
	d.open = append(d.open, open...)
	if d.opt.Progress != nil {
		d.opt.Progress(Progress{Elapsed: time.Since(d.started), Open: d.Open, Boxes: d.Boxes, Nodes: d.Nodes})
	}
	return nil
}

// leaf has a branch and bound decide a part in which few neurons are unstable,
// conjunction by conjunction.
func (d *decision) leaf(ctx context.Context, a *attack.Attacker, p *part, divisible bool, r *outcome) (bool, error) {
	zero := logic.High(p.formula, func(c *logic.Condition) float64 { return d.upper(p, c) - d.tolerances[d.functions.At[c]] }) <= 0
	if (zero || p.refused) && d.exactly(ctx, p, r) {
		return false, nil
	}
	if zero {
		r.stuck, r.why = true, search.SolverLimit
		return false, nil
	}
	unstable, nodes, most := fewUnstable, fewNodes, mostCases
	if p.share == 1 && freeInputs(p.box) > fewInputs {
		unstable, nodes = wholeUnstable, wholeNodes
	}
	if divisible && (d.opt.Plan == Always || openCount(p.around) > unstable) {
		return true, nil
	}
	if !divisible {
		nodes, most = d.opt.NodeLimit, math.MaxInt32
	}
	if cases, few := logic.Conjunctions(p.formula, most); few {
		open, err := d.conjunctions(ctx, a, p, cases, nodes, r)
		switch {
		case err != nil || r.witness != nil || len(open) == 0:
			return false, err
		case open.high() <= 0:
			if !d.exactly(ctx, p, r) {
				r.stuck, r.why = true, search.SolverLimit
			}
			return false, nil
		}
		p.formula = open.formula()
		if openCount(p.around) == 0 && d.exactly(ctx, p, r) { // splits do not tell more
			return false, nil
		}
	}
	if !divisible && !d.exactly(ctx, p, r) {
		r.stuck, r.why = true, limitOf(ctx, nodes)
	}
	return divisible, nil
}

// limitOf says why a branch and bound on a part that cannot be split left it open.
func limitOf(ctx context.Context, nodes int) search.Stop {
	switch {
	case ctx.Err() != nil:
		return search.Reason(ctx)
	case nodes > 0:
		return search.NodeLimit
	}
	return search.SolverLimit
}
