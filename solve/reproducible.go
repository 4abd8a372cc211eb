package solve

import (
	"math"

	"rsm/network"
	"rsm/solve/attack"
	"rsm/solve/witness"
)

// clearance is how far from a threshold, relative to the step, an input is for float32 to
// tell its level: quotients of 8-bit levels are off by less.
const clearance = 0x1p-14

// reproduce replaces the witness of an extremum by one beside it that float32 holds, and
// whose quantized inputs keep a clearance to thresholds, where that loses hardly anything:
// extremes lie at the ends of steps, and a runtime that computes in float32 would find
// another level at what is there in float64.
func (s *session) reproduce(e *Extremum) {
	steps := attack.InputSteps(s.joint.Graph)
	if len(steps) == 0 || e.Witness == nil {
		return
	}
	x := append([]float64(nil), e.Witness...)
	for _, q := range steps {
		for i, v := range x {
			k := q.Value(i, v)
			least, greatest := q.Levels(i)
			lo, hi := q.Threshold(i, k-1), q.Threshold(i, k)
			room := clearance * (hi - lo)
			if k > least {
				v = max(v, lo+room)
			}
			if k < greatest {
				v = min(v, hi-room)
			}
			x[i] = v
		}
	}
	box := s.joint.Attained()
	for i, v := range x {
		x[i] = single(v, box.Lo[i], box.Hi[i])
	}
	if !box.Contains(x) || !s.joint.Budget.Holds(x) {
		return
	}
	ev := network.NewEvaluator(s.joint.Graph)
	ev.Forward(x)
	f := s.objective(e)
	v := e.sign() * witness.Sure(s.joint, f, x, ev.At(f))
	lost := e.sign() * (e.Witnessed - v)
	closed := s.search.Closed(e.Witnessed, e.Proved)
	if closed && s.search.Closed(v, e.Proved) || !closed && lost <= hardly*e.Gap() {
		e.Witness, e.Witnessed = x, v
	}
}

// hardly is the share of an open gap that a reproducible witness may lose.
const hardly = 0.01

// single is the float32 nearest to v that is in [lo, hi], or v where there is none.
func single(v, lo, hi float64) float64 {
	f := float32(v)
	for _, w := range [...]float32{f, math.Nextafter32(f, float32(math.Inf(1))), math.Nextafter32(f, float32(math.Inf(-1)))} {
		if x := float64(w); lo <= x && x <= hi {
			return x
		}
	}
	return v
}

// evaluate evaluates both networks at the input that float64 makes of parameters,
// where the witness of an extremum is such.
func (s *session) evaluate(e *Extremum) {
	plain := s.joint.Plain
	if plain == nil {
		return
	}
	f := plain.Margin(e.Classes)
	if e.Sense == Minimum {
		f = f.Negated()
	}
	x, ev := s.joint.At(e.Witness), network.NewEvaluator(plain.Graph)
	ev.Forward(x)
	e.Witnessed = e.sign() * witness.Sure(plain, f, x, ev.At(f))
}
