package network_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
	"rsm/network/networktest"
)

// plainly evaluates a graph of networktest at x in rational arithmetic, operator by
// operator from its definition.
func plainly(t *rapid.T, g *network.Graph, x []*big.Rat) [][]*big.Rat {
	value := [][]*big.Rat{x}
	exact := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	for _, node := range g.Nodes[1:] {
		in := value[node.Inputs[0]]
		out := make([]*big.Rat, node.Size)
		for i := range out {
			switch op := node.Op.(type) {
			case *network.Dense:
				out[i] = new(big.Rat)
				if op.B != nil {
					out[i] = exact(op.B[i])
				}
				for j := range in {
					out[i].Add(out[i], new(big.Rat).Mul(exact(op.W[i*op.Cols+j]), in[j]))
				}
			case network.ReLU:
				if out[i] = in[i]; in[i].Sign() < 0 {
					out[i] = new(big.Rat)
				}
			case *network.Sum:
				out[i] = new(big.Rat)
				for k, sign := range op.Signs {
					out[i].Add(out[i], new(big.Rat).Mul(big.NewRat(int64(sign), 1), value[node.Inputs[k]][i]))
				}
			case *network.Elementwise:
				out[i] = in[i]
				if op.Mul != nil {
					out[i] = new(big.Rat).Mul(out[i], exact(op.Mul[i]))
				}
				if op.Div != nil {
					out[i] = new(big.Rat).Quo(out[i], exact(op.Div[i]))
				}
				if op.Add != nil {
					out[i] = new(big.Rat).Add(out[i], exact(op.Add[i]))
				}
			case *network.Quantize:
				// The levels from the lowest: one is passed at its threshold, and on it as the
				// operator rounds, counted from the zero point or not.
				level := op.Lo
				for ; level < op.Hi; level++ {
					c := in[i].Cmp(exact(op.Threshold(i, level)))
					n := int(level)
					if !op.Shifted {
						n -= int(op.Zero[i%len(op.Zero)])
					}
					stays := map[network.Rounding]bool{
						network.HalfEven: n%2 == 0, network.HalfAway: n < 0, network.HalfToward: n >= 0, network.Ceiling: true,
					}
					if c < 0 || c == 0 && stays[op.Rounding] {
						break
					}
				}
				out[i] = exact(level)
			default:
				t.Fatalf("operator %s", op.Kind())
			}
		}
		value = append(value, out)
	}
	return value
}

// TestExactly: exact values are those of rational arithmetic, half-way points of
// quantizations included.
func TestExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n := networktest.Random(rng, 3, 4, 3, 2)
		if rapid.Bool().Draw(t, "quantized") {
			n = networktest.Quantized(rng, n, 16, 2)
			if rapid.Bool().Draw(t, "rounded in other ways") {
				networktest.Rounded(rng, n)
			}
		}
		g := n.Graph
		if rapid.Bool().Draw(t, "elementwise") {
			last := len(g.Nodes) - 1
			pick := func() []float64 {
				return rapid.SliceOfN(rapid.SampledFrom([]float64{-3, 0.1, 7, 1e-30, 0.5, 1e20, 3}), 2, 2).Draw(t, "constants")
			}
			at, err := g.Add("scaled", &network.Elementwise{Mul: pick(), Div: pick(), Add: pick()}, nil, last)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := g.Add("sum", &network.Sum{Signs: []int{1, -1, -1}}, nil, at, last, at); err != nil {
				t.Fatal(err)
			}
		}
		x := make([]*big.Rat, 3)
		for i := range x {
			s := rapid.StringMatching(`-?[0-3]\.[0-9]{0,25}`).Draw(t, "input")
			x[i], _ = new(big.Rat).SetString(s)
			if q, ok := g.Nodes[1].Op.(*network.Quantize); ok && rapid.Bool().Draw(t, "half") {
				x[i] = new(big.Rat).SetFloat64(q.Threshold(i, q.Lo+float64(rapid.IntRange(0, 14).Draw(t, "level"))))
			}
		}
		last := len(g.Nodes) - 1
		e, ok := g.Exactly(x, []int{last}, 1<<30)
		if !ok {
			t.Fatal("no exact values")
		}
		want := plainly(t, g, x)
		for v := range g.Nodes {
			for i := range want[v] {
				if got := e.Value(v, i); got.Cmp(want[v][i]) != 0 {
					t.Fatalf("node %d (%s), element %d: %v instead of %v", v, g.Nodes[v].Name, i, got, want[v][i])
				}
			}
		}
		if _, ok := g.Exactly(x, []int{last}, 10); ok {
			t.Fatal("the limit is not kept")
		}
	})
}

// TestExactConv: a convolution and its transpose, by their entries.
func TestExactConv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawConv(t)
		for _, n := range c.Results() {
			if n == 0 {
				return
			}
		}
		a := denseConv(c)
		g := network.NewGraph(network.Shape{len(a[0])})
		at, err := g.Add("conv", c, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		var x []*big.Rat
		for range a[0] {
			x = append(x, big.NewRat(int64(rapid.IntRange(-9, 9).Draw(t, "x")), int64(rapid.IntRange(1, 9).Draw(t, "over"))))
		}
		e, ok := g.Exactly(x, []int{at}, 1<<30)
		if !ok {
			t.Fatal("no exact values")
		}
		bias := c.Bias()
		for i, row := range a {
			want := new(big.Rat)
			if bias != nil {
				want.SetFloat64(bias[i])
			}
			for j, w := range row {
				want.Add(want, new(big.Rat).Mul(x[j], new(big.Rat).SetFloat64(w)))
			}
			if got := e.Value(at, i); got.Cmp(want) != 0 {
				t.Fatalf("element %d: %v instead of %v", i, got, want)
			}
		}
	})
}

// TestNotExactly: a divisor that stands for a root has no exact value.
func TestNotExactly(t *testing.T) {
	g := network.NewGraph(network.Shape{1})
	at, err := g.Add("root", &network.Elementwise{Div: []float64{1.4142135623730951}, Roundings: 1}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := g.Exactly([]*big.Rat{big.NewRat(1, 1)}, []int{at}, 1<<20); ok {
		t.Error("an exact value of a rounded root")
	}
}
