package solve

import (
	"context"
	"fmt"
	"time"

	"rsm/encode"
	"rsm/network"
	"rsm/query"
	"rsm/relax"
	"rsm/solve/highs"
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
)

// Rungs lists all rungs in order.
func Rungs() []Rung {
	return []Rung{RungInterval, RungSymbolic, RungDifference, RungLP, RungLPDifference}
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
//   - lp-difference has difference bounds, and rows for aligned neurons.
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
	case RungLPDifference:
		withLP = true
	default:
		return nil, fmt.Errorf("unknown relaxation %q", rung)
	}
	b, err := relax.Compute(ctx, joint, box, method)
	if err != nil {
		return nil, err
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
		if err := tightenByLP(ctx, joint, b, classes, rung == RungLPDifference, res.Ranges); err != nil {
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
	solver, err := highs.New()
	if err != nil {
		return err
	}
	defer solver.Close()
	if err := lpOptions(solver, lp, nil); err != nil {
		return err
	}
	for k, c := range classes {
		f := joint.Margin(c)
		hi, err := lpUpper(ctx, solver, lp, b, f)
		if err != nil {
			return err
		}
		lo, err := lpUpper(ctx, solver, lp, b, f.Negated())
		if err != nil {
			return err
		}
		ranges[k].Hi = min(ranges[k].Hi, hi)
		ranges[k].Lo = max(ranges[k].Lo, 0-lo)
	}
	return nil
}

// lpUpper is a certified upper bound of a functional by the LP relaxation,
// infinite where the solver gives no multipliers.
func lpUpper(ctx context.Context, solver *highs.Solver, lp *encode.LP, b *relax.Bounds, f network.Functional) (float64, error) {
	cost, offset, err := lpObjective(lp, f)
	if err != nil {
		return inf, nil
	}
	m, _ := lpModel(lp, b, cost)
	// A model passed anew forgets its basis; the rows are the same for every
	// functional, so the last basis is a good start.
	cols, rows, basisErr := solver.Basis()
	if err := solver.Pass(m); err != nil {
		return inf, err
	}
	if basisErr == nil && len(cols) == len(m.Lo) && len(rows) == len(m.RowLo) {
		if err := solver.SetBasis(cols, rows); err != nil {
			return inf, err
		}
	}
	status, err := solver.Run(ctx, nil)
	if err != nil || status != highs.Optimal {
		return inf, solver.ClearSolver()
	}
	_, _, _, y, err := solver.Solution()
	if err != nil || y == nil {
		return inf, nil
	}
	if v := dualBound(m, m.Cost, offset, y); v <= inf {
		return v, nil
	}
	return inf, nil
}
