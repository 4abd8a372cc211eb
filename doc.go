// Package rsm answers, exactly, over a whole region of inputs, how much safer one
// neural network is than its twin.
//
// For classes i and j, the log relative safety margin of two networks N1 and N2 at an
// input x is
//
//	r(x) = (y1_i - y1_j) - (y2_i - y2_j)
//
// with y1 and y2 their logits. Read reads a network, Ball and Box make a Region, and
// a Question about both is asked by
//
//	Margin   the least and the greatest r over the region, for class pairs
//	Bounds   what each relaxation proves of that range
//	Imply    does one network decide a class wherever the other does?
//	Equiv    do outputs differ by at most a given number?
//	Radius   the largest ball around a sample in which such a property holds
//	Verify   a query in VNN-LIB about one network or several
//
// The answer is a Result: what was found, with all that is needed to find it again.
// It is what the command rsm writes as JSON; docs/results.md documents its fields.
//
// A mistake in a question is an error before any work: *Invalid where a field of the
// question is to blame. When a context ends, by its deadline or by cancellation, what
// is known by then is the result, and there is no error. A *Failure is rsm's own, or
// the solver's.
//
// Numbers that networks are compared with, such as thresholds, are Decimals: what is
// written is what is meant.
package rsm
