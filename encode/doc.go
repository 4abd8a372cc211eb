// Package encode turns a pair of networks over a box, with bounds of every
// node, into one mixed-integer linear program.
//
// Columns: the inputs (those that are not fixed), and for each unstable ReLU
// neuron with pre-activation bounds l < 0 < u the pre-activation z in [l, u],
// the post-activation a in [0, u] and the binary phase b. Rows:
//
//	z - (affine expression of earlier columns) = constant
//	a - z >= 0
//	a - z - l b <= -l        (a <= z - l (1-b))
//	a - u b <= 0
//
// This is the big-M encoding with each neuron's own bounds (Tjeng, Xiao,
// Tedrake, arXiv 1711.07356). Stable neurons have no columns: inactive ones
// are zero, active ones are their own affine expression. The two networks
// share the input columns, so the relative margin r is a linear function of
// the columns.
//
// The budget of the inputs, where there is one, is a row: budget.go.
//
// A quantized value of more than one level has its operand, and its level as an integer
// column: quantize.go. A sign has the same, and binaries for -1 and 1: sign.go. What is asked
// of an activation, and how one is entered, is in activation.go: each is one file.
//
// Difference rows couple aligned pairs of unstable neurons: see difference.go.
//
// LP is the linear relaxation, without phases, for many parts of a region: lp.go.
// There the first of two aligned neurons has columns for its differences from the
// second: relative.go. Rows that phases imply for
// it are in crossed.go, and rows of the convex hull of a neuron over all that
// feeds it, made where a solution violates them, in cuts.go.
//
// The plain encoding, the baseline of all comparisons, uses interval bounds,
// has columns z and a for every neuron, a column for every logit, and no
// difference rows.
//
// # Names
//
//	z, a, b         columns of a neuron: pre-activation, value, phase; low: clamped below
//	def             the row that defines z by earlier columns
//	base            columns of the partner that those of a neuron are differences from
//	l, u            bounds of z; dl, du of z1 - z2
//	expression      a linear function of columns that differs by Err at most from what it is of
//	lost            what rounding may have changed of an expression
//	line            k e + t, above or below a function of e
//	hull            the rows of the convex hull of a staircase
//	cut             a row of the hull of a neuron over all that feeds it, by a point that violates it
//	form            what a cut is made of: an affine function of coordinates in a box
//	coupling        which rows aligned pairs have; crossed: those that phases imply
//	settle          to move an input off a threshold, into the step that a point has
package encode
