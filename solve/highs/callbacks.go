package highs

// #include "capi.h"
import "C"

import (
	"fmt"
	"runtime/cgo"
	"runtime/debug"
	"slices"
	"sync"
	"unsafe"
)

// Observer hears of a run of a MIP while it goes on. Calls come one at a time,
// from inside of HiGHS, which waits for their return: they must be short, and
// must not end the goroutine (runtime.Goexit, a test's Fatal). The solver's
// methods fail with ErrBusy in them. Either function may be nil.
//
// A panic in a call can not unwind through HiGHS: it stops the run, and Run
// panics with an *ObserverPanic when HiGHS has returned.
type Observer struct {
	// Incumbent hears of every improving solution, with its objective value,
	// the dual bound at that time, and the values of the columns, which it may
	// keep. The values are those of the model as passed, before presolve.
	Incumbent func(objective, bound float64, x []float64)
	// Progress is called about ten times a second, with the seconds since the
	// run began, the primal and the dual bound (infinite while there is none)
	// and the number of nodes so far. It is silent while HiGHS does not look
	// at interrupts: in presolve and in sub-MIPs.
	Progress func(seconds, primal, dual float64, nodes int64)
}

// ObserverPanic is what Run panics with after a panic of an observer.
type ObserverPanic struct {
	Value any    // of the panic
	Stack []byte // where it happened
}

// Error describes the panic, so that a recovered one serves as an error.
func (p *ObserverPanic) Error() string {
	return fmt.Sprintf("highs: panic of an observer: %v\n%s", p.Value, p.Stack)
}

// Unwrap is the value of the panic if it was an error.
func (p *ObserverPanic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// observed is the Go side of a run's callbacks; C refers to it by a cgo.Handle.
type observed struct {
	observer *Observer
	state    *C.rsm_highs_run_state
	mu       sync.Mutex // with several threads, HiGHS calls from any of them
	panicked *ObserverPanic
}

// call runs an observer's function. After a panic there are no more calls.
func (o *observed) call(f func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.panicked != nil {
		return
	}
	defer func() {
		if v := recover(); v != nil {
			o.panicked = &ObserverPanic{Value: v, Stack: debug.Stack()}
			C.rsm_highs_stop(o.state)
		}
	}()
	f()
}

//export rsmHighsIncumbent
func rsmHighsIncumbent(handle C.uintptr_t, objective, bound C.double, x *C.double, n C.HInt) {
	o := cgo.Handle(handle).Value().(*observed)
	if o.observer.Incumbent == nil || x == nil {
		return
	}
	values := slices.Clone(unsafe.Slice((*float64)(x), int(n)))
	o.call(func() { o.observer.Incumbent(float64(objective), float64(bound), values) })
}

//export rsmHighsProgress
func rsmHighsProgress(handle C.uintptr_t, seconds, primal, dual C.double, nodes C.int64_t) {
	o := cgo.Handle(handle).Value().(*observed)
	if o.observer.Progress != nil {
		o.call(func() { o.observer.Progress(float64(seconds), float64(primal), float64(dual), int64(nodes)) })
	}
}
