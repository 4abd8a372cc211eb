// Package witness says what is certainly true at one input.
//
// A search evaluates networks in float64. What is printed must hold in exact real
// arithmetic, so a value that counts is computed once more as an interval: the bounds
// of package relax over the box [x, x], rounded outward, contain the exact value of
// every node at x. Where a network is continuous, float64 is within rounding of it. One with
// quantized values jumps where a pre-activation passes a threshold, and there float64
// may be on the wrong side.
//
// Where parameters make the points of the region (region.Region), x are parameters, and
// what the networks see is what float64 makes of them: a claim about x is made for both,
// the parameters in exact arithmetic and what the networks see.
//
// A formula is claimed for the decimals that x is printed as, too; where intervals do not
// tell, the networks are evaluated in rational numbers.
//
// Legend: reached is the interval of a functional's exact value; sure is its value in
// float64, or what it certainly reaches where that is of another level; certain is a
// formula that is true in exact arithmetic.
package witness
