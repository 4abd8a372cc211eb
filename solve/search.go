package solve

import (
	"context"
	"fmt"
	"math"
	"time"

	"rsm/network"
	"rsm/query"
)

// search is the state of the search for the maximum of a functional: the best
// witness and the best bound, in terms of the functional. An engine narrows it.
type search struct {
	opt   *Options
	f     network.Functional
	att   *attacker
	task  Task
	limit time.Time // zero: none
	spare *spare    // workers with nothing else to do
	// threshold, if not nil, ends the search when it is not between witness and
	// bound.
	threshold *float64
	// given are conditions that inputs of interest satisfy; others are no
	// witnesses. The first maximum may then be -inf: no such input is known.
	given []*query.Condition
	// missed, if not nil, hears of inputs that do not satisfy them.
	missed func(x []float64)

	x            []float64 // witness
	witnessed    float64
	proved       float64
	rigor        Rigor
	stop         Stop
	nodes        int64
	lpIterations int64
	progress     func(proved float64, nodes int64)
}

// engine closes the gap of a search, or stops at a limit.
type engine interface {
	run(ctx context.Context) error
}

// decided says whether the threshold is not between witness and bound.
func (s *search) decided() bool {
	return s.threshold != nil && (s.proved <= *s.threshold || s.witnessed > *s.threshold)
}

// enough is the bound at which a part of the region is of no interest: no input
// in it beats the witness by as much as half the gap, or none is above the
// threshold.
func (s *search) enough() float64 {
	v := s.witnessed + s.opt.slack(s.witnessed)
	if s.threshold != nil {
		v = max(v, *s.threshold)
	}
	return v
}

// replay evaluates both networks at an input of the box, and keeps it if it is
// the best so far.
func (s *search) replay(x []float64) float64 {
	v := s.att.value(s.f, x)
	for _, c := range s.given {
		if w := s.att.ev.At(c.F); w < 0 || c.Strict && w == 0 {
			if s.missed != nil {
				s.missed(x)
			}
			return math.Inf(-1)
		}
	}
	if v > s.witnessed {
		s.witnessed, s.x = v, append([]float64(nil), x...)
	}
	return v
}

// refuted returns an error where a bound falls short of the witness by more
// than the rounding of the witness's evaluation explains.
func (s *search) refuted(bound float64, by string) error {
	if bound < s.witnessed-contradiction*(1+math.Abs(s.witnessed)) {
		return fmt.Errorf("%w: %s proves at most %v for %v, and a witness has %v", ErrContradiction, by, bound, s.task, s.witnessed)
	}
	return nil
}

// tell reports progress with a bound that holds now.
func (s *search) tell(proved float64, nodes int64) {
	if s.progress != nil {
		s.progress(max(min(s.proved, proved), s.witnessed), nodes)
	}
}
