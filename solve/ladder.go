package solve

import (
	"context"
	"fmt"
	"time"

	"rsm/encode"
	"rsm/query"
	"rsm/relax"
)

// Rung is a relaxation of the ladder, by name.
type Rung string

// The rungs. All bounds are certified.
const (
	RungInterval      Rung = "interval"
	RungSymbolic      Rung = "symbolic"
	RungSymbolicOpt   Rung = "symbolic-opt"
	RungDifference    Rung = "difference"
	RungDifferenceOpt Rung = "difference-opt"
	RungLP            Rung = "lp"
	RungLPDifference  Rung = "lp-difference"
	RungLPTightened   Rung = "lp-tightened"
)

// Rungs lists all rungs, each after those that it builds on.
func Rungs() []Rung {
	return []Rung{RungInterval, RungSymbolic, RungSymbolicOpt, RungDifference, RungDifferenceOpt,
		RungLP, RungLPDifference, RungLPTightened}
}

// Below lists the rungs that r builds on: its ranges are never wider than
// theirs. That orders the rungs only in part. A linear program is over bounds
// from slopes that were not improved, and knows fewer planes for aligned
// neurons than improved slopes reach: difference-opt is often the tighter.
func (r Rung) Below() []Rung {
	switch r {
	case RungSymbolic:
		return []Rung{RungInterval}
	case RungSymbolicOpt, RungDifference, RungLP:
		return []Rung{RungSymbolic}
	case RungDifferenceOpt:
		return []Rung{RungDifference, RungSymbolicOpt}
	case RungLPDifference:
		return []Rung{RungDifference, RungLP}
	case RungLPTightened:
		return []Rung{RungLPDifference}
	}
	return nil
}

// Interval holds Lo <= r <= Hi over the region.
type Interval struct{ Lo, Hi float64 }

// RungResult is what a rung proves of the margin of each class pair.
type RungResult struct {
	Rung    Rung
	Ranges  []Interval
	Seconds float64
}

// Relaxations bounds the margins of all class pairs by one rung:
//
//   - interval, symbolic, symbolic-opt, difference and difference-opt are those
//     of package relax;
//   - lp is the triangle relaxation of both networks over shared inputs, with
//     symbolic bounds and nothing that ties the networks to each other: the
//     method of arXiv 2409.16726;
//   - lp-difference has difference bounds, and rows for aligned neurons;
//   - lp-tightened is the same after the bounds of unstable neurons and of
//     differences have been tightened by linear programs, layer by layer.
//
// An LP bound is intersected with the symbolic one of the same bounds. When the
// context ends, what is known by then is returned.
func Relaxations(ctx context.Context, joint *query.Joint, box query.Box, classes []query.ClassPair, rung Rung) (*RungResult, error) {
	started := time.Now()
	method, withLP := relax.Difference, false
	switch rung {
	case RungInterval:
		method = relax.Interval
	case RungSymbolic:
		method = relax.Symbolic
	case RungSymbolicOpt:
		method = relax.SymbolicOpt
	case RungDifference:
	case RungDifferenceOpt:
		method = relax.DifferenceOpt
	case RungLP:
		method, withLP = relax.Symbolic, true
	case RungLPDifference, RungLPTightened:
		withLP = true
	default:
		return nil, fmt.Errorf("unknown relaxation %q", rung)
	}
	b, err := relax.Compute(ctx, joint, box, method)
	if err != nil {
		return nil, err
	}
	if rung == RungLPTightened {
		if b, err = tightened(ctx, b); err != nil {
			return nil, err
		}
	}
	res := &RungResult{Rung: rung}
	for _, c := range classes {
		if err := checkClasses(joint, c); err != nil {
			return nil, err
		}
		lo, hi := b.Functional(joint.Margin(c))
		res.Ranges = append(res.Ranges, Interval{lo, hi})
	}
	if withLP && ctx.Err() == nil {
		if err := tightenByLP(ctx, joint, b, classes, rung != RungLP, res.Ranges); err != nil {
			return nil, err
		}
	}
	res.Seconds = time.Since(started).Seconds()
	return res, nil
}

// tightenByLP improves the ranges by the linear relaxation over the bounds b.
func tightenByLP(ctx context.Context, joint *query.Joint, b *relax.Bounds, classes []query.ClassPair, differences bool, ranges []Interval) error {
	lp, err := encode.NewLP(ctx, b, differences)
	if err != nil {
		return nil // out of range or out of time: the ranges stand
	}
	solver, err := newLPSolver(lp, b)
	if err != nil {
		return err
	}
	defer solver.Close()
	for k, c := range classes {
		f := joint.Margin(c)
		hi, err := solver.upper(ctx, f)
		if err != nil {
			return err
		}
		lo, err := solver.upper(ctx, f.Negated())
		if err != nil {
			return err
		}
		ranges[k].Hi = min(ranges[k].Hi, hi)
		ranges[k].Lo = max(ranges[k].Lo, 0-lo)
	}
	return nil
}
