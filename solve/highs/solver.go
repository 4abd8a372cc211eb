package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"unsafe"

	"rsm/solve/highs/provider"
)

// Errors that callers may want to tell apart, wrapped in what failed.
var (
	// ErrClosed: the solver has been closed, or was not made by New.
	ErrClosed = errors.New("the solver is closed")
	// ErrBusy: the solver is running, in another goroutine or in the run whose
	// observer made the call.
	ErrBusy = errors.New("the solver is busy")
	// ErrUnavailable: HiGHS has no such value, basis or solution at this time.
	ErrUnavailable = errors.New("not available")
	// ErrRejected: HiGHS reports an error and gives no reason but in its log
	// (options output_flag, log_to_console and log_file).
	ErrRejected = errors.New("HiGHS reports an error")
)

// Solver is one instance of HiGHS with a model, options and, after Run, a
// result. It is for one goroutine at a time; any number of solvers may run in
// parallel. Calls while it runs fail with ErrBusy.
type Solver struct {
	h       unsafe.Pointer
	busy    atomic.Bool
	threads C.HInt
	dropped Dropped
	result  result
}

// New makes a solver with an empty model. It differs from the defaults of
// HiGHS in three options: threads is 1, output_flag is off, and
// small_matrix_value is 1e-12, the least that HiGHS takes.
func New() (*Solver, error) {
	h := C.Highs_create()
	if h == nil {
		return nil, errors.New("highs: new: out of memory")
	}
	s := &Solver{h: h, threads: 1, result: noResult(false)}
	runtime.SetFinalizer(s, (*Solver).Close)
	if n := C.Highs_getSizeofHighsInt(h); n != C.sizeof_HInt {
		s.Close()
		return nil, fmt.Errorf("highs: new: the integers of this HiGHS have %d bytes, not %d: use a build without HIGHSINT64", n, C.sizeof_HInt)
	}
	err := errors.Join(
		// HiGHS leaves the flag that says whether there are info values
		// uninitialized.
		check(C.Highs_clearSolver(h)),
		s.SetBool("output_flag", false),
		s.SetInt("threads", 1),
		s.SetFloat("small_matrix_value", smallestMatrixValue))
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close frees the memory of HiGHS. Closing twice is allowed. A solver that is
// running stays open and Close returns ErrBusy.
func (s *Solver) Close() error {
	if !s.busy.CompareAndSwap(false, true) {
		return fmt.Errorf("highs: close: %w", ErrBusy)
	}
	defer s.leave()
	if s.h != nil {
		C.Highs_destroy(s.h)
		s.h = nil
	}
	runtime.SetFinalizer(s, nil)
	return nil
}

// Provider says where HiGHS comes from: "embedded", a static library that a Go
// module carries, or "system", what pkg-config finds (build tag highs_system).
const Provider = provider.Name

// Version is the version of the HiGHS library, such as "1.13.1".
func Version() string { return C.GoString(C.Highs_version()) }

// enter begins a call into HiGHS, and leave ends it. Every method that uses h
// is between the two: they keep s from being finalized meanwhile, and make a
// second caller an error instead of a crash.
func (s *Solver) enter() error {
	if !s.busy.CompareAndSwap(false, true) {
		return ErrBusy
	}
	if s.h == nil {
		s.leave()
		return ErrClosed
	}
	return nil
}

func (s *Solver) leave() { s.busy.Store(false) }

// do runs one call into HiGHS and turns its status into an error. Warnings are
// none. The operation is named in the error by format and args.
func (s *Solver) do(call func() C.HInt, format string, args ...any) error {
	err := s.enter()
	if err == nil {
		defer s.leave()
		err = check(call())
	}
	if err != nil {
		return fmt.Errorf("highs: %s: %w", fmt.Sprintf(format, args...), err)
	}
	return nil
}

// check turns a kHighsStatus into an error.
func check(status C.HInt) error {
	if status < 0 {
		return ErrRejected
	}
	return nil
}

// doubles and ints pass slices to C. Slices of the four-byte types of this
// package have the layout of HighsInt.
func doubles(x []float64) *C.double { return (*C.double)(unsafe.SliceData(x)) }

func ints[T ~int32](x []T) *C.HInt { return (*C.HInt)(unsafe.Pointer(unsafe.SliceData(x))) }
