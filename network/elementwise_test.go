package network_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
)

// TestRootsAreEqualExactly: divisors that are roots are equal where their squares are, and
// not where they only round to the same float64.
func TestRootsAreEqualExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *big.Rat {
			r := new(big.Rat).SetFloat64(rapid.Float64Range(0.5, 1e6).Draw(t, name))
			tail := new(big.Rat).SetFloat64(rapid.SampledFrom([]float64{0, 0x1p-60, 0x1p-70}).Draw(t, name+"'s tail"))
			return r.Add(r, tail)
		}
		a := draw("a")
		b := new(big.Rat).Set(a)
		if rapid.Bool().Draw(t, "another") {
			b = draw("b")
		}
		op := func(r *big.Rat) *network.Elementwise {
			v, _ := r.Float64()
			return &network.Elementwise{Div: []float64{math.Sqrt(v)}, Root: []*big.Rat{r}, Roundings: 2}
		}
		if got, want := op(a).Equal(op(b)), a.Cmp(b) == 0; got != want {
			t.Fatalf("divisors %v and %v: equal is %v", a, b, got)
		}
	})
}

// TestUnknownRoundingsDiffer: a divisor that is rounded in a way that nothing is known of
// is equal to itself alone.
func TestUnknownRoundingsDiffer(t *testing.T) {
	a := &network.Elementwise{Div: []float64{2}, Roundings: 1}
	b := &network.Elementwise{Div: []float64{2}, Roundings: 1}
	if a.Equal(b) || !a.Equal(a) {
		t.Error("a rounded divisor is equal to another one, or not to itself")
	}
}
