// Package exact decides formulas over parts of a region in rational arithmetic.
//
// A search in float64 cannot tell 0 <= x <= 0.1 from 0 <= x <= 0.1000000000000000055, nor
// a value of 1.9 from one that rounding makes 1.9. Where that is all that is open of a
// part, it is small in another sense: bounds leave few neurons undecided, and on each
// choice of their pieces (a ReLU is zero or its operand, a quantization one of its
// levels) the networks are affine functions of the n inputs. n + 1 evaluations in
// rational arithmetic give such a function exactly, and whether a conjunction of
//
//	a_k x + c_k >= 0  or  > 0,     lo <= x <= hi
//
// has a solution is a linear program: the maximum of t with a_k x + c_k >= t. It is solved
// by the simplex method in rational numbers with Bland's rule, which ends without a
// tolerance.
//
// The choices are searched depth first, in the order of the networks. Neurons that the
// bounds decide have no choice: the bounds hold in exact arithmetic.
//
// # Names
//
//	part        a box of inputs with rational ends, and bounds of all nodes over it
//	piece       where an activation is affine; open: a neuron on one of several
//	halfspace   a x + c >= 0, or > 0 where it is strict
//	slack       what a x + c is above zero
package exact
