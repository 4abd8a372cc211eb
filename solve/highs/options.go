package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/xrash/smetrics"
)

// Errors of options, wrapped in the option's name.
var (
	// ErrUnknownOption: this version of HiGHS has no option of that name.
	ErrUnknownOption = errors.New("no such option")
	// ErrOptionType: the option takes values of another type.
	ErrOptionType = errors.New("wrong type")
	// ErrOptionValue: HiGHS does not take the value for this option.
	ErrOptionValue = errors.New("value not taken")
)

const (
	// smallestMatrixValue is the least value of the option small_matrix_value.
	smallestMatrixValue = 1e-12
	// maxString is kHighsMaximumStringLength, the size of the buffers that
	// HiGHS copies option strings into, unchecked.
	maxString = 512
)

// kHighsOptionType
const (
	boolOption = iota
	intOption
	floatOption
	stringOption
)

var optionTypes = [...]string{boolOption: "bool", intOption: "integer", floatOption: "number", stringOption: "string"}

// SetBool sets an option that is on or off.
func (s *Solver) SetBool(name string, value bool) error {
	return s.setOption(name, boolOption, strconv.FormatBool(value))
}

// SetInt sets an integer option.
func (s *Solver) SetInt(name string, value int) error {
	return s.setOption(name, intOption, strconv.Itoa(value))
}

// SetFloat sets a real option.
func (s *Solver) SetFloat(name string, value float64) error {
	return s.setOption(name, floatOption, Number(value))
}

// Number is the text of a real option's value.
func Number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }

// SetString sets a string option.
func (s *Solver) SetString(name, value string) error {
	return s.setOption(name, stringOption, value)
}

// SetOption sets an option of any type from text: true, false, on or off; an
// integer; a number, also "inf"; a string. The names are those of HiGHS. An
// error names the option, and what it takes.
func (s *Solver) SetOption(name, value string) error {
	return s.setOption(name, -1, value)
}

// SetOptions sets options as SetOption does, in the order of their names.
func (s *Solver) SetOptions(options map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if err := s.SetOption(name, options[name]); err != nil {
			return err
		}
	}
	return nil
}

// Option returns the value of an option as SetOption takes it.
func (s *Solver) Option(name string) (string, error) {
	if err := s.enter(); err != nil {
		return "", fmt.Errorf("highs: option %q: %w", name, err)
	}
	defer s.leave()
	o, err := s.option(name)
	if err != nil {
		return "", fmt.Errorf("highs: option %q: %w", name, err)
	}
	return o.value, nil
}

// OptionNames lists all options of this version of HiGHS, in its own order.
func (s *Solver) OptionNames() ([]string, error) {
	if err := s.enter(); err != nil {
		return nil, fmt.Errorf("highs: option names: %w", err)
	}
	defer s.leave()
	return s.optionNames(), nil
}

func (s *Solver) optionNames() []string {
	names := make([]string, 0, int(C.Highs_getNumOptions(s.h)))
	for i := range cap(names) {
		var name *C.char
		if C.Highs_getOptionName(s.h, C.HInt(i), &name) == 0 {
			names = append(names, C.GoString(name))
			C.free(unsafe.Pointer(name))
		}
	}
	return names
}

// option is what HiGHS tells of an option.
type option struct {
	kind  int
	value string
	takes string // the values that it takes, in words
}

