// Package boxes searches a box of inputs by splitting it, where few inputs are free and
// many neurons unstable.
//
// Two goals share one search. Maximize narrows max f(x) over the box, with f a linear
// function of the values of both networks; Decide looks for an x at which a formula of
// conditions f(x) >= 0 is true, or proves that there is none. A part of the box is
//
//  1. bounded: every neuron by its symbolic and difference bounds over the part
//     (relax.Bounds.Within), and with them what is searched for;
//  2. attacked by some gradient steps;
//  3. clipped to the smallest box found that holds all inputs of interest: where
//     a line c.x + d is above f, inputs with c.x + d below the cutoff are of none. One
//     that loses much of its volume is bounded again;
//  4. given to a branch and bound on phases (package phases) with few nodes, where few
//     neurons are unstable;
//  5. split in two along the input i with the largest |df/dx_i| (hi_i - lo_i), the slopes
//     bounded over the part.
//
// For a maximum the parts with the highest bounds come first; for a formula the parts
// that were split last, and some that are nearest to making it true. Parts are looked at in
// batches of a fixed size, whose results are recorded in order: the answer depends
// neither on the number of workers nor on their speed.
//
// All bounds are certified: those of package relax, and those of package phases.
//
// Legend: a part is a box that is open, around are bounds of a box that contains it;
// cutoff is the bound at which a part is fathomed, inputCutoff the value below which inputs
// are of no interest; a part is stuck where no further split can decide it: what is left is
// an equality, as far as float64 tells, or a limit; near is the best robustness found.
package boxes
