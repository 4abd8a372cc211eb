package solve

import (
	"context"
	"errors"

	"rsm/internal/query"
	"rsm/solve/boxes"
)

// Decide looks for an input of the problem's box for which its formula is true, or
// proves that there is none (boxes.Decide). When the context ends, by its deadline or by
// cancellation, it returns what is known by then, without an error. Of the options
// it heeds Engine, Jobs, NodeLimit, Seed, HiGHS and Deciding.
//
// The engine BaB never splits the box, and Split has no branch and bound in parts that
// can be split.
func Decide(ctx context.Context, p query.Problem, options Options) (*Decision, error) {
	opt, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := p.Joint.Check(); err != nil {
		return nil, err
	}
	plan := boxes.FewInputs
	switch {
	case options.Engine == MILP:
		return nil, errors.New("the engine milp does not decide formulas: give auto, bab or split")
	case options.Engine == Split && p.Joint.Budget != nil:
		return nil, errSplitBudget
	case options.Engine == BaB || p.Joint.Budget != nil:
		plan = boxes.Never
	case options.Engine == Split:
		plan = boxes.Always
	}
	return boxes.Decide(ctx, p, boxes.Options{Options: *opt.search(), Plan: plan, Jobs: opt.Jobs, Progress: opt.Deciding})
}
