package relax_test

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
)

// exactAffine evaluates the operators of convolutional networks in rational
// arithmetic.
func exactAffine(t *testing.T, op network.Op, inputs []int, values [][]*big.Rat) []*big.Rat {
	t.Helper()
	in := values[inputs[0]]
	switch op := op.(type) {
	case *network.Conv:
		return exactConv(op, in)
	case *network.Elementwise:
		out := make([]*big.Rat, len(in))
		for i, x := range in {
			y := new(big.Rat).Set(x)
			if op.Mul != nil {
				y.Mul(y, rational(op.Mul[i]))
			}
			if op.Div != nil {
				y.Quo(y, divisor(op, i))
			}
			if op.Add != nil {
				y.Add(y, rational(op.Add[i]))
			}
			out[i] = y
		}
		return out
	case *network.Sum:
		out := make([]*big.Rat, len(in))
		for i := range out {
			out[i] = new(big.Rat)
			for k, sign := range op.Signs {
				x := values[inputs[k]][i]
				out[i].Add(out[i], new(big.Rat).Mul(x, rational(float64(sign))))
			}
		}
		return out
	case *network.Concat:
		var out []*big.Rat
		for o := range op.Outer {
			for k, at := range inputs {
				n := op.Sizes[k] * op.Inner
				out = append(out, values[at][o*n:(o+1)*n]...)
			}
		}
		return out
	}
	out, known := exactMoves(op, inputs, values)
	if !known {
		t.Fatalf("no rational evaluation of %s", op.Kind())
	}
	return out
}

func rational(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// divisor is the divisor that is meant by element i: where the one given was
// rounded, the furthest from it that this allows, to either side.
func divisor(op *network.Elementwise, i int) *big.Rat {
	d := rational(op.Div[i])
	for range op.Roundings {
		e := rational(0x1p-53)
		if i%2 == 1 {
			e.Neg(e)
		}
		d.Mul(d, e.Add(e, rational(1)))
	}
	return d
}

// exactConv is a convolution over two axes of one sample by its definition.
func exactConv(c *network.Conv, in []*big.Rat) (out []*big.Rat) {
	at := func(list []int, i, otherwise int) int {
		if list == nil {
			return otherwise
		}
		return list[i]
	}
	h, w, groups, results := c.Size[0], c.Size[1], max(c.Groups, 1), c.Results()
	k := 0
	for n := range max(c.Outer, 1) {
		for o := range c.Out {
			for y := range results[0] {
				for x := range results[1] {
					sum := new(big.Rat)
					if c.B != nil {
						sum.SetFloat64(c.B[o])
					}
					k = o * (c.In / groups) * c.Kernel[0] * c.Kernel[1]
					for i := range c.In / groups {
						for ky := range c.Kernel[0] {
							for kx := range c.Kernel[1] {
								r := y*at(c.Stride, 0, 1) + ky*at(c.Dilation, 0, 1) - at(c.Begin, 0, 0)
								s := x*at(c.Stride, 1, 1) + kx*at(c.Dilation, 1, 1) - at(c.Begin, 1, 0)
								if r >= 0 && r < h && s >= 0 && s < w {
									channel := n*c.In + o/(c.Out/groups)*(c.In/groups) + i
									p := rational(c.W[k])
									sum.Add(sum, p.Mul(p, in[(channel*h+r)*w+s]))
								}
								k++
							}
						}
					}
					out = append(out, sum)
				}
			}
		}
	}
	return out
}

// residualPair is a residual network and a twin of it.
func residualPair(t *testing.T, seed uint64) (*rand.Rand, *query.Joint) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 5))
	n1 := networktest.Residual(rng, 4)
	n2 := networktest.Twin(rng, n1, math.Pow(10, -1-3*rng.Float64()), 0)
	pair, err := query.NewPair(n1, n2)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := pair.Joint()
	if err != nil {
		t.Fatal(err)
	}
	if len(joint.Pairs) != 3 {
		t.Fatalf("%d layers are aligned instead of 3", len(joint.Pairs))
	}
	return rng, joint
}

// TestConvolutionalEnclosure is TestEnclosure for residual networks, by rational
// arithmetic without slack: at random points of boxes, and of boxes of a few
// units in the last place.
func TestConvolutionalEnclosure(t *testing.T) {
	for seed := range uint64(12) {
		rng, joint := residualPair(t, seed)
		center := make([]float64, joint.Graph.InputSize())
		for i := range center {
			center[i] = rng.NormFloat64()
		}
		radius := []float64{0, 1e-15, 0.03, 0.3}[seed%4]
		box, err := region.Ball(center, []float64{radius}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var bounds []*relax.Bounds
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), joint, box, m)
			if err != nil {
				t.Fatal(err)
			}
			bounds = append(bounds, b)
		}
		margin := joint.Margin(query.ClassPair{I: 0, J: 1})
		for range 4 {
			values := exactValues(t, joint.Graph, sample(rng, box))
			for k, b := range bounds {
				for v := range values {
					for i, y := range values[v] {
						if !inside(b.Node[v].Lo[i], b.Node[v].Hi[i], y) {
							t.Fatalf("seed %d, %v: node %d[%d] is %s, outside [%v, %v]", seed, b.Method, v, i, y.FloatString(25), b.Node[v].Lo[i], b.Node[v].Hi[i])
						}
					}
				}
				y1, y2 := values[joint.Out1], values[joint.Out2]
				r := new(big.Rat).Sub(y1[0], y1[1])
				r.Sub(r, y2[0]).Add(r, y2[1])
				lo, hi := b.Functional(margin)
				if !inside(lo, hi, r) {
					t.Fatalf("seed %d, %v: the margin is %s, outside [%v, %v]", seed, b.Method, r.FloatString(25), lo, hi)
				}
				if k > 0 && radius == 0.03 && !(hi-lo < 100) {
					t.Errorf("seed %d, %v: the margin is in [%v, %v] only", seed, b.Method, lo, hi)
				}
			}
		}
	}
}
