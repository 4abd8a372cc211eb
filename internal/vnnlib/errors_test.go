package vnnlib_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rsm/formula"
	"rsm/internal/vnnlib"
	"rsm/network"
)

func TestErrors(t *testing.T) {
	d := declarations(2, 1) // three lines
	for _, c := range []struct {
		text, want  string
		unsupported bool
	}{
		{"", "no input X_0 is declared", false},
		{"; nothing", "no input X_0 is declared", false},
		{"\x1f\x8b\x08", "gunzip", false},
		{"version https://git-lfs.github.com/spec/v1", "git lfs pull", false},
		{"(declare-const X_0 Real)(declare-network f (declare-input X real [5]))", "1:25: declare-network in a file of VNN-LIB 1.0", false},
		{"hello", `1:1: "hello" is not a command`, false},
		{"()", `1:1: "()" is not a command`, false},
		{"(push 1)", `the command "(push ...)" is not supported`, true},
		{"(assert", "1:1: \"(\" without \")\"", false},
		{d + ")", "4:1: \")\" without \"(\"", false},
		{d + "(assert (<= X_0 \x00))", "4:17: byte 0x00: not a text file", false},
		{d + `(set-info :source "abc`, "4:19: \" without another", false},
		{d + "(set-info :source |abc", "4:19: | without another", false},
		{strings.Repeat("(", 20_000), "nested more than 10000 deep", false},
		{"(declare-const X_0)", "a declaration is", false},
		{"(declare-const X_0 Int)", `1:20: the type "Int" of X_0 is not supported`, true},
		{"(declare-fun X_0 (Real) Real)", "functions with arguments are not supported", true},
		{"(declare-const x Real)", `1:16: "x" is not a variable`, false},
		{"(declare-const X_00 Real)", "is not a variable", false},
		{"(declare-const X_-1 Real)", "is not a variable", false},
		{"(declare-const X_99999999999999999999 Real)", "is not a variable", false},
		{"(declare-const (X_0) Real)", "is not a variable", false},
		{"(declare-const X_0 Real)(declare-const X_0 Real)", "1:40: X_0 is declared twice", false},
		{"(declare-const X_0 Real)(declare-const X_2 Real)", "X_1 is not declared, but 2 variables", false},
		{d + "(assert)", "assert takes one formula, not 0", false},
		{d + "(assert X_0)", `4:9: a formula expected, not "X_0"`, false},
		{d + "(assert (and))", "has no formulas", false},
		{d + "(assert (not))", "not takes one formula", false},
		{d + "(assert (<= X_0))", "takes two terms, not 1", false},
		{d + "(assert (xor true false))", `"(xor ...)" is not supported`, true},
		{d + "(assert (=> true))", "=> takes two formulas, not 1", false},
		{d + "(assert (<= X_7 1))", "4:13: X_7 is not declared", false},
		{d + "(assert (<= (sin X_0) 1))", "4:13: a term expected", false},
		{d + "(assert (<= (X_0) 1))", "4:13: a term expected", false},
		{d + "(assert (<= () 1))", "4:13: a term expected", false},
		{d + "(assert (<= (+) 1))", "4:13: a term expected", false},
		{d + "(assert (<= ((+ 1) X_0) 1))", "a term expected", false},
		{d + "(assert (<= (* X_0 Y_0) 1))", "constraints must be linear", true},
		{d + "(assert (<= (/ 1 X_0) 1))", "constraints must be linear", true},
		{d + "(assert (<= (/ X_0 (- 1 1)) 1))", "4:20: division by zero", false},
		{d + "(assert (<= X_0 (/ 1 0)))", "4:22: division by zero", false},
		{d + "(assert (<= X_0 (/ 1)))", "a quotient has two terms", false},
		{d + "(assert (<= (/ X_0) 1))", "a quotient has two terms", false},
		{d + "(assert (<= X_0 1e1000))", "4:17: \"1e1000\" has an exponent above 999", false},
		{d + "(assert (<= X_0 " + strings.Repeat("1", 500) + "))", "has more than 400 digits", false},
		{d + "(assert (<= X_0 1-2))", `4:17: "1-2" is not a number`, false},
		{d + "(assert (<= X_0 .))", `"." is not a number`, false},
		{d + "(assert (<= X_0 inf))", `"inf" is not a variable`, false},
		{d + "(assert (<= X_0 (* 1e900 1e900)))", "more than 4096 bits", false},
		{d + "(assert (<= (* 1e900 1e900 X_0) 0))", "more than 4096 bits", false},
		{d + "(assert (<= (* 1e900 (* 1e900 X_0)) 0))", "more than 4096 bits", false},
		{d + "(assert (<= (+ 1e-900 (/ X_0 1e900 1e900)) 0))", "more than 4096 bits", false},
		{d + "(assert (<= X_0 " + strings.Repeat("z", 1000) + "))", `zzz..."`, false},
	} {
		_, err := vnnlib.DecodeSpecification([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("%.100q: error %v, not %q", c.text, err, c.want)
		}
		if got := errors.Is(err, network.ErrUnsupported); got != c.unsupported {
			t.Errorf("%v: unsupported %v", err, got)
		}
	}
}

func TestBoxErrors(t *testing.T) {
	d := declarations(2, 1)
	const bounds = "(assert (<= 0 X_0 1)) (assert (<= 0 X_1 1))"
	for _, c := range []struct {
		text, want  string
		unsupported bool
	}{
		{"", "X_0 has no lower bound", false},
		{"(assert (<= 0 X_0 1))", "X_1 has no lower bound", false},
		{"(assert (<= 0 X_0 1)) (assert (<= 0 X_1))", "X_1 has no upper bound", false},
		{"(assert (<= 1 X_0 0)) (assert (<= 0 X_1 1))", "the box of the inputs is empty: X_0", false},
		{bounds + "(assert (<= X_0 X_1))", "the constraint at 4:52 relates an input to other variables", true},
		{bounds + "(assert (<= X_0 Y_0))", "relates an input to other variables", true},
		{bounds + "(assert (or (<= X_0 0.5) (<= X_1 0.5)))", "a disjunction at 4:56 over different boxes", true},
		{bounds + "(assert (or (<= X_0 0.5) (<= Y_0 0.5)))", "over different boxes", true},
		{bounds + "(assert (or true (<= X_0 0.5)))", "over different boxes", true},
		{bounds + "(assert (not (= X_0 0.5)))", "over different boxes", true},
		{bounds + "(assert false)", "asserts something false", false},
		{bounds + "(assert (< 1 1))", "asserts something false", false},
		{bounds + "(assert (or false (< (- X_0 X_0) 0)))", "asserts something false", false},
		{"(assert (<= (* 1e-300 X_0) 1e300)) (assert (<= -1 X_0)) (assert (<= 0 X_1 1))", "too large for a float64", false},
	} {
		q, err := vnnlib.DecodeSpecification([]byte(d + c.text))
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		_, _, _, _, err = q.InputBox()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, not %q", c.text, err, c.want)
		}
		if got := errors.Is(err, network.ErrUnsupported); got != c.unsupported {
			t.Errorf("%v: unsupported %v", err, got)
		}
	}
}

func TestReadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "query.vnnlib")
	if _, err := vnnlib.ReadSpecification(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("missing: error %v", err)
	}
	for text, want := range map[string]string{
		"\n(assert true": path + ":2:1: ",
		"":               path + ": no input",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vnnlib.ReadSpecification(path); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v", text, err)
		}
	}
	if err := os.WriteFile(path, []byte(declarations(1, 0)), 0o600); err != nil {
		t.Fatal(err)
	}
	q, err := vnnlib.ReadSpecification(path)
	if err != nil || q.File != path || len(q.SHA256) != 64 {
		t.Fatalf("%+v, error %v", q, err)
	}
	if _, _, _, _, err := q.InputBox(); err == nil || !strings.HasPrefix(err.Error(), path+": X_0") {
		t.Errorf("error %v", err)
	}
}

// Deep nesting within the limit is read in time linear in the text.
func TestDeepNesting(t *testing.T) {
	const depth = 9_000
	text := declarations(1, 1) + "(assert " + strings.Repeat("(and true ", depth/2) + "(<= " +
		strings.Repeat("(- ", depth/2) + "X_0" + strings.Repeat(")", depth/2) + " 1)" + strings.Repeat(")", depth/2) + ")"
	q, err := vnnlib.DecodeSpecification([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !holds(q, point{x: []float64{1}}) || holds(q, point{x: []float64{2}}) {
		t.Error("an even number of minus signs changed the bound")
	}
}

// One line of many bounds is read in linear time too, and places in it are
// right.
func TestLongLine(t *testing.T) {
	const bounds = 20_000
	text := declarations(1, 0) + "(assert (and" + strings.Repeat(" (<= 0 X_0 1)", bounds) + "))"
	q, err := vnnlib.DecodeSpecification([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	last := q.Asserts[0].(formula.And)[bounds-1].(formula.And)[1].(*formula.Comparison)
	if want := (formula.Position{Line: 2, Column: strings.LastIndex(text, "(<=") - strings.Index(text, "(assert") + 1}); last.At != want {
		t.Errorf("the last constraint is at %v, not %v", last.At, want)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		declarations(2, 1) + "(assert (<= X_0 0.5)) ; bound\n(assert (>= X_0 -0.5))(assert (<= 0 X_1 1))(assert (>= Y_0 3.99))",
		declarations(1, 2) + "(assert (or (and (<= X_0 1) (>= X_0 0) (<= Y_0 Y_1))))",
		declarations(1, 1) + "(assert (not (or (< (* 2 (- X_0)) (/ 1 3)) (= (+ X_0 Y_0) 1e-3) false)))",
		`(set-info :x "a ""b""")(set-logic |QF LRA|)(check-sat)` + declarations(1, 0),
		"(vnnlib-version <2.0>)\n(declare-network f)",
		"(assert (((",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := vnnlib.DecodeSpecification([]byte(text))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("error of several lines: %v", err)
			}
			return
		}
		lo, hi, _, _, err := q.InputBox()
		if err == nil && (len(lo) != q.Tensors[0].Shape.Size() || len(hi) != q.Tensors[0].Shape.Size()) {
			t.Fatalf("%d inputs with %d and %d bounds", q.Tensors[0].Shape.Size(), len(lo), len(hi))
		}
		p := point{make([]float64, q.Tensors[0].Shape.Size()), make([]float64, q.Tensors[1].Shape.Size())}
		again := declarations(len(p.x), len(p.y))
		for _, a := range q.Asserts {
			again += "(assert " + write(q, a) + ")"
		}
		r, err := vnnlib.DecodeSpecification([]byte(again))
		if err != nil && strings.Contains(err.Error(), "more than 400 digits") {
			return // products of constants may have more
		}
		if err != nil {
			t.Fatalf("%v in %s", err, again)
		}
		if holds(q, p) != holds(r, p) {
			t.Fatalf("%s means something else than %s", again, text)
		}
	})
}
