// Package phases is a branch and bound on the phases of ReLU neurons and the levels of
// quantized values: it finds the maximum of a linear function f of the values of both
// networks over a region.
//
// Each node is a part of the region with bounds of its own, computed anew after every
// split: deciding a neuron of one network nearly decides its twin. A node's bound is the
// best of the symbolic bound of f and of the LP relaxation over the node's bounds, solved
// from the basis of its parent. The open node with the highest bound is split next, so
//
//	max f <= max over open nodes of their bounds, and what was fathomed
//
// at any time. Neurons to be split are chosen by reliability branching (Achterberg, Koch
// and Martin, Branching rules revisited, 2005), where a neuron's score comes from the
// multipliers of its rows.
//
// The witness narrows the parts. The multipliers of a part's LP give a linear function of
// the inputs that is above f there; where it is below the witness no input is of
// interest, and the bounds of the part's children are over the rest (relax.Halfspace).
// The nearer the bound of a part comes to the witness, the smaller the part: most neurons
// are decided without a split. Where values are quantized, dives look for better
// witnesses; and where an activation has a level at a single number, parts in which all
// neurons are decided are looked at in rational arithmetic (exact.go).
//
// Every bound is certified. Bounds of parts are those of package relax; the rows of the
// LP hold for all inputs of a part in exact arithmetic; and the value of an LP is computed
// from its row duals alone (lp.DualBound). HiGHS is asked for good multipliers, and never
// believed.
//
// Legend: a node is a part of the region that is still open, upper its bound, score what
// the split of each neuron promises, off by how much the relaxation is off there; cutoffs
// are what bounds of parts and values at inputs are held against; fathomed is the highest
// bound of nodes, and of inputs, that were given up as good enough; pseudocosts are mean
// gains of splits; a dive settles quantized values on levels layer by layer; given are
// conditions that inputs of interest satisfy.
package phases
