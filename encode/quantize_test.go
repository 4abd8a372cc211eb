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

// TestQuantizedPoints: every program contains the point of every input, with the margin
// as its objective; and a program with integers contains no other levels than those of
// the true rounding, but at thresholds.
func TestQuantizedPoints(t *testing.T) {
	clamped, rejected := 0, 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 80))
		n := networktest.Random(rng, 3, 5, 4, 2)
		p, err := query.NewPair(n, networktest.Quantized(rng, n, 2+rng.IntN(12), 0.5+2*rng.Float64()))
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
		box := region.Box{Lo: lo, Hi: hi}
		b, err := relax.Compute(context.Background(), joint, box, relax.Difference)
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
				for j, integer := range enc.Program.Integer {
					if !integer || enc.Program.Names[j][0] != 'q' {
						continue
					}
					for _, by := range []float64{-1, 1} {
						moved := append([]float64(nil), at...)
						moved[j] += by
						if v := enc.Program.Violation(moved); v < 1e-9 {
							t.Fatalf("seed %d, %v: level %s may be %v where it is %v", seed, kind, enc.Program.Names[j], moved[j], at[j])
						}
						rejected++
					}
				}
			}
			for _, name := range enc.Program.Names {
				if name[:2] == "lo" || name[:2] == "hi" {
					clamped++
				}
			}
		}
	}
	if clamped < 20 || rejected < 1000 {
		t.Errorf("only %d binaries of clamped values, %d levels rejected", clamped, rejected)
	}
}
