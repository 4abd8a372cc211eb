// Package extremes holds tests of solve.Margins: its extremes are those of an enumeration,
// and at every limit an interval that holds them. It has no code of its own.
package extremes
