package rsm

import "math"

// RadiusResult is what is known of a radius: the property holds in the ball of radius
// Safe, and fails at Witness, which the ball of radius Unsafe contains.
type RadiusResult struct {
	Property   Property `json:"property"`
	Tolerance  Float    `json:"tolerance"`
	MaxEpsilon Float    `json:"max_epsilon"`
	Safe       *Float   `json:"safe"`   // nil: not even the sample is proved
	Unsafe     *Float   `json:"unsafe"` // nil: there is no witness
	Reason     string   `json:"reason,omitempty"`
	Witness    []Float  `json:"witness,omitempty"`
	Moved      []Float  `json:"moved,omitempty"`
	Values
	Steps        []RadiusStep `json:"steps"`
	Boxes        int64        `json:"boxes"`
	Nodes        int64        `json:"nodes"`
	LPIterations int64        `json:"lp_iterations"`
}

// Text writes the bracket, rounded outward.
func (r *RadiusResult) Text() string {
	safe, unsafe := -1.0, math.Inf(1)
	if r.Safe != nil {
		safe = float64(*r.Safe)
	}
	if r.Unsafe != nil {
		unsafe = float64(*r.Unsafe)
	}
	return bracketText(safe, unsafe)
}

// Property is what is to hold in a ball, and has what it needs.
type Property struct {
	Name    Kind          `json:"name"` // imply, margin or equiv
	Claims  []Implication `json:"claims,omitempty"`
	Pairs   [][2]int      `json:"class_pairs,omitempty"`
	AtLeast Decimal       `json:"at_least,omitempty"`
	Epsilon Decimal       `json:"epsilon_output,omitempty"`
	Outputs []int         `json:"outputs,omitempty"`
}

// RadiusStep is one radius that was tried.
type RadiusStep struct {
	Epsilon Float `json:"epsilon"`
	Finding
}
