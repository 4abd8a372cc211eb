// Package formula is the one language in which questions about networks are asked:
// and, or, and comparisons of linear functions with zero, whose coefficients are
// rational numbers.
//
//	FORMULA:     And{F, ...}   Or{F, ...}   *Comparison
//	COMPARISON:  sum_k Coef_k x_k + Const   >= 0,  > 0,  == 0  or  != 0
//
// x_k is an Element: a number of a tensor. What a tensor is, is said by who makes the
// formula: one that a query file declares, or a node of a joint graph.
//
// Numbers are what was written, in decimal, and nothing is rounded here: whether given
// values make a formula true has an exact answer, and all rewriting keeps that answer.
// Engines that compute in float64 make conditions of a formula that are implied by it,
// and look at the formula itself before they say that it is true.
//
// And{} is true and Or{} is false. A formula has no negation: Negated moves one inwards.
// Comparisons are not changed once they are made. They may stand in several places of a
// formula, and rewriting keeps what is one comparison one.
//
// # Names
//
//	element   a number of a tensor
//	values    what each element is
//	bounds    an interval in which each element is
package formula
