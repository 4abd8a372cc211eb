package extremes_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// quantizedProblem is a network against its quantized twin, or two quantized ones,
// over a rectangle.
func quantizedProblem(t *testing.T, seed uint64) (*rand.Rand, oracle.Problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 77))
	sizes := [][]int{{2, 3, 2}, {2, 4, 3}, {2, 3, 3, 2}}[rng.IntN(3)]
	n := networktest.Random(rng, sizes...)
	levels := 2 + rng.IntN(12)
	other := networktest.Quantized(rng, n, levels, 1+3*rng.Float64())
	first := n
	kind := "float against quantized"
	switch rng.IntN(4) {
	case 0:
		first, kind = networktest.Quantized(rng, n, 2+rng.IntN(12), 1+3*rng.Float64()), "two quantized"
	case 1:
		first, other, kind = other, networktest.Twin(rng, n, 0.05, 0.1), "quantized against a float twin"
	}
	if seed%3 == 0 {
		for _, q := range []*network.Network{first, other} {
			networktest.Rounded(rng, q)
		}
		kind += ", rounded in several ways"
	}
	lo := []float64{rng.NormFloat64(), rng.NormFloat64()}
	hi := []float64{lo[0] + 0.1 + rng.Float64(), lo[1] + 0.1 + rng.Float64()}
	box, err := region.NewBox(lo, hi)
	if err != nil {
		t.Fatal(err)
	}
	return rng, oracle.New(t, kind, first, other, box)
}

// TestQuantizedCells: the extremes of quantized networks are those of an enumeration of
// all integer cells.
func TestQuantizedCells(t *testing.T) {
	kinds, count, solved := map[string]int{}, 0, map[string]int{}
	for seed := range uint64(150) {
		_, p := quantizedProblem(t, seed)
		kinds[p.Name]++
		c := query.ClassPair{I: 0, J: 1}
		lo, hi, n := oracle.Cells(p.Pair, p.Box, c)
		count += n
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			res := oracle.Margins(t, p, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want := []float64{lo, hi}[k]
				slack := 1e-7 * (1 + math.Abs(want))
				if e.Rigor != solve.Certified {
					slack = 1e-5 * (1 + math.Abs(want)) // what tolerances may do to a small cell
				}
				if oracle.Above(e, want) < -slack {
					t.Errorf("seed %d (%s), %s: %v is proved at %v, and a cell has %v", seed, p.Name, way.Name, e.Task, e.Proved, want)
				}
				if e.Status == solve.Exact {
					solved[way.Name]++
					if math.Abs(e.Witnessed-want) > 2e-6+slack {
						t.Errorf("seed %d (%s), %s: %v is exactly %v, the cells have %v", seed, p.Name, way.Name, e.Task, e.Witnessed, want)
					}
				}
				if over := (e.Witnessed - want) * []float64{-1, 1}[k]; over > slack {
					t.Errorf("seed %d (%s), %s: %v has a witness at %v, the cells have %v", seed, p.Name, way.Name, e.Task, e.Witnessed, want)
				}
			}
		}
	}
	t.Logf("%d cells, %v, exact of %d: %v", count, kinds, 300, solved)
	for _, way := range oracle.Configurations {
		if solved[way.Name] < 297 {
			t.Errorf("%s: only %d of 300 extremes are exact", way.Name, solved[way.Name])
		}
	}
}

// TestQuantizedSamples: no sample is outside the proved range.
func TestQuantizedSamples(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 78))
		n := networktest.Random(rng, 6, 8, 6, 3)
		q := networktest.Quantized(rng, n, 4+rng.IntN(60), 4)
		lo, hi := make([]float64, 6), make([]float64, 6)
		for i := range lo {
			lo[i] = rng.NormFloat64()
			hi[i] = lo[i] + 0.3*rng.Float64()
		}
		box, err := region.NewBox(lo, hi)
		if err != nil {
			t.Fatal(err)
		}
		p := oracle.New(t, "quantized", n, q, box)
		c := query.ClassPair{I: 0, J: 2}
		res := oracle.Margins(t, p, solve.Options{Seed: seed, NodeLimit: 20}, c)
		f := p.Joint.Margin(c)
		ev := network.NewEvaluator(p.Joint.Graph)
		x := make([]float64, 6)
		for range 2000 {
			oracle.Sample(rng, box, x)
			ev.Forward(x)
			if r := ev.At(f); r < res.Min[0].Proved-1e-9 || r > res.Max[0].Proved+1e-9 {
				t.Fatalf("seed %d: r is %v at %v, proved are %v and %v", seed, r, x, res.Min[0].Proved, res.Max[0].Proved)
			}
		}
	}
}
