package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"fmt"
	"math"
	"runtime"
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
