package formula

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

const (
	// longestNumeral bounds the characters of a numeral, and largestExponent what is
	// after its e: so that no number takes more than some hundred bytes.
	longestNumeral  = 400
	largestExponent = 999
)

// Parse reads a decimal numeral as the number that it is: 12, -0.5, 1.5e-3, .5, +1.
// An error is a phrase that follows the numeral: "is not a number".
func Parse(numeral string) (*big.Rat, error) {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(numeral), "e")
	whole, fraction, point := strings.Cut(unsigned(mantissa), ".")
	ok := digits(whole) && digits(fraction) && whole+fraction != "" && (point || whole != "")
	if hasExponent {
		ok = ok && digits(unsigned(exponent)) && unsigned(exponent) != ""
	}
	if !ok {
		return nil, fmt.Errorf("is not a number: write it like -12.5")
	}
	if len(mantissa) > longestNumeral {
		return nil, fmt.Errorf("has more than %d digits", longestNumeral)
	}
	if e := strings.TrimLeft(unsigned(exponent), "0"); hasExponent && (len(e) > 3) {
		return nil, fmt.Errorf("has an exponent above %d", largestExponent)
	}
	v, ok := new(big.Rat).SetString(numeral)
	if !ok {
		return nil, fmt.Errorf("is not a number: write it like -12.5")
	}
	return v, nil
}

// unsigned is a numeral without its sign.
func unsigned(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:]
	}
	return s
}

// digits says whether a text has nothing but digits.
func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// Decimal is the shortest decimal number that reads as a finite v.
func Decimal(v float64) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	return r
}

// Float is a finite v as the number that it is.
func Float(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// Text writes a number as a decimal one, without exponent. The second result is
// false where there is none: then it is rounded to the given number of digits after
// the point.
func Text(v *big.Rat, digits int) (string, bool) {
	n, exact := v.FloatPrec()
	if !exact {
		return v.FloatString(digits), false
	}
	return v.FloatString(n), true
}

// Down is the largest float64 that is not above v, -Inf where there is none.
func Down(v *big.Rat) float64 { return rounded(v, -1) }

// Up is the least float64 that is not below v, +Inf where there is none.
func Up(v *big.Rat) float64 { return rounded(v, 1) }

func rounded(v *big.Rat, direction int) float64 {
	x, exact := v.Float64()
	switch {
	case exact:
		return x
	case math.IsInf(x, direction):
		return x
	case math.IsInf(x, 0):
		return math.Copysign(math.MaxFloat64, x)
	}
	if Float(x).Cmp(v) == -direction {
		return math.Nextafter(x, math.Inf(direction))
	}
	return x
}
