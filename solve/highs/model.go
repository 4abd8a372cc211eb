package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unsafe"
)

// Model is a linear or mixed-integer program in n columns and m rows:
//
//	minimize (or maximize)  Cost·x + Offset
//	subject to              RowLo <= A x <= RowUp
//	                        Lo <= x <= Up
//	                        x[j] an integer where Integer[j]
//
// Infinite bounds are ±Inf; HiGHS takes every bound of magnitude 1e20 and more
// for infinite. A is stored by rows: the entries of row i are those from
// Start[i] up to Start[i+1], or to the end for the last row.
type Model struct {
	Maximize     bool
	Offset       float64
	Cost, Lo, Up []float64 // n
	Integer      []bool    // n, or nil: no column is integer
	ColNames     []string  // n, or nil; names end up in files only

	RowLo, RowUp []float64 // m
	RowNames     []string  // m, or nil
	Start        []int32   // m; Start[0] is 0
	Index        []int32   // columns; each at most once in a row
	Value        []float64 // as long as Index
}

// Dropped accounts for matrix values that HiGHS left out, because their
// magnitude is not above the option small_matrix_value.
type Dropped struct {
	// Count of the values; explicit zeros are not counted.
	Count int
	// Shift is the most that the values left out of one row can add to it or
	// take from it, with all columns within the bounds they had then: +Inf
	// where a bound is infinite. A model without them contains the model with
	// them if each finite row bound is moved outward by Shift.
	Shift float64
}

// Pass replaces the model, and forgets solution, basis and start. Values that
// the option small_matrix_value makes HiGHS leave out are not an error: see
// Dropped. The slices are copied.
func (s *Solver) Pass(m *Model) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		err = s.pass(m)
	}
	if err != nil {
		return fmt.Errorf("highs: model: %w", err)
	}
	return nil
}

func (s *Solver) pass(m *Model) error {
	if err := m.check(); err != nil {
		return err
	}
	limits, err := s.matrixLimits(len(m.Cost))
	if err != nil {
		return err
	}
	rows := Rows{Lo: m.RowLo, Up: m.RowUp, Start: m.Start, Index: m.Index, Value: m.Value}
	kept, dropped, err := rows.assess(limits, func(j int32) (lo, up float64) { return m.Lo[j], m.Up[j] })
	if err != nil {
		return err
	}
	var kind []int32
	if m.Integer != nil {
		kind = make([]int32, len(m.Integer))
		for j, integer := range m.Integer {
			kind[j] = variableType(integer)
		}
	}
	const rowwise = 2 // kHighsMatrixFormatRowwise
	s.dropped = Dropped{}
	err = check(C.Highs_passMip(s.h, C.HInt(len(m.Cost)), C.HInt(len(m.RowLo)),
		C.HInt(len(m.Value)), rowwise, sense(m.Maximize), C.double(m.Offset),
		doubles(m.Cost), doubles(m.Lo), doubles(m.Up), doubles(m.RowLo), doubles(m.RowUp),
		ints(m.Start), ints(m.Index), doubles(m.Value), ints(kind)))
	if err != nil {
		return err
	}
	if n := int(C.Highs_getNumNz(s.h)); n != kept {
		return fmt.Errorf("%w: it took %d of %d matrix values, where %d were expected", ErrRejected, n, len(m.Value), kept)
	}
	s.dropped, s.result = dropped, noResult(m.Maximize)
	return s.passNames(m)
}

func (s *Solver) passNames(m *Model) error {
	for j, name := range m.ColNames {
		c := C.CString(name)
		err := check(C.Highs_passColName(s.h, C.HInt(j), c))
		C.free(unsafe.Pointer(c))
		if err != nil {
			return fmt.Errorf("column name %q: %w", name, err)
		}
	}
	for i, name := range m.RowNames {
		c := C.CString(name)
		err := check(C.Highs_passRowName(s.h, C.HInt(i), c))
		C.free(unsafe.Pointer(c))
		if err != nil {
			return fmt.Errorf("row name %q: %w", name, err)
		}
	}
	return nil
}

// Dropped tells which matrix values HiGHS has left out since the last Pass,
// there, in AddRows and in SetCoefficient. ReadModel does not count.
func (s *Solver) Dropped() Dropped { return s.dropped }

