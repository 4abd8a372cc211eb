package lp

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// TestCrossedIsTheEncodingsRelaxation: the linear relaxation of the auto
// encoding, with its phases between 0 and 1, proves what the rows without phases
// do, and those without crossed rows prove less.
func TestCrossedIsTheEncodingsRelaxation(t *testing.T) {
	ctx := context.Background()
	tighter := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 9))
		n1 := networktest.Random(rng, 3, 6, 6, 2)
		p, err := query.NewPair(n1, networktest.Twin(rng, n1, math.Pow(10, -2*rng.Float64()), 0))
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box, err := region.Ball(make([]float64, 3), []float64{0.3 + rng.Float64()}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := relax.Compute(ctx, j, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		upper := func(lp Encoding, m *encode.Program) float64 {
			s, err := NewSolver(lp, m)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			v, err := s.Upper(ctx, j.Margin(query.ClassPair{I: 0, J: 1}))
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		e, err := encode.New(ctx, b, encode.Auto)
		if err != nil {
			t.Fatal(err)
		}
		want := upper(e, &e.Program)
		var got [2]float64
		for k, coupling := range []encode.Coupling{encode.Coupled, encode.Crossed} {
			lp, err := encode.NewLP(ctx, b, coupling)
			if err != nil {
				t.Fatal(err)
			}
			got[k] = upper(lp, lp.Program(b))
		}
		slack := 1e-7 * (1 + math.Abs(want))
		if math.Abs(got[1]-want) > slack {
			t.Errorf("seed %d: crossed rows prove %v, the encoding's relaxation %v", seed, got[1], want)
		}
		if got[0] < want-slack {
			t.Errorf("seed %d: without crossed rows %v, with them %v", seed, got[0], want)
		}
		if got[0] > want+1e-4 {
			tighter++
		}
	}
	if tighter < 10 {
		t.Errorf("crossed rows are of use in %d of 60 problems only", tighter)
	}
}
