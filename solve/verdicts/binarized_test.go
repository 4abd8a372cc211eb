package verdicts_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
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

// TestLevelsOfWitnesses: a sign that is 0 at one number alone, which no float64 is, is 0 in
// float64 next to it. Conditions are not true there by that level, and what they are given
// for by another; the claim is violated at that number only.
func TestLevelsOfWitnesses(t *testing.T) {
	classifier := func(bias float64) *network.Network {
		n := &network.Network{Graph: network.NewGraph(network.Shape{1}), File: "binarized", Format: "test"}
		add := func(name string, op network.Op, from int) int {
			v, err := n.Add(name, op, nil, from)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		v := add("z", &network.Dense{Rows: 3, Cols: 1, W: []float64{0.6054769158363342, -1.3914967775344849, -0.3401350975036621},
			B: []float64{-0.4504501223564148, -1.0223796367645264, -0.1808844655752182}}, 0)
		v = add("s", network.Sign{}, v)
		v = add("y", &network.Dense{Rows: 3, Cols: 3, W: []float64{
			1.4720653295516968, 1.781591534614563, 0.858009397983551,
			1.5828968286514282, 1.0061218738555908, -1.2047427892684937,
			1.2135419845581055, -0.9472684860229492, -0.9047694802284241},
			B: []float64{-1.3134759664535522, bias, -0.48473867774009705}}, v)
		if err := n.Finish(v); err != nil {
			t.Fatal(err)
		}
		return n
	}
	box, err := region.NewBox([]float64{-0.7}, []float64{2})
	if err != nil {
		t.Fatal(err)
	}
	p := oracle.New(t, "level", classifier(1.984360694885254), classifier(1.734360694885254), box)
	for seed := range uint64(5) {
		a := implies(query.Implication{Class: 1, Top: 1, Direction: query.From1To2})
		if f := findings(t, solve.Options{Seed: seed}, a.claim(p))[0]; f.Verdict != solve.Unknown {
			t.Errorf("seed %d: %v", seed, f.Verdict)
		}
	}
}

func floats(y []*big.Rat) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i], _ = v.Float64()
	}
	return out
}
