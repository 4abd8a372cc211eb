// Package nnet reads fully connected ReLU networks from .nnet files, the text
// format of K. Julian (github.com/sisl/NNet) in which the ACAS Xu networks were
// published.
//
// A file gives layer sizes n_0 (inputs), n_1, ..., n_L (outputs), weights W_k
// (n_k x n_(k-1)) and biases b_k, and a normalisation of n_0 + 1 means and
// ranges: one for each input, and one for all outputs. The function is
//
//	a_0 = (x - mean) / range               element by element
//	a_k = max(W_k a_(k-1) + b_k, 0)        for k < L
//	y   = W_L a_(L-1) + b_L
//	raw output = y * range_out + mean_out
//
// Read gives a_0 -> y, the network that was trained, unless raw inputs are
// asked for; then it gives x -> raw output, with the normalisation as nodes of
// the graph, and no constant of the file is rounded on the way.
//
// The reference evaluator also clamps x to the minima and maxima of the file.
// That is not part of the network here: the minima and maxima are the domain
// of the inputs, see Header.Domain, and inside it both agree.
//
// The ACAS Xu files give the normalisation of two inputs more than the networks
// take (the time to the loss of separation and the last advisory, which select
// the network). Then the last of the means and ranges is the one of the
// outputs, as in the files without them; the reference evaluator takes number
// n_0 + 1, which is a mistake there.
//
// A network with a ReLU on its outputs is written with one more layer, the
// identity without bias. It is read as it stands, and a note says so.
//
// Numbers are decimal and are read as the nearest float64.
package nnet
