package relax_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// TestStaircaseLines: the lines of any slope are above and below the staircase, and
// touch it.
func TestStaircaseLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		step := float64(float32(rapid.Float64Range(0.01, 3).Draw(t, "step")))
		lo := float64(rapid.IntRange(-20, 5).Draw(t, "lo"))
		q := &network.Quantize{Step: []float64{step}, Lo: lo, Hi: lo + float64(rapid.IntRange(1, 30).Draw(t, "levels")),
			Zero:     []float64{float64(rapid.IntRange(-20, 20).Draw(t, "zero"))},
			Rounding: network.Rounding(rapid.IntRange(0, int(network.Ceiling)).Draw(t, "rounding"))}
		middle := rapid.Float64Range(-30, 30).Draw(t, "middle") * step
		l, u := middle, middle+rapid.Float64Range(0, 20).Draw(t, "width")*step
		if rapid.Bool().Draw(t, "tie") { // an end exactly on a threshold
			l = q.Threshold(0, math.Floor(l/step))
			u = max(l, u)
		}
		s := staircase(t, q, l, u)
		slopes := append([]float64{0, rapid.Float64Range(-3, 3).Draw(t, "slope") / step}, s.UpperSlopes()[0], s.UpperSlopes()[1], s.LowerSlopes()[0], s.LowerSlopes()[1])
		for _, k := range slopes {
			if s.Flat() || math.IsInf(k, 0) || math.IsNaN(k) {
				continue
			}
			above, below := s.Upper(k), s.Lower(k)
			least, most := math.Inf(1), math.Inf(-1)
			look := func(x float64) {
				if x >= l && x <= u {
					d := q.Value(0, x) - k*x
					least, most = min(least, d), max(most, d)
				}
			}
			look(u)
			for i := range 400 {
				look(l + (u-l)*float64(i)/399)
			}
			for level := q.Lo - 1; level <= q.Hi; level++ { // on both sides of each threshold
				at := q.Threshold(0, level)
				look(math.Nextafter(at, math.Inf(-1)))
				look(at)
				look(math.Nextafter(at, math.Inf(1)))
			}
			slack := 1e-9 * (1 + math.Abs(k*l) + math.Abs(k*u) + math.Abs(s.Lo) + math.Abs(s.Hi))
			if most > above+1e-15*slack || least < below-1e-15*slack {
				t.Fatalf("slope %v: values less it are in [%v, %v], the lines say [%v, %v]", k, least, most, below, above)
			}
			if above > most+slack || below < least-slack {
				t.Fatalf("slope %v: values less it are in [%v, %v], the lines say only [%v, %v]", k, least, most, below, above)
			}
		}
	})
}

// staircase is an activation that jumps, of an operand between l and u.
func staircase(t *rapid.T, q network.Staircase, l, u float64) relax.Staircase {
	g := network.NewGraph(network.Shape{1})
	at, err := g.Add("quantize", q, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	g.Outputs = []int{at}
	b, err := relax.Compute(context.Background(), &query.Joint{Graph: g, Out1: at, Out2: at}, region.Box{Lo: []float64{l}, Hi: []float64{u}}, relax.Interval)
	if err != nil {
		t.Fatal(err)
	}
	return b.Staircase(at, 0)
}

// quantizedPair is a network and its quantized twin over a box.
func quantizedPair(t *testing.T, seed uint64) (*rand.Rand, *query.Joint, region.Box) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 79))
	n := networktest.Random(rng, 4, 6, 5, 3)
	quantized := networktest.Quantized(rng, n, 2+rng.IntN(30), 1+4*rng.Float64())
	if seed%2 == 1 {
		networktest.Rounded(rng, quantized)
	}
	p, err := query.NewPair(n, quantized)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := make([]float64, 4), make([]float64, 4)
	for i := range lo {
		lo[i] = rng.NormFloat64()
		hi[i] = lo[i] + 0.6*rng.Float64()
	}
	box, err := region.NewBox(lo, hi)
	if err != nil {
		t.Fatal(err)
	}
	return rng, joint, box
}

