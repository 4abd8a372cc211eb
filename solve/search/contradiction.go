package search

import (
	"errors"
	"fmt"
	"math"
)

// ErrContradiction marks two statements of two methods that exclude each other: a bound
// that a replayed witness refutes, or a model that does not contain a point that it must
// contain. No result comes of it.
var ErrContradiction = errors.New("contradiction between two methods")

// Contradiction is how far a bound may fall short of a value in float64, relative to the
// values' scale, before it is an error: what tolerances and rounding explain.
const Contradiction = 1e-5

// Explained is by how much a bound may fall short of a value without contradicting it.
func Explained(value float64) float64 { return Contradiction * (1 + math.Abs(value)) }

// Refuted returns an error where a bound falls short of the witness by more
// than the rounding of the witness's evaluation explains.
func (s *State) Refuted(bound float64, by string) error {
	if bound < s.Witnessed-Explained(s.Witnessed) {
		return fmt.Errorf("%w: %s proves at most %v for %v, and a witness has %v", ErrContradiction, by, bound, s.Name, s.Witnessed)
	}
	return nil
}
