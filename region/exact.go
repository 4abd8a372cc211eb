package region

import (
	"math"
	"math/big"
)

// room is the largest float64 r with v + r <= top, for v <= top.
func room(v, top float64) float64 {
	r := top - v
	for r > 0 && exact(v, r).Cmp(exact(top)) > 0 {
		r = math.Nextafter(r, 0)
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
