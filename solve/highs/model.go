package highs

// #include <stdlib.h>
// #include "highs_capi.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// Model is the mixed-integer linear program
//
//	max or min  Cost.x + Offset
//	RowLo <= A x <= RowUp,  Lo <= x <= Up,  x[j] integer where Integer[j]
//
// with A in compressed rows: row i has the elements Start[i] to Start[i+1] (or
// the end) of Index and Value. Bounds may be infinite. Integer and the names
// may be nil.
type Model struct {
	Maximize     bool
	Offset       float64
	Cost, Lo, Up []float64
	Integer      []bool
	RowLo, RowUp []float64
	Start, Index []int32
	Value        []float64
	ColNames     []string
	RowNames     []string
}

func (m *Model) check() error {
	n, rows := len(m.Cost), len(m.RowLo)
	switch {
	case len(m.Lo) != n || len(m.Up) != n:
		return fmt.Errorf("highs: model has %d costs, %d lower and %d upper bounds", n, len(m.Lo), len(m.Up))
	case m.Integer != nil && len(m.Integer) != n:
		return fmt.Errorf("highs: model has %d costs and integrality of %d columns", n, len(m.Integer))
	case len(m.RowUp) != rows || len(m.Start) != rows:
		return fmt.Errorf("highs: model has %d and %d row bounds and %d row starts", rows, len(m.RowUp), len(m.Start))
	case len(m.Index) != len(m.Value):
		return fmt.Errorf("highs: model has %d column indices for %d values", len(m.Index), len(m.Value))
	case m.ColNames != nil && len(m.ColNames) != n || m.RowNames != nil && len(m.RowNames) != rows:
		return fmt.Errorf("highs: model has %d column and %d row names", len(m.ColNames), len(m.RowNames))
	}
	return nil
}

// Pass replaces the solver's model.
func (s *Solver) Pass(m *Model) error {
	if err := m.check(); err != nil {
		return err
	}
	sense := C.HInt(1)
	if m.Maximize {
		sense = -1
	}
	var kind []int32
	if m.Integer != nil {
		kind = make([]int32, len(m.Integer))
		for j, b := range m.Integer {
			if b {
				kind[j] = 1
			}
		}
	}
	err := check("passing the model", C.Highs_passMip(s.h, C.HInt(len(m.Cost)), C.HInt(len(m.RowLo)),
		C.HInt(len(m.Value)), 2, sense, C.double(m.Offset), doubles(m.Cost), doubles(m.Lo), doubles(m.Up),
		doubles(m.RowLo), doubles(m.RowUp), ints(m.Start), ints(m.Index), doubles(m.Value), ints(kind)))
	if err != nil {
		return err
	}
	for j, name := range m.ColNames {
		c := C.CString(name)
		st := C.Highs_passColName(s.h, C.HInt(j), c)
		C.free(unsafe.Pointer(c))
		if err := check("column name "+name, st); err != nil {
			return err
		}
	}
	for i, name := range m.RowNames {
		c := C.CString(name)
		st := C.Highs_passRowName(s.h, C.HInt(i), c)
		C.free(unsafe.Pointer(c))
		if err := check("row name "+name, st); err != nil {
			return err
		}
	}
	return nil
}

// WriteModel writes the model to a file, in the format that the ending of its
// name says: .mps or .lp.
func (s *Solver) WriteModel(path string) error {
	c := C.CString(path)
	defer C.free(unsafe.Pointer(c))
	return check("writing the model to "+path, C.Highs_writeModel(s.h, c))
}

// ReadModel replaces the model by that of a file.
func (s *Solver) ReadModel(path string) error {
	c := C.CString(path)
	defer C.free(unsafe.Pointer(c))
	return check("reading the model of "+path, C.Highs_readModel(s.h, c))
}

// Columns and Rows are the sizes of the model.
func (s *Solver) Columns() int { return int(C.Highs_getNumCol(s.h)) }

// Rows is the number of rows of the model.
func (s *Solver) Rows() int { return int(C.Highs_getNumRow(s.h)) }

// SetColumnBounds changes the bounds of column j.
func (s *Solver) SetColumnBounds(j int, lo, up float64) error {
	return check("column bounds", C.Highs_changeColBounds(s.h, C.HInt(j), C.double(lo), C.double(up)))
}

// SetRowBounds changes the bounds of row i.
func (s *Solver) SetRowBounds(i int, lo, up float64) error {
	return check("row bounds", C.Highs_changeRowBounds(s.h, C.HInt(i), C.double(lo), C.double(up)))
}

// SetCosts changes the costs of all columns.
func (s *Solver) SetCosts(c []float64) error {
	if len(c) != s.Columns() {
		return fmt.Errorf("highs: %d costs for %d columns", len(c), s.Columns())
	}
	if len(c) == 0 {
		return nil
	}
	return check("costs", C.Highs_changeColsCostByRange(s.h, 0, C.HInt(len(c)-1), doubles(c)))
}

// SetMaximize changes the sense of the objective.
func (s *Solver) SetMaximize(maximize bool) error {
	v := C.HInt(1)
	if maximize {
		v = -1
	}
	return check("sense", C.Highs_changeObjectiveSense(s.h, v))
}

// SetInteger makes column j integer, or continuous.
func (s *Solver) SetInteger(j int, integer bool) error {
	v := C.HInt(0)
	if integer {
		v = 1
	}
	return check("integrality", C.Highs_changeColIntegrality(s.h, C.HInt(j), v))
}

// SetCoefficient changes one value of the matrix.
func (s *Solver) SetCoefficient(row, col int, v float64) error {
	return check("coefficient", C.Highs_changeCoeff(s.h, C.HInt(row), C.HInt(col), C.double(v)))
}

// AddRows appends rows lo <= A x <= up, A in compressed rows as in Model.
func (s *Solver) AddRows(lo, up []float64, start, index []int32, value []float64) error {
	if len(lo) != len(up) || len(lo) != len(start) || len(index) != len(value) {
		return fmt.Errorf("highs: rows to add have %d, %d bounds, %d starts, %d indices, %d values", len(lo), len(up), len(start), len(index), len(value))
	}
	return check("adding rows", C.Highs_addRows(s.h, C.HInt(len(lo)), doubles(lo), doubles(up), C.HInt(len(value)), ints(start), ints(index), doubles(value)))
}

// DeleteRows removes the rows from to to, both included.
func (s *Solver) DeleteRows(from, to int) error {
	return check("deleting rows", C.Highs_deleteRowsByRange(s.h, C.HInt(from), C.HInt(to)))
}

// SetStart gives values of all columns from which a MIP run starts; HiGHS takes
// them as its first incumbent where they are feasible.
func (s *Solver) SetStart(x []float64) error {
	if len(x) != s.Columns() {
		return fmt.Errorf("highs: a start of %d values for %d columns", len(x), s.Columns())
	}
	return check("start", C.Highs_setSolution(s.h, doubles(x), nil, nil, nil))
}

func doubles(x []float64) *C.double { return (*C.double)(unsafe.SliceData(x)) }
func ints(x []int32) *C.HInt        { return (*C.HInt)(unsafe.SliceData(x)) }
