package vnnlib_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
	"rsm/internal/specification"
	"rsm/internal/vnnlib"
	"rsm/network"
)

const head = "(vnnlib-version <2.0>)\n(declare-network f (declare-input X real [2,3]) (declare-output Y real []))\n"

func TestVersion2(t *testing.T) {
	s, err := vnnlib.DecodeSpecification([]byte(`; a comment
(vnnlib-version <2.1>)
(declare-network f
	(declare-input X_f real [1, 3])
	(declare-hidden H real [2] "a \"name\"")
	(declare-output Y real [])
)
(declare-network g (isomorphic-to f) (declare-input U float32 [1,3]) (declare-output V real []))
(declare-network h (equal-to f) (declare-input A real [1,3] initialized) (declare-output B real []))
(assert (<= X_f[0,2] 0.1))
(assert (or (> (+ (* 2 H[1] 3) (- Y) 1) (- 5 V 1 X_f[0,0])) (!= Y -2.50)))
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Networks) != 3 || s.Networks[1].Relation != specification.IsomorphicTo || s.Networks[2].Relation != specification.EqualTo {
		t.Errorf("networks %+v", s.Networks)
	}
	if h := s.Tensors[1]; h.Node != `a "name"` || h.Kind != specification.Hidden || h.Dims() != "[2]" {
		t.Errorf("hidden tensor %+v", h)
	}
	if a := s.Tensors[5]; !a.Initialized || a.Network != 2 {
		t.Errorf("input %+v", a)
	}
	var got []string
	formula.And(s.Asserts).Comparisons(func(c *formula.Comparison) {
		line := c.At.String()
		for _, term := range c.Terms {
			line += fmt.Sprintf(" %s*%s", term.Coef.RatString(), s.ElementName(term.Element))
		}
		got = append(got, fmt.Sprintf("%s + %s %v 0", line, c.Const.RatString(), c.Operator))
	})
	want := []string{
		"10:9 -1*X_f[0,2] + 1/10 >= 0",
		"11:13 1*X_f[0,0] 6*H[1] -1*Y 1*V + -3 > 0",
		"11:61 1*Y + 5/2 != 0",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// TestVersion1 compares the specification of a 1.0 query with what it writes.
func TestVersion1(t *testing.T) {
	s, err := vnnlib.DecodeSpecification([]byte("(set-logic QF_LRA)(declare-const X_0 Real)(declare-const Y_0 Real)\n(assert (<= X_0 0.679857769))(assert (not (>= (* 2 Y_0) X_0)))"))
	if err != nil {
		t.Fatal(err)
	}
	c := s.Asserts[0].(*formula.Comparison)
	if c.Const.RatString() != "679857769/1000000000" || s.ElementName(c.Terms[0].Element) != "X_0" {
		t.Errorf("bound %s", c.Const.RatString())
	}
	if c := s.Asserts[1].(*formula.Comparison); c.Operator != formula.Above {
		t.Errorf("not >= is %v", c.Operator)
	}
}

func TestVersion2Errors(t *testing.T) {
	for _, c := range []struct {
		text, want  string
		unsupported bool
	}{
		{"(vnnlib-version <3.0>)", `1:17: version "<3.0>" is not supported`, true},
		{"(vnnlib-version <2.7>)", "not supported", true},
		{"(vnnlib-version 2.0)", `1:17: "2.0" is not a version`, false},
		{"(vnnlib-version <2.0>)", "no network is declared", false},
		{"(declare-network f)", "(vnnlib-version <2.0>) expected first", false},
		{"(vnnlib-version <2.0>) (assert (<= 1 2))", "before any network", false},
		{head + "(declare-network g (declare-input X real [1]) (declare-output Z real []))", "3:35: the name X is taken", false},
		{head + "(assert (<= (* X[0,0] Y) 1))", "3:13: a product of two elements", true},
		{head + "(assert (<= X[0] 1))", "give 2 indices, not 1", false},
		{head + "(assert (<= X[0,3] 1))", "index 1 of X is 3", false},
		{head + "(assert (<= X 1))", "give 2 indices, not 0", false},
		{head + "(assert (<= Z 1))", `no tensor "Z"`, false},
		{head + "(assert (= Y 1))", "write (==", false},
		{head + "(assert (not (<= Y 1)))", "turn the comparisons", false},
		{head + "(assert (<= Y 1 2))", "after two terms", false},
		{head + "(assert (and))", "has no formulas", false},
		{head + "(assert (<= Y 1.))", "not a number", false},
		{head + "(assert (<= Y 1e1000))", "exponent above 999", false},
		{head + "(assert (<= Y 1)", "the file is incomplete", false},
		{head + "(assert (<= (/ Y 2) 1))", "multiply by the reciprocal", false},
		{head + "(declare-const X_0 Real)", "declare-const is of VNN-LIB 1.0", false},
		{head + "(assert (<= Y 1)) (declare-network g (declare-input A real [1]) (declare-output B real [1]))", "declare all networks first", false},
		{head + "(declare-network g (equal-to f) (declare-input A real [2]) (declare-output B real []))", "3:1: network g is related to f", false},
		{head + "(declare-network g (equal-to k) (declare-input A real [2]) (declare-output B real []))", "no network k", false},
		{"(vnnlib-version <2.0>)(declare-network f (declare-output Y real []) (declare-input X real []))", "too late", false},
		{"(vnnlib-version <2.0>)(declare-network f (declare-input X int8 []) (declare-output Y float32 []))(assert (<= X Y))", "elements of types", false},
		{"(vnnlib-version <2.0>)(declare-network f (declare-input X int8 []) (declare-output Y float32 []))(assert (<= X 0.5))", "no integer", false},
		{"(vnnlib-version <2.0>)(declare-network f (declare-input X reel []))", "not an element type", false},
		{"(vnnlib-version <2.0>)(declare-network f (declare-input X real [99999,99999]))", "elements", false},
		{"(vnnlib-version <2.0>)(declare-network f (declare-input X real [0]))", "1 or more", false},
		{head + strings.Repeat("(assert (and ", 20000), "is not a formula", false},
		{head + "(assert " + strings.Repeat("(and ", 20000), "nested", false},
		{head + "(assert (<= " + strings.Repeat("(* "+strings.Repeat("9", 300)+" ", 20) + "Y" + strings.Repeat(")", 20) + " 0))", "bits", false},
	} {
		_, err := vnnlib.DecodeSpecification([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, network.ErrUnsupported) != c.unsupported || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.90q: error %v, want %q", c.text, err, c.want)
		}
	}
}

// A formula that is drawn, as text and as what it means.
type drawn struct {
	text string
	at   func(x [6]*big.Rat, y *big.Rat) bool
}

type drawnTerm struct {
	text string
	at   func(x [6]*big.Rat, y *big.Rat) *big.Rat
}

func number(t *rapid.T) (string, *big.Rat) {
	s := rapid.StringMatching(`-?[0-9]{1,3}(\.[0-9]{1,20})?`).Draw(t, "number")
	v, _ := new(big.Rat).SetString(s)
	return s, v
}

func drawTerm(t *rapid.T, depth int) drawnTerm {
	kind := rapid.IntRange(0, 6).Draw(t, "term")
	if depth == 0 {
		kind %= 3
	}
	switch kind {
	case 0:
		s, v := number(t)
		return drawnTerm{s, func([6]*big.Rat, *big.Rat) *big.Rat { return v }}
	case 1:
		return drawnTerm{"Y", func(_ [6]*big.Rat, y *big.Rat) *big.Rat { return y }}
	case 2:
		i := rapid.IntRange(0, 5).Draw(t, "index")
		return drawnTerm{fmt.Sprintf("X[%d, %d]", i/3, i%3), func(x [6]*big.Rat, _ *big.Rat) *big.Rat { return x[i] }}
	case 3:
		a := drawTerm(t, depth-1)
		return drawnTerm{"(- " + a.text + ")", func(x [6]*big.Rat, y *big.Rat) *big.Rat { return new(big.Rat).Neg(a.at(x, y)) }}
	case 4:
		s, v := number(t)
		a := drawTerm(t, depth-1)
		return drawnTerm{"(* " + s + " " + a.text + " 2)", func(x [6]*big.Rat, y *big.Rat) *big.Rat {
			p := new(big.Rat).Mul(v, a.at(x, y))
			return p.Add(p, p)
		}}
	}
	op := "+-"[kind-5 : kind-4]
	parts := []drawnTerm{drawTerm(t, depth-1), drawTerm(t, depth-1), drawTerm(t, depth-1)}
	return drawnTerm{fmt.Sprintf("(%s %s\n %s %s)", op, parts[0].text, parts[1].text, parts[2].text), func(x [6]*big.Rat, y *big.Rat) *big.Rat {
		sum := new(big.Rat).Set(parts[0].at(x, y))
		for _, p := range parts[1:] {
			if op == "+" {
				sum.Add(sum, p.at(x, y))
			} else {
				sum.Sub(sum, p.at(x, y))
			}
		}
		return sum
	}}
}

func drawFormula(t *rapid.T, depth int) drawn {
	if depth > 0 && rapid.Bool().Draw(t, "junction") {
		a, b := drawFormula(t, depth-1), drawFormula(t, depth-1)
		if rapid.Bool().Draw(t, "and") {
			return drawn{"(and " + a.text + " " + b.text + ")", func(x [6]*big.Rat, y *big.Rat) bool { return a.at(x, y) && b.at(x, y) }}
		}
		return drawn{"(or " + a.text + " " + b.text + ")", func(x [6]*big.Rat, y *big.Rat) bool { return a.at(x, y) || b.at(x, y) }}
	}
	a, b := drawTerm(t, 2), drawTerm(t, 2)
	op := rapid.SampledFrom([]string{"<=", "<", ">=", ">", "==", "!="}).Draw(t, "comparison")
	return drawn{fmt.Sprintf("(%s %s %s)", op, a.text, b.text), func(x [6]*big.Rat, y *big.Rat) bool {
		c := a.at(x, y).Cmp(b.at(x, y))
		return map[string]bool{"<=": c <= 0, "<": c < 0, ">=": c >= 0, ">": c > 0, "==": c == 0, "!=": c != 0}[op]
	}}
}

// TestVersion2Meaning draws formulas and compares what is read of their text with
// what they mean, at points where equalities are likely.
func TestVersion2Meaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFormula(t, 3)
		s, err := vnnlib.DecodeSpecification([]byte(head + "(assert " + f.text + ")"))
		if err != nil {
			t.Fatalf("%s: %v", f.text, err)
		}
		for range 4 {
			var x [6]*big.Rat
			for i := range x {
				x[i] = big.NewRat(int64(rapid.IntRange(-2, 2).Draw(t, "x")), 2)
			}
			y := big.NewRat(int64(rapid.IntRange(-2, 2).Draw(t, "y")), 2)
			got := s.Asserts[0].Holds(func(e formula.Element) *big.Rat {
				if e.Tensor == 1 {
					return y
				}
				return x[e.Index]
			})
			if got != f.at(x, y) {
				t.Fatalf("%s is %v at %v, %v", f.text, got, x, y)
			}
		}
	})
}

func FuzzSpecification(f *testing.F) {
	f.Add([]byte(head + "(assert (or (<= X[0, 1] -1.5e-3) (!= (- (* 2 Y) 1 X[1,2]) 0)))"))
	f.Add([]byte(`(vnnlib-version <2.1>)(declare-network f (declare-input X float32 [1]) (declare-hidden H real [] "a\"") (declare-output Y real [2]))
(declare-network g (equal-to f) (declare-input A float32 [1] initialized) (declare-output B real [2]))(assert (and (== X[0] A[0])))`))
	f.Add([]byte("(declare-const X_0 Real)(assert (<= X_0 1))"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := vnnlib.DecodeSpecification(data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("error of several lines: %q", err)
			}
			return
		}
		formula.And(s.Asserts).Comparisons(func(c *formula.Comparison) {
			for i, term := range c.Terms {
				if term.Coef.Sign() == 0 || i > 0 && term.Element == c.Terms[i-1].Element {
					t.Errorf("terms %v", c.Terms)
				}
				if e := term.Element; e.Index >= s.Tensors[e.Tensor].Shape.Size() {
					t.Errorf("element %v", e)
				}
				s.ElementName(term.Element)
			}
		})
	})
}
