package main

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// side is the one to which a bound is rounded for people.
type side int

const (
	down side = -1
	up   side = 1
)

// logText writes a log margin with as many digits as the default gap deserves,
// rounded outward.
func logText(v float64, to side) string {
	if math.IsInf(v, 0) || math.IsNaN(v) || math.Abs(v) >= 1e6 {
		return significant(v, 6, to)
	}
	s := rounded(v, -6, to).FloatString(6)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// ratioText writes exp(v) with five significant digits, or as a power near where
// float64 ends, rounded outward.
func ratioText(v float64, to side) string {
	switch {
	case v == 0:
		return "1"
	case !(math.Abs(v) <= 690):
		return fmt.Sprintf("exp(%s)", significant(v, 4, to))
	}
	// The exponential of the standard library is off by less than a unit in the last
	// place, which the second one has room for.
	end := math.Inf(int(to))
	return significant(math.Nextafter(math.Nextafter(math.Exp(v), end), end), 5, to)
}

// significant writes a number with so many significant digits, rounded outward.
func significant(v float64, digits int, to side) string {
	if v != 0 && !math.IsInf(v, 0) && !math.IsNaN(v) {
		place := int(math.Floor(math.Log10(math.Abs(v)))) - digits + 1
		v, _ = rounded(v, place, to).Float64()
	}
	return fmt.Sprintf("%.*g", digits, v)
}

// rounded is a multiple of 10^place: the one that v is written as, and reads as again, or
// else the one next to v on the given side.
func rounded(v float64, place int, to side) *big.Rat {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(place, -place))), nil))
	if place < 0 {
		unit.Inv(unit)
	}
	exact := new(big.Rat).SetFloat64(v)
	count := new(big.Rat).Quo(exact, unit)
	least := new(big.Int).Div(count.Num(), count.Denom()) // the floor: denominators are positive
	most := new(big.Int).Set(least)
	if !count.IsInt() {
		most.Add(most, big.NewInt(1))
	}
	multiple := func(n *big.Int) *big.Rat { return new(big.Rat).Mul(new(big.Rat).SetInt(n), unit) }
	for _, n := range [...]*big.Int{least, most} {
		if w, _ := multiple(n).Float64(); w == v {
			return multiple(n)
		}
	}
	if to == up {
		return multiple(most)
	}
	return multiple(least)
}
