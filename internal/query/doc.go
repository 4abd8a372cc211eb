// Package query says what is asked of a pair of networks.
//
// Two classifiers N1 and N2 take the same input x from a box R. With logits y1
// and y2, the log relative safety margin of the classes (i, j) at x is
//
//	r(x) = (y1_i - y1_j) - (y2_i - y2_j),
//
// the logarithm of the quotient of the two safety margins softmax_i/softmax_j.
// Source: "Verified Relative Safety Margins for Neural Network Twins", arXiv
// 2409.16726.
//
// A Pair is checked once: both networks must take the same number of inputs
// and have the same number of classes. Its Joint graph computes both networks
// from one shared input, so that r is a linear function of the values of one
// graph, and what the networks have in common is computed once. That is all
// that packages relax, encode and solve see.
//
// A joint graph is of a pair and a region (region.Region): its map is in front of each
// network, and where points are made of parameters, the function that makes them in
// front of both. In the joint graph the maps are nodes as all others: networks with the
// same map share it, and what cancels in r still does.
package query
