package verdicts_test

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// asked is a claim beside what the oracle needs.
type asked struct {
	name    string
	formula func(j *query.Joint) formula.Formula
	premise func(j *query.Joint) formula.Formula
	cases   [][]oracle.Linear
}

func implies(i query.Implication) asked {
	return asked{
		name:    "imply " + i.Direction.String(),
		formula: func(j *query.Joint) formula.Formula { return j.Violation(i) },
		premise: func(j *query.Joint) formula.Formula { return j.Premise(i) },
		cases:   oracle.Violations(i),
	}
}

// draw draws a claim of one of the three kinds, with numbers near the values that
// the functions take in the box.
func draw(rng *rand.Rand, p oracle.Problem) asked {
	x := make([]float64, len(p.Box.Lo))
	oracle.Sample(rng, p.Box, x)
	return drawNear(rng, p.Pair.N1.Logits(x), p.Pair.N2.Logits(x))
}

// drawNear draws a claim near logits of the networks.
func drawNear(rng *rand.Rand, y1, y2 []float64) asked {
	switch rng.IntN(4) {
	case 0:
		outputs := rng.Perm(oracle.Classes)[:1+rng.IntN(oracle.Classes)]
		e := math.Abs(y1[outputs[0]]-y2[outputs[0]])*(0.5+2*rng.Float64()) + 0.01
		return asked{name: "equiv", formula: func(j *query.Joint) formula.Formula { return j.Differ(outputs, formula.Float(e)) }, cases: oracle.Differences(outputs, e)}
	case 1:
		pairs := []query.ClassPair{oracle.ClassPair(rng), oracle.ClassPair(rng)}
		k := pairs[0]
		c := (y1[k.I] - y1[k.J]) - (y2[k.I] - y2[k.J]) + 0.3*rng.NormFloat64()
		return asked{name: "margin", formula: func(j *query.Joint) formula.Formula { return j.Below(pairs, formula.Float(c)) }, cases: oracle.Below(pairs, c)}
	}
	i := query.Implication{Direction: query.Direction(rng.IntN(2)), Class: rng.IntN(oracle.Classes), Top: 1}
	if rng.IntN(4) == 0 {
		i.Top = 2
	}
	if rng.IntN(3) > 0 {
		i.Class = network.Decision(y2)
	}
	if rng.IntN(3) == 0 {
		i.Margin = formula.Float(rng.ExpFloat64() / 2)
	}
	return implies(i)
}

func (a *asked) claim(p oracle.Problem) solve.Claim {
	c := solve.Claim{
		Problem: query.Problem{Joint: p.Joint, Formula: a.formula(p.Joint)},
		Replay:  func(x []float64) bool { return oracle.Strictly(a.cases, p.Pair.N1.Logits(x), p.Pair.N2.Logits(x)) },
	}
	if a.premise != nil {
		c.Premise = a.premise(p.Joint)
	}
	return c
}

// over makes the claim over the region of any joint graph of the problem's pair.
func (a *asked) over(p oracle.Problem) func(j *query.Joint) solve.Claim {
	return func(j *query.Joint) solve.Claim {
		p.Joint = j
		return a.claim(p)
	}
}

