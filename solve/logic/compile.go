package logic

import (
	"math"
	"math/big"

	"rsm/formula"
	"rsm/network"
	"rsm/relax"
)

// Compile makes conditions of a formula over the elements of a joint graph's nodes, of
// which bounds are given. Every condition is implied by its comparison where the bounds
// hold: what proves that no input satisfies the conditions proves it of the formula.
//
// Most conditions are their comparisons, times a number above zero that makes all
// coefficients float64s, with the constant rounded up. Where there is no such number, a
// coefficient c is a float64 c' and a remainder, and (c - c') x is at most what the
// bounds of x say, which is added to the constant.
func Compile(f formula.Formula, b *relax.Bounds) Formula {
	made := map[*formula.Comparison]Formula{}
	var walk func(f formula.Formula) Formula
	walk = func(f formula.Formula) Formula {
		switch f := f.(type) {
		case formula.And:
			all := make(And, len(f))
			for i, part := range f {
				all[i] = walk(part)
			}
			return all
		case formula.Or:
			any := make(Or, len(f))
			for i, part := range f {
				any[i] = walk(part)
			}
			return any
		}
		c := f.(*formula.Comparison)
		if made[c] == nil {
			made[c] = condition(c, b)
		}
		return made[c]
	}
	return walk(formula.Inequalities(f))
}

// condition compiles an inequality.
func condition(c *formula.Comparison, b *relax.Bounds) Formula {
	switch formula.OfConstants(c) {
	case formula.True:
		return And{}
	case formula.False:
		return Or{}
	}
	scale := scaleOf(c.Terms)
	out := &Condition{Strict: c.Operator == formula.Above}
	constant, product := new(big.Rat).Mul(c.Const, scale), new(big.Rat)
	for _, t := range c.Terms {
		v, exact := product.Mul(t.Coef, scale).Float64()
		if m := math.Abs(v); m < network.MinMagnitude {
			v, exact = 0, false
		}
		node, i := t.Element.Tensor, t.Element.Index
		out.F.Add(node, b.Joint.Graph.Nodes[node].Size, i, v)
		if exact {
			continue
		}
		// The remainder times the end of the element's range where it is larger.
		product.Sub(product, formula.Float(v))
		end := b.Node[node].Hi[i]
		if product.Sign() < 0 {
			end = b.Node[node].Lo[i]
		}
		if math.IsInf(end, 0) || math.IsNaN(end) {
			return And{} // nothing is known of it
		}
		constant.Add(constant, product.Mul(product, formula.Float(end)))
	}
	switch v := formula.Up(constant); {
	case v > network.MaxMagnitude:
		return And{}
	case v < -network.MaxMagnitude:
		out.F.Const = -network.MaxMagnitude
	case v > 0:
		out.F.Const = max(v, network.MinMagnitude)
	case v <= -network.MinMagnitude:
		out.F.Const = v
	}
	return out
}

// longestScale bounds the bits of a number that coefficients are multiplied by.
const longestScale = 1 << 13

// scaleOf returns a number above zero by which all coefficients become float64s of
// ordinary magnitude, 1 if they are already, or else one that makes the largest of
// them about 1.
func scaleOf(terms []formula.Term) *big.Rat {
	one := big.NewRat(1, 1)
	if allFloat64(terms, one) {
		return one
	}
	// The least common denominator, divided by the common factor of what it makes.
	lcm, common, n := big.NewInt(1), new(big.Int), new(big.Int)
	for _, t := range terms {
		d := t.Coef.Denom()
		gcd := new(big.Int).GCD(nil, nil, lcm, d)
		lcm.Mul(lcm, gcd.Quo(d, gcd))
		if lcm.BitLen() > longestScale {
			return largestToOne(terms, one)
		}
	}
	for _, t := range terms {
		n.Mul(t.Coef.Num(), n.Quo(lcm, t.Coef.Denom()))
		common.GCD(nil, nil, common, n.Abs(n))
	}
	scale := new(big.Rat).SetFrac(lcm, common)
	for _, s := range [...]*big.Rat{scale, largestToOne(terms, scale)} {
		if allFloat64(terms, s) {
			return s
		}
	}
	return largestToOne(terms, one)
}

// largestToOne is a scale times a power of two that makes the largest coefficient
// about 1.
func largestToOne(terms []formula.Term, scale *big.Rat) *big.Rat {
	exponent := math.MinInt
	for _, t := range terms {
		v := new(big.Rat).Mul(t.Coef, scale)
		exponent = max(exponent, v.Num().BitLen()-v.Denom().BitLen())
	}
	power := new(big.Int).Lsh(big.NewInt(1), uint(max(exponent, -exponent)))
	if exponent > 0 {
		return new(big.Rat).Quo(scale, new(big.Rat).SetInt(power))
	}
	return new(big.Rat).Mul(scale, new(big.Rat).SetInt(power))
}

// allFloat64 says whether all coefficients times a scale are float64s of ordinary
// magnitude.
func allFloat64(terms []formula.Term, scale *big.Rat) bool {
	product := new(big.Rat)
	for _, t := range terms {
		v, exact := product.Mul(t.Coef, scale).Float64()
		if m := math.Abs(v); !exact || m < network.MinMagnitude || m > network.MaxMagnitude {
			return false
		}
	}
	return true
}
