package search

import (
	"context"
	"errors"

	"rsm/encode"
	"rsm/solve/highs"
)

// Rigor says in which arithmetic a bound holds.
type Rigor int

// The rigors.
const (
	// Certified bounds hold in exact real arithmetic.
	Certified Rigor = iota
	// Solver bounds hold up to the tolerances of the MILP solver.
	Solver
)

// String returns the rigor's name in results.
func (r Rigor) String() string { return [...]string{"certified", "solver"}[r] }

// Stop says why work on an extremum ended.
type Stop int

// The reasons.
const (
	GapClosed Stop = iota
	TimeLimit
	NodeLimit
	Interrupted
	// SolverLimit: HiGHS finished, and its tolerances leave a gap that it
	// cannot close; or the numbers of the program are not for it.
	SolverLimit
	// ThresholdDecided: the threshold that was asked for is not between the
	// witness and the bound.
	ThresholdDecided
	// NotAsked: the question was about a threshold of the other extremum.
	NotAsked
	// WithinRounding: witness and bound are within the gap as float64 has them, and the
	// rounding of the witness's value is more than that.
	WithinRounding
)

// String returns the reason's name in results.
func (s Stop) String() string {
	return [...]string{"gap closed", "time limit", "node limit", "interrupted", "solver tolerance", "decided", "not asked", "within rounding"}[s]
}

// Reason says why a context ended.
func Reason(ctx context.Context) Stop {
	if ctx.Err() == context.DeadlineExceeded {
		return TimeLimit
	}
	return Interrupted
}

// StopOf says why work ended with an error that is no failure: the context has ended, or
// the numbers of a program are out of the solver's range, or so badly scaled that HiGHS
// refuses or gives up. What is known by then stands.
func StopOf(ctx context.Context, err error) (why Stop, stopped bool) {
	switch {
	case errors.Is(err, encode.ErrRange), errors.Is(err, highs.ErrRejected):
		return SolverLimit, true
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return Reason(ctx), true
	}
	return 0, false
}
