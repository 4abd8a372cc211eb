package logic_test

import (
	"testing"

	"pgregory.net/rapid"

	"rsm/solve/logic"
)

// conditions are those of drawn formulas: small values make many of them zero.
var conditions = func() (all []*logic.Condition) {
	for k := range 6 {
		all = append(all, &logic.Condition{Strict: k%2 == 1})
	}
	return all
}()

func draw(t *rapid.T, depth int) logic.Formula {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		return rapid.SampledFrom(conditions).Draw(t, "condition")
	}
	var parts []logic.Formula
	for range rapid.IntRange(0, 3).Draw(t, "parts") {
		parts = append(parts, draw(t, depth-1))
	}
	if rapid.Bool().Draw(t, "and") {
		return logic.And(parts)
	}
	return logic.Or(parts)
}

// values are drawn for all conditions.
func values(t *rapid.T) map[*logic.Condition]float64 {
	v := map[*logic.Condition]float64{}
	for _, c := range conditions {
		v[c] = float64(rapid.IntRange(-3, 3).Draw(t, "value"))
	}
	return v
}

// truth is the truth of a formula by its definition.
func truth(f logic.Formula, v map[*logic.Condition]float64) bool {
	switch f := f.(type) {
	case logic.And:
		for _, part := range f {
			if !truth(part, v) {
				return false
			}
		}
		return true
	case logic.Or:
		for _, part := range f {
			if truth(part, v) {
				return true
			}
		}
		return false
	}
	c := f.(*logic.Condition)
	return v[c] > 0 || v[c] == 0 && !c.Strict
}

// TestSimplify: what ranges leave open of a formula has its truth wherever the ranges
// hold, and has no condition that they decide.
func TestSimplify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := draw(t, 3), values(t)
		lo, hi := map[*logic.Condition]float64{}, map[*logic.Condition]float64{}
		for _, c := range conditions {
			lo[c] = v[c] - float64(rapid.IntRange(0, 3).Draw(t, "below"))
			hi[c] = v[c] + float64(rapid.IntRange(0, 3).Draw(t, "above"))
		}
		open := logic.Simplify(f, func(c *logic.Condition) (float64, float64) { return lo[c], hi[c] })
		if truth(open, v) != truth(f, v) {
			t.Fatalf("%v is left of %v, with other truth at %v", open, f, v)
		}
		open.Conditions(func(c *logic.Condition) {
			if lo[c] > 0 || hi[c] < 0 {
				t.Fatalf("a condition of range [%v, %v] is left", lo[c], hi[c])
			}
		})
		if logic.Holds(f, func(c *logic.Condition) float64 { return v[c] }) != truth(f, v) {
			t.Fatalf("the truth of %v at %v is %v", f, v, truth(f, v))
		}
	})
}

// TestRobustness: above zero it means true, below zero false; it is the value of the
// condition that is returned; and upper bounds of values make it no less.
func TestRobustness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := draw(t, 3), values(t)
		r, c := logic.Robustness(f, func(c *logic.Condition) float64 { return v[c] })
		if r > 0 && !truth(f, v) || r < 0 && truth(f, v) {
			t.Fatalf("robustness %v of a formula that is %v", r, truth(f, v))
		}
		if c != nil && v[c] != r {
			t.Fatalf("robustness %v, its condition has %v", r, v[c])
		}
		upper := func(c *logic.Condition) float64 { return v[c] + float64(len(conditions)) }
		if h := logic.High(f, upper); h < r {
			t.Fatalf("robustness %v, at most %v", r, h)
		}
	})
}

// width is how many conjunctions a formula and its parts have at most.
func width(f logic.Formula) int {
	n := 1
	switch f := f.(type) {
	case logic.And:
		for _, part := range f {
			n *= max(width(part), 1)
		}
	case logic.Or:
		n = 0
		for _, part := range f {
			n += width(part)
		}
	}
	return n
}

// TestConjunctions: a formula is the disjunction of its conjunctions, of which there are
// no more than are asked for.
func TestConjunctions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, v := draw(t, 3), values(t)
		most := rapid.IntRange(1, 40).Draw(t, "most")
		cases, ok := logic.Conjunctions(f, most)
		if !ok {
			if n := width(f); n <= most {
				t.Fatalf("%d conjunctions are more than %d", n, most)
			}
			return
		}
		if len(cases) > most {
			t.Fatalf("%d conjunctions, at most %d were asked for", len(cases), most)
		}
		some := false
		for _, all := range cases {
			holds := true
			for _, c := range all {
				holds = holds && truth(c, v)
			}
			some = some || holds
		}
		if some != truth(f, v) {
			t.Fatalf("the conjunctions of a formula that is %v are %v", truth(f, v), some)
		}
	})
}
