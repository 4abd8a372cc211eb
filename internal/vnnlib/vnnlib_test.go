package vnnlib_test

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
	"rsm/internal/specification"
	"rsm/internal/vnnlib"
)

const inputs, outputs = 3, 2

func declarations(n, m int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "(declare-const X_%d Real)\n", i)
	}
	for j := range m {
		fmt.Fprintf(&b, "(declare-fun Y_%d () Real)\n", j)
	}
	return b.String()
}

// point is a point with small whole coordinates: all arithmetic is exact.
type point struct{ x, y []float64 }

func points() *rapid.Generator[point] {
	small := rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) })
	return rapid.Custom(func(t *rapid.T) point {
		return point{rapid.SliceOfN(small, inputs, inputs).Draw(t, "x"), rapid.SliceOfN(small, outputs, outputs).Draw(t, "y")}
	})
}

// spoken is a part of a file with its meaning, apart from any parser.
type spoken[T any] struct {
	text  string
	means func(p point) T
}

func term(t *rapid.T, depth int) spoken[float64] {
	if depth == 0 {
		switch k := rapid.IntRange(-3, inputs+outputs-1).Draw(t, "atom"); {
		case k < 0:
			return spoken[float64]{strconv.Itoa(k), func(point) float64 { return float64(k) }}
		case k < inputs:
			return spoken[float64]{fmt.Sprintf("X_%d", k), func(p point) float64 { return p.x[k] }}
		default:
			return spoken[float64]{fmt.Sprintf("Y_%d", k-inputs), func(p point) float64 { return p.y[k-inputs] }}
		}
	}
	a, b := term(t, rapid.IntRange(0, depth-1).Draw(t, "left")), term(t, rapid.IntRange(0, depth-1).Draw(t, "right"))
	c := rapid.IntRange(-3, 3).Draw(t, "factor")
	switch rapid.IntRange(0, 4).Draw(t, "operator") {
	case 0:
		return spoken[float64]{fmt.Sprintf("(+ %s %s %d)", a.text, b.text, c), func(p point) float64 { return a.means(p) + b.means(p) + float64(c) }}
	case 1:
		return spoken[float64]{fmt.Sprintf("(- %s %s)", a.text, b.text), func(p point) float64 { return a.means(p) - b.means(p) }}
	case 2:
		return spoken[float64]{fmt.Sprintf("(- %s)", a.text), func(p point) float64 { return -a.means(p) }}
	case 3:
		return spoken[float64]{fmt.Sprintf("(* %d %s (- 2))", c, a.text), func(p point) float64 { return -2 * float64(c) * a.means(p) }}
	default:
		return spoken[float64]{fmt.Sprintf("(/ %s 0.25)", a.text), func(p point) float64 { return 4 * a.means(p) }}
	}
}

func spokenFormula(t *rapid.T, depth int) spoken[bool] {
	if depth == 0 {
		a, b, c := term(t, 2), term(t, 2), term(t, 1)
		op := rapid.SampledFrom([]string{"<=", ">=", "<", ">", "="}).Draw(t, "comparison")
		compare := map[string]func(a, b float64) bool{
			"<=": func(a, b float64) bool { return a <= b },
			">=": func(a, b float64) bool { return a >= b },
			"<":  func(a, b float64) bool { return a < b },
			">":  func(a, b float64) bool { return a > b },
			"=":  func(a, b float64) bool { return a == b },
		}[op]
		if rapid.Bool().Draw(t, "chain") {
			return spoken[bool]{fmt.Sprintf("(%s %s %s %s)", op, a.text, b.text, c.text), func(p point) bool {
				return compare(a.means(p), b.means(p)) && compare(b.means(p), c.means(p))
			}}
		}
		return spoken[bool]{fmt.Sprintf("(%s %s %s)", op, a.text, b.text), func(p point) bool { return compare(a.means(p), b.means(p)) }}
	}
	a, b := spokenFormula(t, rapid.IntRange(0, depth-1).Draw(t, "left")), spokenFormula(t, rapid.IntRange(0, depth-1).Draw(t, "right"))
	switch rapid.IntRange(0, 5).Draw(t, "junction") {
	case 0:
		return spoken[bool]{"(and " + a.text + " " + b.text + ")", func(p point) bool { return a.means(p) && b.means(p) }}
	case 1:
		return spoken[bool]{"(or " + a.text + " " + b.text + " false)", func(p point) bool { return a.means(p) || b.means(p) }}
	case 2:
		return spoken[bool]{"(and true " + a.text + ")", a.means}
	case 3:
		return spoken[bool]{"(=> " + a.text + " " + b.text + ")", func(p point) bool { return !a.means(p) || b.means(p) }}
	case 4:
		return spoken[bool]{"(=> true " + a.text + " " + b.text + ")", func(p point) bool { return !a.means(p) || b.means(p) }}
	default:
		return spoken[bool]{"(not " + a.text + ")", func(p point) bool { return !a.means(p) }}
	}
}

