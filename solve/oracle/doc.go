// Package oracle draws problems for tests, and knows their answers by enumeration.
//
// A pair of networks over a box, or over a set of inputs with parameters, is drawn from a
// seed: twins and strangers, equal networks, dead neurons, kinks at the centre and in
// corners, scales from 1e-8 to 1e8. Its exact range is found by cutting the box into cells
// on which all neurons have one phase and all quantized values one level: on a cell r
// is affine, and has its extremes at vertices. It shares no code with relax, encode,
// solve or HiGHS, and solves no linear system; where it errs, it errs by missing
// a vertex.
//
// Legend: a Problem is a pair over a box; Plain is a network as lists of numbers; a cell is
// a polytope, held by its vertices; cases are conjunctions of linear functions of
// the logits.
package oracle
