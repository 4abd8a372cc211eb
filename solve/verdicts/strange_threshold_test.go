package verdicts_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"rsm/solve"
	"rsm/solve/oracle"
)

// TestStrangeThresholds: verdicts on strange networks are true in exact
// arithmetic, for thresholds at the value that is reached, next to it and away
// from it, with gaps of all sizes.
func TestStrangeThresholds(t *testing.T) {
	verdicts := map[solve.Verdict]int{}
	solved := 0
	for seed := range uint64(400) {
		rng, p := oracle.Strange(t, 3000+seed, 10)
		c := oracle.ClassPair(rng)
		n1, n2 := oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2)
		res := oracle.Margins(t, p, solve.Options{NodeLimit: 500}, c)
		ends := [2]solve.Extremum{res.Min[0], res.Max[0]}
		width := ends[1].Witnessed - ends[0].Witnessed
		for range 3 {
			side := rng.IntN(2)
			sign := float64(2*side - 1)
			exact := oracle.ExactMargin(n1, n2, c, ends[side].Witness)
			threshold := ends[side].Witnessed
			switch rng.IntN(5) {
			case 0: // at the value
			case 1:
				threshold = math.Nextafter(threshold, math.Inf(rng.IntN(2)*2-1))
			case 2:
				threshold += 1e-9 * rng.NormFloat64()
			case 3:
				threshold += width * rng.NormFloat64()
			case 4:
				threshold = ends[side].Proved
			}
			opt := solve.Options{Seed: seed, NodeLimit: 300}
			if side == 0 {
				opt.AtLeast = &threshold
			} else {
				opt.AtMost = &threshold
			}
			if rng.IntN(3) == 0 {
				opt.Gap = max(solve.DefaultGap, width*rng.Float64())
			}
			name := fmt.Sprintf("%s, threshold %v, gap %v", p.Name, threshold, opt.Gap)
			res := oracle.Margins(t, p, opt, c)
			e := []solve.Extremum{res.Min[0], res.Max[0]}[side]
			verdicts[e.Verdict]++
			if e.Engine == "bab" {
				solved++
			}
			at := big.NewFloat(threshold)
			beyond := func(r *big.Float) bool { return sign*float64(r.Cmp(at)) > 0 }
			switch e.Verdict {
			case solve.Holds:
				if beyond(exact) {
					t.Errorf("%s: it is said to hold, and an input has %v", name, exact.Text('g', 25))
				}
			case solve.Violated:
				if r := oracle.ExactMargin(n1, n2, c, e.Witness); !beyond(r) {
					t.Errorf("%s: it is said to be violated by %v", name, r.Text('g', 25))
				}
			}
			if !(oracle.Above(e, ends[side].Witnessed) >= -1e-13*(oracle.Plain.Magnitude(n1, p.Box)+oracle.Plain.Magnitude(n2, p.Box))) {
				t.Errorf("%s: the bound %v is refuted by %v", name, e.Proved, ends[side].Witnessed)
			}
			oracle.Replay(t, p, e)
		}
	}
	t.Logf("%v, %d by branch and bound", verdicts, solved)
	if verdicts[solve.Holds] < 100 || verdicts[solve.Violated] < 100 || solved < 50 {
		t.Errorf("verdicts %v, %d by branch and bound: too few", verdicts, solved)
	}
}
