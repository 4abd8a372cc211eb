// Package lp bounds linear functions of the values of both networks by linear programs,
// with bounds that hold in exact arithmetic whatever the solver does.
//
// A program l <= A x <= u, lo <= x <= hi (package encode) holds every input of a part of
// the region with the values that the networks have there. For any row multipliers y,
//
//	c.x <= sum_j max over [lo_j, hi_j] of (c - A^T y)_j x_j + sum_i max over [l_i, u_i] of y_i r_i
//
// (Neumaier and Shcherbina, Safe bounds in linear and mixed-integer programming, 2004).
// HiGHS is asked for good multipliers, and never believed: the right-hand side is computed
// here, in float64 with the rounding added (DualBound). Left without the columns of the
// inputs it is a line above c.x (DualLine), and with c = 0 and a negative value it proves
// that a part is empty (Empty).
//
// Programs are scaled by powers of two first (Scaled): HiGHS' tolerances are absolute. Cuts
// are rows that a solution violates (BoundByCuts); Tightened bounds pre-activations and
// differences layer by layer.
//
// Assumed: the rows hold in exact arithmetic for every input of the part, which package
// encode proves, and every column has finite bounds.
//
// Legend: y are multipliers, cost and offset the objective, column and row powers of
// two by which a scaled program differs, upper a certified bound, a target is a quantity
// to be bounded, with the bounds known so far.
package lp