func findings(t testing.TB, opt solve.Options, claims ...solve.Claim) []solve.Finding {
	t.Helper()
	f, err := solve.Refute(context.Background(), claims, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestClaims: verdicts are those of an enumeration of activation patterns.
func TestClaims(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(700) {
		rng, p := oracle.Random(t, seed, 3, 12)
		a := draw(rng, p)
		f := findings(t, solve.Options{Jobs: 1 + int(seed%2), Seed: seed}, a.claim(p))[0]
		o := &oracle.Enumeration{N1: oracle.PlainOf(p.Pair.N1), N2: oracle.PlainOf(p.Pair.N2)}
		slack := 1e-9 * (1 + o.N1.Magnitude(p.Box) + o.N2.Magnitude(p.Box))
		surely, perhaps := oracle.Possible(p.Pair, p.Box, a.cases, slack), oracle.Possible(p.Pair, p.Box, a.cases, -slack)
		seen[a.name+" "+f.Verdict.String()]++
		switch {
		case f.Verdict == solve.Holds && surely:
			t.Errorf("%s, %s: holds, and the oracle has a violation", p.Name, a.name)
		case f.Verdict == solve.Violated && !perhaps:
			t.Errorf("%s, %s: violated, and the oracle has no violation", p.Name, a.name)
		case f.Verdict == solve.Unknown && (surely || f.Reason != solve.OnlyAtTies):
			t.Errorf("%s, %s: %s, and the oracle is sure: %v", p.Name, a.name, f.Reason, surely)
		case f.Vacuous && f.Verdict != solve.Holds:
			t.Errorf("%s, %s: vacuous, and %v", p.Name, a.name, f.Verdict)
		}
		if (f.Witness != nil) != (f.Verdict == solve.Violated) || (f.Reason != "") != (f.Verdict == solve.Unknown) {
			t.Errorf("%s, %s: %v, witness %v, reason %q", p.Name, a.name, f.Verdict, f.Witness, f.Reason)
		}
		if f.Witness != nil {
			_, y1 := o.N1.Eval(f.Witness)
			_, y2 := o.N2.Eval(f.Witness)
			if !p.Box.Contains(f.Witness) || !oracle.Strictly(a.cases, y1, y2) {
				t.Errorf("%s, %s: the witness %v, with logits %v and %v, is none", p.Name, a.name, f.Witness, y1, y2)
			}
		}
	}
	t.Log(seen)
	// Some pairs have functions in common that are zero, or tie.
	if n := seen["imply 2=>1 unknown"] + seen["imply 1=>2 unknown"] + seen["equiv unknown"] + seen["margin unknown"]; n > 7 {
		t.Errorf("%d of 700 claims are undecided", n)
	}
	for _, kind := range []string{"imply 2=>1", "imply 1=>2", "equiv", "margin"} {
		if seen[kind+" holds"] < 30 || seen[kind+" violated"] < 15 {
			t.Errorf("%s: too few of one verdict", kind)
		}
	}
}

// lines is a network of one input without ReLUs: logit k is slope[k] x + at[k].
func lines(t testing.TB, slope, at []float64) *network.Network {
	t.Helper()
	n := &network.Network{Graph: network.NewGraph(network.Shape{1})}
	v, err := n.Add("", &network.Dense{Rows: len(at), Cols: 1, W: slope, B: at}, nil, 0)
	if err == nil {
		err = n.Finish(v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestTies: what holds with equality refutes no claim and proves none.
func TestTies(t *testing.T) {
	flat := func(y ...float64) *network.Network { return lines(t, make([]float64, 3), y) }
	rising := func(slope []float64, y ...float64) *network.Network { return lines(t, slope, y) }
	for _, c := range []struct {
		name   string
		n1, n2 *network.Network
		i      query.Implication
		want   solve.Verdict
		reason string
	}{
		{"a tie of constants, and the other decides", flat(1, 0, 0), flat(1, 1, 0), query.Implication{Class: 1, Top: 1}, solve.Unknown, solve.OnlyAtTies},
		{"the same, and both tie", flat(1, 1, 0), flat(1, 1, 0), query.Implication{Class: 1, Top: 1}, solve.Holds, ""},
		{"a tie of the conclusion", flat(1, 1, 0), flat(1, 0, 0), query.Implication{Class: 0, Top: 1}, solve.Unknown, solve.OnlyAtTies}, // it holds, by nothing
		{"constants apart", flat(0, 1, 0), flat(1, 0, 0), query.Implication{Class: 0, Top: 1}, solve.Violated, ""},
		{"a premise that is never true", flat(0, 1, 0), flat(1, 0, 0), query.Implication{Class: 2, Top: 1}, solve.Holds, ""},
		{"a premise true only in a corner, by a tie", flat(-1, 0, 0), rising([]float64{0, 1, 0}, 0, 0, -1), query.Implication{Class: 0, Top: 1}, solve.Unknown, solve.OnlyAtTies},
		{"a premise true only inside, by a tie", flat(-1, 0, 0), rising([]float64{0, 1, -1}, 0, -0.5, 0.5), query.Implication{Class: 0, Top: 1}, solve.Unknown, solve.OnlyAtTies},
		{"the margin is met with equality", flat(0, 1, 0), flat(1, 0, 0), query.Implication{Class: 0, Top: 1, Margin: big.NewRat(1, 1)}, solve.Unknown, solve.OnlyAtTies},
		{"the margin is not met", flat(0, 1, 0), flat(1, 0, 0), query.Implication{Class: 0, Top: 1, Margin: big.NewRat(3, 2)}, solve.Holds, ""},
		{"second best", flat(0, 1, -1), flat(1, 0, 0), query.Implication{Class: 0, Top: 2}, solve.Holds, ""},
		{"third", flat(0, 1, 1), flat(1, 0, 0), query.Implication{Class: 0, Top: 2}, solve.Violated, ""},
		{"third, by a tie", flat(0, 1, 0), flat(1, 0, 0), query.Implication{Class: 0, Top: 2}, solve.Holds, ""},
		{"the other direction", flat(0, 1, 0), flat(1, 0, 0), query.Implication{Class: 1, Top: 1, Direction: query.From1To2}, solve.Violated, ""},
	} {
		p := oracle.New(t, c.name, c.n1, c.n2, region.Box{Lo: []float64{0}, Hi: []float64{1}})
		if err := c.i.Check(3); err != nil {
			t.Fatal(err)
		}
		a := implies(c.i)
		f := findings(t, solve.Options{}, a.claim(p))[0]
		if f.Verdict != c.want || f.Reason != c.reason {
			t.Errorf("%s: %v %q, want %v %q", c.name, f.Verdict, f.Reason, c.want, c.reason)
		}
	}
	// The largest difference is 1, at x = 1.
	p := oracle.New(t, "", rising([]float64{1, 0, 0}, 0, 0, 0), flat(0, 0, 0), region.Box{Lo: []float64{0}, Hi: []float64{1}})
	for e, want := range map[float64]solve.Verdict{1 + 1e-12: solve.Holds, 1: solve.Unknown, 0.999: solve.Violated, 0: solve.Violated} {
		a := asked{formula: func(j *query.Joint) formula.Formula { return j.Differ([]int{0, 1, 2}, formula.Float(e)) }, cases: oracle.Differences([]int{0, 1, 2}, e)}
		if f := findings(t, solve.Options{}, a.claim(p))[0]; f.Verdict != want {
			t.Errorf("differences up to %v: %v, want %v", e, f.Verdict, want)
		}
	}
}

// TestSameNetwork: a network implies itself, by algebra.
func TestSameNetwork(t *testing.T) {
	for seed := range uint64(20) {
		_, q := oracle.Random(t, seed, 3, 12)
		p := oracle.New(t, "", q.Pair.N1, q.Pair.N1, q.Box)
		for class := range oracle.Classes {
			a := implies(query.Implication{Class: class, Top: 1})
			if f := findings(t, solve.Options{}, a.claim(p))[0]; f.Verdict != solve.Holds || f.Nodes > 0 {
				t.Errorf("%s, class %d: %v after %d nodes", q.Name, class, f.Verdict, f.Nodes)
			}
		}
		if f := findings(t, solve.Options{}, solve.Claim{Problem: query.Problem{Joint: p.Joint, Formula: p.Joint.Differ([]int{0, 1, 2}, new(big.Rat))}})[0]; f.Verdict != solve.Holds || f.Nodes > 0 {
			t.Errorf("%s: equal up to 0: %v after %d nodes", q.Name, f.Verdict, f.Nodes)
		}
	}
}

// TestClaimsLimits: when the context ends, verdicts are those known by then.
func TestClaimsLimits(t *testing.T) {
	_, p := oracle.Random(t, 3, 3, 12)
	var claims []solve.Claim
	for class := range oracle.Classes {
		a := implies(query.Implication{Class: class, Top: 1})
		claims = append(claims, a.claim(p))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	interrupted, err := solve.Refute(ctx, claims, solve.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	late, err := solve.Refute(ctx, claims, solve.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, f := range findings(t, solve.Options{}, claims...) {
		for _, g := range []solve.Finding{interrupted[k], late[k]} {
			if g.Verdict != solve.Unknown && g.Verdict != f.Verdict {
				t.Errorf("class %d: %v at the limit, %v without", k, g.Verdict, f.Verdict)
			}
		}
		if g := late[k]; g.Verdict == solve.Unknown && g.Reason != solve.TimeLimit.String() {
			t.Errorf("class %d: %q", k, g.Reason)
		}
		if g := interrupted[k]; g.Verdict == solve.Unknown && g.Reason != solve.Interrupted.String() {
			t.Errorf("class %d: %q", k, g.Reason)
		}
	}
}
