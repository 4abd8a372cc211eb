package formula_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
)

// elements are those of the drawn formulas.
var elements = []formula.Element{{Tensor: 0, Index: 0}, {Tensor: 0, Index: 1}, {Tensor: 2, Index: 0}}

func rational(t *rapid.T, name string) *big.Rat {
	return big.NewRat(int64(rapid.IntRange(-3, 3).Draw(t, name)), int64(rapid.IntRange(1, 3).Draw(t, "over")))
}

// meaning is a formula, and what it means by itself.
type meaning struct {
	f    formula.Formula
	true func(v formula.Values) bool
}

func draw(t *rapid.T, depth int) meaning {
	if depth > 0 && rapid.IntRange(0, 3).Draw(t, "junction") > 0 {
		var parts []meaning
		var fs []formula.Formula
		for range rapid.IntRange(0, 3).Draw(t, "parts") {
			parts = append(parts, draw(t, depth-1))
			fs = append(fs, parts[len(parts)-1].f)
		}
		and := rapid.Bool().Draw(t, "and")
		m := meaning{formula.Or(fs), func(v formula.Values) bool {
			for _, p := range parts {
				if p.true(v) != and {
					return !and
				}
			}
			return and
		}}
		if and {
			m.f = formula.And(fs)
		}
		return m
	}
	var terms []formula.Term
	for range rapid.IntRange(0, 4).Draw(t, "terms") {
		terms = append(terms, formula.Term{Element: rapid.SampledFrom(elements).Draw(t, "element"), Coef: rational(t, "coefficient")})
	}
	constant, op := rational(t, "constant"), formula.Operator(rapid.IntRange(0, 3).Draw(t, "operator"))
	return meaning{formula.New(terms, constant, op, formula.Position{}), func(v formula.Values) bool {
		s := new(big.Rat).Set(constant)
		for _, t := range terms {
			s.Add(s, new(big.Rat).Mul(t.Coef, v(t.Element)))
		}
		return [...]bool{s.Sign() >= 0, s.Sign() > 0, s.Sign() == 0, s.Sign() != 0}[op]
	}}
}

func values(t *rapid.T) formula.Values {
	at := map[formula.Element]*big.Rat{}
	for _, e := range elements {
		at[e] = rational(t, "value")
	}
	return func(e formula.Element) *big.Rat { return at[e] }
}

// TestRewriting: formulas keep their meaning.
func TestRewriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := draw(t, 3)
		v := values(t)
		want := m.true(v)
		for name, f := range map[string]formula.Formula{
			"itself":       m.f,
			"simplified":   formula.Simplify(m.f, formula.OfConstants),
			"inequalities": formula.Inequalities(m.f),
			"twice denied": formula.Negated(formula.Negated(m.f)),
			"shifted": formula.Shifted(formula.Shifted(m.f, func(*formula.Comparison) *big.Rat { return big.NewRat(1, 3) }),
				func(*formula.Comparison) *big.Rat { return big.NewRat(-1, 3) }),
			"known": formula.Simplify(m.f, func(c *formula.Comparison) formula.Truth {
				if c.Holds(v) {
					return formula.True
				}
				return formula.False
			}),
		} {
			if f.Holds(v) != want {
				t.Fatalf("%s: %v instead of %v", name, !want, want)
			}
		}
		if formula.Negated(m.f).Holds(v) == want {
			t.Fatal("the negation has the same truth")
		}
		if formula.Strictly(m.f).Holds(v) && !want {
			t.Fatal("strictly true, and false")
		}
		formula.Inequalities(m.f).Comparisons(func(c *formula.Comparison) {
			if c.Operator != formula.AtLeast && c.Operator != formula.Above {
				t.Fatalf("operator %v", c.Operator)
			}
		})
		// x_0 = 2 x_1 - 1/2
		l := &formula.Linear{Terms: []formula.Term{{Element: elements[1], Coef: big.NewRat(2, 1)}}, Const: big.NewRat(-1, 2)}
		moved := func(e formula.Element) *big.Rat {
			if e != elements[0] {
				return v(e)
			}
			s := new(big.Rat).Mul(big.NewRat(2, 1), v(elements[1]))
			return s.Sub(s, big.NewRat(1, 2))
		}
		s := formula.Substituted(m.f, func(e formula.Element) *formula.Linear {
			if e == elements[0] {
				return l
			}
			return nil
		})
		if s.Holds(v) != m.f.Holds(moved) {
			t.Fatal("a substitution changes the truth")
		}
		s.Comparisons(func(c *formula.Comparison) {
			for i, t1 := range c.Terms {
				if t1.Element == elements[0] || t1.Coef.Sign() == 0 || i > 0 && c.Terms[i-1].Element.Compare(t1.Element) >= 0 {
					t.Fatalf("terms %v", c.Terms)
				}
			}
		})
	})
}

// TestShared: one comparison in two places stays one.
func TestShared(t *testing.T) {
	c := formula.New(nil, big.NewRat(1, 1), formula.AtLeast, formula.Position{})
	f := formula.Strictly(formula.Or{c, formula.And{c, c}}).(formula.Or)
	if f[0] != f[1].(formula.And)[0] || f[0] == formula.Formula(c) {
		t.Fatal("two comparisons of one")
	}
}

// TestNumbers: numerals are read as what they are, and rounded to the next float64s.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][-+]?[0-9]{1,3})?`).Draw(t, "numeral")
		v, err := formula.Parse(s)
		want, ok := new(big.Rat).SetString(s)
		if err != nil || !ok || v.Cmp(want) != 0 {
			t.Fatalf("%s is %v, not %v: %v", s, v, want, err)
		}
		if text, exact := formula.Text(v, 0); exact {
			if again, err := formula.Parse(text); len(text) < 400 && (err != nil || again.Cmp(v) != 0) {
				t.Fatalf("%s is written as %s", s, text)
			}
		} else {
			t.Fatalf("%s is no decimal", s)
		}
		lo, hi := formula.Down(v), formula.Up(v)
		below := func(x float64) bool { return math.IsInf(x, -1) || !math.IsInf(x, 1) && formula.Float(x).Cmp(v) <= 0 }
		above := func(x float64) bool { return math.IsInf(x, 1) || !math.IsInf(x, -1) && formula.Float(x).Cmp(v) >= 0 }
		if !below(lo) || !above(hi) || hi != lo && hi != math.Nextafter(lo, math.Inf(1)) {
			t.Fatalf("%s is between %v and %v", s, lo, hi)
		}
		x := rapid.Float64().Draw(t, "x")
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		if back, _ := formula.Decimal(x).Float64(); back != x || formula.Down(formula.Float(x)) != x || formula.Up(formula.Float(x)) != x {
			t.Fatalf("%v is %v", x, back)
		}
	})
}

func TestNumberErrors(t *testing.T) {
	for s, want := range map[string]string{
		"": "is not a number", ".": "is not a number", "-": "is not a number", "1e": "is not a number", "1-2": "is not a number", "--1": "is not a number",
		"0x10": "is not a number", "1_0": "is not a number", "1/2": "is not a number", "inf": "is not a number", "e5": "is not a number", "1e+": "is not a number",
		"1e1000": "exponent above 999", "1e-0001000": "exponent above 999", strings.Repeat("1", 401): "more than 400 digits",
	} {
		if v, err := formula.Parse(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %v: %v, want %q", s, v, err, want)
		}
	}
}
