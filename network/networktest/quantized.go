package networktest

import (
	"math"
	"math/rand/v2"

	"rsm/network"
)

// Quantized returns a copy of a network of dense layers and ReLUs in which the operand
// of each dense layer is quantized to the given number of levels and dequantized: a
// step about spread/levels wide, with random zero points. Values beyond the last levels
// are clamped.
func Quantized(rng *rand.Rand, n *network.Network, levels int, spread float64) *network.Network {
	t := &network.Network{Graph: network.NewGraph(n.Nodes[0].Shape), File: "quantized", Format: "test"}
	at := 0
	for _, v := range n.Nodes[1:] {
		if d, ok := v.Op.(*network.Dense); ok {
			step := float64(float32(spread / float64(levels) * (0.7 + 0.6*rng.Float64())))
			lo := math.Round((rng.Float64() - 1) * float64(levels))
			zero := lo + math.Floor(rng.Float64()*float64(levels))
			q := &network.Quantize{Step: []float64{step}, Zero: []float64{zero}, Lo: lo, Hi: lo + float64(levels) - 1}
			at = must(t.Add("quantize", q, nil, at))
			back := &network.Elementwise{Mul: repeated(step, d.Cols), Add: repeated(-zero*step, d.Cols)}
			at = must(t.Add("dequantize", back, nil, at))
		}
		at = must(t.Add(v.Name, v.Op, nil, at))
	}
	if err := t.Finish(at); err != nil {
		panic(err)
	}
	return t
}

// Rounded makes the quantizations of a network round in other ways, each in its own.
func Rounded(rng *rand.Rand, n *network.Network) {
	for _, v := range n.Nodes {
		if q, ok := v.Op.(*network.Quantize); ok {
			q.Rounding, q.Shifted = network.Rounding(rng.IntN(int(network.Ceiling)+1)), rng.IntN(2) == 1
		}
	}
}

func repeated(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// Dyadic returns a network of dense layers and ReLUs in which the operand of each dense
// layer is quantized by a power of two, as hardware does, and all constants are multiples
// of a power of two that is not small: half-way points between levels are met all the time.
// Sizes are those of the layers, the first that of the input.
func Dyadic(rng *rand.Rand, levels int, sizes ...int) *network.Network {
	t := &network.Network{Graph: network.NewGraph(network.Shape{sizes[0]}), File: "dyadic", Format: "test"}
	at := 0
	for k, rows := range sizes[1:] {
		cols := sizes[k]
		step := math.Ldexp(1, -1-rng.IntN(3))
		if k > 0 {
			step *= 2
			at = must(t.Add("relu", network.ReLU{}, nil, at))
		}
		lo := -math.Floor(rng.Float64() * float64(levels))
		zero := lo + math.Floor(rng.Float64()*float64(levels))
		q := &network.Quantize{Step: []float64{step}, Zero: []float64{zero}, Lo: lo, Hi: lo + float64(levels) - 1}
		at = must(t.Add("quantize", q, nil, at))
		at = must(t.Add("dequantize", &network.Elementwise{Mul: repeated(step, cols), Add: repeated(-zero*step, cols)}, nil, at))
		d := &network.Dense{Outer: 1, Rows: rows, Cols: cols, Inner: 1, W: make([]float64, rows*cols), B: make([]float64, rows)}
		for i := range d.W {
			d.W[i] = float64(rng.IntN(17)-8) / 4
		}
		for i := range d.B {
			d.B[i] = float64(rng.IntN(17)-8) / 8
		}
		at = must(t.Add("dense", d, nil, at))
	}
	if err := t.Finish(at); err != nil {
		panic(err)
	}
	return t
}
