package highs

// #include <stdlib.h>
// #include "highs_capi.h"
import "C"

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"unsafe"
)

// Solver is one instance of HiGHS. It is for one goroutine at a time. Close it.
type Solver struct {
	h       unsafe.Pointer
	threads C.HInt
}

// Version is the version of the HiGHS that is linked.
func Version() string { return C.GoString(C.Highs_version()) }

// New returns a solver with an empty model, one thread and no output.
func New() (*Solver, error) {
	h := C.Highs_create()
	if h == nil {
		return nil, fmt.Errorf("highs: no memory for a solver")
	}
	s := &Solver{h: h}
	runtime.SetFinalizer(s, (*Solver).Close)
	if n := C.Highs_getSizeofHighsInt(h); n != 4 {
		s.Close()
		return nil, fmt.Errorf("highs: the library's integers have %d bytes, not 4", n)
	}
	for _, o := range [][2]string{{"output_flag", "false"}, {"threads", "1"}, {"small_matrix_value", "1e-12"}} {
		if err := s.SetOption(o[0], o[1]); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close frees the solver. It may be called more than once.
func (s *Solver) Close() {
	if s.h != nil {
		C.Highs_destroy(s.h)
		s.h = nil
	}
	runtime.SetFinalizer(s, nil)
}

// check turns the status of a call into an error. A warning is none.
func check(what string, status C.HInt) error {
	if status < 0 {
		return fmt.Errorf("highs: %s failed", what)
	}
	return nil
}

// Kinds of options, as HiGHS numbers them.
const (
	boolOption = iota
	intOption
	floatOption
	stringOption
)

// SetOption sets any option of HiGHS by name, from text: true or false, an
// integer, a number, or a string, as the option's type asks.
func (s *Solver) SetOption(name, value string) error {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var kind C.HInt
	if C.Highs_getOptionType(s.h, c, &kind) < 0 {
		return fmt.Errorf("HiGHS has no option %q", name)
	}
	status := C.HInt(-1)
	want := "a string"
	switch kind {
	case boolOption:
		want = "true or false"
		if b, err := strconv.ParseBool(value); err == nil {
			var v C.HInt
			if b {
				v = 1
			}
			status = C.Highs_setBoolOptionValue(s.h, c, v)
		}
	case intOption:
		want = "an integer in its range"
		if n, err := strconv.ParseInt(value, 10, 32); err == nil {
			status = C.Highs_setIntOptionValue(s.h, c, C.HInt(n))
			if status >= 0 && name == "threads" {
				s.threads = C.HInt(n)
			}
		}
	case floatOption:
		want = "a number in its range"
		if v, err := strconv.ParseFloat(value, 64); err == nil && !math.IsNaN(v) {
			status = C.Highs_setDoubleOptionValue(s.h, c, C.double(v))
		}
	case stringOption:
		want = "one of its values"
		v := C.CString(value)
		defer C.free(unsafe.Pointer(v))
		status = C.Highs_setStringOptionValue(s.h, c, v)
	}
	if status < 0 {
		return fmt.Errorf("HiGHS option %s does not take %q: give %s", name, value, want)
	}
	return nil
}

// Float returns a piece of information on the last run by its HiGHS name.
func (s *Solver) Float(name string) (float64, error) {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var v C.double
	err := check("information "+name, C.Highs_getDoubleInfoValue(s.h, c, &v))
	return float64(v), err
}

// Int returns a piece of information on the last run by its HiGHS name.
func (s *Solver) Int(name string) (int64, error) {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var short C.HInt
	if C.Highs_getIntInfoValue(s.h, c, &short) >= 0 {
		return int64(short), nil
	}
	var long C.int64_t
	err := check("information "+name, C.Highs_getInt64InfoValue(s.h, c, &long))
	return int64(long), err
}

// PrimalFeasible says whether the last run left a feasible solution.
func (s *Solver) PrimalFeasible() bool {
	v, err := s.Int("primal_solution_status")
	return err == nil && v == 2
}

// DualBound is the bound of the last MIP run, valid however it ended: infinite
// where there is none.
func (s *Solver) DualBound() float64 {
	v, err := s.Float("mip_dual_bound")
	if err != nil || math.IsNaN(v) {
		return math.Inf(1)
	}
	return v
}

// Objective is the objective value of the last run's solution.
func (s *Solver) Objective() float64 {
	v, err := s.Float("objective_function_value")
	if err != nil {
		return math.NaN()
	}
	return v
}

// Nodes is the number of branch-and-bound nodes of the last run.
func (s *Solver) Nodes() int64 {
	v, err := s.Int("mip_node_count")
	if err != nil {
		return 0
	}
	return max(0, v)
}

// LPIterations is the number of simplex iterations of the last run.
func (s *Solver) LPIterations() int64 {
	v, err := s.Int("simplex_iteration_count")
	if err != nil {
		return 0
	}
	return max(0, v)
}

// Solution holds the values and the duals of columns and rows.
type Solution struct {
	Col, ColDual, Row, RowDual []float64
}

// Solution returns the solution of the last run. Look at PrimalFeasible first.
func (s *Solver) Solution() (Solution, error) {
	n, m := s.Columns(), s.Rows()
	v := Solution{make([]float64, n), make([]float64, n), make([]float64, m), make([]float64, m)}
	err := check("solution", C.Highs_getSolution(s.h, doubles(v.Col), doubles(v.ColDual), doubles(v.Row), doubles(v.RowDual)))
	return v, err
}

// Basis returns the basis statuses of columns and rows.
func (s *Solver) Basis() (col, row []int32, err error) {
	col, row = make([]int32, s.Columns()), make([]int32, s.Rows())
	return col, row, check("basis", C.Highs_getBasis(s.h, ints(col), ints(row)))
}

// SetBasis sets the basis from which the next LP run starts.
func (s *Solver) SetBasis(col, row []int32) error {
	if len(col) != s.Columns() || len(row) != s.Rows() {
		return fmt.Errorf("highs: a basis of %d columns and %d rows for a model of %d and %d", len(col), len(row), s.Columns(), s.Rows())
	}
	return check("basis", C.Highs_setBasis(s.h, ints(col), ints(row)))
}

// DualRay returns a proof of infeasibility of the last LP run, if it has one:
// multipliers of the rows.
func (s *Solver) DualRay() (ray []float64, ok bool, err error) {
	ray = make([]float64, max(1, s.Rows()))
	var has C.HInt
	err = check("dual ray", C.Highs_getDualRay(s.h, &has, doubles(ray)))
	return ray[:s.Rows()], has != 0, err
}

// Clear forgets everything about the last run but the model and the options.
func (s *Solver) Clear() error { return check("clearing the solver", C.Highs_clearSolver(s.h)) }
