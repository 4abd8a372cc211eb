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

// TestContainsEveryInput: at any input of the box, the values of both networks
// satisfy every row of either encoding, and the objective has the value of the
// margin. A row that cuts off a true point would make the tool unsound.
func TestContainsEveryInput(t *testing.T) {
	binaries := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 5))
		inputs := 1 + rng.IntN(4)
		n1 := networktest.Random(rng, inputs, 1+rng.IntN(6), 1+rng.IntN(6), 2)
		n2 := networktest.Twin(rng, n1, math.Pow(10, -3*rng.Float64()), 0.2*float64(rng.IntN(2)))
		p, err := query.NewPair(n1, n2)
		if err != nil {
			t.Fatal(err)
		}
		j, err := p.Joint()
		if err != nil {
			t.Fatal(err)
		}
		center, eps := make([]float64, inputs), make([]float64, inputs)
		for i := range center {
			center[i], eps[i] = rng.NormFloat64(), float64(rng.IntN(4))*0.3
		}
		box, err := region.Ball(center, eps, nil)
		if err != nil {
			t.Fatal(err)
		}
		margin := j.Margin(query.ClassPair{I: 0, J: 1})
		ev := network.NewEvaluator(j.Graph)
		for _, c := range []struct {
			kind   encode.Kind
			method relax.Method
		}{{encode.Plain, relax.Interval}, {encode.Auto, relax.Interval}, {encode.Auto, relax.Symbolic}, {encode.Auto, relax.Difference}} {
			b, err := relax.Compute(context.Background(), j, box, c.method)
			if err != nil {
				t.Fatal(err)
			}
			e := mustNew(t, b, c.kind)
			obj, err := e.Functional(margin)
			if err != nil {
				t.Fatal(err)
			}
			binaries += len(e.Binaries())
			for range 40 {
				x := make([]float64, inputs)
				for i := range x {
					x[i] = box.Lo[i] + rng.Float64()*(box.Hi[i]-box.Lo[i])
				}
				box.Project(x)
				point := e.Point(ev, x)
				if v := e.Program.Violation(point); v > 1e-9 {
					t.Fatalf("seed %d, %v over %v: violation %v at %v", seed, c.kind, c.method, v, x)
				}
				got := obj.Const
				for _, term := range obj.Terms {
					got += term.Value * point[term.Column]
				}
				if want := ev.At(margin); math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
					t.Fatalf("seed %d, %v over %v: objective %v, margin %v", seed, c.kind, c.method, got, want)
				}
				back := e.Input(point)
				for i := range x {
					if back[i] != x[i] {
						t.Fatalf("seed %d: input %v comes back as %v", seed, x, back)
					}
				}
			}
		}
	}
	if binaries < 1000 {
		t.Fatalf("only %d binaries in all: the problems are too easy", binaries)
	}
}

// TestRejectsFalsePoints: a point whose neurons have other values than the
// networks give does not satisfy the program. Fixing the phases as well, each
// post-activation is determined.
func TestRejectsFalsePoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 5))
	n1 := networktest.Random(rng, 2, 4, 4, 2)
	p, err := query.NewPair(n1, networktest.Twin(rng, n1, 0.2, 0))
	if err != nil {
		t.Fatal(err)
	}
	j, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	box, err := region.NewBox([]float64{-1, -1}, []float64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	b, err := relax.Compute(context.Background(), j, box, relax.Difference)
	if err != nil {
		t.Fatal(err)
	}
	ev := network.NewEvaluator(j.Graph)
	for _, kind := range []encode.Kind{encode.Auto, encode.Plain} {
		e := mustNew(t, b, kind)
		for range 100 {
			point := e.Point(ev, []float64{2*rng.Float64() - 1, 2*rng.Float64() - 1})
			col := rng.IntN(len(point))
			if e.Program.Integer[col] {
				continue
			}
			point[col] += 0.01
			if v := e.Program.Violation(point); v < 1e-6 {
				t.Fatalf("%v: column %s may be wrong by 0.01", kind, e.Program.Names[col])
			}
		}
	}
}

// TestSizes: stable neurons cost nothing in the auto encoding, and every
// neuron has its columns in the plain one.
func TestSizes(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	n1 := networktest.Random(rng, 3, 6, 5, 2)
	p, err := query.NewPair(n1, networktest.Twin(rng, n1, 0.01, 0))
	if err != nil {
		t.Fatal(err)
	}
	j, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	box, err := region.Ball([]float64{0.1, 0.2, 0.3}, []float64{0.05, 0, 0.05}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := relax.Compute(context.Background(), j, box, relax.Symbolic)
	if err != nil {
		t.Fatal(err)
	}
	auto, plain := mustNew(t, b, encode.Auto), mustNew(t, b, encode.Plain)
	unstable, _ := b.OpenCount()
	if got, want := len(auto.Program.Lo), 2+3*unstable; got != want {
		t.Errorf("auto has %d columns, want %d", got, want)
	}
	if got, want := len(plain.Program.Lo), 2+2*22+unstable+4; got != want {
		t.Errorf("plain has %d columns, want %d", got, want)
	}
}

func mustNew(t *testing.T, b *relax.Bounds, kind encode.Kind) *encode.Encoding {
	t.Helper()
	e, err := encode.New(context.Background(), b, kind)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
