package extremes_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// dyadicPair is a pair of networks whose quantizations have powers of two as steps.
func dyadicPair(t *testing.T, rng *rand.Rand, box region.Box) oracle.Problem {
	t.Helper()
	sizes := [][]int{{2, 3, 2}, {2, 4, 3, 2}}[rng.IntN(2)]
	rounded := rng.IntN(2) == 1
	of := func() *network.Network {
		n := networktest.Dyadic(rng, 3+rng.IntN(10), sizes...)
		if rounded {
			networktest.Rounded(rng, n)
		}
		return n
	}
	return oracle.New(t, "dyadic", of(), of(), box)
}

// exactly fails where an extreme is not exact, or not the given number.
func exactly(t *testing.T, seed uint64, e solve.Extremum, want *big.Rat) {
	t.Helper()
	v, _ := want.Float64()
	if e.Status != solve.Exact || math.Abs(e.Witnessed-v) > 1e-12 || math.Abs(e.Proved-v) > 1e-6 {
		t.Errorf("seed %d: %v is %v, from %v to %v, and exactly %v", seed, e.Task, e.Status, e.Witnessed, e.Proved, v)
	}
}

// TestHalfwayPoints: at a point, r of networks in powers of two is the number that rational
// arithmetic has, in all ways to round; so are both of its extremes.
func TestHalfwayPoints(t *testing.T) {
	halves := 0
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 91))
		at := []float64{float64(rng.IntN(65)-32) / 16, float64(rng.IntN(65)-32) / 16}
		p := dyadicPair(t, rng, region.Box{Lo: at, Hi: at})
		c := query.ClassPair{I: 0, J: 1}
		want := oracle.RationalMargin(p.Pair, c, at)
		ev := network.NewEvaluator(p.Joint.Graph)
		ev.Forward(at)
		halves += min(ev.NearThresholds(1e-9), 1)
		res := oracle.Margins(t, p, solve.Options{Seed: seed}, c)
		exactly(t, seed, res.Min[0], want)
		exactly(t, seed, res.Max[0], want)
	}
	if t.Logf("%d of 200 points meet a half-way point", halves); halves < 100 {
		t.Error("these are few half-way points")
	}
}

// TestHalfwayRegions: over a rectangle, the extremes of such networks are those of an
// enumeration. Their first operators are quantizations: r is constant between the
// thresholds of these, and has a value of its own where a feature is at a threshold.
func TestHalfwayRegions(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 92))
		var box region.Box
		for range 2 {
			lo := float64(rng.IntN(33)-16) / 8
			box.Lo, box.Hi = append(box.Lo, lo), append(box.Hi, lo+float64(1+rng.IntN(8))/8)
		}
		p := dyadicPair(t, rng, box)
		c := query.ClassPair{I: 0, J: 1}
		var least, greatest *big.Rat
		for _, x := range places(p.Pair, box, 0) {
			for _, y := range places(p.Pair, box, 1) {
				r := oracle.RationalMargin(p.Pair, c, []float64{x, y})
				if least == nil || r.Cmp(least) < 0 {
					least = r
				}
				if greatest == nil || r.Cmp(greatest) > 0 {
					greatest = r
				}
			}
		}
		for _, engine := range []solve.Engine{solve.BaB, solve.Split} {
			res := oracle.Margins(t, p, solve.Options{Seed: seed, Engine: engine}, c)
			exactly(t, seed, res.Min[0], least)
			exactly(t, seed, res.Max[0], greatest)
		}
	}
}

// places are values of a feature at all thresholds of the first quantizations, between
// them, and at the ends of the box.
func places(p query.Pair, box region.Box, feature int) []float64 {
	at := []float64{box.Lo[feature], box.Hi[feature]}
	for _, n := range []*network.Network{p.N1, p.N2} {
		q := n.Nodes[1].Op.(*network.Quantize)
		for k := q.Lo; k < q.Hi; k++ {
			if v := q.Threshold(0, k); v > at[0] && v < at[1] {
				at = append(at, v)
			}
		}
	}
	slices.Sort(at)
	for k := len(at) - 2; k >= 0; k-- {
		at = append(at, at[k]/2+at[k+1]/2)
	}
	return at
}
