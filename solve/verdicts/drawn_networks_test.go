package verdicts_test

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/network"
)

// tiny is a network of one input, some ReLUs or a quantization, and two outputs.
type tiny struct {
	w, b, v, c []float64 // y_k = sum_i v[k,i] act(w_i x + b_i) + c_k
	step       float64   // of quantized hidden values; 0 for ReLUs
}

func rationalOf(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

func drawTiny(rng *rand.Rand) *tiny {
	n := 1 + rng.IntN(3)
	number := func() float64 {
		switch rng.IntN(4) {
		case 0:
			return rng.NormFloat64()
		case 1:
			return float64(float32(rng.NormFloat64()))
		case 2:
			return 0.1 * float64(rng.IntN(21)-10)
		}
		return float64(rng.IntN(9)-4) / 4
	}
	list := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = number()
		}
		return out
	}
	t := &tiny{w: list(n), b: list(n), v: list(2 * n), c: list(2)}
	if rng.IntN(4) == 0 {
		t.step = []float64{0.5, float64(float32(0.3))}[rng.IntN(2)]
	}
	if rng.IntN(6) == 0 { // values that cancel
		t.b[0], t.c[0], t.v[0] = 1e8, -1e8, 1
	}
	return t
}

// model is the network for rsm.
func (n *tiny) model(t testing.TB) *network.Model {
	net := &network.Network{Graph: network.NewGraph(network.Shape{1}), File: "tiny"}
	add := func(op network.Op, size, at int) int {
		at, err := net.Add(op.Kind(), op, network.Shape{size}, at)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	k := len(n.w)
	at := add(&network.Dense{Rows: k, Cols: 1, W: n.w, B: n.b}, k, 0)
	if n.step > 0 {
		at = add(&network.Quantize{Step: []float64{n.step}, Zero: []float64{0}, Lo: -4, Hi: 4}, k, at)
	} else {
		at = add(network.ReLU{}, k, at)
	}
	if err := net.Finish(add(&network.Dense{Rows: 2, Cols: k, W: n.v, B: n.c}, 2, at)); err != nil {
		t.Fatal(err)
	}
	return net.Model()
}

// value is what the outputs are at x, from the definition.
func (n *tiny) value(x *big.Rat) []*big.Rat {
	out := []*big.Rat{rationalOf(n.c[0]), rationalOf(n.c[1])}
	for i := range n.w {
		z := new(big.Rat).Add(new(big.Rat).Mul(rationalOf(n.w[i]), x), rationalOf(n.b[i]))
		if n.step > 0 {
			z.Set(n.level(z))
		} else if z.Sign() < 0 {
			z = new(big.Rat)
		}
		for k := range out {
			out[k].Add(out[k], new(big.Rat).Mul(rationalOf(n.v[k*len(n.w)+i]), z))
		}
	}
	return out
}

// level counts the thresholds below z, odd ones at it too.
func (n *tiny) level(z *big.Rat) *big.Rat {
	level := int64(-4)
	for k := int64(-4); k < 4; k++ {
		threshold := new(big.Rat).Mul(rationalOf(n.step), big.NewRat(2*k+1, 2))
		if c := z.Cmp(threshold); c > 0 || c == 0 && k%2 != 0 {
			level = k + 1
		}
	}
	return big.NewRat(level, 1)
}

// kinks are where the network bends or jumps.
func (n *tiny) kinks() []*big.Rat {
	var all []*big.Rat
	for i, w := range n.w {
		if w == 0 {
			continue
		}
		at := func(z *big.Rat) {
			x := new(big.Rat).Sub(z, rationalOf(n.b[i]))
			all = append(all, x.Quo(x, rationalOf(w)))
		}
		if n.step == 0 {
			at(new(big.Rat))
			continue
		}
		for k := int64(-4); k < 4; k++ {
			at(new(big.Rat).Mul(rationalOf(n.step), big.NewRat(2*k+1, 2)))
		}
	}
	return all
}
