package invariance_test

import (
	"testing"

	"rsm/solve"
	"rsm/solve/oracle"
)

// TestJobsChangeNothing: how many workers there are, and so which parts are
// evaluated at the same time, changes neither bounds nor witnesses nor counts.
func TestJobsChangeNothing(t *testing.T) {
	nodes := int64(0)
	for seed := range uint64(60) {
		rng, p := oracle.Random(t, seed, 4, 16)
		c := oracle.ClassPair(rng)
		one := oracle.Margins(t, p, solve.Options{Jobs: 1}, c)
		for _, jobs := range []int{3, 8} {
			more := oracle.Margins(t, p, solve.Options{Jobs: jobs}, c)
			for k, e := range []solve.Extremum{one.Min[0], one.Max[0]} {
				f := []solve.Extremum{more.Min[0], more.Max[0]}[k]
				if e.Proved != f.Proved || e.Witnessed != f.Witnessed || e.Nodes != f.Nodes || e.LPIterations != f.LPIterations {
					t.Errorf("%s, %v with %d jobs: %v, %v, %d nodes, %d iterations; with one: %v, %v, %d, %d", p.Name, e.Task, jobs,
						f.Witnessed, f.Proved, f.Nodes, f.LPIterations, e.Witnessed, e.Proved, e.Nodes, e.LPIterations)
				}
				nodes += e.Nodes
			}
		}
	}
	if nodes < 1000 {
		t.Errorf("%d nodes: too few", nodes)
	}
}
