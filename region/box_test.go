package region_test

import (
	"math"
	"strings"
	"testing"

	"rsm/region"
)

func TestBall(t *testing.T) {
	clip := &[2]float64{0, 1}
	b, err := region.Ball([]float64{0, 0.5, 1}, []float64{0.1, 0, 0.2}, clip)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][2]float64{{0, 0.1}, {0.5, 0.5}, {math.Nextafter(0.8, 0), 1}} { // 1 - 0.2 is below the float64 0.8
		if b.Lo[i] != want[0] || b.Hi[i] != want[1] {
			t.Errorf("feature %d is in [%v, %v], want %v", i, b.Lo[i], b.Hi[i], want)
		}
	}
	for _, c := range []struct {
		x, e []float64
		clip *[2]float64
		want string
	}{
		{[]float64{0.5}, []float64{-0.1}, nil, "epsilon is -0.1"},
		{[]float64{0.5}, []float64{math.NaN()}, nil, "epsilon is NaN"},
		{[]float64{0.5}, []float64{math.Inf(1)}, nil, "epsilon is +Inf"},
		{[]float64{0.5}, []float64{0.1, 0.1}, nil, "epsilon has 2 elements"},
		{[]float64{1.5}, []float64{0.1}, clip, "outside the input domain"},
		{[]float64{0.5}, []float64{0.1}, &[2]float64{1, 0}, "inverted"},
		{[]float64{math.NaN()}, []float64{0.1}, nil, "bounds must be finite"},
		{nil, []float64{0.1}, nil, "no features"},
	} {
		if _, err := region.Ball(c.x, c.e, c.clip); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ball %v %v: %v, want %q", c.x, c.e, err, c.want)
		}
	}
}

func TestNewBox(t *testing.T) {
	if _, err := region.NewBox([]float64{0, 1}, []float64{1, 0}); err == nil || !strings.Contains(err.Error(), "feature 1") {
		t.Errorf("an inverted box: %v", err)
	}
	if _, err := region.NewBox([]float64{0}, []float64{1, 0}); err == nil {
		t.Error("bounds of different lengths are accepted")
	}
}
