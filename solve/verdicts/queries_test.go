package verdicts_test

import (
	"context"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"rsm/internal/specification"
	"rsm/internal/vnnlib"
	"rsm/network"
	"rsm/solve"
)

// TestQueries: queries in both versions of VNN-LIB are decided as exact enumeration says,
// and they are true of what is printed, and of the networks there.
func TestQueries(t *testing.T) {
	const queries = 2000
	seen := map[string]int{}
	for seed := range uint64(queries) {
		rng := rand.New(rand.NewPCG(seed, 71))
		old := seed%2 == 0
		q := drawStated(rng, old)
		text := q.text(old)
		spec, err := vnnlib.DecodeSpecification([]byte(text))
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, text)
		}
		models := []*network.Model{q.f.model(t)}
		if !old {
			models = append(models, models[0])
			if q.g != q.f {
				models[1] = q.g.model(t)
			}
		}
		answer, a := verified(t, spec, models)
		truth := "unsat"
		if q.satisfiable() {
			truth = "sat"
		}
		seen[truth+" "+answer]++
		if answer != "unknown" && answer != truth {
			t.Errorf("seed %d: %s, and the enumeration says %s\n%+v\n%s", seed, answer, truth, *q.f, text)
		}
		if a == nil {
			continue
		}
		printed := func(tensor, k int) *big.Rat { return parsed(a.Text(tensor, k)) }
		p := []*big.Rat{printed(0, 0), new(big.Rat), printed(1, 0), printed(1, 1), new(big.Rat), new(big.Rat)}
		if !old {
			p[1], p[4], p[5] = printed(2, 0), printed(3, 0), printed(3, 1)
		}
		if !q.holds(p) {
			t.Errorf("seed %d: the query is false of what is printed: %v\n%s", seed, p, text)
		}
		if exact := q.at(p[0], p[1]); !q.holds(exact) {
			t.Errorf("seed %d: the query is false of the networks at what is printed: %v\n%s", seed, exact, text)
		}
	}
	t.Log(seen)
	if unknown := seen["sat unknown"] + seen["unsat unknown"]; unknown > queries/50 {
		t.Errorf("%d queries are not decided", unknown)
	}
	if seen["sat sat"] < queries/10 || seen["unsat unsat"] < queries/10 {
		t.Error("too few of a kind")
	}
}

// verified decides a specification.
func verified(t testing.TB, spec *specification.Specification, models []*network.Model) (string, *specification.Assignment) {
	plan, err := specification.Build(spec, models, specification.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	answer := "unsat"
	for c, err := range plan.Cases(nil) {
		if err != nil {
			t.Fatal(err)
		}
		d, err := solve.Decide(ctx, c.Problem, solve.Options{Jobs: 1})
		if err != nil {
			t.Fatal(err)
		}
		switch d.Answer {
		case solve.Sat:
			a, ok := c.Assignment(d.Point)
			if !ok {
				t.Fatal("a solution is none when it is evaluated again")
			}
			return "sat", a
		case solve.Undecided:
			answer = "unknown"
		}
	}
	return answer, nil
}
