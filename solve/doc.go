// Package solve finds the exact extremes of relative safety margins.
//
// For one region and any number of class pairs (i, j), Margins computes
//
//	proved <= min r <= witnessed   and   witnessed <= max r <= proved
//
// with r the log relative safety margin of package query. The steps:
//
//  1. Bounds of every neuron and every margin (package relax), shared by all
//     class pairs. They are certified: true in exact arithmetic.
//  2. A witness for each extremum by projected gradient steps (attack.go).
//  3. Where the two are not within the gap: the mixed-integer program of
//     package encode, with the witness as a row or as a start, solved by HiGHS
//     (milp.go). Every incumbent is replayed through both networks; its value
//     there is what counts, never the solver's own.
//  4. When time, nodes or patience end: the solver's bound so far, intersected
//     with the relaxed bounds, and the best witness.
//
// A bound from HiGHS is true up to its tolerances (rigor "solver"). A bound
// that contradicts a replayed witness is an error, never a result.
package solve
