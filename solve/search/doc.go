// Package search holds what every engine narrows: the state of the search for
//
//	max f(x) over x in R
//
// with f a linear function of the values of both networks. At all times
//
//	witnessed <= max f <= proved.
//
// Witnessed is f at an input, evaluated by the networks (Replay) and never the value of
// a solver; proved is a bound, certified or not (Rigor). An engine raises the one and
// lowers the other until they are within the gap, or a threshold is not between them,
// or a limit stops it. Parts of the region whose bound is at the cutoff or below are of
// no interest: no input in them beats the witness by as much as half the gap.
//
// Two statements that exclude each other are an error (ErrContradiction), never a
// result.
//
// Legend: cutoff is the bound at which a part is fathomed; threshold is the value that
// the maximum is only compared with; tolerance is how far above a threshold a bound
// still touches it; given are conditions on the inputs of interest; workers are those
// of a session that have nothing else to do.
package search
