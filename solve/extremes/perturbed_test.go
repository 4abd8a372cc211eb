package extremes_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// budgetWays are the ways to an exact answer where inputs have a budget.
var budgetWays = []struct {
	name string
	opt  solve.Options
}{
	{"bab", solve.Options{Engine: solve.BaB}},
	{"auto", solve.Options{}},
	{"milp", solve.Options{Engine: solve.MILP}},
	{"plain", solve.Options{Encoding: encode.Plain}},
}

// TestL1Enumeration: the extremes over an L1 ball are those of an enumeration of
// activation patterns.
func TestL1Enumeration(t *testing.T) {
	narrower, solved := 0, make(map[string]int)
	for seed := range uint64(120) {
		rng, box := oracle.Random(t, 3000+seed, 3, 12)
		p := oracle.L1Ball(t, rng, box)
		c := oracle.ClassPair(rng)
		o := oracle.EnumerateL1(t, p, c)
		if whole := oracle.Enumerate(p.Pair, p.Box, c); whole.Max[0] > o.Max[0]+1e-6 || whole.Min[0] < o.Min[0]-1e-6 {
			narrower++
		}
		for _, way := range budgetWays {
			opt := way.opt
			opt.Seed = seed
			res := p.Margins(t, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				oracle.Compare(t, p.Problem, way.name, e, []float64{o.Min[0], o.Max[0]}[k])
				p.CheckWitness(t, way.name, e.Witness, &e)
				if e.Engine != "bounds" {
					solved[e.Engine]++
				}
			}
		}
	}
	t.Logf("the ball matters in %d of 120 problems, solved by %v", narrower, solved)
	if narrower < 60 || solved["bab"] < 50 || solved["milp"] < 50 {
		t.Errorf("the problems are too easy: the ball matters in %d of 120, solved by %v", narrower, solved)
	}
}

// TestL1Linear: over a linear network the extremes of an L1 ball are at its
// vertices, also for many inputs.
func TestL1Linear(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 77))
		inputs := 5 + rng.IntN(60)
		linear := func() *network.Network { return networktest.Random(rng, inputs, oracle.Classes) }
		sample := make([]float64, inputs)
		for i := range sample {
			sample[i] = rng.NormFloat64()
		}
		eps := 3 * rng.Float64()
		n1, n2 := linear(), linear()
		all := make([]float64, inputs)
		for i := range all {
			all[i] = eps
		}
		p := oracle.NewPerturbed(t, oracle.New(t, "linear", n1, n2, oracle.Ball(t, sample, eps)), region.Perturbation{Sample: sample, L1: &eps, Epsilon: all})
		c := query.ClassPair{I: 0, J: 1}
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range inputs {
			for _, by := range []float64{eps, -eps} {
				x := append([]float64(nil), sample...)
				x[i] += by
				r := oracle.Margin(oracle.PlainOf(n1), oracle.PlainOf(n2), c, x)
				lo, hi = min(lo, r), max(hi, r)
			}
		}
		res := p.Margins(t, solve.Options{}, c)
		oracle.Compare(t, p.Problem, "linear", res.Min[0], lo)
		oracle.Compare(t, p.Problem, "linear", res.Max[0], hi)
		for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
			p.CheckWitness(t, "linear", e.Witness, &e)
			if math.Abs(e.Relaxed-e.Proved) > 1e-6 {
				t.Errorf("seed %d: the relaxation of a linear network has %v, the extremum is %v", seed, e.Relaxed, e.Proved)
			}
		}
	}
}

// TestAffineSetEnumeration: the extremes over images with another brightness,
// contrast and a small ball, clipped to a domain, are those of an enumeration of
// the activation patterns of the networks and of the clipping.
func TestAffineSetEnumeration(t *testing.T) {
	clamped, asked := 0, 0
	for seed := range uint64(150) {
		rng, box := oracle.Random(t, 5000+seed, 3, 10)
		if how := box.Box.Center(); len(how) < 2 || how[0] == how[1] {
			continue // contrast may have no parameter
		}
		p, m := oracle.AffineSet(t, rng, box)
		if len(p.Set.Box().Lo) != len(m[0]) {
			t.Fatalf("seed %d: parameters %v", seed, p.Set.Names())
		}
		c := oracle.ClassPair(rng)
		o := &oracle.Enumeration{N1: oracle.ClippedPlain(p.Pair.N1, p.How, m), N2: oracle.ClippedPlain(p.Pair.N2, p.How, m), Classes: []query.ClassPair{c},
			Min: []float64{math.Inf(1)}, Max: []float64{math.Inf(-1)}}
		o.Run(p.Set.Box())
		asked++
		if p.Set.Clipped() > 0 {
			clamped++
		}
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			res := p.Margins(t, opt, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				oracle.Compare(t, p.Problem, way.Name, e, []float64{o.Min[0], o.Max[0]}[k])
				p.CheckWitness(t, way.Name, e.Witness, &e)
				if len(e.Parameters) != len(p.Set.Names()) || !p.Set.Box().Contains(e.Parameters) {
					t.Errorf("%s: the parameters of a witness are %v", p.Name, e.Parameters)
				}
			}
		}
	}
	if asked < 100 || clamped < 40 {
		t.Errorf("%d sets, %d of them clipped: the test is too easy", asked, clamped)
	}
}
