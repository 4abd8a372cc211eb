package verdicts_test

import (
	"math"
	"testing"

	"rsm/internal/query"
	"rsm/region"
	"rsm/solve"
	"rsm/solve/oracle"
)

// seenBy makes a claim about networks as they see the points of a joint graph's region.
func seenBy(a asked, j *query.Joint) solve.Claim {
	logits := j.Evaluator()
	c := solve.Claim{
		Problem: query.Problem{Joint: j, Formula: a.formula(j)},
		Replay: func(at []float64) bool {
			y1, y2 := logits(at)
			return oracle.Strictly(a.cases, y1, y2)
		},
	}
	if a.premise != nil {
		c.Premise = a.premise(j)
	}
	return c
}

// TestApartClaims: verdicts about networks that see different points, through maps of
// their own, are those of an enumeration over points and disturbances.
func TestApartClaims(t *testing.T) {
	seen, missed := make(map[string]int), 0
	for seed := range uint64(200) {
		rng, p := oracle.Random(t, 31000+seed, 2, 6)
		var clip *[2]float64
		if rng.IntN(2) == 0 {
			lo, hi := math.Inf(1), math.Inf(-1)
			for i := range p.Box.Lo {
				lo, hi = min(lo, p.Box.Lo[i]), max(hi, p.Box.Hi[i])
			}
			clip = &[2]float64{lo, hi + 0.1}
		}
		m := oracle.NewMapped(t, p, clip, oracle.Maps(rng, len(p.Box.Lo), seed%4 > 0))
		v := make([]float64, len(m.Whole.Lo))
		oracle.Sample(rng, m.Whole, v)
		_, y1 := m.Both[0].Eval(v)
		_, y2 := m.Both[1].Eval(v)
		a := drawNear(rng, y1, y2)
		opt := solve.Options{Jobs: 1, Seed: seed, Engine: []solve.Engine{solve.AutoEngine, solve.BaB, solve.Split}[seed%3]}
		f := findings(t, opt, seenBy(a, m.Joint))[0]
		seen[f.Verdict.String()]++
		slack := 1e-9 * (1 + m.Both[0].Magnitude(m.Whole) + m.Both[1].Magnitude(m.Whole))
		possible := func(shift float64) bool {
			return oracle.PossibleIn(m.Both[0], m.Both[1], m.Whole, nil, a.cases, shift)
		}
		switch f.Verdict {
		case solve.Holds:
			if possible(slack) {
				t.Errorf("%s, %s: holds, and the oracle has a violation", m.Name, a.name)
			}
		case solve.Violated:
			if !possible(-slack) {
				t.Errorf("%s, %s: violated, and the oracle has no violation", m.Name, a.name)
			}
			if y1, y2 := m.CheckSeen(t, a.name, f.Witness, f.Moved); !oracle.Strictly(a.cases, y1, y2) {
				t.Errorf("%s, %s: the witness %v, %v is none for the networks", m.Name, a.name, f.Witness, f.Moved)
			}
		default:
			if possible(slack) || f.Reason != solve.OnlyAtTies {
				missed++
			}
		}
	}
	t.Logf("%v, %d missed", seen, missed)
	if seen["holds"] < 40 || seen["violated"] < 40 || missed > 1 {
		t.Errorf("the claims are too easy, or %d verdicts are unknown, and the oracle is sure: %v", missed, seen)
	}
}

// TestApartRadius: brackets of the radius in which a claim holds, where one network
// sees another point of the domain.
func TestApartRadius(t *testing.T) {
	ended := make(map[string]int)
	for seed := range uint64(200) {
		rng, p := oracle.Random(t, 33000+seed, 2, 5)
		sample := p.Box.Center()
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, v := range sample {
			lo, hi = min(lo, v), max(hi, v)
		}
		q := solve.RadiusQuestion{Around: region.Perturbation{Sample: sample, Clip: &[2]float64{lo - 0.25, hi + 0.5}}, Tolerance: 1e-3, Most: 1,
			Maps: oracle.Maps(rng, len(sample), true)}
		for k := range q.Maps.Of {
			for i := range q.Maps.Of[k].Apart {
				q.Maps.Of[k].Apart[i] /= 10
			}
		}
		at := func(radius float64) oracle.Mapped {
			r, err := q.Ball(radius)
			if err != nil {
				t.Fatal(err)
			}
			ball := p
			ball.Box = r.Hull()
			return oracle.NewMapped(t, ball, q.Around.Clip, q.Maps)
		}
		first := at(0)
		_, y1 := first.Both[0].Eval(first.Whole.Center())
		_, y2 := first.Both[1].Eval(first.Whole.Center())
		a := drawNear(rng, y1, y2)
		q.Joint, q.Claim = first.Joint, func(j *query.Joint) solve.Claim { return seenBy(a, j) }
		b, err := solve.Radius(t.Context(), q, solve.Options{Jobs: 1, Seed: seed}, nil)
		if err != nil {
			t.Fatalf("%s, %s: %v", p.Name, a.name, err)
		}
		violated := func(radius, shift float64) bool {
			m := at(radius)
			return oracle.PossibleIn(m.Both[0], m.Both[1], m.Whole, nil, a.cases, shift*(1+m.Both[0].Magnitude(m.Whole)+m.Both[1].Magnitude(m.Whole)))
		}
		if b.Safe >= 0 && violated(b.Safe, 1e-9) {
			t.Errorf("%s, %s: [%v, %v], and the oracle has a violation within %v", p.Name, a.name, b.Safe, b.Unsafe, b.Safe)
		}
		if !math.IsInf(b.Unsafe, 1) {
			m := at(b.Unsafe)
			if !violated(b.Unsafe, -1e-9) {
				t.Errorf("%s, %s: [%v, %v], and the oracle has no violation within %v", p.Name, a.name, b.Safe, b.Unsafe, b.Unsafe)
			}
			if y1, y2 := m.CheckSeen(t, a.name, b.Witness, b.Moved); !oracle.Strictly(a.cases, y1, y2) {
				t.Errorf("%s, %s: the witness %v, %v is none for the networks", p.Name, a.name, b.Witness, b.Moved)
			}
		}
		switch {
		case b.Reason != "":
			ended["open"]++
		case b.Unsafe == 0:
			ended["fails at the sample"]++
		case b.Safe == q.Most:
			ended["holds everywhere"]++
		default:
			ended["bracket"]++
		}
	}
	t.Log(ended)
	if ended["open"] > 10 || ended["bracket"] < 12 || ended["holds everywhere"] < 20 {
		t.Errorf("too few of a kind: %v", ended)
	}
}
