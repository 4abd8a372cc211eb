package highs

// #include <stdlib.h>
// #include "highs_capi.h"
import "C"

import (
	"context"
	"fmt"
	"runtime"
	"runtime/cgo"
	"unsafe"
)

// Observer hears of a run while it goes on. Its functions are called from
// inside the solver and must return promptly; they may not call the solver.
type Observer struct {
	// Incumbent gets each improving solution of a MIP, with its objective and
	// the bound at that moment.
	Incumbent func(objective, bound float64, x []float64)
	// Progress gets the state of a MIP run, at most ten times a second.
	Progress func(seconds, primal, dual float64, nodes int64)
}

// observed is what the callbacks of one run share. A panic of an observer must
// not unwind through C: it is kept, stops the run, and goes on in Run.
type observed struct {
	*Observer
	stop     func()
	panicked any
}

func (o *observed) call(f func()) {
	defer func() {
		if p := recover(); p != nil && o.panicked == nil {
			o.panicked = p
			o.stop()
		}
	}()
	if o.panicked == nil {
		f()
	}
}

// Run solves the model. When the context ends, HiGHS returns soon, with the
// status Interrupted. Observer may be nil.
func (s *Solver) Run(ctx context.Context, observer *Observer) (Status, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var handle cgo.Handle
	var obs *observed
	if observer != nil {
		obs = &observed{Observer: observer}
		handle = cgo.NewHandle(obs)
		defer handle.Delete()
	}
	r := C.rsm_new_run(C.uintptr_t(handle), C.Highs_getNumCol(s.h))
	if r == nil {
		return 0, fmt.Errorf("highs: no memory for a run")
	}
	defer C.free(unsafe.Pointer(r)) // after detach
	if obs != nil {
		obs.stop = func() { C.rsm_stop(r) }
	}
	if err := check("setting callbacks", C.rsm_attach(s.h, r)); err != nil {
		return 0, err
	}
	defer C.rsm_detach(s.h)

	done, quit := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quit)
		select {
		case <-ctx.Done():
			C.rsm_stop(r)
		case <-done:
		}
	}()
	st := C.rsm_run(s.h, s.threads)
	close(done)
	<-quit
	if obs != nil && obs.panicked != nil {
		panic(obs.panicked)
	}
	status := Status(C.Highs_getModelStatus(s.h))
	runtime.KeepAlive(s)
	return status, check("run ("+status.String()+")", st)
}

//export rsmHighsIncumbent
func rsmHighsIncumbent(h C.uintptr_t, objective, bound C.double, x *C.double, n C.HInt) {
	o := cgo.Handle(h).Value().(*observed)
	if o.Incumbent == nil || x == nil {
		return
	}
	v := append([]float64(nil), unsafe.Slice((*float64)(x), int(n))...)
	o.call(func() { o.Incumbent(float64(objective), float64(bound), v) })
}

//export rsmHighsProgress
func rsmHighsProgress(h C.uintptr_t, seconds, primal, dual C.double, nodes C.int64_t) {
	o := cgo.Handle(h).Value().(*observed)
	if o.Progress == nil {
		return
	}
	o.call(func() { o.Progress(float64(seconds), float64(primal), float64(dual), int64(nodes)) })
}
