// Package solve answers questions about two networks over a region.
//
// For any number of class pairs (i, j), Margins computes
//
//	proved <= min r <= witnessed   and   witnessed <= max r <= proved
//
// with r the log relative safety margin of package query. The steps:
//
//  1. Bounds of every neuron and every margin (package relax), shared by all
//     class pairs.
//  2. A witness for each extremum by projected gradient steps (package attack).
//  3. Where the two are not within the gap, an engine narrows it (engine.go). The default
//     is a branch and bound on phases (package phases), in which every part of the
//     region gets bounds of its own and a linear program, and inputs that cannot
//     beat the witness are left out. Where few inputs are free and many neurons
//     unstable, the box of the inputs is split first (package boxes). The third is the
//     mixed-integer program of package encode, solved by HiGHS (package milp). Every
//     point is replayed through both networks; its value there is what counts,
//     never a solver's.
//  4. When time (limits.go) or nodes end: the bound so far, and the best witness.
//
// Decide answers whether an input of the region makes a formula of linear conditions
// on the values of both networks true, by the same bounds, splits and branch and
// bound. Refute makes verdicts of it, Radius finds the largest ball in which one holds.
// Relax says what one relaxation proves of the margins.
//
// Bounds of step 1, of package phases and of package boxes are certified: true in exact
// arithmetic, whatever HiGHS answers, because only its multipliers are used, in
// an inequality that holds for any multipliers (package lp). Bounds of the mixed-integer
// program hold up to the tolerances of HiGHS (rigor "solver"); on badly scaled
// networks they have been seen to be wrong. A bound that contradicts a replayed
// witness is an error, never a result.
//
// Assumed: joint graphs are those of package query, with a region.
//
// Legend: an extremum is witnessed by an input and proved by a bound; it is exact where
// the two are within the gap. A claim is that no input makes a formula true; a finding is
// what is known of it. A bracket holds a radius between a proof and a witness. A
// relaxation is a way to bounds, each no looser than those below it. A session is what
// the searches of one region share.
package solve
