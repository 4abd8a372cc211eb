// Package vnnlib reads queries in VNN-LIB 1.0, the language of the neural
// network verification competitions: a subset of SMT-LIB 2 over real variables
// X_0, X_1, ... (the inputs) and Y_0, Y_1, ... (the outputs) of one network.
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
// Formulas are kept in negation normal form over constraints
// sum_k c_k v_k + c <= 0 (or < 0). Numerals are read as the nearest float64,
// and constant terms are computed in float64; a bound c on a variable itself,
// as in (<= X_0 c), is kept exactly.
//
// Query.Box gives the box of the inputs, if they are constrained to one.
//
// The text is first read as symbolic expressions (sexpr.go), which other
// versions of the language share. VNN-LIB 2.0 is recognised and refused.
package vnnlib
