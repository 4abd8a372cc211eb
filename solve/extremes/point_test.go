package extremes_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve"
)

// TestProgramsOfPoint: at a point with logits so large that their rounding is more than the gap,
// a mixed-integer program has no variables, and the bounds are the answer of both encodings.
func TestProgramsOfPoint(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	n1 := networktest.Random(rng, 2, 3, 3, 2)
	n2 := networktest.Random(rng, 2, 3, 3, 2)
	p, err := query.NewPair(n1, n2)
	if err != nil {
		t.Fatal(err)
	}
	j, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	at := []float64{3e11, 7e11}
	for _, kind := range []encode.Kind{encode.Auto, encode.Plain} {
		r, err := solve.Margins(context.Background(), j.In(region.Box{Lo: at, Hi: at}), []query.ClassPair{{I: 0, J: 1}}, solve.Options{Engine: solve.MILP, Encoding: kind})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []solve.Extremum{r.Min[0], r.Max[0]} {
			if e.Status != solve.Bounded || e.Stop != solve.SolverLimit {
				t.Errorf("encoding %v: %v, %v with a gap of %v", kind, e.Status, e.Stop, e.Gap())
			}
		}
	}
}
