// Package invariance holds tests of what extremes must not depend on, or how: networks
// swapped, neurons in another order or of another scale, classes swapped, a smaller box,
// a network against itself, and the number of jobs. It has no code of its own.
package invariance