func (s *Solver) option(name string) (o option, err error) {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	var kind C.HInt
	if C.Highs_getOptionType(s.h, c, &kind) != 0 {
		return o, s.unknown(name)
	}
	o.kind = int(kind)
	var status C.HInt
	switch o.kind {
	case boolOption:
		var now, standard C.HInt
		status = C.Highs_getBoolOptionValues(s.h, c, &now, &standard)
		o.value, o.takes = strconv.FormatBool(now != 0), "true or false"
	case intOption:
		var now, lo, hi, standard C.HInt
		status = C.Highs_getIntOptionValues(s.h, c, &now, &lo, &hi, &standard)
		o.value, o.takes = strconv.Itoa(int(now)), fmt.Sprintf("an integer from %d to %d", lo, hi)
	case floatOption:
		var now, lo, hi, standard C.double
		status = C.Highs_getDoubleOptionValues(s.h, c, &now, &lo, &hi, &standard)
		o.value = strconv.FormatFloat(float64(now), 'g', -1, 64)
		o.takes = fmt.Sprintf("a number from %g to %g", float64(lo), float64(hi))
	case stringOption:
		var now, standard [2 * maxString]C.char
		status = C.Highs_getStringOptionValues(s.h, c, &now[0], &standard[0])
		o.value, o.takes = C.GoString(&now[0]), fmt.Sprintf("a string, by default %q", C.GoString(&standard[0]))
	default:
		return o, fmt.Errorf("%w: HiGHS says type %d", ErrOptionType, kind)
	}
	if status != 0 {
		return o, ErrRejected
	}
	return o, nil
}

// setOption sets an option from text; kind, if not -1, must be its type.
func (s *Solver) setOption(name string, kind int, value string) error {
	if err := s.enter(); err != nil {
		return fmt.Errorf("highs: option %q: %w", name, err)
	}
	defer s.leave()
	o, err := s.option(name)
	switch {
	case err != nil:
	case kind >= 0 && kind != o.kind && !(kind == intOption && o.kind == floatOption):
		err = fmt.Errorf("%w: got a %s, takes %s", ErrOptionType, optionTypes[kind], o.takes)
	case !s.assign(name, o.kind, value):
		err = fmt.Errorf("%w: got %q, takes %s", ErrOptionValue, value, o.takes)
	}
	if err != nil {
		return fmt.Errorf("highs: option %q: %w", name, err)
	}
	return nil
}

// assign says whether the value is of the kind and HiGHS takes it.
func (s *Solver) assign(name string, kind int, value string) bool {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	switch kind {
	case boolOption:
		v, ok := parseBool(value)
		return ok && C.Highs_setBoolOptionValue(s.h, c, v) == 0
	case intOption:
		v, err := strconv.ParseInt(value, 10, 32)
		if err != nil || C.Highs_setIntOptionValue(s.h, c, C.HInt(v)) != 0 {
			return false
		}
		if name == "threads" {
			s.threads = C.HInt(v)
		}
		return true
	case floatOption:
		v, err := strconv.ParseFloat(value, 64)
		return err == nil && !math.IsNaN(v) && C.Highs_setDoubleOptionValue(s.h, c, C.double(v)) == 0
	default:
		if len(value) >= maxString || strings.ContainsRune(value, 0) {
			return false
		}
		d := C.CString(value)
		defer C.free(unsafe.Pointer(d))
		return C.Highs_setStringOptionValue(s.h, c, d) == 0
	}
}

func parseBool(value string) (v C.HInt, ok bool) {
	switch value {
	case "true", "on":
		return 1, true
	case "false", "off":
		return 0, true
	}
	return 0, false
}

// unknown is the error of a name that is no option: it adds the names of
// options that are spelled alike or contain it.
func (s *Solver) unknown(name string) error {
	type candidate struct {
		name     string
		distance int
	}
	var near []candidate
	for _, n := range s.optionNames() {
		d := smetrics.WagnerFischer(name, n, 1, 1, 1)
		if len(name) > 2 && strings.Contains(n, name) {
			d = 0
		}
		if d <= max(2, len(name)/4) {
			near = append(near, candidate{n, d})
		}
	}
	if len(near) == 0 {
		return fmt.Errorf("%w in HiGHS %s", ErrUnknownOption, Version())
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return a.distance - b.distance })
	names := make([]string, 0, 4)
	for _, c := range near[:min(len(near), cap(names))] {
		names = append(names, c.name)
	}
	return fmt.Errorf("%w in HiGHS %s: near to it are %s", ErrUnknownOption, Version(), strings.Join(names, ", "))
}
