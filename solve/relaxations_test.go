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

// TestLadder: every rung contains the exact range, and none is looser than one
// that it builds on.
func TestLadder(t *testing.T) {
	const problems = 240
	tighter := make(map[solve.Rung]int)
	for seed := range uint64(problems) {
		rng, p := oracle.Random(t, seed, 4, 16)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		ranges := make(map[solve.Rung]solve.Interval)
		for _, rung := range solve.Rungs() {
			res, err := solve.Relaxations(context.Background(), p.Joint, []query.ClassPair{c}, rung)
			if err != nil {
				t.Fatal(err)
			}
			r := res.Ranges[0]
			slack := 1e-9 * (1 + math.Abs(o.Min[0]) + math.Abs(o.Max[0]))
			if r.Lo > o.Min[0]+slack || r.Hi < o.Max[0]-slack {
				t.Errorf("%s, %s: [%v, %v] does not contain [%v, %v]", p.Name, rung, r.Lo, r.Hi, o.Min[0], o.Max[0])
			}
			ranges[rung] = r
			for _, b := range rung.Below() {
				if r.Lo < ranges[b].Lo-slack || r.Hi > ranges[b].Hi+slack {
					t.Errorf("%s: %s [%v, %v] is looser than %s [%v, %v]", p.Name, rung, r.Lo, r.Hi, b, ranges[b].Lo, ranges[b].Hi)
				}
				if r.Hi-r.Lo < ranges[b].Hi-ranges[b].Lo-1e-6 {
					tighter[rung]++
				}
			}
		}
	}
	for _, rung := range solve.Rungs()[1:] {
		if tighter[rung] < problems/10 {
			t.Errorf("%s is tighter than what it builds on in %d of %d problems only", rung, tighter[rung], problems)
		}
	}
}

// TestRungs: each rung comes after those that it builds on.
func TestRungs(t *testing.T) {
	rungs := solve.Rungs()
	for k, rung := range rungs {
		for _, b := range rung.Below() {
			if at := slices.Index(rungs, b); at < 0 || at >= k {
				t.Errorf("%s comes before %s", rung, b)
			}
		}
		if k > 0 && len(rung.Below()) == 0 {
			t.Errorf("%s builds on nothing", rung)
		}
	}
}
