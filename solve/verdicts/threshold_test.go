package verdicts_test

import (
	"math"
	"testing"

	"rsm/solve"
	"rsm/solve/oracle"
)

// TestThresholds: whether the minimum is at least a threshold, and the maximum at
// most one, is decided as the enumeration says, by both engines, for thresholds on
// either side of the extreme value and far from it; what is reported beside it
// still contains the extreme value; and a side without a threshold is not
// searched.
func TestThresholds(t *testing.T) {
	decided := map[solve.Verdict]int{}
	for seed := range uint64(120) {
		rng, p := oracle.Random(t, seed, 3, 12)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		for k, off := range []float64{-1e-3, 1e-3, -1, 1} {
			engine := []solve.Engine{solve.BaB, solve.MILP, solve.Split}[int(seed)%3]
			scale := 1 + math.Abs(o.Min[0]) + math.Abs(o.Max[0])
			least, most := o.Min[0]+off*scale, o.Max[0]+off*scale
			opt := solve.Options{Engine: engine}
			if k%2 == 0 || rng.IntN(2) == 0 {
				opt.AtLeast = &least
			}
			if opt.AtLeast == nil || rng.IntN(2) == 0 {
				opt.AtMost = &most
			}
			res := oracle.Margins(t, p, opt, c)
			for _, q := range []struct {
				e     solve.Extremum
				holds bool
				want  float64
			}{{res.Min[0], off < 0, o.Min[0]}, {res.Max[0], off > 0, o.Max[0]}} {
				sign := 1.0
				if q.e.Sense == solve.Minimum {
					sign = -1
				}
				if slack := 1e-7 * scale; sign*(q.want-q.e.Proved) > slack || sign*(q.e.Witnessed-q.want) > slack {
					t.Fatalf("%s, %v: %v is not between %v and %v", p.Name, q.e.Task, q.want, q.e.Witnessed, q.e.Proved)
				}
				if q.e.Threshold == nil {
					if q.e.Nodes > 0 || q.e.Verdict != solve.Unknown || q.e.Status == solve.Decided {
						t.Errorf("%s, %v: %d nodes, verdict %v, %v, and nothing was asked", p.Name, q.e.Task, q.e.Nodes, q.e.Verdict, q.e.Status)
					}
					continue
				}
				want := solve.Violated
				if q.holds {
					want = solve.Holds
				}
				if q.e.Verdict != want || q.e.Status == solve.Bounded {
					t.Errorf("%s, %v: verdict %v, %v, want %v: threshold %v, value %v", p.Name, q.e.Task, q.e.Verdict, q.e.Status, want, *q.e.Threshold, q.want)
				}
				decided[q.e.Verdict]++
			}
		}
	}
	if decided[solve.Holds] < 100 || decided[solve.Violated] < 100 {
		t.Errorf("verdicts %v: too few", decided)
	}
}

// TestThresholdAtTheValue: a margin that is zero by algebra is at least 0 and at
// most 0, and not at least the next float64.
func TestThresholdAtTheValue(t *testing.T) {
	_, p := oracle.Random(t, 1, 3, 12)
	same := oracle.New(t, "same", p.Pair.N1, p.Pair.N1, p.Box)
	zero, next := 0.0, math.Nextafter(0, 1)
	rng, _ := oracle.Random(t, 2, 3, 12)
	c := oracle.ClassPair(rng)
	if res := oracle.Margins(t, same, solve.Options{AtLeast: &zero, AtMost: &zero}, c); res.Min[0].Verdict != solve.Holds || res.Max[0].Verdict != solve.Holds {
		t.Errorf("0 is at least 0: %v, at most 0: %v", res.Min[0].Verdict, res.Max[0].Verdict)
	}
	if res := oracle.Margins(t, same, solve.Options{AtLeast: &next}, c); res.Min[0].Verdict != solve.Violated {
		t.Errorf("0 is at least %v: %v", next, res.Min[0].Verdict)
	}
}
