package network

import (
	"fmt"
	"math/big"
)

// ReLU is y = max(x, 0), element by element.
type ReLU struct{}

// Kind implements Op.
func (ReLU) Kind() string { return "relu" }

// Check implements Op.
func (ReLU) Check(in []int) (int, error) {
	if len(in) != 1 {
		return 0, fmt.Errorf("a ReLU has one operand, not %d", len(in))
	}
	return in[0], nil
}

// Eval implements Op.
func (ReLU) Eval(out []float64, in [][]float64) {
	for i, x := range in[0] {
		out[i] = max(x, 0)
	}
}

// Equal implements Op.
func (ReLU) Equal(other Op) bool {
	_, ok := other.(ReLU)
	return ok
}

// Parameters implements Op.
func (ReLU) Parameters() int { return 0 }

// Value implements Activation.
func (ReLU) Value(_ int, x float64) float64 { return max(x, 0) }

// Rational implements Activation.
func (ReLU) Rational(_ int, x *big.Rat) *big.Rat {
	if x.Sign() < 0 {
		return new(big.Rat)
	}
	return x
}

// Pieces implements Activation: 0 and the operand.
func (ReLU) Pieces(_ int, lo, hi float64, most int) []Piece {
	zero := new(big.Rat)
	switch {
	case lo >= 0:
		return []Piece{{}}
	case hi <= 0:
		return []Piece{{Level: zero}}
	case most < 2:
		return nil
	}
	return []Piece{{Level: zero, To: zero}, {From: zero}}
}

// exactly is Rational of all elements: nothing needs lowest terms.
func (ReLU) exactly(in *fractions) *fractions {
	out := &fractions{num: make([]*big.Int, len(in.num)), den: in.den, shift: in.shift}
	for i, n := range in.num {
		if n != nil && n.Sign() > 0 {
			out.num[i] = n
		}
	}
	return out
}

// Backward implements Activation. At the kink the slope 0 is taken.
func (ReLU) Backward(below, above, z []float64) {
	for i, x := range z {
		if x > 0 {
			below[i] += above[i]
		}
	}
}

// Pairs implements Activation.
func (ReLU) Pairs(other Activation) bool {
	_, ok := other.(ReLU)
	return ok
}

// Describe implements Activation.
func (r ReLU) Describe() string { return r.Kind() }

// Constants implements Activation.
func (ReLU) Constants() map[string][]float64 { return nil }
