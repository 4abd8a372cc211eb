package search

import "context"

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
	// cannot close.
	SolverLimit
	// ThresholdDecided: the threshold that was asked for is not between the
	// witness and the bound.
	ThresholdDecided
	// NotAsked: the question was about a threshold of the other extremum.
	NotAsked
)

// String returns the reason's name in results.
func (s Stop) String() string {
	return [...]string{"gap closed", "time limit", "node limit", "interrupted", "solver tolerance", "decided", "not asked"}[s]
}

// Reason says why a context ended.
func Reason(ctx context.Context) Stop {
	if ctx.Err() == context.DeadlineExceeded {
		return TimeLimit
	}
	return Interrupted
}
