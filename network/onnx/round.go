package onnx

import (
	"math"

	"rsm/network"
)

// buildRound, buildFloor and buildCeil read Round (halves to even), Floor and Ceil of an activation
// whose range is known, as behind a Clip: a staircase has a last level at both ends.
func buildRound(c *call) (value, error) { return c.integral(network.HalfEven) }
func buildFloor(c *call) (value, error) { return c.integral(network.Floor) }
func buildCeil(c *call) (value, error)  { return c.integral(network.Ceiling) }

// mostIntegral bounds the magnitude of what is rounded to integers.
const mostIntegral = 1 << 19

func (c *call) integral(rounding network.Rounding) (value, error) {
	x, err := c.operand()
	if err != nil {
		return value{}, err
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range c.span(x.node) {
		low, high = min(low, s[0]), max(high, s[1])
	}
	if !(low >= -mostIntegral && high <= mostIntegral) {
		return value{}, unsupportedf("operand %s may have any magnitude; put a Clip before %s, of 2^19 at most", quoted(x.name), c.node.op)
	}
	// One level more at both ends: the range is rounded.
	op := &network.Quantize{Step: []float64{1}, Zero: []float64{0}, Lo: math.Floor(low) - 1, Hi: math.Ceil(high) + 1, Rounding: rounding}
	return c.activation(x, func(c *call, x value) (value, error) { return c.add(c.title(), op, x.shape, x) })
}

// mostSpan is the magnitude beyond which a range counts as all numbers. What float64 rounds of
// sums of such numbers is far below 1.
const mostSpan = 1 << 30

// span is the range of each element of a node whatever the input, up to the rounding of float64.
func (r *reader) span(node int) [][2]float64 {
	if known, ok := r.spans[node]; ok {
		return known
	}
	v := r.net.Nodes[node]
	out := make([][2]float64, v.Size)
	all := [2]float64{math.Inf(-1), math.Inf(1)}
	switch op := v.Op.(type) {
	case network.Staircase:
		for i := range out {
			out[i][0], out[i][1] = op.Levels(i)
		}
	case network.ReLU:
		for i, x := range r.span(v.Inputs[0]) {
			out[i] = [2]float64{max(x[0], 0), max(x[1], 0)}
		}
	case network.Affine:
		for i, b := range op.Bias() {
			out[i] = [2]float64{b, b}
		}
		for k, in := range v.Inputs {
			x := r.span(in)
			op.Entries(k, len(x), func(row, column int, weight, divisor float64) bool {
				a, b := weight/divisor*x[column][0], weight/divisor*x[column][1]
				out[row][0] += min(a, b)
				out[row][1] += max(a, b)
				return true
			})
		}
	default:
		for i := range out {
			out[i] = all
		}
	}
	for i, s := range out {
		for side, v := range s {
			if !(math.Abs(v) <= mostSpan) {
				out[i][side] = all[side]
			}
		}
	}
	r.spans[node] = out
	return out
}
