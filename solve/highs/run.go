package highs

// #include <stdlib.h>
// #include "capi.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"unsafe"
)

// Run solves the model and says how that ended. observer may be nil.
//
// When ctx ends, HiGHS is asked to return, and does so with status Interrupted
// as soon as it looks: within milliseconds in the simplex and interior-point
// methods and in branch and bound, but not in presolve, nor in the sub-MIPs of
// its heuristics, where only the option time_limit counts: set that as well
// where a deadline matters. A context that has ended already is Interrupted
// without a call to HiGHS.
//
// The option time_limit counts from the beginning of this run. A limit or an
// interrupt is no error: DualBound and Solution have what is known by then.
// An error means that HiGHS failed; the status may say more.
func (s *Solver) Run(ctx context.Context, observer *Observer) (Status, error) {
	if err := s.enter(); err != nil {
		return NotSet, fmt.Errorf("highs: run: %w", err)
	}
	defer s.leave()
	s.result = noResult(s.maximizes())
	if ctx.Err() != nil {
		s.result.status = Interrupted
		return Interrupted, nil
	}
	if err := s.run(ctx, observer); err != nil {
		return s.result.status, fmt.Errorf("highs: run: %w (status: %v)", err, s.result.status)
	}
	return s.result.status, nil
}

func (s *Solver) run(ctx context.Context, observer *Observer) error {
	var watcher *observed
	var handle cgo.Handle
	if observer != nil {
		watcher = &observed{observer: observer}
		handle = cgo.NewHandle(watcher)
		defer handle.Delete()
	}
	state := C.rsm_highs_new_run(C.uintptr_t(handle), C.Highs_getNumCol(s.h))
	if state == nil {
		return errors.New("out of memory")
	}
	defer C.free(unsafe.Pointer(state))
	if watcher != nil {
		watcher.state = state
	}
	if err := check(C.rsm_highs_attach(s.h, state)); err != nil {
		return fmt.Errorf("callbacks: %w", err)
	}
	defer C.rsm_highs_detach(s.h)

	stopped := make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() {
		C.rsm_highs_stop(state)
		close(stopped)
	})
	// The scheduler of HiGHS belongs to the OS thread.
	runtime.LockOSThread()
	status := C.rsm_highs_run(s.h, s.threads)
	runtime.UnlockOSThread()
	if !unwatch() {
		<-stopped // state must outlive it
	}
	s.readResult()
	if watcher != nil && watcher.panicked != nil {
		panic(watcher.panicked)
	}
	return check(status)
}
