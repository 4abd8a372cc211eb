package highs

// #include "capi.h"
import "C"

import (
	"fmt"
	"math"
	"strconv"
)

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
