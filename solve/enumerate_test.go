package solve_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"rsm/encode"
	"rsm/query"
	"rsm/solve"
)

// rounding is what the float64 evaluations of r in solve and in the oracle may
// differ by, relative to the magnitude of the values.
const rounding = 1e-10

func margins(t testing.TB, p problem, opt solve.Options, classes ...query.ClassPair) *solve.Result {
	t.Helper()
	res, err := solve.Margins(context.Background(), p.joint, p.box, classes, opt)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return res
}

// above is e's bound less v in the direction in which the bound must lie: a
// negative number says that v refutes the bound.
func above(e solve.Extremum, v float64) float64 {
	if e.Sense == solve.Minimum {
		return v - e.Proved
	}
	return e.Proved - v
}

// compare holds an extremum that is claimed to be exact against the truth.
func compare(t *testing.T, p problem, label string, e solve.Extremum, want float64) {
	t.Helper()
	slack := rounding * (1 + math.Abs(want))
	switch {
	case e.Status != solve.Exact:
		t.Errorf("%s, %s: %v is %v [%v, %v] (%v), the oracle has %v", p.name, label, e.Task, e.Status, e.Witnessed, e.Proved, e.Stop, want)
	case math.Abs(e.Witnessed-want) > 1e-6+slack || math.Abs(e.Proved-want) > 1e-6+slack:
		t.Errorf("%s, %s: %v is witnessed %v, proved %v, the oracle has %v", p.name, label, e.Task, e.Witnessed, e.Proved, want)
	case e.Rigor == solve.Certified && above(e, want) < -slack:
		t.Errorf("%s, %s: the certified bound %v of %v is refuted by %v", p.name, label, e.Proved, e.Task, want)
	case !p.box.Contains(e.Witness):
		t.Errorf("%s, %s: the witness %v of %v is not in the box", p.name, label, e.Witness, e.Task)
	}
}

// TestEnumeration: the extremes are those that an enumeration of activation
// patterns finds, in either encoding.
func TestEnumeration(t *testing.T) {
	kinds := make(map[string]int)
	cells, solved := 0, 0
	for seed := range uint64(240) {
		rng, p := random(t, seed, 4, 12)
		kinds[strings.Split(p.name, ", ")[1]]++
		c := classPair(rng)
		o := enumerate(p.pair, p.box, c)
		cells += o.Cells
		for _, kind := range []encode.Kind{encode.Auto, encode.Plain} {
			res := margins(t, p, solve.Options{Encoding: kind, Seed: seed}, c)
			compare(t, p, kind.String(), res.Min[0], o.Min[0])
			compare(t, p, kind.String(), res.Max[0], o.Max[0])
			for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				if e.Engine == "milp" {
					solved++
				}
			}
		}
	}
	t.Logf("%d cells, %d of 960 extremes by the mixed-integer program, %v", cells, solved, kinds)
	if len(kinds) < 7 || solved < 200 {
		t.Errorf("the problems are too easy: kinds %v, %d by the mixed-integer program", kinds, solved)
	}
}

// TestEnumerationDeep: the same for more neurons over fewer inputs, all class
// pairs at once.
func TestEnumerationDeep(t *testing.T) {
	all := []query.ClassPair{{I: 0, J: 1}, {I: 0, J: 2}, {I: 2, J: 1}}
	nodes := int64(0)
	for seed := range uint64(30) {
		_, p := random(t, 1000+seed, 2, 32)
		o := enumerate(p.pair, p.box, all...)
		for k, kind := range []encode.Kind{encode.Auto, encode.Plain} {
			if k == 1 && seed%3 > 0 {
				continue
			}
			res := margins(t, p, solve.Options{Encoding: kind, Seed: seed}, all...)
			for i := range all {
				compare(t, p, kind.String(), res.Min[i], o.Min[i])
				compare(t, p, kind.String(), res.Max[i], o.Max[i])
				nodes += res.Min[i].Nodes + res.Max[i].Nodes
			}
		}
	}
	t.Logf("%d nodes", nodes)
}
