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

// ends are the float64s next to x + y below and above; the sum itself, where it is one. The
// error of a sum is a float64, and found by Knuth's TwoSum.
func ends(x, y float64) (below, above float64) {
	s := x + y
	t := s - x
	switch lost := (x - (s - t)) + (y - t); {
	case lost > 0:
		return s, math.Nextafter(s, math.Inf(1))
	case lost < 0:
		return math.Nextafter(s, math.Inf(-1)), s
	}
	return s, s
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
