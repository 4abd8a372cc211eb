package solve_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"rsm/internal/query"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestLadder: every relaxation contains the exact range, and none is looser than one
// that it builds on.
func TestLadder(t *testing.T) {
	const problems = 240
	tighter := make(map[solve.Relaxation]int)
	for seed := range uint64(problems) {
		rng, p := oracle.Random(t, seed, 4, 16)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		ranges := make(map[solve.Relaxation]solve.Interval)
		for _, relaxation := range solve.Relaxations() {
			res, err := solve.Relax(context.Background(), p.Joint, []query.ClassPair{c}, relaxation)
			if err != nil {
				t.Fatal(err)
			}
			r := res.Ranges[0]
			slack := 1e-9 * (1 + math.Abs(o.Min[0]) + math.Abs(o.Max[0]))
			if r.Lo > o.Min[0]+slack || r.Hi < o.Max[0]-slack {
				t.Errorf("%s, %s: [%v, %v] does not contain [%v, %v]", p.Name, relaxation, r.Lo, r.Hi, o.Min[0], o.Max[0])
			}
			ranges[relaxation] = r
			for _, b := range relaxation.Below() {
				if r.Lo < ranges[b].Lo-slack || r.Hi > ranges[b].Hi+slack {
					t.Errorf("%s: %s [%v, %v] is looser than %s [%v, %v]", p.Name, relaxation, r.Lo, r.Hi, b, ranges[b].Lo, ranges[b].Hi)
				}
				if r.Hi-r.Lo < ranges[b].Hi-ranges[b].Lo-1e-6 {
					tighter[relaxation]++
				}
			}
		}
	}
	for _, relaxation := range solve.Relaxations()[1:] {
		if tighter[relaxation] < problems/10 {
			t.Errorf("%s is tighter than what it builds on in %d of %d problems only", relaxation, tighter[relaxation], problems)
		}
	}
}

// TestRelaxations: each relaxation comes after those that it builds on.
func TestRelaxations(t *testing.T) {
	all := solve.Relaxations()
	for k, relaxation := range all {
		for _, b := range relaxation.Below() {
			if at := slices.Index(all, b); at < 0 || at >= k {
				t.Errorf("%s comes before %s", relaxation, b)
			}
		}
		if k > 0 && len(relaxation.Below()) == 0 {
			t.Errorf("%s builds on nothing", relaxation)
		}
	}
}
