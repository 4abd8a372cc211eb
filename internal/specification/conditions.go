package specification

import (
	"math/big"
	"slices"

	"rsm/internal/query"
	"rsm/network"
)

// conditions is a formula over the elements of the joint input and of the
// networks as one over the values of the joint graph. index gives the place of an
// element in the joint input.
func (b *builder) conditions(f Formula, j *joined, index map[Element]int) (query.Formula, error) {
	switch f := f.(type) {
	case And:
		out := query.And{}
		for _, g := range f {
			c, err := b.conditions(g, j, index)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		return out, nil
	case Or:
		out := query.Or{}
		for _, g := range f {
			c, err := b.conditions(g, j, index)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		return out, nil
	}
	c := f.(*Comparison)
	switch c.Operator {
	case AtLeast, Above:
		return b.condition(c, j, index, false)
	}
	above, err := b.condition(c, j, index, false)
	if err != nil {
		return nil, err
	}
	below, err := b.condition(c, j, index, true)
	if c.Operator == Equal {
		return query.And{above, below}, err
	}
	return query.Or{above, below}, err
}

// condition is c or, for its negative side, -c, with >= or > as it or its
// operator says.
func (b *builder) condition(c *Comparison, j *joined, index map[Element]int, negative bool) (*query.Condition, error) {
	scale, exact := exactScale(c.Terms)
	if !exact && !slices.Contains(b.rounded, c.At) {
		b.rounded = append(b.rounded, c.At)
	}
	if negative {
		scale.Neg(scale)
	}
	out := &query.Condition{Strict: c.Operator == Above || c.Operator == Unequal}
	product := new(big.Rat)
	var coef []float64
	for _, t := range c.Terms {
		v, _ := product.Mul(t.Coef, scale).Float64()
		coef = append(coef, v)
		node, size, at := 0, len(index), index[t.Element]
		if tensor := &b.spec.Tensors[t.Element.Tensor]; tensor.Kind != Input {
			node = j.nodes[tensor.Network][b.tensor(t.Element.Tensor).Node]
			size, at = j.joint.Graph.Nodes[node].Size, t.Element.Index
		}
		out.F.Add(node, size, at, v)
	}
	out.F.Const = rounded(product.Mul(c.Const, scale), 1)
	if err := network.CheckFinite(append(coef, out.F.Const)); err != nil {
		return nil, b.spec.errorf(c.At, "a comparison with such constants is %w: %v", network.ErrUnsupported, err)
	}
	return out, nil
}

// exactScale returns a positive number by which all coefficients become float64s
// exactly, or 1 and false.
func exactScale(terms []Term) (scale *big.Rat, exact bool) {
	if allFloat64(terms, one) {
		return new(big.Rat).Set(one), true
	}
	// The least common denominator, divided by the common factor of what it makes.
	lcm := big.NewInt(1)
	for _, t := range terms {
		d := t.Coef.Denom()
		gcd := new(big.Int).GCD(nil, nil, lcm, d)
		lcm.Mul(lcm, new(big.Int).Quo(d, gcd))
		if lcm.BitLen() > 1<<13 {
			return new(big.Rat).Set(one), false
		}
	}
	common := new(big.Int)
	for _, t := range terms {
		n := new(big.Int).Mul(t.Coef.Num(), new(big.Int).Quo(lcm, t.Coef.Denom()))
		common.GCD(nil, nil, common, n.Abs(n))
	}
	scale = new(big.Rat).SetFrac(lcm, common)
	if allFloat64(terms, scale) {
		return scale, true
	}
	return new(big.Rat).Set(one), false
}

var one = big.NewRat(1, 1)

func allFloat64(terms []Term, scale *big.Rat) bool {
	product := new(big.Rat)
	for _, t := range terms {
		if _, exact := product.Mul(t.Coef, scale).Float64(); !exact {
			return false
		}
	}
	return true
}