func holds(s *specification.Specification, p point) bool {
	return formula.And(s.Asserts).Holds(func(e formula.Element) *big.Rat {
		return formula.Float([...][]float64{p.x, p.y}[e.Tensor][e.Index])
	})
}

// The AST means what the text means.
func TestMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := declarations(inputs, outputs)
		parts := make([]spoken[bool], rapid.IntRange(1, 3).Draw(t, "assertions"))
		for k := range parts {
			parts[k] = spokenFormula(t, 3)
			text += "(assert " + parts[k].text + ")\n"
		}
		q, err := vnnlib.DecodeSpecification([]byte(text))
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if q.Tensors[0].Shape.Size() != inputs || q.Tensors[1].Shape.Size() != outputs || len(q.Asserts) != len(parts) {
			t.Fatalf("%+v of %s", q, text)
		}
		p := points().Draw(t, "point")
		want := !slices.ContainsFunc(parts, func(s spoken[bool]) bool { return !s.means(p) })
		if holds(q, p) != want {
			t.Fatalf("at %v the text is %v: %s", p, want, text)
		}
	})
}

// write writes a formula as text.
func write(s *specification.Specification, f formula.Formula) string {
	junction := func(op, empty string, parts []formula.Formula) string {
		if len(parts) == 0 {
			return empty
		}
		text := "(" + op
		for _, g := range parts {
			text += " " + write(s, g)
		}
		return text + ")"
	}
	switch f := f.(type) {
	case formula.And:
		return junction("and", "true", f)
	case formula.Or:
		return junction("or", "false", f)
	}
	c := f.(*formula.Comparison)
	left := "(+"
	number := func(v *big.Rat) string { return fmt.Sprintf("(/ %v %v)", v.Num(), v.Denom()) }
	for _, t := range c.Terms {
		left += fmt.Sprintf(" (* %s %v)", number(t.Coef), s.ElementName(t.Element))
	}
	return fmt.Sprintf("(%s %s %s) 0)", c.Operator, left, number(c.Const))
}

// forget is a formula without positions.
func forget(f formula.Formula) formula.Formula {
	return formula.Map(f, func(c *formula.Comparison) formula.Formula {
		return formula.New(c.Terms, c.Const, c.Operator, formula.Position{})
	})
}

// same says whether two formulas are the same but for positions.
func same(f, g formula.Formula) bool {
	s := &specification.Specification{Version: "1.0", Tensors: []specification.Tensor{{Name: "X"}, {Name: "Y"}}}
	return write(s, forget(f)) == write(s, forget(g))
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := spokenFormula(t, 3)
		q, err := vnnlib.DecodeSpecification([]byte(declarations(inputs, outputs) + "(assert " + f.text + ")"))
		if err != nil {
			t.Fatal(err)
		}
		again := write(q, q.Asserts[0])
		r, err := vnnlib.DecodeSpecification([]byte(declarations(inputs, outputs) + "(assert " + again + ")"))
		if err != nil {
			t.Fatalf("%v in %s", err, again)
		}
		if !same(q.Asserts[0], r.Asserts[0]) {
			t.Fatalf("%s was written as %s and read as %s", f.text, again, write(r, r.Asserts[0]))
		}
	})
}

