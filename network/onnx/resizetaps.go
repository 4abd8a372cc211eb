package onnx

import (
	"fmt"
	"math/big"
)

// position is where element o of so many results is among n elements.
func (how resizing) position(o, n, results int, scale *big.Rat) (*big.Rat, error) {
	at, half := big.NewRat(int64(o), 1), big.NewRat(1, 2)
	pixel := func() *big.Rat { p := at.Add(at, half); return p.Quo(p, scale) }
	switch how.transformation {
	case "asymmetric":
		return at.Quo(at, scale), nil
	case "half_pixel":
		p := pixel()
		return p.Sub(p, half), nil
	case "pytorch_half_pixel":
		if results == 1 {
			return new(big.Rat), nil
		}
		p := pixel()
		return p.Sub(p, half), nil
	case "tf_half_pixel_for_nn":
		return pixel(), nil
	case "align_corners":
		if real := new(big.Rat).Mul(scale, big.NewRat(int64(n), 1)); real.Cmp(big.NewRat(int64(results), 1)) != 0 {
			return nil, unsupportedf("runtimes differ in what align_corners means for %s of %d elements; give sizes instead of scales", scale.FloatString(6), n)
		}
		if results == 1 {
			return new(big.Rat), nil
		}
		return at.Mul(at, big.NewRat(int64(n-1), int64(results-1))), nil
	case "half_pixel_symmetric":
		// n/2 (1 - results / (n scale)), and half_pixel from there
		real := new(big.Rat).Mul(scale, big.NewRat(int64(n), 1))
		offset := new(big.Rat).Quo(big.NewRat(int64(results), 1), real)
		offset.Sub(big.NewRat(1, 1), offset)
		offset.Mul(offset, big.NewRat(int64(n), 2))
		p := pixel()
		return offset.Add(offset, p.Sub(p, half)), nil
	}
	return nil, unsupportedf("attribute \"coordinate_transformation_mode\" is %s; half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric and tf_half_pixel_for_nn are supported", quoted(how.transformation))
}

// unclear is how near a position may be to a jump of mode nearest without being on it:
// runtimes compute positions in float32, and take either side.
var unclear = big.NewRat(1, 1<<14)

// taps are the elements of an axis of n, and their weights, for result o.
func (how resizing) taps(o, n, results int, scale *big.Rat) ([]tap, error) {
	p, err := how.position(o, n, results, scale)
	if err != nil {
		return nil, err
	}
	low := floorOf(p).Int64()
	part := new(big.Rat).Sub(p, big.NewRat(low, 1))
	switch how.mode {
	case "nearest":
		at, err := how.nearest(low, part)
		return []tap{{int(min(max(at, 0), int64(n-1))), big.NewRat(1, 1)}}, err
	case "linear":
		return how.inside([]int64{low, low + 1}, []*big.Rat{new(big.Rat).Sub(big.NewRat(1, 1), part), part}, n), nil
	case "cubic":
		return how.inside([]int64{low - 1, low, low + 1, low + 2}, how.cubic(part), n), nil
	}
	return nil, unsupportedf("attribute \"mode\" is %s; nearest, linear and cubic are supported", quoted(how.mode))
}

// nearest rounds low + part to an integer.
func (how resizing) nearest(low int64, part *big.Rat) (int64, error) {
	jump, half := new(big.Rat), big.NewRat(1, 2)
	if how.rounding == "round_prefer_floor" || how.rounding == "round_prefer_ceil" {
		jump = half
	}
	side := part.Cmp(jump)
	for _, end := range []*big.Rat{jump, new(big.Rat).Add(jump, big.NewRat(1, 1))} {
		if d := new(big.Rat).Sub(part, end); d.Sign() != 0 && d.Abs(d).Cmp(unclear) < 0 {
			return 0, unsupportedf("a position is within rounding of where the nearest element changes; give sizes instead of scales")
		}
	}
	switch how.rounding {
	case "floor":
		return low, nil
	case "ceil", "round_prefer_floor":
		if side > 0 {
			low++
		}
		return low, nil
	case "round_prefer_ceil":
		if side >= 0 {
			low++
		}
		return low, nil
	}
	return 0, fmt.Errorf("attribute \"nearest_mode\" is %s", quoted(how.rounding))
}

// inside moves elements outside of an axis to its ends, or leaves them out.
func (how resizing) inside(at []int64, weights []*big.Rat, n int) (taps []tap) {
	sum := new(big.Rat)
	for k, i := range at {
		w := weights[k]
		if out := i < 0 || i >= int64(n); w.Sign() == 0 || out && how.outside {
			continue
		}
		sum.Add(sum, w)
		taps = append(taps, tap{int(min(max(i, 0), int64(n-1))), w})
	}
	if how.outside && sum.Sign() != 0 {
		for k := range taps {
			taps[k].weight = new(big.Rat).Quo(taps[k].weight, sum)
		}
	}
	if len(taps) == 0 {
		return []tap{{0, new(big.Rat)}}
	}
	return taps
}

// cubic are the weights of the cubic convolution of R. Keys (IEEE Transactions on Acoustics,
// Speech, and Signal Processing 29, 1981) for a position so far behind the second of four.
func (how resizing) cubic(part *big.Rat) []*big.Rat {
	polynomial := func(s *big.Rat, coefficients ...*big.Rat) *big.Rat {
		v := new(big.Rat)
		for _, c := range coefficients {
			v.Mul(v, s)
			v.Add(v, c)
		}
		return v
	}
	times := func(k int64) *big.Rat { return new(big.Rat).Mul(how.a, big.NewRat(k, 1)) }
	plus := func(k int64) *big.Rat { return new(big.Rat).Add(how.a, big.NewRat(k, 1)) }
	near := func(s *big.Rat) *big.Rat {
		return polynomial(s, plus(2), new(big.Rat).Neg(plus(3)), new(big.Rat), big.NewRat(1, 1))
	}
	far := func(s *big.Rat) *big.Rat { return polynomial(s, times(1), times(-5), times(8), times(-4)) }
	one := big.NewRat(1, 1)
	rest := new(big.Rat).Sub(one, part)
	return []*big.Rat{far(new(big.Rat).Add(one, part)), near(part), near(rest), far(new(big.Rat).Add(one, rest))}
}
