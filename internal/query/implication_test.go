package query_test

import (
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
)

func TestImplicationCheck(t *testing.T) {
	for _, c := range []struct {
		i       query.Implication
		classes int
		want    string
	}{
		{query.Implication{Class: 3, Top: 1}, 3, "class 3 is out of range"},
		{query.Implication{Class: -1, Top: 1}, 3, "class -1 is out of range"},
		{query.Implication{Top: 1, Margin: big.NewRat(-1, 2)}, 3, "the margin -1/2 is below zero"},
		{query.Implication{Top: 0}, 3, "must be 1 or more"},
		{query.Implication{Top: 3}, 3, "every class is among the best 3"},
		{query.Implication{Top: 3}, 100, "156849 sets of 3 competitors, and 1000 at most"},
		{query.Implication{Class: 2, Top: 2, Margin: big.NewRat(1, 1)}, 3, ""},
		{query.Implication{Top: 5}, 10, ""},
		{query.Implication{Top: 98}, 100, ""},
	} {
		err := c.i.Check(c.classes)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v of %d classes: %v, want %q", c.i, c.classes, err, c.want)
		}
	}
}

// truth evaluates a formula at the last input of an evaluator, at the values in float64.
func truth(f formula.Formula, ev *network.Evaluator) bool {
	return f.Holds(func(e formula.Element) *big.Rat { return formula.Float(ev.Value(e.Tensor)[e.Index]) })
}

// TestViolationMeaning: the formula is true at an input where the logits rank so,
// and its strict form where Violated says so.
func TestViolationMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		classes := rapid.IntRange(2, 5).Draw(t, "classes")
		n1, n2 := networktest.Random(rng, 2, 3, classes), networktest.Random(rng, 2, 3, classes)
		j, err := query.Pair{N1: n1, N2: n2}.Joint()
		if err != nil {
			t.Fatal(err)
		}
		i := query.Implication{
			Direction: query.Direction(rapid.IntRange(0, 1).Draw(t, "direction")),
			Class:     rapid.IntRange(0, classes-1).Draw(t, "class"),
			Top:       rapid.IntRange(1, classes-1).Draw(t, "top"),
			Margin:    rapid.SampledFrom([]*big.Rat{nil, big.NewRat(1, 4)}).Draw(t, "margin"),
		}
		f, margin := j.Violation(i), 0.0
		if i.Margin != nil {
			margin, _ = i.Margin.Float64()
		}
		ev := network.NewEvaluator(j.Graph)
		for range 20 {
			x := []float64{3 * rng.NormFloat64(), 3 * rng.NormFloat64()}
			ev.Forward(x)
			y1, y2 := n1.Logits(x), n2.Logits(x)
			premise, conclusion := y2, y1
			if i.Direction == query.From1To2 {
				premise, conclusion = y1, y2
			}
			decides, above := true, 0
			for k := range classes {
				if k != i.Class {
					decides = decides && premise[i.Class]-premise[k] >= margin
					if conclusion[k] > conclusion[i.Class] {
						above++
					}
				}
			}
			want := decides && above >= i.Top
			if got := truth(f, ev); got != want {
				t.Fatalf("%+v at %v: %v, logits %v and %v", i, x, got, y1, y2)
			}
			// No ties here.
			if got := i.Violated(y1, y2); got != want || truth(formula.Strictly(f), ev) != want || truth(j.Premise(i), ev) != decides {
				t.Fatalf("%+v at %v: violated %v, logits %v and %v", i, x, got, y1, y2)
			}
			if truth(formula.Shifted(f, func(*formula.Comparison) *big.Rat { return big.NewRat(100, 1) }), ev) {
				t.Fatal("a shifted condition is true")
			}
		}
	})
}

// TestViolatedTies: a tie violates nothing.
func TestViolatedTies(t *testing.T) {
	i := query.Implication{Class: 0, Top: 1}
	for _, c := range []struct {
		y1, y2 []float64
		want   bool
	}{
		{[]float64{0, 1}, []float64{1, 0}, true},
		{[]float64{1, 1}, []float64{1, 0}, false},
		{[]float64{0, 1}, []float64{1, 1}, false},
		{[]float64{0, 1}, []float64{0, 1}, false},
	} {
		if got := i.Violated(c.y1, c.y2); got != c.want {
			t.Errorf("%v, %v: %v", c.y1, c.y2, got)
		}
	}
}
