package verdicts_test

import (
	"context"
	"math"
	"testing"
	"time"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// TestRadius: the enumeration has no violation in the safe ball, nor in smaller
// ones, and one in the unsafe ball, and in larger ones.
func TestRadius(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(150) {
		rng, p := oracle.Random(t, 5000+seed, 3, 10)
		a := draw(rng, p)
		if seed%3 > 0 {
			i := query.Implication{Direction: query.Direction(rng.IntN(2)), Top: 1}
			y := p.Pair.N2.Logits(p.Box.Center())
			for k, v := range y {
				if v > y[i.Class] {
					i.Class = k
				}
			}
			a = implies(i)
		}
		q := solve.RadiusQuestion{Around: region.Perturbation{Sample: p.Box.Center()}, Tolerance: 1e-3, Most: 1, Claim: a.over(p), Joint: p.Joint}
		if rng.IntN(2) == 0 {
			lo, hi := math.Inf(1), math.Inf(-1)
			for _, v := range q.Around.Sample {
				lo, hi = min(lo, v), max(hi, v)
			}
			q.Around.Clip = &[2]float64{lo - 0.25, hi + 0.5}
		}
		b, err := solve.Radius(context.Background(), q, solve.Options{Jobs: 1, Seed: seed}, nil)
		if err != nil {
			t.Fatalf("%s, %s: %v", p.Name, a.name, err)
		}
		o := &oracle.Enumeration{N1: oracle.PlainOf(p.Pair.N1), N2: oracle.PlainOf(p.Pair.N2)}
		violated := func(eps, shift float64) bool {
			box, err := region.Ball(q.Around.Sample, []float64{eps}, q.Around.Clip)
			if err != nil {
				t.Fatal(err)
			}
			return oracle.Possible(p.Pair, box, a.cases, shift*(1+o.N1.Magnitude(box)+o.N2.Magnitude(box)))
		}
		name := p.Name + ", " + a.name
		for _, part := range []float64{0, 0.5, 1} {
			if b.Safe >= 0 && violated(part*b.Safe, 1e-9) {
				t.Errorf("%s: [%v, %v], and the oracle has a violation within %v", name, b.Safe, b.Unsafe, part*b.Safe)
			}
		}
		if !math.IsInf(b.Unsafe, 1) {
			for _, eps := range []float64{b.Unsafe, b.Unsafe + 0.1, 2} {
				if !violated(eps, -1e-9) {
					t.Errorf("%s: [%v, %v], and the oracle has no violation within %v", name, b.Safe, b.Unsafe, eps)
				}
			}
			_, y1 := o.N1.Eval(b.Witness)
			_, y2 := o.N2.Eval(b.Witness)
			if ball, err := region.Ball(q.Around.Sample, []float64{b.Unsafe}, q.Around.Clip); err != nil || !ball.Contains(b.Witness) || !oracle.Strictly(a.cases, y1, y2) {
				t.Errorf("%s: the witness %v, with logits %v and %v, is none of radius %v", name, b.Witness, y1, y2, b.Unsafe)
			}
		}
		switch {
		case b.Reason != "":
			seen["open"]++
		case b.Unsafe == 0:
			seen["fails at the sample"]++
		case b.Safe == q.Most:
			seen["holds everywhere"]++
		case b.Unsafe-b.Safe <= q.Tolerance:
			seen["bracket"]++
		default:
			t.Errorf("%s: [%v, %v] without a reason", name, b.Safe, b.Unsafe)
		}
	}
	t.Log(seen)
	if seen["open"] > 10 || seen["bracket"] < 20 || seen["holds everywhere"] < 20 || seen["fails at the sample"] < 2 {
		t.Error("too few of a kind")
	}
}

// TestRadiusKnown: radii that are known, and what ends the search.
func TestRadiusKnown(t *testing.T) {
	zero := lines(t, []float64{0, 0}, []float64{0, 0})
	rising := lines(t, []float64{1, 0}, []float64{0, 0})
	question := func(e float64) solve.RadiusQuestion {
		p := oracle.New(t, "", rising, zero, region.Box{Lo: []float64{0}, Hi: []float64{1}})
		a := asked{formula: func(j *query.Joint) formula.Formula { return j.Differ([]int{0, 1}, formula.Float(e)) }, cases: [][]oracle.Linear{
			{func(y1, y2 []float64) float64 { return y1[0] - y2[0] - e }}, {func(y1, y2 []float64) float64 { return y2[0] - y1[0] - e }}}}
		return solve.RadiusQuestion{Around: region.Perturbation{Sample: []float64{0}}, Tolerance: 1e-6, Most: 1, Claim: a.over(p), Joint: p.Joint}
	}
	find := func(ctx context.Context, q solve.RadiusQuestion) *solve.Bracket {
		b, err := solve.Radius(ctx, q, solve.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if b := find(context.Background(), question(0.3)); b.Safe > 0.3 || b.Unsafe <= 0.3 || b.Unsafe-b.Safe > 1e-6 || b.Reason != "" {
		t.Errorf("[%v, %v] %q, want 0.3", b.Safe, b.Unsafe, b.Reason)
	}
	if b := find(context.Background(), question(1.5)); b.Safe != 1 || !math.IsInf(b.Unsafe, 1) || b.Reason != "" {
		t.Errorf("[%v, %v] %q, want 1", b.Safe, b.Unsafe, b.Reason)
	}
	q := question(0.3)
	q.Around.Sample = []float64{0.5}
	if b := find(context.Background(), q); b.Safe != -1 || b.Unsafe != 0 || b.Reason != "" {
		t.Errorf("[%v, %v] %q, want a failure at the sample", b.Safe, b.Unsafe, b.Reason)
	}
	q = question(0.3)
	q.Tolerance = 1e-300
	if b := find(context.Background(), q); b.Safe > 0.3 || b.Unsafe <= 0.3 || b.Unsafe-b.Safe > 1e-12 || b.Reason == "" {
		t.Errorf("[%v, %v] %q, want 0.3 up to float64", b.Safe, b.Unsafe, b.Reason)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if b := find(ctx, question(0.3)); b.Safe > 0.3 || b.Unsafe <= 0.3 || b.Reason != "interrupted" {
		t.Errorf("[%v, %v] %q, want an interruption", b.Safe, b.Unsafe, b.Reason)
	}
	ctx, cancel = context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	if b := find(ctx, question(0.3)); b.Safe > 0.3 || b.Unsafe <= 0.3 || b.Reason != "time limit" {
		t.Errorf("[%v, %v] %q, want the time limit", b.Safe, b.Unsafe, b.Reason)
	}
}
