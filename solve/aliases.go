package solve

import (
	"rsm/solve/boxes"
	"rsm/solve/search"
)

// DefaultGap is the absolute gap of an exact log relative margin.
const DefaultGap = search.DefaultGap

// ErrContradiction marks two statements that exclude each other: see search.ErrContradiction.
var ErrContradiction = search.ErrContradiction

// Rigor says in which arithmetic a bound holds.
type Rigor = search.Rigor

// The rigors.
const (
	// Certified bounds hold in exact real arithmetic.
	Certified = search.Certified
	// Solver bounds hold up to the tolerances of the MILP solver.
	Solver = search.Solver
)

// Stop says why work on a question ended.
type Stop = search.Stop

// The reasons.
const (
	GapClosed        = search.GapClosed
	TimeLimit        = search.TimeLimit
	NodeLimit        = search.NodeLimit
	Interrupted      = search.Interrupted
	SolverLimit      = search.SolverLimit
	ThresholdDecided = search.ThresholdDecided
	NotAsked         = search.NotAsked
)

// Answer says whether an input exists for which a formula is true.
type Answer = boxes.Answer

// The answers.
const (
	Undecided = boxes.Undecided
	Sat       = boxes.Sat
	Unsat     = boxes.Unsat
)

// Decision is what is known of a problem.
type Decision = boxes.Decision

// Deciding is how far a decision is.
type Deciding = boxes.Progress
