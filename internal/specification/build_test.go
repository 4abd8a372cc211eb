package specification_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/formula"
	"rsm/internal/specification"
	"rsm/internal/vnnlib"
	"rsm/network"
)

// model is 2 inputs, 3 ReLUs and 2 outputs, with the given weights.
func model(t testing.TB, w []float64) *network.Model {
	n := &network.Network{Graph: network.NewGraph(network.Shape{1, 2}), File: "net"}
	a, err := n.Add("a", &network.Dense{Rows: 3, Cols: 2, W: w[:6], B: w[6:9]}, network.Shape{1, 3}, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := n.Add("r", network.ReLU{}, network.Shape{1, 3}, a)
	b, err := n.Add("b", &network.Dense{Rows: 2, Cols: 3, W: w[9:15]}, network.Shape{1, 2}, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Finish(b); err != nil {
		t.Fatal(err)
	}
	m := n.Model()
	m.Hidden = map[string]network.Tensor{"r": {Name: "r", Shape: network.Shape{1, 3}, Node: r}}
	return m
}

const two = `(vnnlib-version <2.0>)
(declare-network f (declare-input X real [1,2]) (declare-hidden H real [1,3] "r") (declare-output Y real [1,2]))
(declare-network g (isomorphic-to f) (declare-input U real [1,2]) (declare-output V real [1,2]))
(assert (and (>= X[0,0] -1) (<= X[0,0] 1) (>= X[0,1] -1) (<= X[0,1] 1)
  (>= U[0,0] -2) (<= U[0,0] 2) (>= U[0,1] -2) (<= U[0,1] 2)))
`

func build(t testing.TB, text string, models ...*network.Model) (*specification.Specification, *specification.Plan) {
	s, err := vnnlib.DecodeSpecification([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	p, err := specification.Build(s, models, specification.Options{})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s, p
}

// TestTies looks at the joint inputs that equalities leave.
func TestTies(t *testing.T) {
	w := []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3}
	f, g := model(t, w), model(t, append(slices.Clone(w[:14]), 5))
	for _, c := range []struct {
		assert string
		inputs int
		nodes  int // of the joint graph
	}{
		{"(assert (and (== X[0,0] U[0,0]) (== U[0,1] X[0,1])))", 2, 5}, // all but the last layer in common
		{"(assert (== X[0,0] U[0,0]))", 3, 9},
		{"(assert (== X[0,0] X[0,1]))", 3, 9},
		{"(assert (<= X[0,0] U[0,0]))(assert (<= (* 2 U[0,0]) (* 2 X[0,0])))", 3, 9}, // two inequalities
		{"(assert (<= X[0,0] U[0,0]))(assert (<= U[0,0] (+ X[0,0] 1)))", 4, 9},
		{"(assert (== U[0,0] (- X[0,1])))(assert (== (* 2 U[0,1]) (+ 1 (* 2 X[0,0]))))", 2, 9}, // a negation and a shift
		{"(assert (== U[0,0] (+ X[0,0] 0.1)))", 4, 9},                                          // 0.1 is no float64
		{"(assert (== U[0,0] (* 2 X[0,0])))", 4, 9},
	} {
		_, p := build(t, two+c.assert+"(assert (> Y[0,0] V[0,1]))", f, g)
		if all := cases(t, p); len(all) != 1 || len(all[0].Box.Lo) != c.inputs || len(all[0].Joint.Graph.Nodes) != c.nodes {
			t.Errorf("%s: %d cases, %d inputs, %d nodes", c.assert, len(all), len(all[0].Box.Lo), len(all[0].Joint.Graph.Nodes))
		}
	}
}

// TestBounds looks at boxes: rounded outward, and one for each part of a
// disjunction.
func TestBounds(t *testing.T) {
	w := []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3}
	f := model(t, w)
	head := `(vnnlib-version <2.0>)(declare-network f (declare-input X real [2]) (declare-output Y real [2]))`
	_, p := build(t, head+`(assert (and (>= (* 3 X[0]) 0.3) (<= X[0] 0.7) (> X[1] 0) (< X[1] 1)))
(assert (or (and (<= X[0] 0.2) (>= Y[0] 1)) (>= X[0] 0.6) (and (>= X[1] 2) (>= Y[1] 0))))`, f)
	all := cases(t, p)
	if len(all) != 2 || len(p.Notes) != 3 {
		t.Fatalf("%d cases, notes %q", len(all), p.Notes)
	}
	for k, want := range []struct{ lo, hi *big.Rat }{{big.NewRat(1, 10), big.NewRat(1, 5)}, {big.NewRat(3, 5), big.NewRat(7, 10)}} {
		box := all[k].Box
		lo, hi := new(big.Rat).SetFloat64(box.Lo[0]), new(big.Rat).SetFloat64(box.Hi[0])
		if lo.Cmp(want.lo) > 0 || hi.Cmp(want.hi) < 0 || box.Hi[0]-box.Lo[0] > 0.1+1e-15 {
			t.Errorf("case %d: box %v", k, box)
		}
		if box.Lo[1] != 0 || box.Hi[1] != 1 {
			t.Errorf("case %d: box %v", k, box)
		}
		// Corners of the box are moved inside, and print as the file writes them.
		x := all[k].Decimals([]*big.Rat{formula.Float(box.Hi[0]), formula.Float(box.Hi[1])})
		if one := big.NewRat(1, 1); x[0].Cmp(want.hi) != 0 || x[1].Cmp(one) >= 0 {
			t.Errorf("case %d: witness %s", k, x)
		}
	}
}

// TestContradictions: nothing is left to decide, and a note says why.
func TestContradictions(t *testing.T) {
	w := []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3}
	f, g := model(t, w), model(t, w)
	for _, assert := range []string{
		"(assert (<= 1 0))", "(assert (> X[0,0] 1))", "(assert (and (<= X[0,0] 0.5) (> X[0,0] 0.5)))",
		"(assert (and (== X[0,0] U[0,0]) (>= U[0,0] 1.5)))", "(assert (< (- Y[0,0] Y[0,0]) 0))",
		"(assert (and (== X[0,0] U[0,0]) (== U[0,0] (+ X[0,0] 1))))",
	} {
		_, p := build(t, two+assert, f, g)
		if p.Count != 0 || !strings.Contains(strings.Join(p.Notes, " "), "contradicts itself") {
			t.Errorf("%s: %d cases, notes %q", assert, p.Count, p.Notes)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	w := []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3}
	f := model(t, w)
	declare := func(in, out string) string {
		return fmt.Sprintf("(vnnlib-version <2.0>)(declare-network f (declare-input X %s) (declare-output Y %s))", in, out)
	}
	for _, c := range []struct {
		text, want  string
		unsupported bool
	}{
		{declare("float32 [2]", "float32 [2]"), "1:42: X has type float32, whose rounding is not supported", true},
		{declare("int64 [2]", "int64 [2]"), "not supported", true},
		{declare("real [2]", "float32 [2]"), "not supported", true},
		{declare("real [2] initialized", "real [2]"), "default value", true},
		{declare("real [3]", "real [2]"), "X has shape [3], but the input", false},
		{declare("real [2]", "real [2,2]"), "Y has shape [2,2], but the output", false},
		{declare("real [2]", "real [2]"), "input X[0] has no lower bound, which is not supported", true},
		{"(vnnlib-version <2.0>)(declare-network f (declare-input X real [1]) (declare-input U real [1]) (declare-output Y real [1]))", "network f has 2 inputs", true},
	} {
		s, err := vnnlib.DecodeSpecification([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = specification.Build(s, []*network.Model{f}, specification.Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, network.ErrUnsupported) != c.unsupported {
			t.Errorf("%s: error %v, want %q", c.text, err, c.want)
		}
	}
}

// TestMeaning draws networks and assertions and compares, at points where all
// arithmetic is exact, the specification with its problems: a point satisfies the
// one if and only if it solves one of the others.
func TestMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := func() []float64 {
			var w []float64
			for range 15 {
				w = append(w, float64(rapid.IntRange(-3, 3).Draw(t, "weight"))/2)
			}
			return w
		}
		tb := fatal{TB: nil, t: t}
		f, g := model(tb, weights()), model(tb, weights())
		element := func() string {
			return rapid.SampledFrom([]string{"X[0,0]", "X[0,1]", "U[0,0]", "U[0,1]", "Y[0,0]", "Y[0,1]", "V[0,0]", "V[0,1]", "H[0,0]", "H[0,2]"}).Draw(t, "element")
		}
		number := func() string {
			return rapid.SampledFrom([]string{"0", "0.5", "-1", "0.1", "-0.3", "1.5"}).Draw(t, "number")
		}
		comparison := func() string {
			op := rapid.SampledFrom([]string{"<=", "<", ">=", ">", "==", "!="}).Draw(t, "comparison")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				return fmt.Sprintf("(%s %s %s)", op, element(), number())
			case 1:
				return fmt.Sprintf("(%s %s %s)", op, element(), element())
			case 2:
				return fmt.Sprintf("(%s (+ %s %s) (- %s))", op, element(), number(), element())
			}
			return fmt.Sprintf("(%s (* 0.1 %s) (- (* 0.7 %s) %s))", op, element(), element(), number())
		}
		text := two
		if rapid.Bool().Draw(t, "tied") {
			text += "(assert (and (== X[0,0] U[0,0]) (<= (+ U[0,1] 0.5) (- X[0,1])) (>= (+ U[0,1] 0.5) (- X[0,1]))))\n"
		}
		for range rapid.IntRange(0, 3).Draw(t, "asserts") {
			text += fmt.Sprintf("(assert (or %s (and %s %s) (or %s (and %s (or %s %s)))))\n",
				comparison(), comparison(), comparison(), comparison(), comparison(), comparison(), comparison())
		}
		s, p := build(tb, text, f, g)
		grid := func() float64 { return float64(rapid.IntRange(-4, 4).Draw(t, "x")) / 4 }
		for range 6 {
			x := []float64{grid(), grid(), grid(), grid()}
			if rapid.Bool().Draw(t, "on the ties") {
				x[2], x[3] = x[0], -x[1]-0.5
			}
			exact := func(m *network.Model, x []float64, nodes ...int) [][]*big.Rat {
				in := []*big.Rat{formula.Float(x[0]), formula.Float(x[1])}
				e, ok := m.Graph.Exactly(in, nodes, 1<<30)
				if !ok {
					t.Fatal("no exact values")
				}
				out := [][]*big.Rat{in}
				for _, n := range nodes {
					var list []*big.Rat
					for i := range m.Graph.Nodes[n].Size {
						list = append(list, e.Value(n, i))
					}
					out = append(out, list)
				}
				return out
			}
			values := append(exact(f, x[:2], f.Hidden["r"].Node, f.Output.Node), exact(g, x[2:], g.Output.Node)...)
			holds := formula.And(s.Asserts).Holds(func(e formula.Element) *big.Rat { return values[e.Tensor][e.Index] })
			solved := false
			for k, c := range cases(t, p) {
				z, ok := c.Point(x)
				if !ok || !c.Box.Contains(z) {
					continue
				}
				point := make([]*big.Rat, len(z))
				for i, v := range z {
					point[i] = formula.Float(v)
				}
				var nodes []int
				for i := range c.Joint.Graph.Nodes {
					nodes = append(nodes, i)
				}
				e, ok := c.Joint.Graph.Exactly(point, nodes, 1<<30)
				if !ok {
					t.Fatal("no exact values of the joint graph")
				}
				solves := c.Formula.Holds(func(at formula.Element) *big.Rat { return e.Value(at.Tensor, at.Index) })
				a, accepted := c.Assignment(point)
				if moved := !slices.EqualFunc(point, c.Decimals(point), func(v, w *big.Rat) bool { return w != nil && v.Cmp(w) == 0 }); moved {
					continue // an end of open bounds
				}
				if solves && holds != accepted || accepted && !holds {
					t.Fatalf("%s\nat %v of case %d: solves it %v, accepted %v, holds %v", text, x, k, solves, accepted, holds)
				}
				if accepted && !formula.And(s.Asserts).Holds(func(e formula.Element) *big.Rat { return a.Values[e.Tensor][e.Index] }) {
					t.Fatalf("%s\nis false of the printed assignment %v", text, a.Values)
				}
				solved = solved || solves
			}
			if holds && !solved {
				t.Fatalf("%s\nholds at %v, which solves none of %d cases", text, x, p.Count)
			}
		}
	})
}

