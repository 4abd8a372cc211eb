package network

import (
	"fmt"
	"math/big"
)

// Sign is y = -1, 0 or 1 where x is below, at or above zero, element by element: Sign of
// ONNX, by which binarized networks are written. It is a staircase whose middle step is a
// point: level 0 is taken at zero alone, which both thresholds are.
type Sign struct{}

// Kind implements Op.
func (Sign) Kind() string { return "sign" }

// Check implements Op.
func (Sign) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("a sign has one operand, not %d", len(in))
	}
	return in[0], nil
}

// Eval implements Op.
func (s Sign) Eval(out []float64, in [][]float64) {
	for i, x := range in[0] {
		out[i] = s.Value(i, x)
	}
}

// Equal implements Op.
func (Sign) Equal(other Op) bool {
	_, ok := other.(Sign)
	return ok
}

// Parameters implements Op.
func (Sign) Parameters() int { return 0 }

// Value implements Activation.
func (Sign) Value(_ int, x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// Rational implements Activation.
func (Sign) Rational(_ int, x *big.Rat) *big.Rat { return new(big.Rat).SetInt64(int64(x.Sign())) }

// Pieces implements Activation.
func (s Sign) Pieces(i int, lo, hi float64, most int) []Piece { return steps(s, i, lo, hi, most) }

// Backward implements Activation: by the slope 1 between -1 and 1, and 0 beyond, as
// binarized networks are trained (Courbariaux, Hubara, Soudry, El-Yaniv, Bengio, arXiv
// 1602.02830).
func (Sign) Backward(below, above, z []float64) {
	for i, x := range z {
		if x > -1 && x < 1 {
			below[i] += above[i]
		}
	}
}

// Pairs implements Activation.
func (Sign) Pairs(Activation) bool { return false }

// Describe implements Activation.
func (s Sign) Describe() string { return s.Kind() }

// Constants implements Activation.
func (Sign) Constants() map[string][]float64 { return nil }

// Levels implements Staircase.
func (Sign) Levels(int) (lo, hi float64) { return -1, 1 }

// Threshold implements Staircase. Steps but for the middle one count as 1 wide.
func (Sign) Threshold(_ int, k float64) float64 {
	if k < 0 {
		return k + 1
	}
	return k
}

// Slope implements Staircase.
func (Sign) Slope(int) float64 { return 1 }

// Offset implements Staircase.
func (Sign) Offset(int) float64 { return 0 }

// Single implements Staircase: a sign is 0 at 0 alone.
func (Sign) Single(int) (at float64, ok bool) { return 0, true }
