package extremes_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// noisy is the kind of binarized pairs in which operands of signs are exactly 0 on planes of
// inputs only, no two of which are the same.
const noisy = "noise on all weights"

// binarizedProblem is a binarized network against its twin, over a box of two or three
// inputs.
func binarizedProblem(t *testing.T, seed uint64) oracle.Problem {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 81))
	sizes := [][]int{{2, 4, 2}, {2, 5, 4, 2}, {3, 4, 3, 2}, {2, 8, 2}, {3, 5, 2}, {2, 4, 4, 4, 2}}[rng.IntN(6)]
	n := networktest.Random(rng, sizes...)
	kind, first := noisy, networktest.Binarized(rng, n, len(sizes))
	second := networktest.Twin(rng, first, 0.1, 0)
	whole := false // all layers are of small integers, and the box has its corners on them
	if seed%3 == 2 {
		kind, whole = "layers of small integers", true
		first, second = networktest.Binarized(rng, n, 0), networktest.Binarized(rng, n, 0)
	} else if len(sizes) > 3 && rng.IntN(3) > 0 {
		kind, first = "hidden layers of small integers", networktest.Binarized(rng, n, 1)
		second = networktest.Binarized(rng, networktest.Twin(rng, n, 0.1, 0), 1)
	}
	lo, hi := make([]float64, sizes[0]), make([]float64, sizes[0])
	for i := range lo {
		lo[i] = rng.NormFloat64()
		hi[i] = lo[i] + 0.2 + rng.Float64()
		if whole {
			lo[i] = float64(rng.IntN(9)-6) / 4
			hi[i] = lo[i] + float64(1+rng.IntN(5))/4
		}
	}
	box, err := region.NewBox(lo, hi)
	if err != nil {
		t.Fatal(err)
	}
	return oracle.New(t, kind, first, second, box)
}

// TestBinarizedFaces: the extremes of binarized networks are those of an enumeration of all
// faces of the hyperplanes at which signs jump, and where one of full dimension has them,
// which inputs in float64 lie in, there is a witness of them.
func TestBinarizedFaces(t *testing.T) {
	kinds, count, exact := map[string]int{}, 0, 0
	for seed := range uint64(40) {
		p := binarizedProblem(t, seed)
		kinds[p.Name]++
		c := query.ClassPair{I: 0, J: 1}
		f := oracle.BinarizedFaces(p.Pair, p.Box, c)
		count += f.Count
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			res := oracle.Margins(t, p, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want, full := []float64{f.Lo, f.Hi}[k], []float64{f.FullLo, f.FullHi}[k]
				certified := e.Rigor == solve.Certified
				exactly := certified && way.Opt.Engine != solve.MILP && way.Opt.Encoding != encode.Plain
				slack := 1e-9 * (1 + math.Abs(want))
				if !certified {
					slack = 1e-5 * (1 + math.Abs(want))
				}
				label := fmt.Sprintf("seed %d (%s), %s: %v", seed, p.Name, way.Name, e.Task)
				if oracle.Above(e, want) < -slack {
					t.Errorf("%s is proved at %v, and a face has %v", label, e.Proved, want)
				}
				if over := (e.Witnessed - want) * []float64{-1, 1}[k]; over > slack {
					t.Errorf("%s has a witness at %v, the faces have %v", label, e.Witnessed, want)
				}
				// HiGHS takes an operand that is exactly 0 for one that may have any sign.
				if (exactly || p.Name == noisy) && oracle.Above(e, want) > 1e-6+slack {
					t.Errorf("%s is proved at %v only (%v), the faces have %v", label, e.Proved, e.Stop, want)
				}
				if exactly && want == full && e.Status != solve.Exact {
					t.Errorf("%s is [%v, %v] (%v), a face of full dimension has %v", label, e.Witnessed, e.Proved, e.Stop, want)
				}
				if e.Status == solve.Exact {
					exact++
				}
			}
		}
	}
	if count < 1000 || exact < 250 || len(kinds) < 3 {
		t.Errorf("only %d faces, %d exact extremes, %v", count, exact, kinds)
	}
}
