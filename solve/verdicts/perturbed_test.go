package verdicts_test

import (
	"fmt"
	"math"
	"testing"

	"rsm/solve"
	"rsm/solve/oracle"
)

// checkFinding holds a verdict against the enumeration, and a witness against the
// networks. It says whether the verdict is unknown where it need not be.
func checkFinding(t *testing.T, p oracle.Perturbed, name string, f solve.Finding, a asked, possible func(shift float64) bool) (missed bool) {
	t.Helper()
	o := &oracle.Enumeration{N1: oracle.PlainOf(p.Pair.N1), N2: oracle.PlainOf(p.Pair.N2)}
	slack := 1e-9 * (1 + o.N1.Magnitude(p.Box) + o.N2.Magnitude(p.Box))
	switch f.Verdict {
	case solve.Holds:
		if possible(slack) {
			t.Errorf("%s: holds, and the oracle has a violation", name)
		}
	case solve.Violated:
		if !possible(-slack) {
			t.Errorf("%s: violated, and the oracle has no violation", name)
		}
		_, y1 := o.N1.Eval(f.Witness)
		_, y2 := o.N2.Eval(f.Witness)
		if !oracle.Strictly(a.cases, y1, y2) {
			t.Errorf("%s: the witness %v is none for the networks", name, f.Witness)
		}
		if len(f.Parameters) != len(p.Set.Box().Lo) || !p.Set.Box().Contains(f.Parameters) {
			t.Errorf("%s: the parameters of a witness are %v", name, f.Parameters)
		}
		p.CheckWitness(t, name, f.Witness, nil)
	default:
		return possible(slack) || f.Reason != solve.OnlyAtTies
	}
	return false
}

// TestL1Claims: verdicts over L1 balls are those of an enumeration.
func TestL1Claims(t *testing.T) {
	seen, missed := make(map[string]int), 0
	for seed := range uint64(250) {
		rng, box := oracle.Random(t, 7000+seed, 3, 10)
		p := oracle.L1Ball(t, rng, box)
		a := draw(rng, p.Problem)
		f := findings(t, solve.Options{Jobs: 1 + int(seed%2), Seed: seed}, a.claim(p.Problem))[0]
		name := p.Name + ", " + a.name
		var facets []func(x []float64) float64
		for signs := range 1 << len(p.How.Sample) {
			facets = append(facets, func(x []float64) float64 {
				s := *p.How.L1
				for i, v := range x {
					s -= float64(2*(signs>>i&1)-1) * (v - p.How.Sample[i])
				}
				return s
			})
		}
		seen[f.Verdict.String()]++
		if checkFinding(t, p, name, f, a, func(shift float64) bool {
			return oracle.PossibleIn(oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2), oracle.EpsilonBox(t, p.How), facets, a.cases, shift)
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
		rng, box := oracle.Random(t, 9000+seed, 3, 8)
		if how := box.Box.Center(); len(how) < 2 || how[0] == how[1] {
			continue
		}
		p, m := oracle.AffineSet(t, rng, box)
		a := draw(rng, p.Problem)
		opt := solve.Options{Jobs: 1, Seed: seed, Engine: []solve.Engine{solve.AutoEngine, solve.BaB, solve.Split}[seed%3]}
		f := findings(t, opt, a.claim(p.Problem))[0]
		seen[f.Verdict.String()]++
		if checkFinding(t, p, fmt.Sprintf("%s, %s, %v", p.Name, a.name, p.Set.Names()), f, a, func(shift float64) bool {
			return oracle.PossibleIn(oracle.ClippedPlain(p.Pair.N1, p.How, m), oracle.ClippedPlain(p.Pair.N2, p.How, m), p.Set.Box(), nil, a.cases, shift)
		}) {
			missed++
		}
	}
	t.Logf("%v", seen)
	if seen["holds"] < 40 || seen["violated"] < 40 || missed > 0 {
		t.Errorf("the claims are too easy, or %d verdicts are unknown, and the oracle is sure: %v", missed, seen)
	}
}

// TestPerturbedAt: the inputs that parameters make are those of the formula, in the
// domain and in the hull.
func TestPerturbedAt(t *testing.T) {
	for seed := range uint64(200) {
		rng, box := oracle.Random(t, 11000+seed, 4, 4)
		if how := box.Box.Center(); len(how) < 2 || how[0] == how[1] {
			continue
		}
		p, m := oracle.AffineSet(t, rng, box)
		for range 50 {
			parameters := make([]float64, len(p.Set.Box().Lo))
			oracle.Sample(rng, p.Set.Box(), parameters)
			x := p.Joint.At(parameters)
			for i, s := range p.How.Sample {
				want := s
				for k, v := range parameters {
					want += m[i][k] * v
				}
				if c := p.How.Clip; c != nil {
					want = min(max(want, c[0]), c[1])
				}
				if math.Abs(x[i]-want) > 1e-12 {
					t.Fatalf("%s: feature %d is %v, want %v", p.Name, i, x[i], want)
				}
			}
			p.CheckWitness(t, "sample", x, nil)
			if !p.Box.Contains(x) {
				t.Fatalf("%s: %v is outside the hull", p.Name, x)
			}
		}
	}
}
