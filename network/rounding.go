package network

import "math"

// Rounding says which integer a number becomes. All of these leave a step of the width 1
// between two thresholds, so that they differ by where the steps begin and by which
// level a threshold itself has. Rounding toward zero and away from it is not among them: it
// is a sum of two such staircases.
type Rounding uint8

// The ways to round. Of the first three, which are to the nearest integer, halves become
// even (as in IEEE 754), or what is farther from zero, or what is nearer.
const (
	HalfEven Rounding = iota
	HalfAway
	HalfToward
	Floor
	Ceiling
)

// String names it.
func (r Rounding) String() string {
	names := [...]string{"half to even", "half away from zero", "half toward zero", "floor", "ceiling"}
	if int(r) < len(names) {
		return names[r]
	}
	return "unknown"
}

// step is the distance of the threshold above an integer from it.
func (r Rounding) step() float64 {
	switch r {
	case Floor:
		return 1
	case Ceiling:
		return 0
	}
	return 0.5
}

// up says whether the threshold between the integers n and n+1 becomes n+1.
func (r Rounding) up(n float64) bool {
	switch r {
	case HalfAway:
		return n >= 0
	case HalfToward:
		return n < 0
	case Floor:
		return true
	case Ceiling:
		return false
	}
	return math.Mod(n, 2) != 0
}
