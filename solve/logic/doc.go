// Package logic evaluates formulas by what is known of their conditions.
//
// A formula is made of conditions f(x) >= 0 and f(x) > 0 by "and" and "or"
// (Formula), with f a linear function of the values of a graph's nodes. Two
// readings of it are of use to a search:
//
//   - by ranges. With lo <= f <= hi over a part of the region, some conditions are
//     true or false everywhere in it, and what is left of the formula is shorter
//     (Simplify). At a single input it is a truth value (Holds).
//   - by robustness. rho(f >= 0) = f, rho(A and B) = min, rho(A or B) = max: a number
//     above zero where the formula is true and below zero where it is false (Fainekos
//     and Pappas, Robustness of temporal logic specifications for continuous-time
//     signals, 2009). Its gradient is that of one condition, and an upper bound of it
//     at or below zero shows that the formula is at most an equality.
//
// Nothing is assumed of the ranges but that they hold.
//
// Legend: open is what of a formula is neither true nor false everywhere; a case is
// a conjunction of conditions, and a formula the disjunction of its cases; spread is
// the magnitude of the terms of a function, and tolerance what float64 cannot tell
// from zero beside it.
package logic
