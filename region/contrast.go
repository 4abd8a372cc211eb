package region

import (
	"fmt"
	"math/big"

	"rsm/network"
)

// contrast is the name of its parameter.
const contrast = "contrast"

// mean is the mean of some numbers.
func mean(x []float64) *big.Rat {
	if len(x) == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).Quo(exact(x...), big.NewRat(int64(len(x)), 1))
}

// directions are the differences s_i - m of a sample from its mean, exactly: elements over
// a divisor, where those of a feature add up. The differences are rarely float64s, but n
// times them are sums of few, for n features.
func (p *Perturbation) directions(m *big.Rat) (elements []element, divisor float64, err error) {
	if p.Contrast == 0 {
		return nil, 1, nil
	}
	divisor = 1
	away := make([]*big.Rat, len(p.Sample))
	for i, v := range p.Sample {
		away[i] = exact(v)
		away[i].Sub(away[i], m)
		if !dyadic(away[i]) {
			divisor = float64(len(p.Sample))
		}
	}
	for i, d := range away {
		for d.Mul(d, exact(divisor)); d.Sign() != 0; {
			v := nearest(d)
			if network.CheckFinite([]float64{v}) != nil {
				return nil, 0, fmt.Errorf("contrast: feature %d of the sample, %v, differs from the mean in digits too small for float64 to compute with: round the sample", i, p.Sample[i])
			}
			elements = append(elements, element{row: i, value: v})
			d.Sub(d, exact(v))
		}
	}
	return elements, divisor, nil
}

// dyadic says whether a number is a sum of float64s, of whatever exponents.
func dyadic(x *big.Rat) bool {
	return x.Denom().TrailingZeroBits() == uint(x.Denom().BitLen()-1)
}
