package onnx

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// Round, Floor and Ceil of what is between two numbers are those of rational arithmetic, at
// and between integers and half-way points.
func TestRound(t *testing.T) {
	floor := func(y *big.Rat) int64 { return new(big.Int).Div(y.Num(), y.Denom()).Int64() }
	functions := map[string]func(y *big.Rat) int64{
		"Round": roundToEven, "Floor": floor, "Ceil": func(y *big.Rat) int64 { return -floor(new(big.Rat).Neg(y)) },
	}
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom([]string{"Round", "Floor", "Ceil"}).Draw(t, "operator")
		low := float64(rapid.IntRange(-40, 40).Draw(t, "low")) / 4
		high := low + float64(rapid.IntRange(1, 40).Draw(t, "width"))/4
		scale := float64(rapid.SampledFrom([]float32{-3, -1, 0.5, 1, 2.25}).Draw(t, "scale"))
		net, err := Decode(newModel(13, 1, 2).floats("low", nil, low).floats("high", nil, high).floats("s", nil, scale).
			node("Clip", "x low high", "c").node("Mul", "c s", "m").node(op, "m", "y").bytes())
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{float64(rapid.IntRange(-160, 160).Draw(t, "eighths")) / 8, rapid.Float64Range(-25, 25).Draw(t, "x")}
		rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
		e, ok := net.Exactly([]*big.Rat{rat(x[0]), rat(x[1])}, net.Outputs, 1<<30)
		if !ok {
			t.Fatal("no exact values")
		}
		for i := range x {
			want := functions[op](new(big.Rat).Mul(rat(scale), rat(min(max(x[i], low), high))))
			if got := e.Value(net.Output(), i); got.Cmp(new(big.Rat).SetInt64(want)) != 0 {
				t.Fatalf("%s of %v, clipped to [%v, %v], times %v: %v instead of %v", op, x[i], low, high, scale, got, want)
			}
		}
	})
}

// roundSeeds are models of them.
func roundSeeds() (all [][]byte) {
	for _, op := range []string{"Round", "Floor", "Ceil"} {
		all = append(all, newModel(13, 1, 2).floats("low", nil, -1).floats("high", nil, 3).node("Clip", "x low high", "c").node(op, "c", "y").bytes())
	}
	return all
}
