package specification

import (
	"math/big"
	"slices"
)

// Formula is a formula in negation normal form: And, Or or *Comparison.
type Formula interface {
	// Holds says whether the formula is true, in exact arithmetic.
	Holds(v Values) bool
	// Comparisons calls do for each comparison of the formula.
	Comparisons(do func(*Comparison))
}

// And is a conjunction. The empty one is true.
type And []Formula

// Or is a disjunction. The empty one is false.
type Or []Formula

// Comparison compares a linear function of elements with zero:
// Terms + Const >= 0, or as Operator says.
type Comparison struct {
	Terms    []Term // in the order of the elements; none twice
	Const    *big.Rat
	Operator Operator
	At       Position
}

// Term is an element times a constant other than zero. Constants are shared: they
// must not be written.
type Term struct {
	Element Element
	Coef    *big.Rat
}

// Operator says what a linear function must be.
type Operator int

// The operators.
const (
	AtLeast Operator = iota // >= 0
	Above                   // > 0
	Equal                   // == 0
	Unequal                 // != 0
)

// String writes the operator.
func (o Operator) String() string { return [...]string{">=", ">", "==", "!="}[o] }

// NewComparison makes a comparison of terms in any order, of which the same
// element may have several.
func NewComparison(terms []Term, constant *big.Rat, op Operator, at Position) *Comparison {
	slices.SortStableFunc(terms, func(a, b Term) int { return a.Element.compare(b.Element) })
	c := &Comparison{Const: constant, Operator: op, At: at}
	for _, t := range terms {
		if n := len(c.Terms); n > 0 && c.Terms[n-1].Element == t.Element {
			c.Terms[n-1].Coef = new(big.Rat).Add(c.Terms[n-1].Coef, t.Coef)
		} else {
			c.Terms = append(c.Terms, t)
		}
	}
	c.Terms = slices.DeleteFunc(c.Terms, func(t Term) bool { return t.Coef.Sign() == 0 })
	return c
}

// Holds implements Formula.
func (f And) Holds(v Values) bool {
	return !slices.ContainsFunc(f, func(g Formula) bool { return !g.Holds(v) })
}

// Holds implements Formula.
func (f Or) Holds(v Values) bool {
	return slices.ContainsFunc(f, func(g Formula) bool { return g.Holds(v) })
}

// Holds implements Formula.
func (c *Comparison) Holds(v Values) bool {
	return c.Operator.holds(c.Value(v).Sign())
}

// Value is the linear function at v.
func (c *Comparison) Value(v Values) *big.Rat {
	sum, product := new(big.Rat).Set(c.Const), new(big.Rat)
	for _, t := range c.Terms {
		sum.Add(sum, product.Mul(t.Coef, v(t.Element)))
	}
	return sum
}

// holds says whether numbers of the given sign satisfy the operator.
func (o Operator) holds(sign int) bool {
	switch o {
	case AtLeast:
		return sign >= 0
	case Above:
		return sign > 0
	case Equal:
		return sign == 0
	}
	return sign != 0
}

// Comparisons implements Formula.
func (f And) Comparisons(do func(*Comparison)) { comparisons(f, do) }

// Comparisons implements Formula.
func (f Or) Comparisons(do func(*Comparison)) { comparisons(f, do) }

// Comparisons implements Formula.
func (c *Comparison) Comparisons(do func(*Comparison)) { do(c) }

func comparisons(parts []Formula, do func(*Comparison)) {
	for _, f := range parts {
		f.Comparisons(do)
	}
}
