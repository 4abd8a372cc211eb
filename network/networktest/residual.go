package networktest

import (
	"math"
	"math/big"
	"math/rand/v2"

	"rsm/network"
)

// Residual returns a small convolutional network with what such networks are
// made of: strides, padding, groups and dilation, batch normalization, a residual
// block with a convolution in its shortcut, a concatenation and poolings by
// averages. Its input has shape 1x2xNxN, and it has three classes.
func Residual(rng *rand.Rand, n int) *network.Network {
	net := &network.Network{Graph: network.NewGraph(network.Shape{1, 2, n, n}), File: "residual", Format: "test"}
	conv := func(name string, at int, c network.Conv) int {
		shape := net.Nodes[at].Shape
		c.In, c.Size = shape[1], shape[2:]
		c.W = normals(rng, c.Out*c.In/max(c.Groups, 1)*network.Shape(c.Kernel).Size(), 0.5)
		if rng.IntN(2) == 0 {
			c.B = normals(rng, c.Out, 0.3)
		}
		return must(net.Add(name, &c, append(network.Shape{1, c.Out}, c.Results()...), at))
	}
	normalized := func(at int) int {
		shape := net.Nodes[at].Shape
		full := func(scale float64) []float64 {
			out, each := make([]float64, shape.Size()), normals(rng, shape[1], scale)
			for i := range out {
				out[i] = each[i/shape[2:].Size()]
			}
			return out
		}
		at = must(net.Add("centred", &network.Elementwise{Add: full(0.5)}, shape, at))
		div := full(1)
		root := make([]*big.Rat, len(div))
		for i, v := range div {
			root[i] = new(big.Rat).SetFloat64(v*v + 0.1)
			div[i] = math.Sqrt(v*v + 0.1)
		}
		return must(net.Add("normalized", &network.Elementwise{Mul: full(1), Div: div, Add: full(0.3), Roundings: 1, Root: root}, shape, at))
	}
	relu := func(at int) int { return must(net.Add("relu", network.ReLU{}, net.Nodes[at].Shape, at)) }
	mean := func(at, k int) int {
		shape := net.Nodes[at].Shape
		c := &network.Conv{Outer: shape[1], In: 1, Out: 1, Size: shape[2:], Kernel: []int{k, k}, Stride: []int{k, k}, W: make([]float64, k*k)}
		for i := range c.W {
			c.W[i] = 1
		}
		out := append(network.Shape{1, shape[1]}, c.Results()...)
		at = must(net.Add("sums", c, out, at))
		div := make([]float64, out.Size())
		for i := range div {
			div[i] = float64(k * k)
		}
		return must(net.Add("means", &network.Elementwise{Div: div}, out, at))
	}
	square := func(k, out, groups, stride, dilation, pad int) network.Conv {
		return network.Conv{
			Out: out, Groups: groups, Kernel: []int{k, k}, Stride: []int{stride, stride},
			Dilation: []int{dilation, dilation}, Begin: []int{pad, pad}, End: []int{pad, pad},
		}
	}

	x := relu(normalized(conv("stem", 0, square(3, 4, 1, 1, 1, 1))))
	y := relu(normalized(conv("first", x, square(3, 4, 2, 2, 1, 1))))
	y = normalized(conv("second", y, square(3, 4, 1, 1, 2, 2)))
	short := conv("shortcut", x, square(1, 4, 1, 2, 1, 0))
	y = relu(must(net.Add("residual", &network.Sum{Signs: []int{1, 1}}, net.Nodes[y].Shape, y, short)))
	shape := net.Nodes[y].Shape
	x = mean(x, n/shape[2])
	y = must(net.Add("joined", &network.Concat{Outer: 1, Sizes: []int{4, 4}, Inner: shape[2:].Size()}, network.Shape{1, 8, shape[2], shape[3]}, x, y))
	y = mean(y, shape[2])
	head := &network.Dense{Rows: 3, Cols: 8, W: normals(rng, 24, 1), B: normals(rng, 3, 1)}
	if err := net.Finish(must(net.Add("head", head, nil, y))); err != nil {
		panic(err)
	}
	return net
}

func normals(rng *rand.Rand, n int, deviation float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = deviation * rng.NormFloat64()
	}
	return out
}
