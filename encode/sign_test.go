package encode_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// TestBinarizedPoints: every program contains the point of every input, with the margin as
// its objective, and a program with integers contains no other values of signs at inputs
// where no operand is 0.
func TestBinarizedPoints(t *testing.T) {
	rejected := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 82))
		first := networktest.Binarized(rng, networktest.Random(rng, 3, 5, 4, 2), 9)
		p, err := query.NewPair(first, networktest.Twin(rng, first, 0.1, 0))
		if err != nil {
			t.Fatal(err)
		}
		joint, err := p.Joint()
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := make([]float64, 3), make([]float64, 3)
		for i := range lo {
			lo[i] = rng.NormFloat64()
			hi[i] = lo[i] + rng.Float64()
		}
		b, err := relax.Compute(context.Background(), joint, region.Box{Lo: lo, Hi: hi}, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		margin := joint.Margin(query.ClassPair{I: 0, J: 1})
		lp, err := encode.NewLP(context.Background(), b, encode.Crossed)
		if err != nil {
			t.Fatal(err)
		}
		ev := network.NewEvaluator(joint.Graph)
		for _, kind := range []encode.Kind{encode.Auto, encode.Plain} {
			enc := mustNew(t, b, kind)
			obj, err := enc.Functional(margin)
			if err != nil {
				t.Fatal(err)
			}
			for range 60 {
				x := make([]float64, 3)
				for i := range x {
					x[i] = lo[i] + rng.Float64()*(hi[i]-lo[i])
				}
				at := enc.Point(ev, x)
				if v := enc.Program.Violation(at); v > 1e-9 {
					t.Fatalf("seed %d, %v: violation %v at %v", seed, kind, v, x)
				}
				got := obj.Const
				for _, term := range obj.Terms {
					got += term.Value * at[term.Column]
				}
				if want := ev.At(margin); math.Abs(got-want) > obj.Err+1e-9*(1+math.Abs(want)) {
					t.Fatalf("seed %d, %v: objective %v, margin %v", seed, kind, got, want)
				}
				if v := lp.Program(b).Violation(lp.Point(ev, x)); v > 1e-9 {
					t.Fatalf("seed %d: the linear program is violated by %v at %v", seed, v, x)
				}
				column := map[string]int{}
				for j, name := range enc.Program.Names {
					column[name] = j
				}
				for j, name := range enc.Program.Names {
					if name[0] != 's' {
						continue
					}
					for _, value := range []float64{-1, 0, 1} {
						moved := append([]float64(nil), at...)
						if moved[j] = value; value == at[j] {
							continue
						}
						for kind, is := range map[string]float64{"lo": -1, "hi": 1} {
							if k, ok := column[kind+name[1:]]; ok {
								moved[k] = max(0, is*value)
							}
						}
						if v := enc.Program.Violation(moved); v < 1e-12 {
							t.Fatalf("seed %d, %v: %s may be %v where it is %v", seed, kind, name, value, at[j])
						}
						rejected++
					}
				}
			}
		}
	}
	if rejected < 1000 {
		t.Errorf("only %d values rejected", rejected)
	}
}