// check finds what HiGHS would not notice, or would not explain.
func (m *Model) check() error {
	n, rows := len(m.Cost), len(m.RowLo)
	for _, v := range []struct {
		name      string
		got, want int
		optional  bool
	}{
		{"Lo", len(m.Lo), n, false},
		{"Up", len(m.Up), n, false},
		{"Integer", len(m.Integer), n, m.Integer == nil},
		{"ColNames", len(m.ColNames), n, m.ColNames == nil},
		{"RowUp", len(m.RowUp), rows, false},
		{"RowNames", len(m.RowNames), rows, m.RowNames == nil},
	} {
		if v.got != v.want && !v.optional {
			return fmt.Errorf("%s has %d entries for %d columns and %d rows", v.name, v.got, n, rows)
		}
	}
	if err := finite(m.Offset); err != nil {
		return fmt.Errorf("offset: %w", err)
	}
	for j := range n {
		if err := finite(m.Cost[j]); err != nil {
			return fmt.Errorf("%s: cost: %w", label("column", j, m.ColNames), err)
		}
		if err := checkBounds(m.Lo[j], m.Up[j]); err != nil {
			return fmt.Errorf("%s: %w", label("column", j, m.ColNames), err)
		}
	}
	if err := checkNames("column", m.ColNames); err != nil {
		return err
	}
	return checkNames("row", m.RowNames)
}

// checkNames refuses what can not stand in a model file.
func checkNames(kind string, names []string) error {
	first := make(map[string]int, len(names))
	for i, name := range names {
		if k, ok := first[name]; ok {
			return fmt.Errorf("%ss %d and %d are both named %q", kind, k, i, name)
		}
		first[name] = i
		if name == "" {
			return fmt.Errorf("%s %d has an empty name", kind, i)
		}
		for _, r := range name {
			if unicode.IsSpace(r) || !unicode.IsPrint(r) {
				return fmt.Errorf("%s %d: its name %q has the character %q in it", kind, i, name, r)
			}
		}
	}
	return nil
}

func finite(v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%v is not finite", v)
	}
	return nil
}

// checkBounds lets pass lo > up, which only makes a model infeasible.
func checkBounds(lo, up float64) error {
	if math.IsNaN(lo) || math.IsNaN(up) || math.IsInf(lo, 1) || math.IsInf(up, -1) {
		return fmt.Errorf("bounds %v and %v", lo, up)
	}
	return nil
}

// label names a column or row in an error.
func label(kind string, i int, names []string) string {
	l := kind + " " + strconv.Itoa(i)
	if i < len(names) {
		l += " (" + names[i] + ")"
	}
	return l
}

// sense is kHighsObjSense.
func sense(maximize bool) C.HInt {
	if maximize {
		return -1
	}
	return 1
}

// variableType is kHighsVarType.
func variableType(integer bool) int32 {
	if integer {
		return 1
	}
	return 0
}

// WriteModel writes the model to a file whose name ends in .mps or .lp. HiGHS
// 1.16 writes numbers in full; 1.13 writes 15 significant digits, so that they
// come back with a relative error of up to 1e-15. In .lp files a row with two
// finite bounds becomes two rows. Names that the format does not take, and
// names that were never given, are replaced in the file.
func (s *Solver) WriteModel(path string) error {
	ext := filepath.Ext(path)
	if ext != ".mps" && ext != ".lp" {
		return fmt.Errorf("highs: write model %s: the name must end in .mps or .lp", path)
	}
	// HiGHS does not say why it can not write.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("highs: write model: %w", err)
	}
	f.Close()
	err = s.withPath(path, func(c *C.char) C.HInt { return C.Highs_writeModel(s.h, c) }, "write model")
	if errors.Is(err, ErrRejected) { // not that it rejects the model
		return fmt.Errorf("highs: write model %s: HiGHS cannot write it", path)
	}
	return err
}

// ReadModel replaces the model with that of a file whose name ends in .mps or
// .lp, or in either and .gz.
func (s *Solver) ReadModel(path string) error {
	if ext := filepath.Ext(strings.TrimSuffix(path, ".gz")); ext != ".mps" && ext != ".lp" {
		return fmt.Errorf("highs: read model %s: the name must end in .mps or .lp, or in one of them and .gz", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("highs: read model: %w", err)
	}
	f.Close()
	return s.withPath(path, func(c *C.char) C.HInt {
		status := C.Highs_readModel(s.h, c)
		s.dropped, s.result = Dropped{}, noResult(s.maximizes())
		return status
	}, "read model")
}

func (s *Solver) withPath(path string, call func(*C.char) C.HInt, what string) error {
	c := C.CString(path)
	defer C.free(unsafe.Pointer(c))
	return s.do(func() C.HInt { return call(c) }, "%s %s", what, path)
}
