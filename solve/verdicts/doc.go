// Package verdicts holds tests of decisions: thresholds, formulas, claims and radii have
// the answers of an enumeration, at ties too. It has no code of its own.
package verdicts
