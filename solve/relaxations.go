package solve

import (
	"context"
	"fmt"
	"time"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/relax"
	"rsm/solve/lp"
	"rsm/solve/search"
)

// Relaxation is one of the ladder, by name.
type Relaxation string

// The relaxations. All bounds are certified.
const (
	RelaxationInterval      Relaxation = "interval"
	RelaxationSymbolic      Relaxation = "symbolic"
	RelaxationSymbolicOpt   Relaxation = "symbolic-opt"
	RelaxationDifference    Relaxation = "difference"
	RelaxationDifferenceOpt Relaxation = "difference-opt"
	RelaxationLPPlain       Relaxation = "lp-plain"
	RelaxationLP            Relaxation = "lp"
	RelaxationLPDifference  Relaxation = "lp-difference"
	RelaxationLPTightened   Relaxation = "lp-tightened"
	RelaxationLPCuts        Relaxation = "lp-cuts"
)

// Relaxations lists all, each after those that it builds on.
func Relaxations() []Relaxation {
	return []Relaxation{RelaxationInterval, RelaxationSymbolic, RelaxationSymbolicOpt, RelaxationDifference, RelaxationDifferenceOpt,
		RelaxationLPPlain, RelaxationLP, RelaxationLPDifference, RelaxationLPTightened, RelaxationLPCuts}
}

// Below lists those that r builds on: its ranges are never wider than
// theirs. Those of both networks together are a chain, from difference to lp-cuts.
// The linear programs of each network apart, lp-plain and lp, are over bounds from
// slopes that were not improved, and are beside symbolic-opt.
func (r Relaxation) Below() []Relaxation {
	switch r {
	case RelaxationSymbolic, RelaxationLPPlain:
		return []Relaxation{RelaxationInterval}
	case RelaxationSymbolicOpt, RelaxationDifference:
		return []Relaxation{RelaxationSymbolic}
	case RelaxationLP:
		return []Relaxation{RelaxationSymbolic, RelaxationLPPlain}
	case RelaxationDifferenceOpt:
		return []Relaxation{RelaxationDifference, RelaxationSymbolicOpt}
	case RelaxationLPDifference:
		return []Relaxation{RelaxationDifferenceOpt, RelaxationLP}
	case RelaxationLPTightened:
		return []Relaxation{RelaxationLPDifference}
	case RelaxationLPCuts:
		return []Relaxation{RelaxationLPTightened}
	}
	return nil
}

// tightenBudget is how many linear programs the bounds of lp-tightened may take.
const tightenBudget = 1000

// Interval holds Lo <= r <= Hi over the region.
type Interval struct{ Lo, Hi float64 }

// Relaxed is what a relaxation proves of the margin of each class pair.
type Relaxed struct {
	Relaxation Relaxation
	Ranges     []Interval
	Seconds    float64
}

