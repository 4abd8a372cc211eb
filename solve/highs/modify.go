package highs

// #include "capi.h"
import "C"

import (
	"fmt"
	"math"
	"strconv"
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

// Rows are constraints Lo <= A x <= Up, with A stored by rows as in Model.
type Rows struct {
	Lo, Up []float64
	Start  []int32
	Index  []int32
	Value  []float64
}

// AddRows appends rows to the model. The basis, if there is one, stays valid:
// new rows are basic. Values left out are added to Dropped.
func (s *Solver) AddRows(r Rows) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		err = s.addRows(r)
	}
	if err != nil {
		return fmt.Errorf("highs: add rows: %w", err)
	}
	return nil
}

func (s *Solver) addRows(r Rows) error {
	if len(r.Up) != len(r.Lo) {
		return fmt.Errorf("there are %d entries in Up for %d rows", len(r.Up), len(r.Lo))
	}
	limits, err := s.matrixLimits(s.columns())
	if err != nil {
		return err
	}
	kept, dropped, err := r.assess(limits, s.colBounds)
	if err != nil || len(r.Lo) == 0 {
		return err
	}
	before := int(C.Highs_getNumNz(s.h))
	if err := check(C.Highs_addRows(s.h, C.HInt(len(r.Lo)), doubles(r.Lo), doubles(r.Up),
		C.HInt(len(r.Value)), ints(r.Start), ints(r.Index), doubles(r.Value))); err != nil {
		return err
	}
	if n := int(C.Highs_getNumNz(s.h)) - before; n != kept {
		return fmt.Errorf("%w: it took %d of %d matrix values, where %d were expected", ErrRejected, n, len(r.Value), kept)
	}
	s.dropped.Count += dropped.Count
	s.dropped.Shift = max(s.dropped.Shift, dropped.Shift)
	return nil
}

// DeleteRows removes the rows from, from+1, ..., to-1.
func (s *Solver) DeleteRows(from, to int) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		switch m := s.rows(); {
		case from < 0 || to < from || to > m:
			err = fmt.Errorf("the model has rows 0 to %d", m-1)
		case from < to:
			err = check(C.Highs_deleteRowsByRange(s.h, C.HInt(from), C.HInt(to-1)))
		}
	}
	if err != nil {
		return fmt.Errorf("highs: delete rows %d to %d: %w", from, to-1, err)
	}
	return nil
}

// SetCoefficient changes one value of the matrix.
func (s *Solver) SetCoefficient(row, col int, value float64) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		err = s.setCoefficient(row, col, value)
	}
	if err != nil {
		return fmt.Errorf("highs: coefficient of row %d, column %d: %w", row, col, err)
	}
	return nil
}

func (s *Solver) setCoefficient(row, col int, value float64) error {
	if err := s.checkIndex(row, s.rows(), "rows"); err != nil {
		return err
	}
	limits, err := s.matrixLimits(s.columns())
	if err != nil {
		return err
	}
	one := Rows{Lo: []float64{0}, Up: []float64{0}, Start: []int32{0}, Index: []int32{int32(col)}, Value: []float64{value}}
	kept, dropped, err := one.assess(limits, s.colBounds)
	if err != nil {
		return err
	}
	if kept == 0 {
		value = 0
	}
	if err := check(C.Highs_changeCoeff(s.h, C.HInt(row), C.HInt(col), C.double(value))); err != nil {
		return err
	}
	s.dropped.Count += dropped.Count
	s.dropped.Shift += dropped.Shift
	return nil
}

// matrixLimits are the magnitudes between which HiGHS takes matrix values.
type matrixLimits struct {
	small, large float64 // options small_matrix_value, large_matrix_value
	columns      int
}

// matrixLimits are those for a matrix of so many columns.
func (s *Solver) matrixLimits(columns int) (l matrixLimits, err error) {
	l.columns = columns
	for name, v := range map[string]*float64{"small_matrix_value": &l.small, "large_matrix_value": &l.large} {
		o, err := s.option(name)
		if err != nil {
			return l, fmt.Errorf("option %q: %w", name, err)
		}
		if *v, err = strconv.ParseFloat(o.value, 64); err != nil {
			return l, fmt.Errorf("option %q: %w", name, err)
		}
	}
	return l, nil
}

// assess checks the rows against the limits, and foresees what HiGHS keeps and
// what it drops. bounds gives those of a column.
func (r *Rows) assess(l matrixLimits, bounds func(j int32) (lo, up float64)) (kept int, d Dropped, err error) {
	if len(r.Start) != len(r.Lo) {
		return 0, d, fmt.Errorf("there are %d entries in Start for %d rows", len(r.Start), len(r.Lo))
	}
	if len(r.Index) != len(r.Value) || len(r.Value) > math.MaxInt32 {
		return 0, d, fmt.Errorf("there are %d entries in Index and %d in Value", len(r.Index), len(r.Value))
	}
	if len(r.Start) == 0 && len(r.Index) > 0 || len(r.Start) > 0 && r.Start[0] != 0 {
		return 0, d, fmt.Errorf("the matrix has entries before its first row")
	}
	seen := make([]int, l.columns) // row of the column's last entry, plus one
	for i := range r.Lo {
		if err := checkBounds(r.Lo[i], r.Up[i]); err != nil {
			return 0, d, fmt.Errorf("row %d: %w", i, err)
		}
		end := len(r.Index)
		if i+1 < len(r.Start) {
			end = int(r.Start[i+1])
		}
		if end < int(r.Start[i]) || end > len(r.Index) {
			return 0, d, fmt.Errorf("row %d: its entries are those from %d up to %d of %d", i, r.Start[i], end, len(r.Index))
		}
		shift := 0.0
		for k := int(r.Start[i]); k < end; k++ {
			j, v := r.Index[k], r.Value[k]
			if j < 0 || int(j) >= l.columns {
				return 0, d, fmt.Errorf("row %d: column %d of %d columns", i, j, l.columns)
			}
			if seen[j] == i+1 {
				return 0, d, fmt.Errorf("row %d: column %d has two entries", i, j)
			}
			seen[j] = i + 1
			switch a := math.Abs(v); {
			case !(a < l.large): // NaN too
				return 0, d, fmt.Errorf("row %d, column %d: the value is %v, and HiGHS takes magnitudes below %v", i, j, v, l.large)
			case a > l.small:
				kept++
			case a > 0:
				lo, up := bounds(j)
				d.Count++
				shift += a * max(math.Abs(lo), math.Abs(up))
			}
		}
		d.Shift = max(d.Shift, shift)
	}
	return kept, d, nil
}
