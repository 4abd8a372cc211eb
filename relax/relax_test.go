package relax_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// problem is a random pair with a random box. Every other one has random pairings
// of neurons instead of an alignment: no bound may depend on them.
type problem struct {
	joint *query.Joint
	pair  query.Pair
	box   region.Box
}

func random(t *testing.T, seed uint64) (*rand.Rand, problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	sizes := []int{1 + rng.IntN(6)}
	for range 1 + rng.IntN(3) {
		sizes = append(sizes, 1+rng.IntN(8))
	}
	sizes = append(sizes, 2+rng.IntN(3))
	n1 := networktest.Random(rng, sizes...)
	var n2 *network.Network
	switch rng.IntN(4) {
	case 0:
		sizes[1] = 1 + rng.IntN(8) // another architecture
		n2 = networktest.Random(rng, sizes...)
	case 1:
		n2 = networktest.Twin(rng, n1, 0, 0.3)
	default:
		n2 = networktest.Twin(rng, n1, math.Pow(10, -4*rng.Float64()), 0)
	}
	pair, err := query.NewPair(n1, n2)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := pair.Joint()
	if seed%2 == 1 { // advice that is worth nothing
		joint, err = pair.Aligned(networktest.Pairings(rand.New(rand.NewPCG(seed, 2)), n1, n2))
	}
	if err != nil {
		t.Fatal(err)
	}
	center := make([]float64, sizes[0])
	for i := range center {
		center[i] = rng.NormFloat64()
	}
	box, err := region.Ball(center, []float64{math.Pow(10, 1-3*rng.Float64())}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rng, problem{joint, pair, box}
}

func sample(rng *rand.Rand, b region.Box) []float64 {
	x := make([]float64, len(b.Lo))
	for i := range x {
		switch rng.IntN(4) {
		case 0:
			x[i] = b.Lo[i]
		case 1:
			x[i] = b.Hi[i]
		default:
			x[i] = b.Lo[i] + rng.Float64()*(b.Hi[i]-b.Lo[i])
		}
	}
	b.Project(x)
	return x
}

// TestEnclosure samples values of every node, every aligned difference and
// every margin: none lies outside the bounds of any method. The slack is for
// the rounding of the evaluation in float64, not of the bounds.
func TestEnclosure(t *testing.T) {
	const problems, samples = 400, 300
	for seed := range uint64(problems) {
		rng, p := random(t, seed)
		e := network.NewEvaluator(p.joint.Graph)
		margin := p.joint.Margin(query.ClassPair{I: 0, J: 1})
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), p.joint, p.box, m)
			if err != nil {
				t.Fatal(err)
			}
			lo, hi := b.Functional(margin)
			for range samples {
				x := sample(rng, p.box)
				e.Forward(x)
				if r := e.At(margin); r < lo-1e-11*(1+math.Abs(lo)) || r > hi+1e-11*(1+math.Abs(hi)) {
					t.Fatalf("seed %d, %v: margin %v outside [%v, %v] at %v", seed, m, r, lo, hi, x)
				}
				for v := range p.joint.Graph.Nodes {
					for i, y := range e.Value(v) {
						if l, h := b.Node[v].Lo[i], b.Node[v].Hi[i]; y < l-1e-11*(1+math.Abs(l)) || y > h+1e-11*(1+math.Abs(h)) {
							t.Fatalf("seed %d, %v: node %d[%d] is %v, outside [%v, %v]", seed, m, v, i, y, l, h)
						}
					}
				}
				for k, pair := range p.joint.Pairs {
					z1 := e.Value(p.joint.Graph.Nodes[pair.First].Inputs[0])
					z2 := e.Value(p.joint.Graph.Nodes[pair.Second].Inputs[0])
					for i, j := range pair.Partner {
						if j < 0 {
							continue
						}
						d := z1[i] - z2[j]
						if l, h := b.Diff[k].Lo[i], b.Diff[k].Hi[i]; d < l-1e-11*(1+math.Abs(l)) || d > h+1e-11*(1+math.Abs(h)) {
							t.Fatalf("seed %d, %v: difference %d[%d] is %v, outside [%v, %v]", seed, m, k, i, d, l, h)
						}
					}
				}
			}
		}
	}
}

