package formula

import "math/big"

// Truth is what is known of a comparison.
type Truth int

// The truths.
const (
	Open Truth = iota
	True
	False
)

// Simplify returns what is left open of a formula: comparisons that are true or false,
// and what follows from them, are left out, and conjunctions in conjunctions and
// disjunctions in disjunctions are one.
func Simplify(f Formula, truth func(*Comparison) Truth) Formula {
	switch f := f.(type) {
	case And:
		open := And{}
		for _, part := range f {
			part = Simplify(part, truth)
			if IsFalse(part) {
				return part
			}
			if inner, ok := part.(And); ok {
				open = append(open, inner...)
			} else {
				open = append(open, part)
			}
		}
		if len(open) == 1 {
			return open[0]
		}
		return open
	case Or:
		open := Or{}
		for _, part := range f {
			part = Simplify(part, truth)
			if IsTrue(part) {
				return part
			}
			if inner, ok := part.(Or); ok {
				open = append(open, inner...)
			} else {
				open = append(open, part)
			}
		}
		if len(open) == 1 {
			return open[0]
		}
		return open
	}
	switch truth(f.(*Comparison)) {
	case True:
		return And{}
	case False:
		return Or{}
	}
	return f
}

// OfConstants is the truth of a comparison without elements.
func OfConstants(c *Comparison) Truth {
	switch {
	case len(c.Terms) > 0:
		return Open
	case c.Operator.Holds(c.Const.Sign()):
		return True
	}
	return False
}

// Map is a formula with other formulas in the place of its comparisons. What do
// returns stands wherever the comparison does.
func Map(f Formula, do func(*Comparison) Formula) Formula {
	made := map[*Comparison]Formula{}
	var walk func(f Formula) Formula
	walk = func(f Formula) Formula {
		switch f := f.(type) {
		case And:
			all := make(And, len(f))
			for i, part := range f {
				all[i] = walk(part)
			}
			return all
		case Or:
			any := make(Or, len(f))
			for i, part := range f {
				any[i] = walk(part)
			}
			return any
		}
		c := f.(*Comparison)
		if made[c] == nil {
			made[c] = do(c)
		}
		return made[c]
	}
	return walk(f)
}

// Inequalities is a formula with >= and > only: equations are two inequalities, and
// their negations a disjunction of two.
func Inequalities(f Formula) Formula {
	return Map(f, func(c *Comparison) Formula {
		switch c.Operator {
		case Equal:
			return And{c.with(AtLeast), c.negative(AtLeast)}
		case Unequal:
			return Or{c.with(Above), c.negative(Above)}
		}
		return c
	})
}

// Negated is true where a formula is false.
func Negated(f Formula) Formula {
	switch f := f.(type) {
	case And:
		any := make(Or, len(f))
		for i, part := range f {
			any[i] = Negated(part)
		}
		return any
	case Or:
		all := make(And, len(f))
		for i, part := range f {
			all[i] = Negated(part)
		}
		return all
	}
	c := f.(*Comparison)
	switch c.Operator {
	case AtLeast:
		return c.negative(Above)
	case Above:
		return c.negative(AtLeast)
	case Equal:
		return c.with(Unequal)
	}
	return c.with(Equal)
}

// Strictly is a formula with > in the place of >=.
func Strictly(f Formula) Formula {
	return Map(f, func(c *Comparison) Formula {
		if c.Operator != AtLeast {
			return c
		}
		return c.with(Above)
	})
}

// Shifted is a formula with the linear function of each comparison smaller by a number.
func Shifted(f Formula, by func(*Comparison) *big.Rat) Formula {
	return Map(f, func(c *Comparison) Formula {
		d := c.with(c.Operator)
		d.Const = new(big.Rat).Sub(c.Const, by(c))
		return d
	})
}

// Linear is a linear function of elements.
type Linear struct {
	Terms []Term
	Const *big.Rat
}

// Substituted writes linear functions in the place of elements; nil leaves an element
// as it is.
func Substituted(f Formula, by func(Element) *Linear) Formula {
	return Map(f, func(c *Comparison) Formula {
		terms, constant, changed := make([]Term, 0, len(c.Terms)), c.Const, false
		for _, t := range c.Terms {
			l := by(t.Element)
			if l == nil {
				terms = append(terms, t)
				continue
			}
			changed = true
			constant = new(big.Rat).Add(constant, new(big.Rat).Mul(t.Coef, l.Const))
			for _, u := range l.Terms {
				terms = append(terms, Term{u.Element, new(big.Rat).Mul(t.Coef, u.Coef)})
			}
		}
		if !changed {
			return c
		}
		return New(terms, constant, c.Operator, c.At)
	})
}

// with is the comparison with another operator.
func (c *Comparison) with(op Operator) *Comparison {
	return &Comparison{Terms: c.Terms, Const: c.Const, Operator: op, At: c.At}
}

// negative compares the negative linear function.
func (c *Comparison) negative(op Operator) *Comparison {
	d := &Comparison{Const: new(big.Rat).Neg(c.Const), Operator: op, At: c.At}
	for _, t := range c.Terms {
		d.Terms = append(d.Terms, Term{t.Element, new(big.Rat).Neg(t.Coef)})
	}
	return d
}