// Relax bounds the margins of all class pairs by one relaxation:
//
//   - interval, symbolic, symbolic-opt, difference and difference-opt are those
//     of package relax;
//   - lp-plain is the linear relaxation of the plain encoding, with interval
//     bounds: what a solver of the baseline begins with;
//   - lp is the triangle relaxation of both networks over shared inputs, with
//     symbolic bounds and nothing that couples the networks to each other: the
//     method of arXiv 2409.16726;
//   - lp-difference has difference-opt bounds, and rows for aligned neurons: over
//     the same bounds it is as tight as the linear relaxation of the auto encoding;
//   - lp-tightened is the same after the bounds of unstable neurons and of
//     differences have been tightened by linear programs, layer by layer;
//   - lp-cuts is lp-tightened with rows of the convex hull of a neuron, or a
//     difference, and the columns that it is a function of: see encode.LP.Cuts.
//
// An LP bound is intersected with the symbolic one of the same bounds. When the
// context ends, what is known by then is returned.
func Relax(ctx context.Context, joint *query.Joint, classes []query.ClassPair, relaxation Relaxation) (*Relaxed, error) {
	if err := joint.Check(); err != nil {
		return nil, err
	}
	started := time.Now()
	method := relax.Difference
	switch relaxation {
	case RelaxationInterval, RelaxationLPPlain:
		method = relax.Interval
	case RelaxationSymbolic, RelaxationLP:
		method = relax.Symbolic
	case RelaxationSymbolicOpt:
		method = relax.SymbolicOpt
	case RelaxationDifference:
	case RelaxationDifferenceOpt, RelaxationLPDifference, RelaxationLPTightened, RelaxationLPCuts:
		method = relax.DifferenceOpt
	default:
		return nil, fmt.Errorf("unknown relaxation %q", relaxation)
	}
	b, err := relax.Compute(ctx, joint, joint.Box, method)
	if err != nil {
		return nil, err
	}
	loose := b
	if relaxation == RelaxationLPTightened || relaxation == RelaxationLPCuts {
		if b, err = lp.Tightened(ctx, b, tightenBudget); err != nil {
			return nil, err
		}
	}
	res := &Relaxed{Relaxation: relaxation}
	for _, c := range classes {
		if err := checkClasses(joint, c); err != nil {
			return nil, err
		}
		lo, hi := b.Functional(joint.Margin(c))
		if b != loose { // gradient steps may have ended higher there
			l, h := loose.Functional(joint.Margin(c))
			lo, hi = max(lo, l), min(hi, h)
		}
		res.Ranges = append(res.Ranges, Interval{lo, hi})
	}
	if ctx.Err() == nil {
		err := tightenByLP(ctx, joint, b, classes, relaxation, res.Ranges)
		if _, stopped := search.StopOf(ctx, err); err != nil && !stopped { // else the ranges stand
			return nil, err
		}
	}
	res.Seconds = time.Since(started).Seconds()
	return res, nil
}

// programOf is the linear program of a relaxation over its bounds, nil for a relaxation that
// has none.
func programOf(ctx context.Context, b *relax.Bounds, relaxation Relaxation) (lp.Encoding, *encode.Program, error) {
	switch relaxation {
	case RelaxationLP, RelaxationLPDifference, RelaxationLPTightened, RelaxationLPCuts:
		coupling := encode.Crossed
		if relaxation == RelaxationLP {
			coupling = encode.Apart
		}
		p, err := encode.NewLP(ctx, b, coupling)
		if err != nil {
			return nil, nil, err
		}
		return p, p.Program(b), nil
	case RelaxationLPPlain:
		e, err := encode.New(ctx, b, encode.Plain)
		if err != nil {
			return nil, nil, err
		}
		return e, &e.Program, nil
	}
	return nil, nil, nil
}

// tightenByLP improves the ranges by the linear program of a relaxation over the
// bounds b.
func tightenByLP(ctx context.Context, joint *query.Joint, b *relax.Bounds, classes []query.ClassPair, relaxation Relaxation, ranges []Interval) error {
	program, model, err := programOf(ctx, b, relaxation)
	if err != nil || program == nil {
		return err
	}
	solver, err := lp.NewSolver(program, model)
	if err != nil {
		return err
	}
	defer solver.Close()
	for k, c := range classes {
		f := joint.Margin(c)
		hi, err := solver.Upper(ctx, f)
		if err != nil {
			return err
		}
		lo, err := solver.Upper(ctx, f.Negated())
		if err != nil {
			return err
		}
		if relaxation == RelaxationLPCuts {
			up, err := lp.BoundByCuts(ctx, program.(*encode.LP), b, f, lp.CutRounds)
			if err != nil {
				return err
			}
			down, err := lp.BoundByCuts(ctx, program.(*encode.LP), b, f.Negated(), lp.CutRounds)
			if err != nil {
				return err
			}
			hi, lo = min(hi, up.Upper), min(lo, down.Upper)
		}
		ranges[k].Hi = min(ranges[k].Hi, hi)
		ranges[k].Lo = max(ranges[k].Lo, 0-lo)
	}
	return nil
}
