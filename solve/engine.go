package solve

import (
	"context"
	"errors"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/relax"
	"rsm/solve/boxes"
	"rsm/solve/milp"
	"rsm/solve/phases"
	"rsm/solve/search"
)

// Engine names a way to close the gap of an extremum.
type Engine int

// The engines.
const (
	// AutoEngine is BaB, or Split where few inputs are free and many neurons
	// unstable, and MILP for the plain encoding.
	AutoEngine Engine = iota
	// MILP is the mixed-integer program of package encode, solved by HiGHS. Its
	// bounds have the rigor Solver.
	MILP
	// BaB is a branch and bound on ReLU phases with bounds computed anew at
	// every node and HiGHS for its linear programs. Its bounds are certified.
	BaB
	// Split splits the box of the inputs, and gives parts in which few neurons are
	// unstable to BaB. Its bounds are certified. In Decide no part is that can be
	// split.
	Split
)

// String returns the engine's name in results and on the command line.
func (e Engine) String() string { return [...]string{"auto", "milp", "bab", "split"}[e] }

// Errors of an engine that was asked for and does not fit the question.
var (
	errPlain       = errors.New("the plain encoding is for the engine milp: give auto or milp")
	errMILPFormula = errors.New("the engine milp does not decide formulas: give auto, bab or split")
	// Parts of a box say little of a budget.
	errSplitBudget = errors.New("the engine split does not split a box whose inputs have a budget: give auto, bab or milp")
)

// forExtremes says whether the engine can find extremes over the region of a joint
// graph.
func (e Engine) forExtremes(j *query.Joint, encoding encode.Kind) error {
	switch {
	case encoding == encode.Plain && e != AutoEngine && e != MILP:
		return errPlain
	case e == Split && j.Budget != nil:
		return errSplitBudget
	}
	return nil
}

// suited is the engine itself, or in the place of AutoEngine the one that suits bounds.
func (e Engine) suited(b *relax.Bounds, encoding encode.Kind) Engine {
	switch {
	case e != AutoEngine:
		return e
	case encoding == encode.Plain:
		return MILP
	case b.Joint.Budget == nil && boxes.Suits(b):
		return Split
	}
	return BaB
}

// plan is how the engine decides formulas over the region of a joint graph. AutoEngine
// looks for itself what suits each part of a box.
func (e Engine) plan(j *query.Joint) (boxes.Plan, error) {
	switch {
	case e == MILP:
		return 0, errMILPFormula
	case e == Split && j.Budget != nil:
		return 0, errSplitBudget
	case e == Split:
		return boxes.Always, nil
	case e == BaB || j.Budget != nil:
		return boxes.Never, nil
	}
	return boxes.FewInputs, nil
}

// method is the relaxation whose bounds all engines start from.
func (o *Options) method() relax.Method {
	if o.Encoding == encode.Plain {
		return relax.Interval
	}
	return relax.Difference
}

// encode builds what the engine's searches share, once, when the first needs it.
func (s *session) encode(ctx context.Context) error {
	s.once.Do(func() {
		switch s.engine {
		case Split:
		case BaB:
			s.lp, s.encodeErr = encode.NewLP(ctx, s.bounds, encode.Coupled)
		default:
			s.encoding, s.encodeErr = encode.New(ctx, s.bounds, s.opt.Encoding)
		}
	})
	return s.encodeErr
}

// run has the engine narrow a search.
func (s *session) run(ctx context.Context, m *search.State, task Task) error {
	switch s.engine {
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
