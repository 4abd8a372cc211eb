// Package specification says what a query file asks of networks, and makes
// problems of it that package solve can decide.
//
// A Specification declares networks with their tensors and asserts formulas over
// the elements of these: is there an input of every network at which all hold?
// Package vnnlib reads it. Formulas are in negation normal form over linear
// comparisons whose constants are the rational numbers that the file writes, so
// that whether given numbers satisfy them has an exact answer.
//
// Build turns it into problems over one joint graph (see package query):
//
//   - Inputs that the query ties to each other, x = y, x = -y, or x = y + c with a c
//     that float64 holds, are one input of the joint graph. Networks with the same
//     inputs then share their input, and bounds of differences become possible.
//     What is not tied is an input of its own.
//   - Bounds of single inputs become the box, rounded outward and closed, so that
//     nothing is lost where the problem is proved to have no solution. Linear
//     constraints of several inputs propagate them: with x <= y, what bounds y bounds
//     x. They stay in the formula.
//   - Disjunctions over bounds become one problem for each part. These are made one
//     after another, so that there may be any number of them.
//   - All else becomes the formula, as it is, over the nodes of the joint graph.
//
// A solution of a problem is a point of the joint input. Case.Assignment moves it to
// decimal numbers in the bounds as the file writes them, evaluates each network by
// itself in exact arithmetic, and the specification at the values: only where it is
// true there, and of the numbers that are printed, is that a satisfying assignment.
//
// Legend: a tie is an input that is another one; a root is one that is no other; a part
// is a conjunction of a query's disjunctions, a case the problem of it.
//
// # Element types
//
// All arithmetic is that of the real numbers. VNN-LIB 2.0 calls this type real and
// demands an error where a query declares float32, float64 or another type whose
// arithmetic a tool does not follow: such queries are refused as not supported.
// Options.AsReal reads the floating-point types as real, as if the query were
// rewritten. Integers, booleans and complex numbers are never read so.
package specification
