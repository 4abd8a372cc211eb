// Command rsm answers exactly, over a whole region of inputs, how much safety
// one neural network gained or lost against another.
//
// It reads flags, asks by package rsm and prints. Results go to standard output,
// everything else to standard error. The exit status says what happened; see exit.go.
package main
