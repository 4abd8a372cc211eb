package search

import (
	"math"

	"rsm/internal/query"
	"rsm/network"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/witness"
)

// State is the state of the search for the maximum of a functional: the best witness
// and the best bound, in terms of the functional. An engine narrows it.
type State struct {
	Options  *Options
	Joint    *query.Joint
	F        network.Functional
	Attacker *attack.Attacker
	Name     string   // of what is searched for, in messages
	Workers  *Workers // with nothing else to do
	// Threshold, if not nil, ends the search when it is not between witness and
	// bound.
	Threshold *float64
	// Given are conditions that inputs of interest satisfy; others are no
	// witnesses. The first maximum may then be -inf: no such input is known.
	Given []*logic.Condition
	// Accept, where not nil, says whether an input at which the functional is above
	// the threshold counts as a witness.
	Accept func(x []float64) bool
	// Tolerance is how far above the threshold a bound counts as one that touches it:
	// that part is not looked at any further.
	Tolerance float64

	Witness      []float64
	Witnessed    float64
	Seen         float64 // the largest value in float64 at an input that was replayed
	Proved       float64
	Rigor        Rigor
	Stop         Stop
	Nodes        int64
	LPIterations int64
	// Progress, if not nil, hears of bounds that hold while the search goes on.
	Progress func(proved float64, nodes int64)
}

// Decided says whether the threshold is not between witness and bound.
func (s *State) Decided() bool {
	return s.Threshold != nil && (s.Proved <= *s.Threshold || s.Witnessed > *s.Threshold)
}

// Cutoff is the bound at which a part of the region is of no interest: no input
// in it beats the witness by as much as half the gap, or none is above the
// threshold.
func (s *State) Cutoff() float64 {
	v := s.Witnessed + s.Options.Slack(s.Witnessed)
	if s.Threshold != nil {
		v = max(v, *s.Threshold+s.Tolerance)
	}
	return v
}

// Replay evaluates both networks at an input of the box, and keeps it if it is
// the best so far. One that does not satisfy the given conditions is moved to where
// it does, if that is near.
func (s *State) Replay(x []float64) float64 {
	s.Attacker.Shrink(x)
	v := s.Attacker.Value(s.F, x)
	if len(s.Given) > 0 {
		if x = s.Attacker.Mended(s.Given, x); x == nil {
			return math.Inf(-1)
		}
		v = s.Attacker.Evaluator.At(s.F)
	}
	s.Seen = max(s.Seen, v)
	if v > s.Witnessed {
		v = witness.Sure(s.Joint, s.F, x, v)
	}
	if v > s.Witnessed && s.given(x) && s.accepted(x, v) {
		s.Witnessed, s.Witness = v, append([]float64(nil), x...)
	}
	return v
}

// given says whether the given conditions, which float64 finds true at the input last
// evaluated, are true of the levels that activations certainly have there: those that the
// functional's value is of.
func (s *State) given(x []float64) bool {
	for _, c := range s.Given {
		v := witness.Sure(s.Joint, c.F, x, s.Attacker.Evaluator.At(c.F))
		if v < 0 || v == 0 && c.Strict {
			return false
		}
	}
	return true
}

// accepted says whether an input counts as a witness of a value.
func (s *State) accepted(x []float64, v float64) bool {
	return s.Accept == nil || s.Threshold == nil || v <= *s.Threshold || s.Accept(x)
}

// Report reports progress with a bound that holds now.
func (s *State) Report(proved float64, nodes int64) {
	if s.Progress != nil {
		s.Progress(max(min(s.Proved, proved), s.Witnessed), nodes)
	}
}
