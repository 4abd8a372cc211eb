package network

import "fmt"

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
