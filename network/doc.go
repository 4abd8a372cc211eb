// Package network holds classifiers as piecewise-linear functions of one
// sample.
//
// A Graph is a list of nodes in topological order. Node 0 is the input; every
// other node applies an operator to the values of earlier nodes. Two kinds of
// operator exist:
//
//   - affine operators, y = A_1 x_1 + ... + A_m x_m + b, which implement
//     Affine: application, transposed application, application of |A|, and
//     the rows of A. Everything that bounds or encodes a network uses these
//     four views and nothing else, so a new affine operator (a convolution, a
//     pooling by averages, a sum of two branches) is one file here and none
//     elsewhere;
//   - activations, which work on each element by itself and bend or jump: ReLU,
//     y = max(x, 0), and Quantize and Sign, staircases. They implement Activation,
//     or Staircase, and everything else asks these. A new activation is one file
//     here, one in relax (its linear bounds and its splits) and one in encode (its
//     rows).
//
// Values are flat float64 slices, row-major; a Shape is kept for people and
// for checking files. There is no batch dimension.
//
// Weights are read from files as exact real numbers, and the function meant is
// the one over the reals: no operator rounds. Eval computes it in float64.
// Packages that prove something account for the rounding of float64; see
// package relax.
//
// # Names
//
//	node            a value of a graph: an operator applied to earlier nodes, its operands
//	element, i      a number of a node's value
//	A, b            weights and bias of an affine operator; terms: the products of a row
//	neuron          an element of an activation; z its pre-activation, the operand
//	level           an integer that a staircase takes; threshold: where it jumps to the next
//	piece           where an activation is affine
//	functional      a linear function of the values of nodes
//	rows            many of them, pulled back through the graph together
//	pairing         which neurons of two layers of two networks correspond, as partners
//	incoming        a layer's pre-activation as a function of the layers before
package network
