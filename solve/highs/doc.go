// Package highs binds the C API of HiGHS.
package highs
