package solve_test

import (
	"fmt"
	"math"
	"testing"

	"rsm/region"
	"rsm/solve"
)

// possibleIn is possible for networks of the oracle's, over a box and where the
// given functions are zero or more.
func possibleIn(n1, n2 plain, box region.Box, facets []func(x []float64) float64, cases [][]linear, shift float64) bool {
	found := false
	o := &oracle{n1: n1, n2: n2}
	o.visit = func(cell []vertex) {
		for k, f := range facets {
			cell = o.cut(cell, o.neurons+k, f)
		}
		for _, functions := range cases {
			left := cell
			for k, f := range functions {
				left = o.cut(left, o.neurons+len(facets)+k, func(x []float64) float64 {
					_, y1 := o.n1.eval(x)
					_, y2 := o.n2.eval(x)
					return f(y1, y2) - shift
				})
			}
			found = found || len(left) > 0
		}
	}
	o.run(box)
	return found
}

// checkFinding holds a verdict against the enumeration, and a witness against the
// networks. It says whether the verdict is unknown where it need not be.
func (p perturbed) checkFinding(t *testing.T, name string, f solve.Finding, a asked, possible func(shift float64) bool) (missed bool) {
	t.Helper()
	o := &oracle{n1: plainOf(p.pair.N1), n2: plainOf(p.pair.N2)}
	slack := 1e-9 * (1 + o.n1.magnitude(p.box) + o.n2.magnitude(p.box))
	switch f.Verdict {
	case solve.Holds:
		if possible(slack) {
			t.Errorf("%s: holds, and the oracle has a violation", name)
		}
	case solve.Violated:
		if !possible(-slack) {
			t.Errorf("%s: violated, and the oracle has no violation", name)
		}
		_, y1 := o.n1.eval(f.Witness)
		_, y2 := o.n2.eval(f.Witness)
		if !strictly(a.cases, y1, y2) {
			t.Errorf("%s: the witness %v is none for the networks", name, f.Witness)
		}
		if len(f.Parameters) != len(p.set.Box().Lo) || !p.set.Box().Contains(f.Parameters) {
			t.Errorf("%s: the parameters of a witness are %v", name, f.Parameters)
		}
		p.checkWitness(t, name, f.Witness, nil)
	default:
		return possible(slack) || f.Reason != solve.OnlyAtTies
	}
	return false
}

// TestL1Claims: verdicts over L1 balls are those of an enumeration.
func TestL1Claims(t *testing.T) {
	seen, missed := make(map[string]int), 0
	for seed := range uint64(250) {
		rng, box := random(t, 7000+seed, 3, 10)
		p := l1Ball(t, rng, box)
		a := draw(rng, p.problem)
		f := findings(t, solve.Options{Jobs: 1 + int(seed%2), Seed: seed}, a.claim(p.problem, p.set.Box()))[0]
		name := p.name + ", " + a.name
		var facets []func(x []float64) float64
		for signs := range 1 << len(p.how.Sample) {
			facets = append(facets, func(x []float64) float64 {
				s := *p.how.L1
				for i, v := range x {
					s -= float64(2*(signs>>i&1)-1) * (v - p.how.Sample[i])
				}
				return s
			})
		}
		seen[f.Verdict.String()]++
		if p.checkFinding(t, name, f, a, func(shift float64) bool {
			return possibleIn(plainOf(p.pair.N1), plainOf(p.pair.N2), epsilonBox(t, p.how), facets, a.cases, shift)
		}) {
			missed++
		}
	}
	t.Logf("%v", seen)
	if seen["holds"] < 50 || seen["violated"] < 50 {
		t.Errorf("the claims are too easy: %v", seen)
	}
	// Without splits of the box, points of linear programs must be moved to where all
	// conditions are strict, which may fail.
	if missed > 1 {
		t.Errorf("%d of 250 verdicts are unknown, and the oracle is sure", missed)
	}
}

// TestAffineSetClaims: verdicts over images with another brightness and contrast are
// those of an enumeration.
func TestAffineSetClaims(t *testing.T) {
	seen, missed := make(map[string]int), 0
	for seed := range uint64(200) {
		rng, box := random(t, 9000+seed, 3, 8)
		if how := box.box.Center(); len(how) < 2 || how[0] == how[1] {
			continue
		}
		p, m := affineSet(t, rng, box)
		a := draw(rng, p.problem)
		opt := solve.Options{Jobs: 1, Seed: seed, Engine: []solve.Engine{solve.AutoEngine, solve.BaB, solve.Split}[seed%3]}
		f := findings(t, opt, a.claim(p.problem, p.set.Box()))[0]
		seen[f.Verdict.String()]++
		if p.checkFinding(t, fmt.Sprintf("%s, %s, %v", p.name, a.name, p.set.Names()), f, a, func(shift float64) bool {
			return possibleIn(clippedPlain(p.pair.N1, p.how, m), clippedPlain(p.pair.N2, p.how, m), p.set.Box(), nil, a.cases, shift)
		}) {
			missed++
		}
	}
	t.Logf("%v", seen)
	if seen["holds"] < 40 || seen["violated"] < 40 || missed > 0 {
		t.Errorf("the claims are too easy, or %d verdicts are unknown, and the oracle is sure: %v", missed, seen)
	}
}

// TestInputSetAt: the inputs that parameters make are those of the formula, in the
// domain and in the hull.
func TestInputSetAt(t *testing.T) {
	for seed := range uint64(200) {
		rng, box := random(t, 11000+seed, 4, 4)
		if how := box.box.Center(); len(how) < 2 || how[0] == how[1] {
			continue
		}
		p, m := affineSet(t, rng, box)
		for range 50 {
			parameters := make([]float64, len(p.set.Box().Lo))
			sample(rng, p.set.Box(), parameters)
			x := p.joint.At(parameters)
			for i, s := range p.how.Sample {
				want := s
				for k, v := range parameters {
					want += m[i][k] * v
				}
				if c := p.how.Clip; c != nil {
					want = min(max(want, c[0]), c[1])
				}
				if math.Abs(x[i]-want) > 1e-12 {
					t.Fatalf("%s: feature %d is %v, want %v", p.name, i, x[i], want)
				}
			}
			p.checkWitness(t, "sample", x, nil)
			if !p.box.Contains(x) {
				t.Fatalf("%s: %v is outside the hull", p.name, x)
			}
		}
	}
}
