// Command rsm answers exactly, over a whole region of inputs, how much safety
// one neural network gained or lost against another.
//
// It reads, calls and prints; the mathematics is in packages network, query,
// relax, encode and solve. Results go to standard output, everything else to
// standard error. The exit status says what happened; see exit.go.
package main
