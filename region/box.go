package region

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// Box is the set of inputs x with Lo <= x <= Hi, element by element. A feature
// with Lo[i] == Hi[i] is fixed.
type Box struct {
	Lo, Hi []float64
}

// NewBox checks the bounds of a box: equal lengths, finite, not inverted.
func NewBox(lo, hi []float64) (Box, error) {
	if len(lo) != len(hi) {
		return Box{}, fmt.Errorf("the lower bounds have %d elements, the upper bounds %d", len(lo), len(hi))
	}
	if len(lo) == 0 {
		return Box{}, fmt.Errorf("the box has no features")
	}
	for i := range lo {
		for _, v := range []float64{lo[i], hi[i]} {
			if !(math.Abs(v) <= network.MaxMagnitude) {
				return Box{}, fmt.Errorf("feature %d has bound %v: bounds must be finite, and at most %.0e", i, v, network.MaxMagnitude)
			}
		}
		if lo[i] > hi[i] {
			return Box{}, fmt.Errorf("the box is empty: feature %d has lower bound %v above upper bound %v", i, lo[i], hi[i])
		}
	}
	return Box{Lo: lo, Hi: hi}, nil
}

// Ball is the L-infinity ball around a sample, intersected with the domain
// clip[0] <= x <= clip[1] of the inputs where clip is not nil, its ends rounded outward.
// Epsilon has one element, or one for each feature; 0 fixes the feature. A feature of the
// sample outside the domain is an error.
func Ball(sample, epsilon []float64, clip *[2]float64) (Box, error) {
	outer, _, err := balls(sample, epsilon, epsilon, clip)
	return outer, err
}

// balls are the ball of the larger radii with its ends rounded outward, and that of the
// smaller ones with its ends rounded inward. Both are the same but where a radius is no
// float64.
func balls(sample, epsilon, smaller []float64, clip *[2]float64) (outer, inner Box, err error) {
	outer = Box{make([]float64, len(sample)), make([]float64, len(sample))}
	inner = Box{make([]float64, len(sample)), make([]float64, len(sample))}
	if len(epsilon) != 1 && len(epsilon) != len(sample) {
		return Box{}, Box{}, epsilonCount(len(epsilon), len(sample))
	}
	if clip != nil && !(clip[0] <= clip[1]) {
		return Box{}, Box{}, fmt.Errorf("the clip range %v,%v is inverted: give the lower end first", clip[0], clip[1])
	}
	for i, x := range sample {
		e, least := epsilon[0], smaller[0]
		if len(epsilon) > 1 {
			e, least = epsilon[i], smaller[i]
		}
		if !(e >= 0) || math.IsInf(e, 1) {
			return Box{}, Box{}, fmt.Errorf("epsilon is %v: it must be a finite number, zero or more", e)
		}
		outer.Lo[i], _ = ends(x, -e)
		_, outer.Hi[i] = ends(x, e)
		_, inner.Lo[i] = ends(x, -least)
		inner.Hi[i], _ = ends(x, least)
		if clip != nil {
			if x < clip[0] || x > clip[1] {
				return Box{}, Box{}, fmt.Errorf("feature %d of the sample is %v, outside the input domain %v,%v: its values are from %v to %v; scale them to the domain, or give theirs", i, x, clip[0], clip[1], slices.Min(sample), slices.Max(sample))
			}
			for _, b := range [...]Box{outer, inner} {
				b.Lo[i], b.Hi[i] = max(b.Lo[i], clip[0]), min(b.Hi[i], clip[1])
			}
		}
	}
	if outer, err = NewBox(outer.Lo, outer.Hi); err == nil {
		inner, err = NewBox(inner.Lo, inner.Hi)
	}
	return outer, inner, err
}

// epsilonCount is the error for epsilons that do not fit a sample.
func epsilonCount(given, features int) error {
	return fmt.Errorf("epsilon has %d elements for a sample of %d: give one number, or one for each feature", given, features)
}

// Center is the middle of the box, in it also after rounding.
func (b Box) Center() []float64 {
	c := make([]float64, len(b.Lo))
	for i := range c {
		c[i] = min(max(b.Lo[i]/2+b.Hi[i]/2, b.Lo[i]), b.Hi[i])
	}
	return c
}

// Contains says whether x is in the box.
func (b Box) Contains(x []float64) bool {
	if len(x) != len(b.Lo) {
		return false
	}
	for i, v := range x {
		if !(b.Lo[i] <= v && v <= b.Hi[i]) {
			return false
		}
	}
	return true
}

// Project moves x into the box, in place.
func (b Box) Project(x []float64) {
	for i := range x {
		x[i] = min(max(x[i], b.Lo[i]), b.Hi[i])
	}
}
