package verdicts_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestBinarizedClaims: verdicts about binarized networks are those of an enumeration of all
// faces of the hyperplanes at which signs jump. What only faces of less than full dimension
// violate may stay unknown: no input in float64 need be there.
func TestBinarizedClaims(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(70) {
		rng := rand.New(rand.NewPCG(seed, 84))
		sizes := [][]int{{2, 4, oracle.Classes}, {2, 4, 3, oracle.Classes}, {3, 3, oracle.Classes}}[rng.IntN(3)]
		n := networktest.Random(rng, sizes...)
		from := rng.IntN(3)
		first := networktest.Binarized(rng, n, from)
		second := networktest.Twin(rng, first, 0.1, 0)
		lo, hi := make([]float64, sizes[0]), make([]float64, sizes[0])
		for i := range lo {
			lo[i] = float64(rng.IntN(9)-6) / 4
			hi[i] = lo[i] + float64(1+rng.IntN(4))/4
		}
		box, err := region.NewBox(lo, hi)
		if err != nil {
			t.Fatal(err)
		}
		p := oracle.New(t, "binarized", first, second, box)
		a := draw(rng, p)
		full, any := false, false
		oracle.BinarizedLogits(p.Pair, p.Box, func(inside bool, y1, y2 []*big.Rat) {
			if oracle.Strictly(a.cases, floats(y1), floats(y2)) {
				any, full = true, full || inside
			}
		})
		v := findings(t, solve.Options{Seed: seed}, a.claim(p))[0].Verdict
		seen[v.String()]++
		switch {
		case v == solve.Holds && any:
			t.Errorf("seed %d, %s: %v, and a face violates it (of full dimension: %v)", seed, a.name, v, full)
		case v == solve.Violated && !any:
			t.Errorf("seed %d, %s: %v, and no face violates it", seed, a.name, v)
		case v == solve.Unknown && (full || !any):
			t.Errorf("seed %d, %s: %v; violated: %v, on a face of full dimension: %v", seed, a.name, v, any, full)
		}
	}
	if seen[solve.Holds.String()] < 15 || seen[solve.Violated.String()] < 15 {
		t.Errorf("only %v", seen)
	}
}

func floats(y []*big.Rat) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i], _ = v.Float64()
	}
	return out
}
