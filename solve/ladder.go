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

// The rungs, from the cheapest to the tightest. All bounds are certified.
const (
	RungInterval     Rung = "interval"
	RungSymbolic     Rung = "symbolic"
	RungDifference   Rung = "difference"
	RungLP           Rung = "lp"
	RungLPDifference Rung = "lp-difference"
	RungLPTightened  Rung = "lp-tightened"
)

// Rungs lists all rungs in order.
func Rungs() []Rung {
	return []Rung{RungInterval, RungSymbolic, RungDifference, RungLP, RungLPDifference, RungLPTightened}
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
//   - interval, symbolic and difference are those of package relax;
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
	case RungDifference:
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
