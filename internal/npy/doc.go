// Package npy reads and writes arrays of numbers in NumPy's .npy files, and
// picks samples from them.
//
// A file is the magic bytes "\x93NUMPY", a version, the length of a header,
// the header (a Python dictionary of the element type, the order and the
// shape), and the elements. Source: NEP 1, and the documentation of
// numpy.lib.format, versions 1.0 to 3.0.
//
// Elements may be bool, signed and unsigned integers of 1 to 8 bytes, and
// floats of 2, 4 and 8 bytes, of either byte order, in C or Fortran order.
// Each is read as the float64 that equals it; an integer that none equals is
// an error. Other types, such as complex numbers, text and Python objects, are
// not supported.
//
// The reader is our own. codeberg.org/sbinet/npyio v0.14.0 is the oracle in
// the tests, but panics on malformed headers, allocates what a header claims
// before it looks at the file, and refuses version 3.0.
package npy
