package witness

import (
	"context"
	"math"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
)

// Reached is an interval that contains the exact value of a functional at an input.
// Evaluation in float64 is within rounding of it for networks that are continuous; one
// with quantized values jumps where a pre-activation passes a threshold, and there
// float64 may be on the wrong side.
func Reached(j *query.Joint, f network.Functional, x []float64) (lo, hi float64, err error) {
	b, err := pointBounds(j, x)
	if err != nil {
		return math.NaN(), math.NaN(), err
	}
	lo, hi = b.Functional(f)
	return lo, hi, nil
}

// jumped is by how much an exact value may differ from that in float64, relative to the
// values' scale, for it to be within rounding.
const jumped = 1e-9

// Sure returns the value v that a functional has at an input in float64; or what it
// certainly reaches there, where that is of another level of a quantized value.
func Sure(j *query.Joint, f network.Functional, x []float64, v float64) float64 {
	if j.Graph.Quantized() == 0 {
		return v
	}
	lo, _, err := Reached(j, f, x)
	if err == nil && math.Abs(lo-v) > jumped*(1+math.Abs(v)) {
		return lo
	}
	return v
}

// pointBounds are bounds of all nodes at one input.
func pointBounds(joint *query.Joint, x []float64) (*relax.Bounds, error) {
	return relax.Compute(context.Background(), joint, region.Box{Lo: x, Hi: x}, relax.Interval)
}

// Margin bounds the margin at an input in exact arithmetic; where that is
// a parameter, also at the networks' input that float64 makes of it.
func Margin(joint *query.Joint, c query.ClassPair, x []float64) (lo, hi float64, err error) {
	lo, hi, err = Reached(joint, joint.Margin(c), x)
	if err != nil || joint.Plain == nil {
		return lo, hi, err
	}
	l, h, err := Margin(joint.Plain, c, joint.At(x))
	return min(lo, l), max(hi, h), err
}
