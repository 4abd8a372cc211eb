package oracle

import (
	"context"
	"math"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/solve"
)

// Rounding is what the float64 evaluations of r in solve and in the oracle may
// differ by, relative to the magnitude of the values.
const Rounding = 1e-10

// Twice is how far two answers to one question may lie apart: each is within
// the default gap of the truth.
const Twice = 2*solve.DefaultGap + 1e-9

// Margins asks for the extremes of a problem over its box.
func Margins(t testing.TB, p Problem, opt solve.Options, classes ...query.ClassPair) *solve.Result {
	t.Helper()
	res, err := solve.Margins(context.Background(), p.Joint.In(p.Box), classes, opt)
	if err != nil {
		t.Fatalf("%s: %v", p.Name, err)
	}
	return res
}

// Above is e's bound less v in the direction in which the bound must lie: a
// negative number says that v refutes the bound.
func Above(e solve.Extremum, v float64) float64 {
	if e.Sense == solve.Minimum {
		return v - e.Proved
	}
	return e.Proved - v
}

// Compare holds an extremum that is claimed to be exact against the truth.
func Compare(t *testing.T, p Problem, label string, e solve.Extremum, want float64) {
	t.Helper()
	slack := Rounding * (1 + math.Abs(want))
	switch {
	case e.Status != solve.Exact:
		t.Errorf("%s, %s: %v is %v [%v, %v] (%v), the oracle has %v", p.Name, label, e.Task, e.Status, e.Witnessed, e.Proved, e.Stop, want)
	case math.Abs(e.Witnessed-want) > 1e-6+slack || math.Abs(e.Proved-want) > 1e-6+slack:
		t.Errorf("%s, %s: %v is witnessed %v, proved %v, the oracle has %v", p.Name, label, e.Task, e.Witnessed, e.Proved, want)
	case e.Rigor == solve.Certified && Above(e, want) < -slack:
		t.Errorf("%s, %s: the certified bound %v of %v is refuted by %v", p.Name, label, e.Proved, e.Task, want)
	case !p.Box.Contains(e.Witness):
		t.Errorf("%s, %s: the witness %v of %v is not in the box", p.Name, label, e.Witness, e.Task)
	}
}

// Configurations are the ways to an exact answer.
var Configurations = []struct {
	Name string
	Opt  solve.Options
}{
	{"bab", solve.Options{Engine: solve.BaB}},
	{"split", solve.Options{Engine: solve.Split}},
	{"milp", solve.Options{Engine: solve.MILP}},
	{"plain", solve.Options{Encoding: encode.Plain}},
}

// Replay holds the witness of an extremum against the networks: it lies in the
// box, and the margin there is the witnessed one to the last bit.
func Replay(t *testing.T, p Problem, e solve.Extremum) {
	t.Helper()
	if !p.Box.Contains(e.Witness) {
		t.Errorf("%s: the witness %v of %v is not in the box", p.Name, e.Witness, e.Task)
		return
	}
	ev := network.NewEvaluator(p.Joint.Graph)
	ev.Forward(e.Witness)
	if r := ev.At(p.Joint.Margin(e.Classes)); r != e.Witnessed {
		t.Errorf("%s: the witness of %v has %v, not %v", p.Name, e.Task, r, e.Witnessed)
	}
	if Above(e, e.Witnessed) < 0 {
		t.Errorf("%s: the bound %v of %v is on the wrong side of the witnessed %v", p.Name, e.Proved, e.Task, e.Witnessed)
	}
}