// fatal lets rapid end a test from a helper.
type fatal struct {
	testing.TB
	t *rapid.T
}

func (f fatal) Fatal(args ...any)                 { f.t.Fatal(args...) }
func (f fatal) Fatalf(format string, args ...any) { f.t.Fatalf(format, args...) }

// cases lists the problems of a plan.
func cases(t interface{ Fatal(...any) }, p *specification.Plan) []*specification.Case {
	var all []*specification.Case
	for c, err := range p.Cases(nil) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if len(all) != p.Count {
		t.Fatal(len(all), "cases instead of", p.Count)
	}
	return all
}

// TestPropagation: inputs have bounds through each other.
func TestPropagation(t *testing.T) {
	w := []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3}
	f := model(t, w)
	head := `(vnnlib-version <2.0>)
(declare-network f (declare-input X real [1,2]) (declare-output Y real [1,2]))
(declare-network g (equal-to f) (declare-input U real [1,2]) (declare-output V real [1,2]))
`
	for _, c := range []struct {
		assert string
		box    [][2]string // of X[0,0], X[0,1], U[0,0], U[0,1], but for tied inputs; nil for a refusal
	}{
		// As monotonic_acasxu has it.
		{"(and (<= 0 X[0,0]) (<= X[0,0] 1) (<= 0 X[0,1]) (<= X[0,1] 2) (== X[0,1] U[0,1]) (<= U[0,0] X[0,0]) (<= 0 U[0,0]))",
			[][2]string{{"0", "1"}, {"0", "2"}, {"0", "1"}}},
		// A chain, against the order in which it is written.
		{"(and (<= U[0,1] U[0,0]) (<= U[0,0] X[0,1]) (<= X[0,1] (+ X[0,0] 0.1)) (<= X[0,0] 1) (<= -1 U[0,1]) (<= U[0,1] X[0,0]) (<= -1 U[0,0]) (<= -1 X[0,1]))",
			[][2]string{{"-1", "1"}, {"-1", "1.1"}, {"-1", "1.1"}, {"-1", "1"}}},
		// A sum, with coefficients.
		{"(and (<= (+ (* 3 X[0,0]) (* 2 X[0,1])) 1) (<= 0 X[0,0]) (<= 0 X[0,1]) (== U[0,0] (* 2 X[0,1])) (<= U[0,1] 1) (>= (* 0.1 U[0,1]) (- X[0,0])))",
			[][2]string{{"0", "1/3"}, {"0", "1/2"}, {"0", "1"}, {"-10/3", "1"}}},
		// Through a disjunction all parts of which have a bound; it is not split.
		{"(and (<= -1 X[0,0]) (<= X[0,0] 1) (<= -1 X[0,1]) (<= X[0,1] 1) (<= -1 U[0,0]) (<= -1 U[0,1]) (<= U[0,0] X[0,0]) (<= U[0,1] X[0,0]) (<= (+ X[0,0] X[0,1]) -1))",
			[][2]string{{"-1", "0"}, {"-1", "0"}, {"-1", "0"}, {"-1", "0"}}},
		{"(and (<= 0 X[0,0]) (<= X[0,0] 1) (<= 0 X[0,1]) (<= X[0,1] 1) (<= U[0,0] X[0,0]) (<= 0 U[0,1]) (<= U[0,1] 1))", nil},
		{"(and (<= X[0,0] U[0,0]) (<= U[0,0] X[0,0]) (<= 0 X[0,1]) (<= X[0,1] 1) (<= 0 U[0,1]) (<= U[0,1] 1))", nil},
	} {
		s, err := vnnlib.DecodeSpecification([]byte(head + "(assert " + c.assert + ")(assert (> Y[0,0] V[0,1]))"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := specification.Build(s, []*network.Model{f, f}, specification.Options{})
		if c.box == nil {
			if !errors.Is(err, network.ErrUnsupported) {
				t.Errorf("%s: %v", c.assert, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.assert, err)
			continue
		}
		box := cases(t, p)[0].Box
		if len(box.Lo) != len(c.box) {
			t.Errorf("%s: %v", c.assert, box)
			continue
		}
		for i, want := range c.box {
			for k, end := range []float64{box.Lo[i], box.Hi[i]} {
				exact, _ := new(big.Rat).SetString(want[k])
				if wanted := []float64{formula.Down(exact), formula.Up(exact)}[k]; end != wanted {
					t.Errorf("%s: end %d of input %d is %v, not %v", c.assert, k, i, end, wanted)
				}
			}
		}
	}
}

// TestPropagationEnds: bounds that approach a limit without end, and longer and longer
// ones, hold when propagation stops.
func TestPropagationEnds(t *testing.T) {
	f := model(t, []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3})
	_, p := build(t, `(vnnlib-version <2.0>)(declare-network f (declare-input X real [2]) (declare-output Y real [2]))
(assert (and (<= 0 X[0]) (<= X[0] 1) (<= 0 X[1]) (<= X[1] 1)
	(<= (* 1.0000000000000000000000000000000000000000000000000000001 X[0]) (* 0.777777777777777777777777777777777777777777777777777 X[1]))
	(<= X[1] (* 0.9999999999999999999999999999999999 X[0]))))`, f)
	box := cases(t, p)[0].Box
	if box.Lo[0] != 0 || box.Lo[1] != 0 || !(box.Hi[0] < 0.1 && box.Hi[0] >= 0 && box.Hi[1] < 0.1 && box.Hi[1] >= 0) {
		t.Errorf("box %v", box)
	}
}

// TestManyBoxes: a list of boxes of any length is taken box by box, and one that is no
// part of a list stays in the formula, with bounds all the same.
func TestManyBoxes(t *testing.T) {
	f := model(t, []float64{1, 2, -1, 1, 3, -2, 0, 1, -1, 1, -1, 2, 1, 1, -3})
	const boxes = 6000
	var b strings.Builder
	for k := range boxes {
		fmt.Fprintf(&b, "(and (>= X[0] %d) (<= X[0] %d.5) (>= X[1] 0) (<= X[1] 1) (>= Y[0] 0))", k, k)
	}
	_, p := build(t, `(vnnlib-version <2.0>)(declare-network f (declare-input X real [2]) (declare-output Y real [2]))
(assert (or `+b.String()+`)) (assert (<= X[1] 0.5))`, f)
	if p.Count != boxes {
		t.Fatalf("%d problems", p.Count)
	}
	next := 0
	for c, err := range p.Cases(func(k int) bool { return k%2 == 1 }) {
		if err != nil || c.Number != next || c.Box.Lo[0] != float64(next) || c.Box.Hi[0] != float64(next)+0.5 || c.Box.Hi[1] != 0.5 {
			t.Fatalf("problem %d: number %d, box %v, %v", next, c.Number, c.Box, err)
		}
		next += 2
	}
	if next != boxes {
		t.Errorf("%d problems and those left out", next)
	}
	// Twenty choices of two bounds are a million boxes: they are not made.
	b.Reset()
	for k := range 20 {
		fmt.Fprintf(&b, "(assert (or (and (>= X[0] 0) (<= X[0] %d)) (and (>= X[0] -%d) (<= X[0] 1))))", k+1, k+1)
	}
	_, p = build(t, `(vnnlib-version <2.0>)(declare-network f (declare-input X real [2]) (declare-output Y real [2]))
(assert (and (>= X[1] 0) (<= X[1] 1) (>= Y[0] 0)))`+b.String(), f)
	if p.Count > 1<<12 {
		t.Errorf("%d problems", p.Count)
	}
}
