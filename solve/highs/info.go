package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// ErrUnknownInfo: this version of HiGHS has no info value of that name, or it
// has another type.
var ErrUnknownInfo = errors.New("no such info value")

// kHighsInfoType
const (
	int64Info = -1
	intInfo   = 1
	floatInfo = 2
)

var infoTypes = map[C.HInt]string{int64Info: "int64", intInfo: "int", floatInfo: "double"}

// Float is an info value of type double by the name that HiGHS gives it, such
// as "mip_dual_bound". The error is ErrUnavailable where HiGHS has none:
// before a run, and after a change of the model.
func (s *Solver) Float(name string) (float64, error) {
	var v C.double
	err := s.info(name, floatInfo, func(c *C.char) C.HInt { return C.Highs_getDoubleInfoValue(s.h, c, &v) })
	return float64(v), err
}

// Int64 is an info value of type int64, which only "mip_node_count" is. The
// errors are those of Float.
func (s *Solver) Int64(name string) (int64, error) {
	var v C.int64_t
	err := s.info(name, int64Info, func(c *C.char) C.HInt { return C.Highs_getInt64InfoValue(s.h, c, &v) })
	return int64(v), err
}

// Int is an info value of type HighsInt, such as "simplex_iteration_count".
// The errors are those of Float.
func (s *Solver) Int(name string) (int, error) {
	var v C.HInt
	err := s.info(name, intInfo, func(c *C.char) C.HInt { return C.Highs_getIntInfoValue(s.h, c, &v) })
	return int(v), err
}

func (s *Solver) info(name string, kind C.HInt, get func(*C.char) C.HInt) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		c := C.CString(name)
		defer C.free(unsafe.Pointer(c))
		var is C.HInt
		switch {
		case C.Highs_getInfoType(s.h, c, &is) != 0:
			err = fmt.Errorf("%w in HiGHS %s", ErrUnknownInfo, Version())
		case is != kind:
			err = fmt.Errorf("%w of type %s: it is of type %s", ErrUnknownInfo, infoTypes[kind], infoTypes[is])
		case get(c) != 0: // a warning: the values are not valid now
			err = ErrUnavailable
		}
	}
	if err != nil {
		return fmt.Errorf("highs: info %q: %w", name, err)
	}
	return nil
}

// result is what a run leaves behind, read once when it ends. It stays as it
// is while the model is being changed.
type result struct {
	status         Status
	maximize, mip  bool
	primalFeasible bool
	objective      float64
	dualBound      float64
	nodes          int64
	lpIterations   int64
}

// noResult knows nothing: the bound and the objective are the trivial ones.
func noResult(maximize bool) result {
	r := result{maximize: maximize}
	r.objective, r.dualBound = r.worst(), -r.worst()
	return r
}

// worst is the objective value that every solution beats.
func (r *result) worst() float64 {
	if r.maximize {
		return math.Inf(-1)
	}
	return math.Inf(1)
}

// readResult reads the result of the run that has just ended.
func (s *Solver) readResult() {
	const feasible = 2 // kHighsSolutionStatusFeasible
	r := noResult(s.maximizes())
	r.status = Status(C.Highs_getModelStatus(s.h))
	r.primalFeasible = s.infoInt("primal_solution_status") == feasible
	objective := s.infoFloat("objective_function_value")
	if r.primalFeasible && !math.IsNaN(objective) {
		r.objective = objective
	}
	nodes := s.infoInt64("mip_node_count")
	r.mip = nodes >= 0 // HiGHS says -1 where no MIP was solved
	r.nodes = max(0, nodes)
	for _, name := range []string{"simplex_iteration_count", "ipm_iteration_count", "crossover_iteration_count", "pdlp_iteration_count"} {
		r.lpIterations += max(0, int64(s.infoInt(name)))
	}
	switch bound := s.infoFloat("mip_dual_bound"); {
	case r.status == Infeasible:
		r.dualBound = r.worst()
	case r.mip && r.status.bounded() && !math.IsNaN(bound):
		r.dualBound = bound
	case !r.mip && r.status == Optimal:
		r.dualBound = r.objective
	}
	s.result = r
}

func (s *Solver) maximizes() bool {
	var v C.HInt
	C.Highs_getObjectiveSense(s.h, &v)
	return v < 0
}

// infoFloat, infoInt and infoInt64 read info values that every version has.
// Where they are not available they are NaN and -1.

func (s *Solver) infoFloat(name string) float64 {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var v C.double
	if C.Highs_getDoubleInfoValue(s.h, c, &v) != 0 {
		return math.NaN()
	}
	return float64(v)
}

func (s *Solver) infoInt(name string) int {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var v C.HInt
	if C.Highs_getIntInfoValue(s.h, c, &v) != 0 {
		return -1
	}
	return int(v)
}

func (s *Solver) infoInt64(name string) int64 {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var v C.int64_t
	if C.Highs_getInt64InfoValue(s.h, c, &v) != 0 {
		return -1
	}
	return int64(v)
}

// Status is how the last run ended.
func (s *Solver) Status() Status { return s.result.status }

// PrimalFeasible says whether the last run left a solution that satisfies the
// model within the tolerances: HiGHS' primal_solution_status is "feasible".
func (s *Solver) PrimalFeasible() bool { return s.result.primalFeasible }

// Objective is the objective value of the last run's best solution as HiGHS
// computes it; where there is none, +Inf in minimizing and -Inf in maximizing.
func (s *Solver) Objective() float64 { return s.result.objective }

// DualBound is what the last run proved, up to the solver's tolerances: no
// solution has an objective value below it in minimizing, or above it in
// maximizing. It is the bound of branch and bound for a MIP, after a limit and
// an interrupt too; the objective for an LP solved to the end; for an
// infeasible model the bound of an empty set; else, and after every status
// that says that something went wrong, the infinite bound that says nothing. It
// is never NaN.
func (s *Solver) DualBound() float64 { return s.result.dualBound }

// Gap is the distance of DualBound and Objective: +Inf where one is infinite,
// and never NaN. The relative gap of HiGHS is the info value "mip_gap".
func (s *Solver) Gap() float64 {
	r := &s.result
	if math.IsInf(r.objective, 0) || math.IsInf(r.dualBound, 0) {
		return math.Inf(1)
	}
	return math.Abs(r.objective - r.dualBound)
}

// Nodes is the number of branch-and-bound nodes of the last run.
func (s *Solver) Nodes() int64 { return s.result.nodes }

// LPIterations is the number of iterations of the LP solvers in the last run;
// for a MIP, in all of its LPs.
func (s *Solver) LPIterations() int64 { return s.result.lpIterations }
