package verdicts_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestDecideJobs: the decision does not depend on the number of jobs.
func TestDecideJobs(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 32))
		p := drawn(t, rng)
		conditions, f := drawFormula(rng, p)
		var list []*formula.Comparison
		for _, c := range conditions {
			list = append(list, c.condition(p.Joint))
		}
		var first *solve.Decision
		for _, jobs := range []int{1, 2, 5} {
			res, err := solve.Decide(context.Background(), query.Problem{Joint: p.Joint, Formula: f.formula(list)}, solve.Options{Jobs: jobs})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = res
			}
			if res.Answer != first.Answer || !slices.Equal(res.Witness, first.Witness) {
				t.Errorf("seed %d: %v at %v with %d jobs, %v at %v with one", seed, res.Answer, res.Witness, jobs, first.Answer, first.Witness)
			}
		}
	}
}

// TestDecideCounts: what is counted on the way to a witness that is hard to find does not
// depend on the number of jobs either.
func TestDecideCounts(t *testing.T) {
	found := 0 // not at once
	for seed := range uint64(150) {
		rng, p := oracle.Random(t, 5000+seed, 3, 16)
		c := oracle.ClassPair(rng)
		top := p.Joint.Margin(c)
		top.Const -= oracle.Margins(t, p, solve.Options{}, c).Max[0].Witnessed - 1e-7
		var first *solve.Decision
		for _, jobs := range []int{1, 2, 5} {
			opt := solve.Options{Jobs: jobs, Engine: []solve.Engine{solve.AutoEngine, solve.Split}[seed%2]}
			res, err := solve.Decide(context.Background(), query.Problem{Joint: p.Joint, Formula: query.Compared(top, formula.AtLeast)}, opt)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = res
			}
			if res.Answer != first.Answer || res.Boxes != first.Boxes || res.Nodes != first.Nodes || res.LPIterations != first.LPIterations {
				t.Errorf("%s: %v, %d boxes, %d nodes, %d iterations with %d jobs; %v, %d, %d, %d with one", p.Name,
					res.Answer, res.Boxes, res.Nodes, res.LPIterations, jobs, first.Answer, first.Boxes, first.Nodes, first.LPIterations)
			}
		}
		if first.Answer != solve.Sat {
			t.Errorf("%s: %v, and a witness is known", p.Name, first.Answer)
		}
		if first.Boxes > 1 {
			found++
		}
	}
	if found < 10 {
		t.Errorf("%d witnesses found in parts: too few", found)
	}
}
