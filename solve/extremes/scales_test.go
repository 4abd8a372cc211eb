package extremes_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// scaledProblem has weights so large that the gap is below the rounding of the margins.
func scaledProblem(t *testing.T, seed uint64, scale float64) oracle.Problem {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	n := networktest.Random(rng, 2, 10, 10, 2)
	twin := networktest.Twin(rng, n, 0.1, 0)
	for _, of := range []*network.Network{n, twin} {
		for _, v := range of.Nodes {
			if d, ok := v.Op.(*network.Dense); ok {
				for i := range d.W {
					d.W[i] *= scale
				}
			}
		}
	}
	return oracle.New(t, "scaled", n, twin, region.Box{Lo: []float64{-1, -1}, Hi: []float64{1, 1}})
}

// TestGapBelowRounding: a search of boxes ends where its bounds come no nearer to values, and
// says that it is not exact.
func TestGapBelowRounding(t *testing.T) {
	c := query.ClassPair{I: 0, J: 1}
	for seed := range uint64(3) {
		p := scaledProblem(t, seed, 1e6)
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		r, err := solve.Margins(ctx, p.Joint, []query.ClassPair{c}, solve.Options{Engine: solve.Split, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []solve.Extremum{r.Min[0], r.Max[0]} {
			if e.Stop == solve.TimeLimit || e.Stop == solve.GapClosed && e.Status != solve.Exact {
				t.Errorf("seed %d: %v ended by %v, %v, from %v to %v", seed, e.Task, e.Stop, e.Status, e.Witnessed, e.Proved)
			}
			if e.Gap() > 1e-4*math.Abs(e.Proved) {
				t.Errorf("seed %d: %v is left with a gap of %v, from %v to %v", seed, e.Task, e.Gap(), e.Witnessed, e.Proved)
			}
		}
	}
}

// TestBadlyScaled: where HiGHS does not take a model, or gives up on it, what bounds say
// stands: no engine and no relaxation fails.
func TestBadlyScaled(t *testing.T) {
	c := query.ClassPair{I: 0, J: 1}
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 6))
		// Weights of all magnitudes that networks may have.
		strange := func() *network.Network {
			n := networktest.Random(rng, 3, 4, 4, 2)
			for _, v := range n.Nodes {
				if d, ok := v.Op.(*network.Dense); ok {
					for _, w := range [][]float64{d.W, d.B} {
						for i := range w {
							w[i] *= math.Pow(10, float64(rng.IntN(68)-40))
						}
					}
				}
			}
			return n
		}
		p := oracle.New(t, "badly scaled", strange(), strange(), region.Box{Lo: []float64{-1, -1, -1}, Hi: []float64{1, 0.5, 1}})
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		for _, engine := range []solve.Engine{solve.BaB, solve.Split} {
			if _, err := solve.Margins(ctx, p.Joint, []query.ClassPair{c}, solve.Options{Engine: engine, NodeLimit: 30}); err != nil {
				t.Errorf("seed %d, engine %v: %v", seed, engine, err)
			}
		}
		for _, of := range solve.Relaxations() {
			if r, err := solve.Relax(ctx, p.Joint, []query.ClassPair{c}, of); err != nil || !(r.Ranges[0].Lo <= r.Ranges[0].Hi) {
				t.Errorf("seed %d, %v: %v, %v", seed, of, r, err)
			}
		}
	}
}
