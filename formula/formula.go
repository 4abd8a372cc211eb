package formula

import (
	"math/big"
	"slices"
	"strconv"
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

// Element is one number of a tensor: of a tensor of a query file, or of a node of a
// joint graph.
type Element struct {
	Tensor int
	Index  int // in row-major order
}

// Compare orders elements by their tensors, then by their places in them.
func (e Element) Compare(f Element) int {
	if e.Tensor != f.Tensor {
		return e.Tensor - f.Tensor
	}
	return e.Index - f.Index
}

// Values gives the number of each element. Who asks does not change it.
type Values func(Element) *big.Rat

// Position is a place in a file. Lines and columns count from 1, columns in bytes. It
// is zero where a formula comes from no file.
type Position struct{ Line, Column int }

// String writes the position as line:column.
func (p Position) String() string { return strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) }

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

// Holds says whether numbers of the given sign satisfy the operator.
func (o Operator) Holds(sign int) bool {
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

// New makes a comparison of terms in any order, of which the same element may have
// several: their coefficients are added. Neither terms nor constant is kept as it is
// given, but for the numbers in them, which must not be written after.
func New(terms []Term, constant *big.Rat, op Operator, at Position) *Comparison {
	terms = slices.Clone(terms)
	slices.SortStableFunc(terms, func(a, b Term) int { return a.Element.Compare(b.Element) })
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
func (c *Comparison) Holds(v Values) bool { return c.Operator.Holds(c.Value(v).Sign()) }

// Value is the linear function at v.
func (c *Comparison) Value(v Values) *big.Rat {
	sum, product := new(big.Rat).Set(c.Const), new(big.Rat)
	for _, t := range c.Terms {
		sum.Add(sum, product.Mul(t.Coef, v(t.Element)))
	}
	return sum
}

// Strict says whether the linear function must be other than zero.
func (c *Comparison) Strict() bool { return c.Operator == Above || c.Operator == Unequal }

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

// IsTrue says whether a formula is the empty conjunction.
func IsTrue(f Formula) bool {
	and, ok := f.(And)
	return ok && len(and) == 0
}

// IsFalse says whether a formula is the empty disjunction.
func IsFalse(f Formula) bool {
	or, ok := f.(Or)
	return ok && len(or) == 0
}
