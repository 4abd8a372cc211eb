// Package attack looks for inputs of a region at which a function is large, or a
// formula true, without any proof: it makes witnesses.
//
// The networks are piecewise linear, so their gradients say much. Maximize takes
// projected gradient steps
//
//	x <- P(x + s (hi - lo) sign grad f(x))
//
// with a step s that is halved where it loses; P moves an input to the nearest of the
// box, and then to where it keeps to the budget of an L1 ball. Inputs with a budget
// move towards the vertex at which the gradient's linear function is largest (Frank
// and Wolfe, An algorithm for quadratic programming, 1956). Find does the same for the
// robustness of a formula (package logic), whose gradient is that of one condition at
// a time. Where values are quantized gradients stand still, and Anneal moves one input
// at a time between the ends of its steps. Mended moves an input to where given
// conditions hold, if that is near.
//
// All values are those of float64. What is reported of them is computed once more
// (package witness).
//
// Legend: value is that of the function, or of the robustness, at an input; step is
// the share of the box's width that a move takes, and steps, for inputs that are
// quantized, are those of the staircase; smooth is the function without roundings.
package attack
