// Package vnnlib reads queries in VNN-LIB, versions 1.0 and 2, the language of the
// neural network verification competitions. Both become the same: a specification whose
// formulas have the numbers that the file writes.
//
// # Version 1.0
//
// A subset of SMT-LIB 2 over real variables X_0, X_1, ... (the inputs) and
// Y_0, Y_1, ... (the outputs) of one network.
// Source: "VNNLIB: Verification of Neural Networks", vnnlib.org, 2019-2023.
//
// A file declares the variables and asserts formulas, whose conjunction is the
// query: is there an input at which all hold? Understood are
//
//	(declare-const X_0 Real)  (declare-fun X_0 () Real)  (assert FORMULA)
//	FORMULA: (and F ...)  (or F ...)  (not F)  true  false
//	         (<= T T ...)  (>= T T ...)  (< T T ...)  (> T T ...)  (= T T ...)
//	TERM:    X_0  Y_0  1.5e-3  (+ T ...)  (- T ...)  (* T ...)  (/ T c)
//
// where terms are linear. Declarations of a logic, options and commands that
// ask for an answer have no meaning here and are skipped.
//
// Such a query becomes a specification of one network without a name, with an input X
// and an output Y.
//
// # Version 2
//
// Source: "The VNN-LIB standard", github.com/VNNLIB/VNNLIB-Standard, 2026.
// Versions 2.0 and 2.1 are read:
//
//	QUERY:    (vnnlib-version <2.0>) NETWORK ... (assert FORMULA) ...
//	NETWORK:  (declare-network f [(equal-to g) | (isomorphic-to g)]
//	            (declare-input X real [1,28,28] [initialized]) ...
//	            (declare-hidden H real [1,50] "name in the model") ...
//	            (declare-output Y real [1,10]) ...)
//	FORMULA:  (and F ...)  (or F ...)
//	          (<= T T)  (< T T)  (>= T T)  (> T T)  (== T T)  (!= T T)
//	TERM:     X[0,3,4]  Y (a scalar)  -1.5  (+ T ...)  (- T ...)  (* T ...)
//
// Terms must be linear. Beyond the standard, numbers may have an exponent, a
// comparison may be one of constants, and Real is read as real.
//
// # Limits
//
// Files have at most 128 MiB, formulas are nested at most 10,000 deep, numbers have at
// most 400 digits and exponents of 999, products and quotients of constants at most
// 4,096 bits, and all tensors together 2^26 elements.
//
// Both versions share the lexer (sexpr.go), numbers and linear functions (linear.go).
// Version 1.0 is first read as symbolic expressions (version1.go, term1.go); version2.go
// and assert2.go read version 2 by recursive descent.
package vnnlib
