package highs

// #include "capi.h"
import "C"

import (
	"fmt"
	"math"
)

// Columns is the number of columns of the model; 0 for a closed solver.
func (s *Solver) Columns() int { return s.count(s.columns) }

// Rows is the number of rows of the model; 0 for a closed solver.
func (s *Solver) Rows() int { return s.count(s.rows) }

// Nonzeros is the number of matrix values of the model; 0 for a closed solver.
func (s *Solver) Nonzeros() int {
	return s.count(func() int { return int(C.Highs_getNumNz(s.h)) })
}

func (s *Solver) count(of func() int) int {
	if s.enter() != nil {
		return 0
	}
	defer s.leave()
	return of()
}

func (s *Solver) columns() int { return int(C.Highs_getNumCol(s.h)) }
func (s *Solver) rows() int    { return int(C.Highs_getNumRow(s.h)) }

// SetMaximize chooses between maximizing and minimizing.
func (s *Solver) SetMaximize(maximize bool) error {
	return s.do(func() C.HInt { return C.Highs_changeObjectiveSense(s.h, sense(maximize)) }, "sense")
}

// SetOffset sets the constant of the objective.
func (s *Solver) SetOffset(offset float64) error {
	if err := finite(offset); err != nil {
		return fmt.Errorf("highs: offset: %w", err)
	}
	return s.do(func() C.HInt { return C.Highs_changeObjectiveOffset(s.h, C.double(offset)) }, "offset")
}

// SetCost sets the cost of one column.
func (s *Solver) SetCost(col int, cost float64) error {
	return s.change(col, s.columns, "columns", finite(cost), func() C.HInt {
		return C.Highs_changeColCost(s.h, C.HInt(col), C.double(cost))
	}, "cost of column %d", col)
}

// SetCosts sets the costs of all columns.
func (s *Solver) SetCosts(cost []float64) error {
	return s.changeAll(s.columns, "columns", func(j int) error { return finite(cost[j]) }, func(last C.HInt) C.HInt {
		return C.Highs_changeColsCostByRange(s.h, 0, last, doubles(cost))
	}, "costs", len(cost))
}

// SetColBounds sets the bounds of one column.
func (s *Solver) SetColBounds(col int, lo, up float64) error {
	return s.change(col, s.columns, "columns", checkBounds(lo, up), func() C.HInt {
		return C.Highs_changeColBounds(s.h, C.HInt(col), C.double(lo), C.double(up))
	}, "bounds of column %d", col)
}

// SetColsBounds sets the bounds of all columns.
func (s *Solver) SetColsBounds(lo, up []float64) error {
	return s.changeAll(s.columns, "columns", func(j int) error { return checkBounds(lo[j], up[j]) }, func(last C.HInt) C.HInt {
		return C.Highs_changeColsBoundsByRange(s.h, 0, last, doubles(lo), doubles(up))
	}, "bounds of columns", len(lo), len(up))
}

// SetRowBounds sets the bounds of one row.
func (s *Solver) SetRowBounds(row int, lo, up float64) error {
	return s.change(row, s.rows, "rows", checkBounds(lo, up), func() C.HInt {
		return C.Highs_changeRowBounds(s.h, C.HInt(row), C.double(lo), C.double(up))
	}, "bounds of row %d", row)
}

// SetRowsBounds sets the bounds of all rows.
func (s *Solver) SetRowsBounds(lo, up []float64) error {
	return s.changeAll(s.rows, "rows", func(i int) error { return checkBounds(lo[i], up[i]) }, func(last C.HInt) C.HInt {
		return C.Highs_changeRowsBoundsByRange(s.h, 0, last, doubles(lo), doubles(up))
	}, "bounds of rows", len(lo), len(up))
}

// SetInteger makes one column integer or continuous.
func (s *Solver) SetInteger(col int, integer bool) error {
	return s.change(col, s.columns, "columns", nil, func() C.HInt {
		return C.Highs_changeColIntegrality(s.h, C.HInt(col), C.HInt(variableType(integer)))
	}, "type of column %d", col)
}

// SetIntegers makes each column integer or continuous.
func (s *Solver) SetIntegers(integer []bool) error {
	kind := make([]int32, len(integer))
	for j, v := range integer {
		kind[j] = variableType(v)
	}
	return s.changeAll(s.columns, "columns", func(int) error { return nil }, func(last C.HInt) C.HInt {
		return C.Highs_changeColsIntegralityByRange(s.h, 0, last, ints(kind))
	}, "types of columns", len(integer))
}

// change changes the value of one column or row, if it is there and the value
// has no error.
func (s *Solver) change(i int, of func() int, kind string, invalid error, call func() C.HInt, format string, args ...any) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		if err = s.checkIndex(i, of(), kind); err == nil {
			err = invalid
		}
		if err == nil {
			err = check(call())
		}
	}
	if err != nil {
		return fmt.Errorf("highs: %s: %w", fmt.Sprintf(format, args...), err)
	}
	return nil
}

// changeAll changes a value of all columns or all rows, if the given lengths
// are their number and no value has an error.
func (s *Solver) changeAll(of func() int, kind string, invalid func(i int) error, call func(last C.HInt) C.HInt, what string, lengths ...int) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		n := of()
		for _, got := range lengths {
			if got != n {
				return fmt.Errorf("highs: %s: %d values for %d %s", what, got, n, kind)
			}
		}
		for i := range n {
			if err := invalid(i); err != nil {
				return fmt.Errorf("highs: %s: %d: %w", what, i, err)
			}
		}
		if n == 0 {
			return nil
		}
		err = check(call(C.HInt(n - 1)))
	}
	if err != nil {
		return fmt.Errorf("highs: %s: %w", what, err)
	}
	return nil
}

func (s *Solver) checkIndex(i, n int, kind string) error {
	if i < 0 || i >= n {
		return fmt.Errorf("the model has %d %s", n, kind)
	}
	return nil
}

// colBounds are the bounds of a column that exists.
func (s *Solver) colBounds(j int32) (lo, up float64) {
	var n, nz C.HInt
	var cost, l, u C.double
	if C.Highs_getColsByRange(s.h, C.HInt(j), C.HInt(j), &n, &cost, &l, &u, &nz, nil, nil, nil) < 0 {
		return math.Inf(-1), math.Inf(1)
	}
	return float64(l), float64(u)
}
