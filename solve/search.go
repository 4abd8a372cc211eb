package solve

import (
	"context"
	"fmt"
	"math"
	"time"

	"rsm/internal/query"
	"rsm/network"
)

// search is the state of the search for the maximum of a functional: the best
// witness and the best bound, in terms of the functional. An engine narrows it.
type search struct {
	opt   *Options
	joint *query.Joint
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
	// tie is how far above the threshold a bound counts as one that touches it:
	// that part is not looked at any further.
	tie float64

	x            []float64 // witness
	witnessed    float64
	seen         float64 // the largest value in float64 at an input that was replayed
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
		v = max(v, *s.threshold+s.tie)
	}
	return v
}

// replay evaluates both networks at an input of the box, and keeps it if it is
// the best so far. One that does not satisfy the given conditions is moved to where
// it does, if that is near.
func (s *search) replay(x []float64) float64 {
	s.att.budget.Shrink(x, s.att.box)
	v := s.att.value(s.f, x)
	if len(s.given) > 0 {
		if x = s.mended(x); x == nil {
			return math.Inf(-1)
		}
		v = s.att.ev.At(s.f)
	}
	s.seen = max(s.seen, v)
	if v > s.witnessed {
		v = sure(s.joint, s.f, x, v)
	}
	if v > s.witnessed {
		s.witnessed, s.x = v, append([]float64(nil), x...)
	}
	return v
}

const (
	// mendSteps is how many steps an input gets to satisfy the given conditions:
	// points of linear programs lie on them, or a rounding beside.
	mendSteps = 8
	// mendBy is how far inside them it is moved, relative to the box.
	mendBy = 1e-9
)

// mended returns an input that satisfies the given conditions, the last that was
// evaluated: x, or one that steps along gradients lead to, each as long as the worst
// of the conditions needs by its slope there. It is nil where they do not suffice.
func (s *search) mended(x []float64) []float64 {
	box := s.att.box
	for step := range mendSteps + 1 {
		worst := (*query.Condition)(nil)
		value := 0.0
		for _, c := range s.given {
			if w := s.att.ev.At(c.F); w < value || w == 0 && value == 0 && c.Strict {
				worst, value = c, w
			}
		}
		switch {
		case worst == nil:
			return x
		case step == mendSteps:
			return nil
		case step == 0:
			x = append([]float64(nil), x...)
		}
		s.att.ev.Gradient(worst.F, s.att.grad)
		if s.att.budget != nil {
			if !s.att.towards(x, 0-value) {
				return nil
			}
			s.att.ev.Forward(x)
			continue
		}
		slope := 0.0
		for i, g := range s.att.grad {
			slope += math.Abs(g) * (box.Hi[i] - box.Lo[i])
		}
		length := 2*(0-value)/slope + mendBy
		if !(length < 1) {
			return nil
		}
		for i, g := range s.att.grad {
			if g != 0 {
				x[i] += math.Copysign(length*(box.Hi[i]-box.Lo[i]), g)
			}
		}
		box.Project(x)
		s.att.ev.Forward(x)
	}
	return nil
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
