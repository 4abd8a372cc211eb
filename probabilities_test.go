package rsm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"rsm/network"
)

// endsIn is a network of one input with two layers that ends as wanted.
func endsIn(t *testing.T, rng *rand.Rand, classes int, kind network.EndingKind, near *Network) *Network {
	t.Helper()
	g := network.NewGraph(network.Shape{1})
	draw := func(n int, like []float64) []float64 {
		w := make([]float64, n)
		for i := range w {
			if w[i] = rng.NormFloat64(); like != nil {
				w[i] = like[i] + 0.05*w[i]
			}
		}
		return w
	}
	var likes [4][]float64
	if near != nil {
		a, b := near.Nodes[1].Op.(*network.Dense), near.Nodes[3].Op.(*network.Dense)
		likes = [4][]float64{a.W, a.B, b.W, b.B}
	}
	add := func(op network.Op, n, from int) int {
		at, err := g.Add(fmt.Sprint("n", from), op, network.Shape{n}, from)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	v := add(&network.Dense{Rows: 4, Cols: 1, W: draw(4, likes[0]), B: draw(4, likes[1])}, 4, 0)
	v = add(network.ReLU{}, 4, v)
	v = add(&network.Dense{Rows: classes, Cols: 4, W: draw(4*classes, likes[2]), B: draw(classes, likes[3])}, classes, v)
	n := &Network{Graph: g, File: "net", Format: "onnx", Ending: network.Ending{Kind: kind, Title: "its end"}}
	if err := n.Finish(v); err != nil {
		t.Fatal(err)
	}
	return n
}

// outputsOf are the outputs of a file at x, each by its definition.
func outputsOf(n *Network, classes int, x float64) []float64 {
	y := n.Logits([]float64{x})
	if classes == 1 {
		y = y[1:]
	}
	sum := 0.0
	for _, v := range y {
		sum += math.Exp(v)
	}
	for k, v := range y {
		switch n.Ending.Kind {
		case network.Softmax:
			y[k] = math.Exp(v) / sum
		case network.LogSoftmax:
			y[k] = math.Log(math.Exp(v) / sum)
		case network.Sigmoid:
			y[k] = 1 / (1 + math.Exp(-v))
		case network.Complement:
			y[k] = 1 - 1/(1+math.Exp(-v))
		}
	}
	return y
}

// Verdicts about probabilities are those of the outputs at a grid of inputs, computed by
// their definitions.
func TestEquivalenceOfProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	counts := map[Verdict]int{}
	for k := range 120 {
		classes, kinds := 3, [][2]network.EndingKind{{network.Softmax, network.Softmax}, {network.LogSoftmax, network.LogSoftmax}, {network.Softmax, network.Outputs}, {network.Outputs, network.Softmax}}[k%4]
		if k%3 == 0 {
			classes, kinds = 1, [][2]network.EndingKind{{network.Sigmoid, network.Sigmoid}, {network.Complement, network.Complement}, {network.Sigmoid, network.Outputs}}[k/3%3]
		}
		a := endsIn(t, rng, classes, kinds[0], nil)
		b := endsIn(t, rng, classes, kinds[1], a)
		limit := []float64{0, 0.01, 0.05, 0.2, 0.9, 1, 3}[rng.IntN(7)]
		epsilon := Decimal(fmt.Sprint(limit))
		r, err := Equiv(context.Background(), Question{N1: a, N2: b, Region: Box([]float64{-1}, []float64{1}), EpsilonOutput: epsilon})
		if err != nil {
			t.Fatal(err)
		}
		counts[r.Verdict]++
		worst := 0.0
		for i := range 401 {
			x := float64(i)/200 - 1
			y1, y2 := outputsOf(a, classes, x), outputsOf(b, classes, x)
			for j := range y1 {
				worst = max(worst, math.Abs(y1[j]-y2[j]))
			}
		}
		switch r.Verdict {
		case Holds:
			if worst > limit+1e-12 {
				t.Errorf("%v %v: holds at %v, and outputs differ by %v", kinds, classes, limit, worst)
			}
		case Violated:
			x := float64(r.Equiv.Witness[0])
			y1, y2 := outputsOf(a, classes, x), outputsOf(b, classes, x)
			apart := func(j int) bool { return math.Abs(y1[j]-y2[j]) > limit-1e-12 }
			if !slices.ContainsFunc(r.Equiv.Outputs, apart) {
				t.Errorf("%v %v: violated at %v, and outputs are %v and %v", kinds, classes, limit, y1, y2)
			}
			for j := range y1 {
				if math.Abs(float64(r.Equiv.Compared["N1"][j])-y1[j]) > 1e-9 || math.Abs(float64(r.Equiv.Compared["N2"][j])-y2[j]) > 1e-9 {
					t.Errorf("%v: the values are %v instead of %v and %v", kinds, r.Equiv.Compared, y1, y2)
				}
			}
		default:
			if r.Equiv.Reason != MarginsFurther && r.Equiv.Reason != WithinUnit {
				t.Errorf("%v: unknown, %s", kinds, r.Equiv.Reason)
			}
		}
	}
	if counts[Holds] < 10 || counts[Violated] < 10 {
		t.Errorf("the verdicts are %v", counts)
	}
}

func TestProbabilitiesThatAreNotCompared(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	soft, logs := endsIn(t, rng, 3, network.Softmax, nil), endsIn(t, rng, 3, network.LogSoftmax, nil)
	rounded := endsIn(t, rng, 3, network.Softmax, nil)
	rounded.Ending.Rounded = true
	normed := endsIn(t, rng, 3, network.Softmax, nil)
	normed.Ending.Normed = true
	for _, pair := range [][2]*Network{{soft, logs}, {soft, rounded}, {rounded, rounded}, {soft, normed}, {normed, normed}} {
		_, err := Equiv(context.Background(), Question{N1: pair[0], N2: pair[1], Region: Box([]float64{-1}, []float64{1}), EpsilonOutput: "1"})
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%v and %v: %v", pair[0].Ending, pair[1].Ending, err)
		}
	}
}
