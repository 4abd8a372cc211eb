package specification

import (
	"fmt"
	"math/big"

	"rsm/formula"
)

// tie says that an input element is Sign times another one plus Shift.
type tie struct {
	to    formula.Element
	sign  int
	shift *big.Rat
}

// ties are the inputs that are given by others. Every element leads to a root,
// which is the earliest of those tied to it.
type ties map[formula.Element]tie

// root returns the root of an element, as which it is sign*root + shift.
func (t ties) root(e formula.Element) tie {
	step, ok := t[e]
	if !ok {
		return tie{e, 1, new(big.Rat)}
	}
	up := t.root(step.to)
	if up.to == step.to {
		return step
	}
	// e = sign (up.sign r + up.shift) + shift
	shift := new(big.Rat).Set(up.shift)
	if step.sign < 0 {
		shift.Neg(shift)
	}
	flat := tie{up.to, step.sign * up.sign, shift.Add(shift, step.shift)}
	t[e] = flat
	return flat
}

// add ties the inputs of an equation a x + b y + c = 0 with |a| = |b|, unless
// float64 does not hold the shift or they are tied already.
func (t ties) add(c *formula.Comparison) {
	x, y := c.Terms[0], c.Terms[1]
	k := new(big.Rat).Quo(y.Coef, x.Coef)
	k.Neg(k)
	if !k.IsInt() || new(big.Rat).Abs(k).Cmp(big.NewRat(1, 1)) != 0 {
		return
	}
	shift := new(big.Rat).Quo(c.Const, x.Coef) // x = k y - shift
	shift.Neg(shift)
	p, q := t.root(x.Element), t.root(y.Element)
	if p.to == q.to {
		return
	}
	// p.sign r + p.shift = k (q.sign s + q.shift) + shift
	sign := k.Sign()
	total := new(big.Rat).Mul(k, q.shift)
	total.Add(total, shift).Sub(total, p.shift)
	if p.sign < 0 {
		total.Neg(total)
	}
	one := tie{q.to, p.sign * sign * q.sign, total} // r = sign s + shift
	from := p.to
	if from.Compare(one.to) < 0 { // the later one is given by the earlier
		if one.sign > 0 {
			total.Neg(total)
		}
		from, one.to = one.to, from
	}
	if _, exact := one.shift.Float64(); exact {
		t[from] = one
	}
}

// tied ties the inputs that a conjunction equates, by == or by >= and <=.
func (b *builder) tied(parts []formula.Formula) ties {
	t, sides := ties{}, map[string]bool{}
	for _, f := range parts {
		c, ok := f.(*formula.Comparison)
		if !ok || len(c.Terms) != 2 || !b.onlyInputs(c) || c.Operator != formula.Equal && c.Operator != formula.AtLeast {
			continue
		}
		if c.Operator == formula.AtLeast {
			sides[side(c, 1)] = true
			if !sides[side(c, -1)] {
				continue
			}
		}
		t.add(c)
	}
	return t
}

// side names the halfspace of a comparison of two terms, or for sign -1 the
// opposite one.
func side(c *formula.Comparison, sign int64) string {
	scale := new(big.Rat).Abs(c.Terms[0].Coef)
	scale.Quo(big.NewRat(sign, 1), scale)
	name := ""
	for _, v := range []*big.Rat{c.Terms[0].Coef, c.Terms[1].Coef, c.Const} {
		name += new(big.Rat).Mul(v, scale).RatString() + " "
	}
	return name + fmt.Sprint(c.Terms[0].Element, c.Terms[1].Element)
}

// substituted writes the roots in the place of all inputs.
func (b *builder) substituted(f formula.Formula, t ties) formula.Formula {
	return formula.Substituted(f, func(e formula.Element) *formula.Linear {
		if b.spec.Tensors[e.Tensor].Kind != Input {
			return nil
		}
		r := t.root(e)
		if r.to == e {
			return nil
		}
		return &formula.Linear{Terms: []formula.Term{{Element: r.to, Coef: big.NewRat(int64(r.sign), 1)}}, Const: r.shift}
	})
}
