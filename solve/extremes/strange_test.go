package extremes_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"rsm/network"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestStrange: whatever the networks, the gap and the limit, bounds contain the
// oracle's range, and in exact arithmetic the margin at the witness.
func TestStrange(t *testing.T) {
	solved := 0
	for seed := range uint64(500) {
		rng, p := oracle.Strange(t, seed, 10)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		slack := 1e-14 * (o.N1.Magnitude(p.Box) + o.N2.Magnitude(p.Box))
		for _, opt := range []solve.Options{
			{},
			{Gap: max(solve.DefaultGap, (o.Max[0]-o.Min[0])*math.Pow(10, -2.5*rng.Float64()))},
			{RelativeGap: math.Pow(10, -3+4*rng.Float64())},
			{NodeLimit: 1 + rng.IntN(12)},
		} {
			opt.Seed, opt.Jobs = seed, 1+int(seed%4)
			name := fmt.Sprintf("gap %.2g, relative %.2g, %d nodes", opt.Gap, opt.RelativeGap, opt.NodeLimit)
			res := oracle.Margins(t, p, opt, c)
			for side, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want := []float64{o.Min[0], o.Max[0]}[side]
				if e.Engine == "bab" {
					solved++
				}
				if v := oracle.Above(e, want); !(v >= -slack) {
					t.Errorf("%s, %s: the bound %v of %v is refuted by %v", p.Name, name, e.Proved, e.Task, want)
				}
				r := oracle.ExactMargin(o.N1, o.N2, c, e.Witness)
				if cmp := r.Cmp(big.NewFloat(e.Proved)); e.Sense == solve.Maximum && cmp > 0 || e.Sense == solve.Minimum && cmp < 0 {
					t.Errorf("%s, %s: the bound %v of %v is refuted by its witness, which has %v", p.Name, name, e.Proved, e.Task, r.Text('g', 25))
				}
				allowed := max(opt.Gap, solve.DefaultGap, opt.RelativeGap*math.Abs(e.Witnessed))
				if e.Status == solve.Exact && !(math.Abs(e.Proved-want) <= allowed+slack) {
					t.Errorf("%s, %s: %v is called exact with the bound %v, the oracle has %v", p.Name, name, e.Task, e.Proved, want)
				}
				oracle.Replay(t, p, e)
			}
		}
	}
	t.Logf("%d extremes by branch and bound", solved)
	if solved < 200 {
		t.Errorf("only %d extremes need a branch and bound: the problems are too easy", solved)
	}
}

// TestExtremeScales: the same in exact arithmetic alone, for weights and boxes of
// any size that rsm takes, where no oracle in float64 is of use.
func TestExtremeScales(t *testing.T) {
	solved := 0
	for seed := range uint64(250) {
		rng, p := oracle.Strange(t, 1000+seed, 12)
		for _, l := range append(oracle.Dense(p.Pair.N1), oracle.Dense(p.Pair.N2)...) {
			for i := range l.W {
				l.W[i] *= math.Pow(10, 55*(rng.Float64()-0.5)*float64(rng.IntN(2)))
				if a := math.Abs(l.W[i]); a > network.MaxMagnitude || a < network.MinMagnitude {
					l.W[i] = 0
				}
			}
		}
		for i := range p.Box.Lo {
			lo, hi := &p.Box.Lo[i], &p.Box.Hi[i]
			switch rng.IntN(8) {
			case 0:
				m := math.Pow(10, 56*(rng.Float64()-0.5))
				*lo, *hi = *lo*m, *hi*m
			case 1: // a few numbers wide
				*hi = *lo + math.Abs(*lo)*1e-15
			case 2: // at zero, and not normal
				*lo, *hi = -math.SmallestNonzeroFloat64*float64(rng.IntN(5)), math.Pow(10, -330+60*rng.Float64())
			}
		}
		p = oracle.New(t, p.Name, p.Pair.N1, p.Pair.N2, p.Box)
		n1, n2, c := oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2), oracle.ClassPair(rng)
		res := oracle.Margins(t, p, solve.Options{Gap: math.Pow(10, -6*rng.Float64()), NodeLimit: 200}, c)
		lo, hi := res.Min[0], res.Max[0]
		if math.IsNaN(lo.Proved) || math.IsNaN(hi.Proved) {
			t.Fatalf("%s: [%v, %v]", p.Name, lo.Proved, hi.Proved)
		}
		points := [][]float64{lo.Witness, hi.Witness}
		for range 10 {
			points = append(points, make([]float64, len(p.Box.Lo)))
			oracle.Sample(rng, p.Box, points[len(points)-1])
		}
		for _, x := range points {
			if r := oracle.ExactMargin(n1, n2, c, x); r.Cmp(big.NewFloat(lo.Proved)) < 0 || r.Cmp(big.NewFloat(hi.Proved)) > 0 {
				t.Errorf("%s: r is %v at %v, outside [%v, %v]", p.Name, r.Text('g', 25), x, lo.Proved, hi.Proved)
			}
		}
		for _, e := range []solve.Extremum{lo, hi} {
			if e.Engine == "bab" {
				solved++
			}
		}
	}
	if solved < 100 {
		t.Errorf("only %d extremes need a branch and bound: the problems are too easy", solved)
	}
}