// TestQuantizedEnclosure: the bounds of every method hold at sampled inputs, and those
// of parts at the inputs with the levels and phases of the part, split after split.
func TestQuantizedEnclosure(t *testing.T) { splitsEnclose(t, quantizedPair) }

func splitsEnclose(t *testing.T, pair func(t *testing.T, seed uint64) (*rand.Rand, *query.Joint, region.Box)) {
	t.Helper()
	splits, levels := 0, 0
	for seed := range uint64(80) {
		rng, joint, box := pair(t, seed)
		e := network.NewEvaluator(joint.Graph)
		inputs := make([][]float64, 200)
		for k := range inputs {
			inputs[k] = sampleBox(rng, box)
		}
		margin := joint.Margin(query.ClassPair{I: 0, J: 1})
		hold := func(b *relax.Bounds, what any) {
			t.Helper()
			const slack = 1e-9
			lo, hi := b.Functional(margin)
			for _, x := range inputs {
				e.Forward(x)
				if r := e.At(margin); r < lo-slack || r > hi+slack {
					t.Fatalf("seed %d, %v: margin %v outside [%v, %v]", seed, what, r, lo, hi)
				}
				for u := range joint.Graph.Nodes {
					for k, y := range e.Value(u) {
						if l, h := b.Node[u].Lo[k], b.Node[u].Hi[k]; y < l-slack || y > h+slack {
							t.Fatalf("seed %d, %v: node %d[%d] is %v, outside [%v, %v]", seed, what, u, k, y, l, h)
						}
					}
				}
			}
		}
		var b *relax.Bounds
		for _, m := range relax.Methods() {
			var err error
			if b, err = relax.Compute(context.Background(), joint, box, m); err != nil {
				t.Fatal(err)
			}
			hold(b, m)
		}
		for v, node := range joint.Graph.Nodes {
			if !network.IsActivation(node.Op) {
				continue
			}
			z := node.Inputs[0]
			for i := range node.Size {
				if !b.Open(v, i) || rng.IntN(3) == 0 {
					continue
				}
				e.Forward(inputs[0])
				s := relax.Split{Activation: v, Index: i, Above: e.Value(z)[i] > 0}
				jumps := network.Jumps(node.Op)
				if jumps {
					stairs := b.Staircase(v, i)
					s.Level = stairs.Lo + float64(rng.IntN(int(stairs.Hi-stairs.Lo)))
					s.Above = e.Value(v)[i] > s.Level
					levels++
				}
				next, ok := b.Refine(s, nil)
				if !ok {
					t.Fatalf("seed %d: split %v is called empty, %v is in it", seed, s, inputs[0])
				}
				splits++
				kept := inputs[:1]
				for _, x := range inputs[1:] {
					e.Forward(x)
					above := e.Value(z)[i] > 0
					if jumps {
						above = e.Value(v)[i] > s.Level
					}
					if above == s.Above {
						kept = append(kept, x)
					}
				}
				inputs = kept
				hold(next, s)
				if jumps {
					if before, after := b.Staircase(v, i), next.Staircase(v, i); after.Hi-after.Lo >= before.Hi-before.Lo {
						t.Fatalf("seed %d: split %v leaves levels %v to %v", seed, s, after.Lo, after.Hi)
					}
				}
				b = next
			}
		}
	}
	if splits < 200 || levels < 120 {
		t.Fatalf("only %d splits, %d of them of levels", splits, levels)
	}
}

func sampleBox(rng *rand.Rand, box region.Box) []float64 {
	x := make([]float64, len(box.Lo))
	for i := range x {
		x[i] = box.Lo[i] + rng.Float64()*(box.Hi[i]-box.Lo[i])
	}
	return x
}
