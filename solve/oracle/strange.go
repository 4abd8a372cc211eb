package oracle

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
)

// ExactMargin is r at x without rounding: big.Float with more bits than any sum or
// product here needs.
func ExactMargin(n1, n2 Plain, c query.ClassPair, x []float64) *big.Float {
	y1, y2 := exactLogits(n1, x), exactLogits(n2, x)
	d1, d2 := new(big.Float).Sub(y1[c.I], y1[c.J]), new(big.Float).Sub(y2[c.I], y2[c.J])
	return d1.Sub(d1, d2)
}

func exactLogits(p Plain, x []float64) []*big.Float {
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(6000).SetFloat64(v) }
	var at []*big.Float
	for _, v := range x {
		at = append(at, num(v))
	}
	for k, l := range p.layers {
		var out []*big.Float
		for i, row := range l.w {
			s := num(l.b[i])
			for j, w := range row {
				s.Add(s, num(0).Mul(num(w), at[j]))
			}
			if k < len(p.layers)-1 && s.Sign() < 0 {
				s = num(0)
			}
			out = append(out, s)
		}
		at = out
	}
	return at
}

// Strange draws a pair that is made to break something: layers without weights,
// without biases, or dead; equal networks and equal first layers; weights, biases,
// inputs and boxes of all sizes; networks of up to four layers, or of one; fixed
// features; and pairings of neurons that mean nothing.
func Strange(t testing.TB, seed uint64, neurons int) (*rand.Rand, Problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 4242))
	power := func(a, b float64) float64 { return math.Pow(10, a+(b-a)*rng.Float64()) }
	inputs := 1 + rng.IntN(3)
	sizes := func() []int {
		all := []int{inputs}
		switch rng.IntN(8) {
		case 0: // linear
		case 1, 2:
			for range 3 {
				all = append(all, 1+rng.IntN(max(neurons/6, 1)))
			}
		default:
			all = append(all, Hidden(rng, neurons/2)...)
		}
		return append(all, Classes)
	}
	n1 := networktest.Random(rng, sizes()...)
	var name string
	var n2 *network.Network
	switch rng.IntN(8) {
	case 0:
		name, n2 = "stranger", networktest.Random(rng, sizes()...)
	case 1:
		name, n2 = "same sizes", SameSizes(rng, n1)
	case 2:
		name, n2 = "shared prefix", networktest.Twin(rng, n1, 0, 0)
		l := Dense(n2)
		last := l[len(l)-1]
		for i := range last.W {
			last.W[i] += power(-8, 0) * rng.NormFloat64()
		}
	case 3:
		name, n2 = "pruned", networktest.Twin(rng, n1, 0, 0.6)
	case 4:
		name, n2 = "equal", networktest.Twin(rng, n1, 0, 0)
	default:
		name, n2 = "twin", networktest.Twin(rng, n1, power(-8, 0), 0)
	}
	for _, n := range []*network.Network{n1, n2} {
		layers := Dense(n)
		switch rng.IntN(12) {
		case 0:
			name += ", biases only"
			d := layers[rng.IntN(len(layers))]
			clear(d.W)
		case 1:
			name += ", dead layer"
			for i := range layers[0].B {
				layers[0].B[i] = -1e4
			}
		case 2:
			name += ", no biases"
			for _, d := range layers {
				clear(d.B)
			}
		case 3:
			name += ", zero row"
			d := layers[0]
			clear(d.W[:d.Cols])
			d.B[0] = 0
		case 4:
			name += ", ties"
			d := layers[0]
			for i := range d.W {
				d.W[i] = float64(rng.IntN(3) - 1)
			}
			for i := range d.B {
				d.B[i] = float64(rng.IntN(3)-1) / 2
			}
		case 5:
			name += ", scaled neurons"
			ScaleNeurons(rng, n, 40)
		case 6:
			name += ", bias of 1e8"
			d := layers[rng.IntN(len(layers))]
			d.B[0] = power(4, 9)
		}
	}
	if rng.IntN(3) == 0 {
		name += ", layers scaled"
		for k := range Dense(n1) {
			by := power(-8, 8)
			for _, n := range []*network.Network{n1, n2} {
				if l := Dense(n); k < len(l) {
					Multiply(l[k].W, by)
					Multiply(l[k].B, by)
				}
			}
		}
	}
	center, eps := make([]float64, inputs), make([]float64, inputs)
	e := power(-2, 1)
	switch rng.IntN(8) {
	case 0:
		e = power(-12, -5)
	case 1:
		e = power(2, 8)
	}
	at := 1.0
	if rng.IntN(8) == 0 {
		at = power(2, 8)
	}
	for i := range center {
		center[i], eps[i] = at*rng.NormFloat64(), e
		switch rng.IntN(8) {
		case 0:
			eps[i] = 0
		case 1:
			center[i] = 0
		case 2:
			eps[i] = e * power(-10, 0)
		case 3:
			center[i] = eps[i] // the box begins at zero
		}
	}
	if rng.IntN(20) == 0 {
		clear(eps)
	}
	p := New(t, fmt.Sprintf("seed %d, %s, epsilon %.2g, %d inputs", seed, name, e, inputs), n1, n2, Ball(t, center, eps...))
	if rng.IntN(2) == 0 {
		p.Name += ", random pairings"
		var err error
		if p.Joint, err = p.Pair.Aligned(networktest.Pairings(rng, n1, n2)); err != nil {
			t.Fatal(err)
		}
		p.Joint = p.Joint.In(p.Box)
	}
	return rng, p
}
