package vnnlib

import (
	"math/big"

	"rsm/formula"
)

// linear is a linear function while it is read, with the constants as they are
// written. Elements may occur several times.
type linear struct {
	terms    []formula.Term
	constant *big.Rat
}

const (
	// maxTerms bounds the terms of one comparison, and so the work for it.
	maxTerms = 1 << 22
	// longestConstant is how many bits a constant may have: products and sums of
	// quotients could grow without bound.
	longestConstant = 1 << 12
)

// add adds m to l. Neither is used after but l.
func (l *linear) add(m *linear) {
	l.terms = append(l.terms, m.terms...)
	l.constant = new(big.Rat).Add(l.constant, m.constant)
}

// scale multiplies by a constant.
func (l *linear) scale(by *big.Rat) {
	for i, t := range l.terms {
		l.terms[i].Coef = new(big.Rat).Mul(t.Coef, by)
	}
	l.constant = new(big.Rat).Mul(l.constant, by)
}

// check says whether a product made constants too long.
func (l *linear) check(p *parser, at int) error {
	bad := long(l.constant)
	for _, t := range l.terms {
		bad = bad || long(t.Coef)
	}
	if bad {
		return p.errorf(at, "a constant has more than %d bits", longestConstant)
	}
	return nil
}

func long(v *big.Rat) bool {
	return v.Num().BitLen() > longestConstant || v.Denom().BitLen() > longestConstant
}

var (
	one    = big.NewRat(1, 1)
	negOne = big.NewRat(-1, 1)
)
