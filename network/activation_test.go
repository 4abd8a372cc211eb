package network_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// activation draws an activation of one element, and a number of which some are on its
// thresholds or beside.
func activation(t *rapid.T) (network.Activation, float64) {
	step := float64(float32(rapid.Float64Range(0.01, 3).Draw(t, "step")))
	lo := float64(rapid.IntRange(-20, 5).Draw(t, "lo"))
	all := []network.Activation{
		network.ReLU{}, network.Sign{},
		&network.Quantize{Step: []float64{step}, Lo: lo, Hi: lo + float64(rapid.IntRange(1, 30).Draw(t, "levels")),
			Zero:     []float64{float64(rapid.IntRange(-20, 20).Draw(t, "zero"))},
			Rounding: network.Rounding(rapid.IntRange(0, int(network.Ceiling)).Draw(t, "rounding")), Shifted: rapid.Bool().Draw(t, "shifted")},
	}
	a := all[rapid.IntRange(0, len(all)-1).Draw(t, "which")]
	x := rapid.Float64Range(-60, 60).Draw(t, "x")
	if rapid.Bool().Draw(t, "tie") {
		x = 0
		if s, ok := a.(network.Staircase); ok {
			x = s.Threshold(0, float64(rapid.IntRange(-30, 40).Draw(t, "level")))
		}
	}
	switch rapid.IntRange(0, 3).Draw(t, "beside") {
	case 0:
		x = math.Nextafter(x, math.Inf(-1))
	case 1:
		x = math.Nextafter(x, math.Inf(1))
	}
	return a, x
}

// TestActivations: the value at a float64 number is that at the rational one, activations
// do not decrease, staircases have their levels between their thresholds, and derivatives
// are those of the value, or of the line that stands for it.
func TestActivations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, x := activation(t)
		before := new(big.Rat).SetFloat64(x)
		got := a.Rational(0, before)
		if before.Cmp(new(big.Rat).SetFloat64(x)) != 0 {
			t.Fatalf("%s changed its operand", a.Describe())
		}
		if want := a.Value(0, x); got.Cmp(new(big.Rat).SetFloat64(want)) != 0 {
			t.Fatalf("%s at %v is %v, and at the rational number %s", a.Describe(), x, want, got)
		}
		y := rapid.Float64Range(-60, 60).Draw(t, "y")
		if x <= y && a.Value(0, x) > a.Value(0, y) || x >= y && a.Value(0, x) < a.Value(0, y) {
			t.Fatalf("%s decreases from %v to %v", a.Describe(), x, y)
		}
		out := make([]float64, 1)
		if a.Eval(out, [][]float64{{x}}); out[0] != a.Value(0, x) {
			t.Fatalf("%s at %v is %v, and evaluates to %v", a.Describe(), x, a.Value(0, x), out[0])
		}
		below := []float64{0.5}
		a.Backward(below, []float64{2}, []float64{x})
		slope := (below[0] - 0.5) / 2
		s, jumps := a.(network.Staircase)
		switch {
		case !jumps && x != 0 && math.Abs(slope*x-a.Value(0, x)) > 1e-12*math.Abs(x):
			t.Fatalf("%s has the slope %v at %v", a.Describe(), slope, x)
		case jumps && slope != 0 && math.Abs(slope-s.Slope(0)) > 1e-12*slope:
			t.Fatalf("%s has the slope %v at %v", a.Describe(), slope, x)
		}
		if !jumps {
			return
		}
		least, greatest := s.Levels(0)
		k := s.Value(0, x)
		if k < least || k > greatest || k > least && x < s.Threshold(0, k-1) || k < greatest && x > s.Threshold(0, k) {
			t.Fatalf("%s has level %v at %v", a.Describe(), k, x)
		}
		if line := s.Slope(0)*x + s.Offset(0); slope != 0 && math.Abs(line-k) > 1+1e-9 {
			t.Fatalf("%s has level %v at %v, and its line %v", a.Describe(), k, x, line)
		}
	})
}
