package oracle

import (
	"math"
	"math/rand/v2"

	"rsm/network"
	"rsm/region"
)

// ScaleNeurons scales each hidden neuron up by a power of two, up to 2^most
// either way, and its outgoing weights down by it. No bit of the logits
// changes, short of underflow.
func ScaleNeurons(rng *rand.Rand, n *network.Network, most float64) {
	layers := Dense(n)
	for l := range len(layers) - 1 {
		d, next := layers[l], layers[l+1]
		for i := range d.Rows {
			by := math.Exp2(math.Round(most * (2*rng.Float64() - 1)))
			for j := range d.Cols {
				d.W[i*d.Cols+j] *= by
			}
			d.B[i] *= by
			for r := range next.Rows {
				next.W[r*next.Cols+i] /= by
			}
		}
	}
}

// Magnitude bounds the sums of magnitudes of all terms of a logit over a box:
// evaluations of it in float64 err by a small multiple of the unit roundoff
// times this.
func (p Plain) Magnitude(box region.Box) float64 {
	m := make([]float64, len(box.Lo))
	for i := range m {
		m[i] = max(math.Abs(box.Lo[i]), math.Abs(box.Hi[i]))
	}
	for _, l := range p.layers {
		out := make([]float64, len(l.w))
		for i, row := range l.w {
			out[i] = math.Abs(l.b[i])
			for j, w := range row {
				out[i] += math.Abs(w) * m[j]
			}
		}
		m = out
	}
	top := 0.0
	for _, v := range m {
		top = max(top, v)
	}
	return top
}

// Multiply multiplies all numbers.
func Multiply(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}
