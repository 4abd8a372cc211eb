package highs

import "fmt"

// Status says how a run ended. The values are those of HiGHS.
type Status int

// The statuses. A limit, and an interrupt, is an ending like any other: the
// bound and the incumbent of the run remain (DualBound, Solution).
const (
	// NotSet: nothing has been solved yet.
	NotSet Status = iota
	LoadError
	ModelError
	PresolveError
	SolveError
	PostsolveError
	// ModelEmpty: the model has no columns. HiGHS does not look at its rows.
	ModelEmpty
	// Optimal: up to the tolerances, and for a MIP up to the gap, that the
	// options ask for.
	Optimal
	Infeasible
	// UnboundedOrInfeasible: presolve found one of the two; without presolve
	// the next run says which.
	UnboundedOrInfeasible
	Unbounded
	// ObjectiveBound: the bound passed option objective_bound.
	ObjectiveBound
	// ObjectiveTarget: the incumbent reached option objective_target.
	ObjectiveTarget
	TimeLimit
	// IterationLimit: of the LP solvers.
	IterationLimit
	Unknown
	// SolutionLimit is also the status of the limits on nodes (option
	// mip_max_nodes), leaves and improving solutions.
	SolutionLimit
	// Interrupted: the context ended.
	Interrupted
	MemoryLimit
	// HighsInterrupted: HiGHS stopped one of several solves that it ran at the
	// same time, for another was done.
	HighsInterrupted
)

var statusNames = [...]string{
	NotSet:                "not set",
	LoadError:             "load error",
	ModelError:            "model error",
	PresolveError:         "presolve error",
	SolveError:            "solve error",
	PostsolveError:        "postsolve error",
	ModelEmpty:            "model empty",
	Optimal:               "optimal",
	Infeasible:            "infeasible",
	UnboundedOrInfeasible: "unbounded or infeasible",
	Unbounded:             "unbounded",
	ObjectiveBound:        "objective bound reached",
	ObjectiveTarget:       "objective target reached",
	TimeLimit:             "time limit",
	IterationLimit:        "iteration limit",
	Unknown:               "unknown",
	SolutionLimit:         "solution limit",
	Interrupted:           "interrupted",
	MemoryLimit:           "memory limit",
	HighsInterrupted:      "interrupted by HiGHS",
}

// String is the status in words.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("status %d", int(s))
	}
	return statusNames[s]
}

// bounded says whether branch and bound that ended so has a bound to trust.
func (s Status) bounded() bool {
	switch s {
	case Optimal, ObjectiveBound, ObjectiveTarget, TimeLimit, IterationLimit, SolutionLimit, Interrupted, MemoryLimit, HighsInterrupted:
		return true
	}
	return false
}

// BasisStatus says where a column or row stands in a basis. The values are
// those of HiGHS.
type BasisStatus int32

// The basis statuses.
const (
	AtLower BasisStatus = iota
	Basic
	AtUpper
	// AtZero: nonbasic without a finite bound.
	AtZero
	// Nonbasic: HiGHS chooses the bound; for SetBasis only.
	Nonbasic
)

var basisNames = [...]string{"at lower", "basic", "at upper", "at zero", "nonbasic"}

// String is the status in words.
func (b BasisStatus) String() string {
	if b < 0 || int(b) >= len(basisNames) {
		return fmt.Sprintf("basis status %d", int(b))
	}
	return basisNames[b]
}
