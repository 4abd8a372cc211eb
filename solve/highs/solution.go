package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"unsafe"
)

// SetStart gives the next run of a MIP a solution to start from: one value for
// each column. If it is feasible, it becomes the first incumbent. If it is not,
// HiGHS fixes the integer columns at it and solves for the others, and where
// that fails ignores it, without a word. The present solution and basis end. (An
// LP starts from a basis: see SetBasis.)
func (s *Solver) SetStart(x []float64) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		err = s.setStart(x)
	}
	if err != nil {
		return fmt.Errorf("highs: start: %w", err)
	}
	return nil
}

func (s *Solver) setStart(x []float64) error {
	if n := s.columns(); len(x) != n {
		return fmt.Errorf("%d values for %d columns", len(x), n)
	}
	for j, v := range x {
		if err := finite(v); err != nil {
			return fmt.Errorf("column %d: %w", j, err)
		}
	}
	if len(x) == 0 {
		return nil
	}
	return check(C.Highs_setSolution(s.h, doubles(x), nil, nil, nil))
}

// Solution is the solution that HiGHS has: the values x of the columns and
// row = A x of the rows, and their duals, which are nil where there are none
// (a MIP has none). The dual of a column is its reduced cost: the rate at
// which the objective changes with a bound that holds it; that of a row is the
// rate for the row's bound; so colDual = Cost - A' rowDual, in minimizing and
// in maximizing. There may be a solution that is not feasible: ask
// PrimalFeasible. The error is ErrUnavailable where there is none.
func (s *Solver) Solution() (x, colDual, row, rowDual []float64, err error) {
	err = s.enter()
	if err == nil {
		defer s.leave()
		x, colDual, row, rowDual, err = s.solution()
	}
	if err != nil {
		return nil, nil, nil, nil, fmt.Errorf("highs: solution: %w", err)
	}
	return x, colDual, row, rowDual, nil
}

func (s *Solver) solution() (x, colDual, row, rowDual []float64, err error) {
	// Highs_getSolution fills in nothing where HiGHS has nothing, and calls
	// that a success.
	if s.infoInt("primal_solution_status") < 1 {
		return nil, nil, nil, nil, ErrUnavailable
	}
	n, m := s.columns(), s.rows()
	x, row = make([]float64, n), make([]float64, m)
	if s.infoInt("dual_solution_status") >= 1 {
		colDual, rowDual = make([]float64, n), make([]float64, m)
	}
	err = check(C.Highs_getSolution(s.h, doubles(x), doubles(colDual), doubles(row), doubles(rowDual)))
	return x, colDual, row, rowDual, err
}

// Basis is the basis of the last LP. The error is ErrUnavailable where there
// is none.
func (s *Solver) Basis() (cols, rows []BasisStatus, err error) {
	err = s.enter()
	if err == nil {
		defer s.leave()
		cols, rows, err = s.basis()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("highs: basis: %w", err)
	}
	return cols, rows, nil
}

func (s *Solver) basis() (cols, rows []BasisStatus, err error) {
	const valid = 1 // kHighsBasisValidityValid
	if s.infoInt("basis_validity") != valid {
		return nil, nil, ErrUnavailable
	}
	cols, rows = make([]BasisStatus, s.columns()), make([]BasisStatus, s.rows())
	return cols, rows, check(C.Highs_getBasis(s.h, ints(cols), ints(rows)))
}

// SetBasis gives the next run of an LP a basis to start from.
func (s *Solver) SetBasis(cols, rows []BasisStatus) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		if n, m := s.columns(), s.rows(); len(cols) != n || len(rows) != m {
			err = fmt.Errorf("%d columns and %d rows for a model of %d and %d", len(cols), len(rows), n, m)
		} else {
			err = check(C.Highs_setBasis(s.h, ints(cols), ints(rows)))
		}
	}
	if err != nil {
		return fmt.Errorf("highs: set basis: %w", err)
	}
	return nil
}

// ClearSolver forgets solution, basis and start, and keeps model and options:
// the next run begins from nothing.
func (s *Solver) ClearSolver() error {
	return s.do(func() C.HInt {
		s.result = noResult(s.maximizes())
		return C.Highs_clearSolver(s.h)
	}, "clear solver")
}

// DualRay is a Farkas certificate of an infeasible LP, one multiplier for each
// row, if HiGHS has one or finds one by solving the LP once more (which can not
// be cancelled). For y = ray, every x within its bounds has
//
//	y'A x  <  sum over rows of  y_i RowLo_i (y_i > 0) or y_i RowUp_i (y_i < 0)
//
// while every x that satisfies the rows has >=. Presolve finds infeasibility
// without a ray; run without it (option presolve off) where a ray is wanted.
func (s *Solver) DualRay() (ray []float64, ok bool, err error) {
	return s.ray("dual ray", s.rows, func(has *C.HInt, ray *C.double) C.HInt {
		return C.rsm_highs_dual_ray(s.h, s.threads, has, ray)
	})
}

// PrimalRay is a direction, one value for each column, in which an unbounded
// LP stays feasible and the objective improves forever, if HiGHS has one or
// finds one by solving the LP once more (which can not be cancelled).
func (s *Solver) PrimalRay() (ray []float64, ok bool, err error) {
	return s.ray("primal ray", s.columns, func(has *C.HInt, ray *C.double) C.HInt {
		return C.rsm_highs_primal_ray(s.h, s.threads, has, ray)
	})
}

func (s *Solver) ray(what string, length func() int, get func(*C.HInt, *C.double) C.HInt) (ray []float64, ok bool, err error) {
	if err := s.enter(); err != nil {
		return nil, false, fmt.Errorf("highs: %s: %w", what, err)
	}
	defer s.leave()
	runtime.LockOSThread() // its scheduler may be used
	defer runtime.UnlockOSThread()
	n := length()
	buffer := make([]float64, max(1, n)) // nil would ask for no ray
	for i := range buffer {
		buffer[i] = math.NaN()
	}
	var has C.HInt
	if err := check(get(&has, doubles(buffer))); err != nil {
		return nil, false, fmt.Errorf("highs: %s: %w", what, err)
	}
	ray = buffer[:n]
	if has == 0 || n == 0 || math.IsNaN(ray[0]) {
		return nil, false, nil
	}
	return ray, true, nil
}

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