// Spaces, ends of lines and comments say nothing; and a file that is cut off
// gives no panic and errors of one line.
func TestLayoutAndTruncation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := declarations(inputs, outputs) + "(assert " + spokenFormula(t, 2).text + ")"
		var b strings.Builder
		for _, c := range text {
			gap := rapid.SampledFrom([]string{" ", "\n", "\t\r\n", " ; comment ) (\n"}).Draw(t, "gap")
			switch {
			case c == ' ' || c == '\n':
				b.WriteString(gap)
			case c == '(' || c == ')':
				b.WriteString(gap + string(c) + gap)
			default:
				b.WriteRune(c)
			}
		}
		p := points().Draw(t, "point")
		q, err := vnnlib.DecodeSpecification([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := vnnlib.DecodeSpecification([]byte(b.String()))
		if err != nil {
			t.Fatalf("%v in %s", err, b.String())
		}
		if holds(q, p) != holds(r, p) {
			t.Fatalf("the meaning of %s depends on its layout: %s", text, b.String())
		}
		if _, err := vnnlib.DecodeSpecification([]byte(text[:len(text)-1])); err == nil {
			t.Fatal("no error without the last parenthesis")
		}
		cut := rapid.IntRange(0, len(text)).Draw(t, "cut")
		if _, err := vnnlib.DecodeSpecification([]byte(text[:cut])); err != nil && strings.Contains(err.Error(), "\n") {
			t.Fatalf("error of several lines: %v", err)
		}
	})
}

// A box is found in every order and form of its bounds, and the output
// constraints do not matter.
func TestBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "inputs")
		lo, hi := make([]float64, n), make([]float64, n)
		var parts []string
		number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
		for i := range n {
			lo[i] = rapid.Float64Range(-10, 10).Draw(t, "lower") + 0
			hi[i] = lo[i] + rapid.Float64Range(0, 1).Draw(t, "width")
			x, l, h := fmt.Sprintf("X_%d", i), number(lo[i]), number(hi[i])
			parts = append(parts, rapid.SampledFrom([][]string{
				{"(<= " + x + " " + h + ")", "(>= " + x + " " + l + ")"},
				{"(and (< " + x + " " + h + ") (>= " + x + " -100) (<= " + l + " " + x + "))"},
				{"(<= " + l + " " + x + " " + h + ")"},
				{"(not (or (> " + x + " " + h + ") (< " + x + " " + l + ")))"},
				{"(<= (* 2 " + x + ") (* 2 " + h + "))", "(<= (- " + x + ") (- " + l + "))"},
				{"(or (and (<= " + x + " " + h + ") (<= " + l + " " + x + ")))"},
				{"(or (and (<= " + x + " " + h + ") (<= Y_0 1)) (and (<= Y_1 2) (>= " + h + " " + x + ")) false)", "(<= " + l + " " + x + ")"},
			}).Draw(t, "form")...)
		}
		parts = append(parts, "(<= Y_0 Y_1)", "(or (<= Y_0 1) (and (>= Y_1 0) (< Y_0 Y_1)))", "(< 0 1)")
		parts = rapid.Permutation(parts).Draw(t, "order")
		text := declarations(n, 2)
		if rapid.Bool().Draw(t, "disjunct") {
			text += "(assert (or (and " + strings.Join(parts, " ") + ")))"
		} else {
			text += "(assert " + strings.Join(parts, ")\n(assert ") + ")"
		}
		q, err := vnnlib.DecodeSpecification([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		gotLo, gotHi, _, notes, err := q.InputBox()
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		for i := range n { // as decimal numbers, rounded outward
			lo[i], hi[i] = formula.Down(formula.Decimal(lo[i])), formula.Up(formula.Decimal(hi[i]))
		}
		if !slices.Equal(gotLo, lo) || !slices.Equal(gotHi, hi) {
			t.Fatalf("box %v %v, not %v %v, of %s", gotLo, gotHi, lo, hi, text)
		}
		strict := strings.Contains(text, "(and (< X_") // (not (> ..)) is not strict
		if (len(notes) > 1) != strict {
			t.Fatalf("notes %v of %s", notes, text)
		}
	})
}
