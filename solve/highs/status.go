package highs

import "fmt"

// Status says how a run ended, with the numbers of HiGHS.
type Status int

// The statuses of runs. Others are failures inside HiGHS.
const (
	ModelEmpty            Status = 6
	Optimal               Status = 7
	Infeasible            Status = 8
	UnboundedOrInfeasible Status = 9
	Unbounded             Status = 10
	ObjectiveBound        Status = 11
	ObjectiveTarget       Status = 12
	TimeLimit             Status = 13
	IterationLimit        Status = 14
	Unknown               Status = 15
	SolutionLimit         Status = 16 // of nodes, leaves or solutions
	Interrupted           Status = 17
)

var statusNames = map[Status]string{
	0: "not set", 1: "load error", 2: "model error", 3: "presolve error", 4: "solve error", 5: "postsolve error",
	ModelEmpty: "empty model", Optimal: "optimal", Infeasible: "infeasible",
	UnboundedOrInfeasible: "unbounded or infeasible", Unbounded: "unbounded",
	ObjectiveBound: "objective bound", ObjectiveTarget: "objective target", TimeLimit: "time limit",
	IterationLimit: "iteration limit", Unknown: "unknown", SolutionLimit: "solution limit", Interrupted: "interrupted",
}

// String names the status.
func (s Status) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return fmt.Sprintf("status %d", int(s))
}
