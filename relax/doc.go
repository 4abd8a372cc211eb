// Package relax bounds the values of a graph over a box without a solver.
//
// Every bound holds in exact real arithmetic, for the weights as exact real
// numbers: float64 results are widened by proved error terms (rounding.go).
//
// There are three methods, each at least as tight as the one before, because
// each intersects its results with those before it:
//
//   - Interval: interval arithmetic through each operator.
//   - Symbolic: backward linear bounds. A linear function of the graph's
//     values is bounded from below by substituting definitions from the last
//     node to the first. A ReLU a = max(z, 0) with z in [l, u], l < 0 < u,
//     whose coefficient is c, is replaced by a line below c*a: slope 0 or 1
//     for c > 0, the chord from (l, 0) to (u, u) for c < 0 (Zhang et al.,
//     CROWN, arXiv 1811.00866; Singh et al., DeepPoly, POPL 2019).
//   - Difference: the same for functions of two aligned networks, where a pair
//     of aligned neurons z1, z2, of which bounds on z1, z2 and z1 - z2 are
//     known, is replaced together by a plane below c1*a1 + c2*a2. Two nearly
//     equal networks cancel, which bounds of each network apart do not see.
//
// A quantized value or a sign is a staircase (staircase.go): it is replaced by a line below
// or above the points at the ends of its steps. What is asked of an activation, and how one
// is entered, is in activation.go: each is one file.
//
// SymbolicOpt and DifferenceOpt are the last two with slopes improved by
// gradient steps (optimise.go), for every function that is bounded: each neuron
// and each difference on the way, and the result. Each intersects its results
// with those of the method it improves, and DifferenceOpt with SymbolicOpt.
//
// Bounds of a part of the region, where some neurons have one phase, are refined
// from those of the whole (split.go), over the box or over its intersection with a
// halfspace (halfspace.go). The budget of a joint graph's inputs, by which an L1 ball
// is a region, is a halfspace of all bounds (budget.go).
//
// For any slopes whatever, the constant term of a line or plane is computed
// from the corners of the set in which the pre-activations are known to lie;
// soundness does not depend on how the slopes were chosen.
//
// # Names
//
//	z, a            pre-activation and value of a neuron; z1, z2 those of an aligned pair
//	l, u            bounds of z; dl, du of z1 - z2
//	open            a neuron that bounds leave undecided; an unstable ReLU is one
//	walk            rows on their way back to the input, and what rounding may have lost: err
//	cut             bounds of rows by those of the nodes that they depend on at the time
//	c, p, t         coefficient of a, slope and constant of the line p z + t below c a
//	share           p as a part of c
//	form, plane     how a pair is relaxed together, and the plane c1 a1 + c2 a2 >= p1 z1 + p2 z2 + t
//	corners         of the set in which z1, z2 lie, or of a staircase's graph
//	edges           of the convex hull of a staircase; clamped: beyond its last step
//	sensitivity     |A| M + |b|, M the magnitudes of the operands: what rounding is relative to
//	prior           bounds that hold too, and are intersected with
//	split           a decision on which side of a number z is; known: what else is
//	halfspace       inputs of interest, Coef x >= Floor; above: that of a part; spent: the budget
//	gamma, unit     n u / (1 - n u), and u, 2^-53
package relax
