// Package milp finds the maximum of a linear function f of the values of both networks
// by one mixed-integer program (package encode), which HiGHS solves:
//
//	max f(x, a)  over inputs x, values a and phases b in {0, 1} that satisfy the rows.
//
// It is the baseline beside package phases. The program holds every input of the region
// with the values of both networks, so its optimum is the maximum of f. What HiGHS
// proves holds up to its tolerances, which are absolute: columns and rows are scaled by
// powers of two before (lp.Scaled), and what the tolerance of every column may add to
// the objective is added to the bound. Its rigor is that of the solver, not certified;
// on badly scaled networks bounds have been seen to be wrong. Points that it finds are
// replayed; one that contradicts its bound has it solve again without presolve, and
// is an error if it does so again.
//
// Assumed: the search has a witness, whose point the rows must contain.
//
// Legend: a start is the witness as a point of the program; blur is what tolerances may
// add to the objective; dual is HiGHS' bound while it runs; the row objective_range
// keeps the objective between witness and bound.
package milp