// TestLadder: a method is never looser than those below it, for the margin and
// for every node and aligned difference, and improved slopes are worth it.
func TestLadder(t *testing.T) {
	const problems = 300
	better := make(map[relax.Method]int)
	for seed := range uint64(problems) {
		_, p := random(t, seed)
		margin := p.joint.Margin(query.ClassPair{I: 1, J: 0})
		type result struct {
			b      *relax.Bounds
			lo, hi float64
		}
		results := make(map[relax.Method]result)
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), p.joint, p.box, m)
			if err != nil {
				t.Fatal(err)
			}
			if b.Method != m {
				t.Fatalf("asked for %v, got %v", m, b.Method)
			}
			lo, hi := b.Functional(margin)
			if lo > hi {
				t.Fatalf("seed %d, %v: [%v, %v] is empty", seed, m, lo, hi)
			}
			results[m] = result{b, lo, hi}
			for _, below := range m.Below() {
				q := results[below]
				if lo < q.lo || hi > q.hi {
					t.Errorf("seed %d: %v [%v, %v] is looser than %v [%v, %v]", seed, m, lo, hi, below, q.lo, q.hi)
				}
				if hi-lo < 0.999*(q.hi-q.lo) {
					better[m]++
				}
				for v, x := range b.Node {
					within(t, x, q.b.Node[v])
				}
				for k, x := range b.Diff {
					within(t, x, q.b.Diff[k])
				}
			}
		}
	}
	for _, m := range relax.Methods()[1:] {
		if t.Logf("%v: %d", m, better[m]); better[m] < problems/10 {
			t.Errorf("%v is tighter than a method below it in %d of %d problems only", m, better[m], problems)
		}
	}
}

func within(t *testing.T, x, outer relax.Range) {
	t.Helper()
	for i := range x.Lo {
		if x.Lo[i] < outer.Lo[i] || x.Hi[i] > outer.Hi[i] {
			t.Fatalf("element %d: [%v, %v] is not within [%v, %v]", i, x.Lo[i], x.Hi[i], outer.Lo[i], outer.Hi[i])
		}
	}
}

// TestSame: a network against itself has a margin of exactly zero.
func TestSame(t *testing.T) {
	_, p := random(t, 3)
	pair, err := query.NewPair(p.pair.N1, p.pair.N1)
	if err != nil {
		t.Fatal(err)
	}
	j, err := pair.Joint()
	if err != nil {
		t.Fatal(err)
	}
	b, err := relax.Compute(context.Background(), j, p.box, relax.Interval)
	if err != nil {
		t.Fatal(err)
	}
	if lo, hi := b.Functional(j.Margin(query.ClassPair{I: 0, J: 1})); lo != 0 || hi != 0 {
		t.Errorf("the margin of a network against itself is in [%v, %v]", lo, hi)
	}
}

// TestDegenerate: on a single point the bounds are the value, up to rounding.
func TestDegenerate(t *testing.T) {
	for seed := range uint64(50) {
		rng, p := random(t, seed)
		x := sample(rng, p.box)
		box, err := region.NewBox(x, x)
		if err != nil {
			t.Fatal(err)
		}
		e := network.NewEvaluator(p.joint.Graph)
		e.Forward(x)
		f := p.joint.Margin(query.ClassPair{I: 0, J: 1})
		b, err := relax.Compute(context.Background(), p.joint, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := b.Functional(f)
		if r := e.At(f); math.Abs(lo-r) > 1e-9*(1+math.Abs(r)) || math.Abs(hi-r) > 1e-9*(1+math.Abs(r)) {
			t.Errorf("seed %d: [%v, %v] at a point where r is %v", seed, lo, hi, r)
		}
	}
}
