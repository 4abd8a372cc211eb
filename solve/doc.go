// Package solve finds the exact extremes of relative safety margins.
//
// For one region and any number of class pairs (i, j), Margins computes
//
//	proved <= min r <= witnessed   and   witnessed <= max r <= proved
//
// with r the log relative safety margin of package query. The steps:
//
//  1. Bounds of every neuron and every margin (package relax), shared by all
//     class pairs.
//  2. A witness for each extremum by projected gradient steps (attack.go).
//  3. Where the two are not within the gap, an engine narrows it. The default is
//     a branch and bound on ReLU phases (bab.go), in which every part of the
//     region gets bounds of its own and a linear program, and inputs that cannot
//     beat the witness are left out. Where few inputs are free and many neurons
//     unstable, the box of the inputs is split first (boxes.go). The third is the
//     mixed-integer program of package encode, solved by HiGHS (milp.go). Every
//     point is replayed through both networks; its value there is what counts,
//     never a solver's.
//  4. When time or nodes end: the bound so far, and the best witness.
//
// Decide answers whether an input of a box makes a formula of linear conditions
// on the values of both networks true, by the same bounds, splits and branch and
// bound. Refute makes verdicts of it, Radius the largest ball in which one holds.
//
// Bounds of step 1 and of both branch and bounds are certified: true in exact
// arithmetic, whatever HiGHS answers, because only its multipliers are used, in
// an inequality that holds for any multipliers. Bounds of the mixed-integer
// program hold up to the tolerances of HiGHS (rigor "solver"); on badly scaled
// networks they have been seen to be wrong. A bound that contradicts a replayed
// witness is an error, never a result.
package solve
