package specification

import "math/big"

// Point is the joint input at which the networks have the given inputs, one after
// the other, if there is one.
func (c *Case) Point(inputs []float64) (z []float64, ok bool) {
	z = make([]float64, len(c.Box.Lo))
	given := make([]bool, len(z))
	for i, x := range inputs {
		t := c.inputs[i]
		shift, _ := t.shift.Float64()
		v := (x - shift) * float64(t.sign)
		if given[t.to.Index] && z[t.to.Index] != v {
			return nil, false
		}
		z[t.to.Index], given[t.to.Index] = v, true
	}
	return z, true
}

// Decimals moves a point of the joint input into its bounds.
func (c *Case) Decimals(point []*big.Rat) []*big.Rat {
	out := make([]*big.Rat, len(point))
	for i, x := range point {
		out[i] = c.intervals[i].decimal(x)
	}
	return out
}
