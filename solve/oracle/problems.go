package oracle

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
)

// Problem is a pair over a box.
type Problem struct {
	Name  string
	Pair  query.Pair
	Joint *query.Joint
	Box   region.Box
}

// New is the problem of two networks over a box.
func New(t testing.TB, name string, n1, n2 *network.Network, box region.Box) Problem {
	t.Helper()
	pair, err := query.NewPair(n1, n2)
	if err != nil {
		t.Fatal(err)
	}
	r, err := region.OfBox(box)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := query.NewJoint(pair, r)
	if err != nil {
		t.Fatal(err)
	}
	return Problem{name, pair, joint, box}
}

// Ball is a box around a centre.
func Ball(t testing.TB, center []float64, eps ...float64) region.Box {
	t.Helper()
	box, err := region.Ball(center, eps, nil)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

// Dense lists the dense layers of a network.
func Dense(n *network.Network) []*network.Dense {
	var all []*network.Dense
	for _, v := range n.Nodes {
		if d, ok := v.Op.(*network.Dense); ok {
			all = append(all, d)
		}
	}
	return all
}

// Hidden draws one or two sizes of hidden layers with at most budget neurons.
func Hidden(rng *rand.Rand, budget int) []int {
	if budget < 2 || rng.IntN(3) == 0 {
		return []int{1 + rng.IntN(budget)}
	}
	first := 1 + rng.IntN(budget-1)
	return []int{first, 1 + rng.IntN(budget-first)}
}

// Classes is how many classes drawn networks have.
const Classes = 3

// Random draws a pair with the given number of ReLU neurons at most, in both
// networks together, over a box. It covers twins and strangers, equal
// networks, exact zeros, dead neurons, neurons at a kink in the middle of the
// Box and in a corner, fixed features, and pairings of neurons that mean nothing.
func Random(t testing.TB, seed uint64, maxInputs, maxNeurons int) (*rand.Rand, Problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 11))
	inputs := 1 + rng.IntN(maxInputs)
	if maxInputs >= 2 && seed%16 != 0 {
		inputs = 2 + rng.IntN(maxInputs-1)
	}
	sizes := func(budget int) []int {
		return append(append([]int{inputs}, Hidden(rng, budget)...), Classes)
	}
	n1 := networktest.Random(rng, sizes(maxNeurons/2)...)
	center, eps := make([]float64, inputs), make([]float64, inputs)
	width := math.Pow(10, 1-2.5*rng.Float64())
	for i := range center {
		// Dyadic numbers of few bits: sums and products of them are exact.
		center[i] = math.Round(8*rng.NormFloat64()) / 8
		eps[i] = math.Ceil(64*width*rng.Float64()) / 64
		if rng.IntN(6) == 0 {
			eps[i] = 0
		}
	}
	box := Ball(t, center, eps...)
	var special string
	first := Dense(n1)[0]
	neuron := rng.IntN(first.Rows)
	row := first.W[neuron*inputs : (neuron+1)*inputs]
	switch seed % 6 {
	case 1:
		special = ", dead neuron"
		first.B[neuron] = -1000
	case 2:
		special = ", neuron that is zero"
		clear(row)
		first.B[neuron] = 0
	case 3:
		special = ", kink at the centre"
		kink(first, neuron, center)
	case 4:
		special = ", kink at a corner"
		kink(first, neuron, box.Hi)
	}
	var kind string
	var n2 *network.Network
	switch rng.IntN(9) {
	case 0:
		kind, n2 = "equal", networktest.Twin(rng, n1, 0, 0)
	case 1:
		kind, n2 = "one weight apart", networktest.Twin(rng, n1, 0, 0)
		layers := Dense(n2)
		w := layers[rng.IntN(len(layers))].W
		w[rng.IntN(len(w))] += 0.25
	case 2:
		kind, n2 = "pruned", networktest.Twin(rng, n1, 0, 0.7)
	case 3:
		kind, n2 = "stranger", networktest.Random(rng, sizes(maxNeurons-n1.ReLUs())...)
	case 4:
		kind, n2 = "stranger of the same sizes", SameSizes(rng, n1)
	case 5:
		kind, n2 = "far twin", networktest.Twin(rng, n1, 0.5, 0.3)
	default:
		kind, n2 = "twin", networktest.Twin(rng, n1, math.Pow(10, -4*rng.Float64()), 0)
	}
	p := New(t, fmt.Sprintf("seed %d, %s%s, %d inputs, %d neurons", seed, kind, special, inputs, n1.ReLUs()+n2.ReLUs()), n1, n2, box)
	if seed%5 == 4 {
		p.Name += ", random pairings"
		var err error
		if p.Joint, err = p.Pair.Aligned(networktest.Pairings(rand.New(rand.NewPCG(seed, 12)), n1, n2)); err != nil {
			t.Fatal(err)
		}
		p.Joint = p.Joint.In(p.Box)
	}
	return rng, p
}

// kink rounds the weights of a neuron and sets its bias so that its
// pre-activation is exactly zero at x.
func kink(d *network.Dense, neuron int, x []float64) {
	s := 0.0
	for j := range d.Cols {
		w := &d.W[neuron*d.Cols+j]
		*w = math.Round(16**w) / 16
		s += *w * x[j]
	}
	d.B[neuron] = -s
}

// SameSizes draws a stranger with the layers of a network.
func SameSizes(rng *rand.Rand, n *network.Network) *network.Network {
	sizes := []int{n.InputSize()}
	for _, d := range Dense(n) {
		sizes = append(sizes, d.Rows)
	}
	return networktest.Random(rng, sizes...)
}

// ClassPair draws two different classes.
func ClassPair(rng *rand.Rand) query.ClassPair {
	i := rng.IntN(Classes)
	return query.ClassPair{I: i, J: (i + 1 + rng.IntN(Classes-1)) % Classes}
}

// Sample draws a point of the box, on its boundary more often than not.
func Sample(rng *rand.Rand, b region.Box, x []float64) {
	for i := range x {
		switch rng.IntN(4) {
		case 0:
			x[i] = b.Lo[i]
		case 1:
			x[i] = b.Hi[i]
		default:
			x[i] = min(b.Lo[i]+rng.Float64()*(b.Hi[i]-b.Lo[i]), b.Hi[i])
		}
	}
}
