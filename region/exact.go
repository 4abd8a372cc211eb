package region

import (
	"math"
	"math/big"
)

// reach is the smallest float64 r of zero or more with v + r >= top, for v <= top. What
// it leads beyond top is rounding: a set that is limited by it lacks nothing, and what
// networks see is clipped (Region.At).
func reach(v, top float64) float64 {
	r := max(top-v, 0)
	for r > 0 && exact(v, math.Nextafter(r, 0)).Cmp(exact(top)) >= 0 {
		r = math.Nextafter(r, 0)
	}
	for exact(v, r).Cmp(exact(top)) < 0 {
		r = math.Nextafter(r, math.Inf(1))
	}
	return r
}

// exact is a sum of finite float64s.
func exact(v ...float64) *big.Rat {
	s := new(big.Rat)
	for _, x := range v {
		s.Add(s, new(big.Rat).SetFloat64(x))
	}
	return s
}

// nearest is the float64 next to x.
func nearest(x *big.Rat) float64 {
	v, _ := x.Float64()
	return v
}
