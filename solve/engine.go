package solve

import (
	"context"
	"errors"

	"rsm/encode"
	"rsm/relax"
	"rsm/solve/boxes"
	"rsm/solve/milp"
	"rsm/solve/phases"
	"rsm/solve/search"
)

// errSplitBudget: parts of a box say little of a budget.
var errSplitBudget = errors.New("the engine split does not split a box whose inputs have a budget: give auto, bab or milp")

// engineFor chooses the engine for the extremes over a region: the one that was asked
// for, or the one that suits the bounds.
func engineFor(asked Engine, opt *Options, b *relax.Bounds) (Engine, error) {
	switch {
	case opt.Engine == Split && b.Joint.Budget != nil:
		return 0, errSplitBudget
	case asked == AutoEngine && opt.Engine == BaB && b.Joint.Budget == nil && boxes.Suits(b):
		return Split, nil
	}
	return opt.Engine, nil
}

func (s *session) bound(ctx context.Context) (err error) {
	method := relax.Difference
	if s.opt.Encoding == encode.Plain {
		method = relax.Interval
	}
	s.bounds, err = relax.Compute(ctx, s.joint, s.joint.Box, method)
	return err
}

// encode builds the model of the engine once, when the first search needs it.
func (s *session) encode(ctx context.Context) error {
	s.once.Do(func() {
		switch s.opt.Engine {
		case Split:
		case BaB:
			s.lp, s.encodeErr = encode.NewLP(ctx, s.bounds, encode.Tied)
		default:
			s.encoding, s.encodeErr = encode.New(ctx, s.bounds, s.opt.Encoding)
		}
	})
	return s.encodeErr
}

// run has the engine of the options narrow a search.
func (s *session) run(ctx context.Context, m *search.State, task Task) error {
	switch s.opt.Engine {
	case Split:
		return boxes.Maximize(ctx, m, s.bounds)
	case BaB:
		return phases.Run(ctx, m, s.lp, s.bounds)
	}
	var write func(save func(path string) error) error
	if s.opt.Model != nil {
		write = func(save func(path string) error) error { return s.opt.Model(task, save) }
	}
	return milp.Run(ctx, m, s.encoding, write)
}
