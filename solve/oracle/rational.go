package oracle

import (
	"fmt"
	"math/big"

	"rsm/internal/query"
	"rsm/network"
)

// RationalMargin is r at an input, each network evaluated node by node in rational
// numbers, with halves as the operators round them: it shares no code with the evaluators of network.
func RationalMargin(p query.Pair, c query.ClassPair, x []float64) *big.Rat {
	r := new(big.Rat)
	for k, n := range [2]*network.Network{p.N1, p.N2} {
		y := rationalOutputs(n, x)
		m := new(big.Rat).Sub(y[c.I], y[c.J])
		if k == 1 {
			m.Neg(m)
		}
		r.Add(r, m)
	}
	return r
}

func ratOf(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }

// rationalOutputs are the outputs of a network of dense layers, element-wise operators,
// ReLUs and quantizations with one step.
func rationalOutputs(n *network.Network, input []float64) []*big.Rat {
	values := make([][]*big.Rat, len(n.Nodes))
	for v, node := range n.Nodes {
		out := make([]*big.Rat, node.Size)
		var x []*big.Rat
		if v > 0 {
			x = values[node.Inputs[0]]
		}
		for i := range out {
			switch op := node.Op.(type) {
			case nil:
				out[i] = ratOf(input[i])
			case *network.Dense:
				out[i] = ratOf(op.B[i])
				for k := range op.Cols {
					out[i].Add(out[i], new(big.Rat).Mul(ratOf(op.W[i*op.Cols+k]), x[k]))
				}
			case *network.Elementwise:
				out[i] = new(big.Rat).Mul(x[i], ratOf(op.Mul[i]))
				out[i].Add(out[i], ratOf(op.Add[i]))
			case network.ReLU:
				if out[i] = x[i]; x[i].Sign() < 0 {
					out[i] = new(big.Rat)
				}
			case *network.Quantize:
				out[i] = rationalLevel(op, x[i])
			default:
				panic(fmt.Sprintf("%T is not evaluated here", op))
			}
		}
		values[v] = out
	}
	return values[n.Output()]
}

// rationalLevel is the level of x: the one whose middle is nearest, and of two the one that
// the rounding says; or the last one whose middle is not above x, or the first not below.
func rationalLevel(q *network.Quantize, x *big.Rat) *big.Rat {
	var best, least *big.Rat
	for k := q.Lo; k <= q.Hi; k++ {
		middle := new(big.Rat).Mul(ratOf(q.Step[0]), ratOf(k-q.Zero[0]))
		d := middle.Sub(x, middle)
		switch {
		case q.Rounding == network.Floor && k > q.Lo && d.Sign() < 0, q.Rounding == network.Ceiling && k < q.Hi && d.Sign() > 0:
			continue
		case q.Rounding == network.Floor:
			best = ratOf(k)
			continue
		case q.Rounding == network.Ceiling:
			return ratOf(k)
		}
		d.Abs(d)
		c := -1
		if least != nil {
			c = d.Cmp(least)
		}
		n := int(k - q.Zero[0])
		if q.Shifted {
			n = int(k)
		}
		wins := map[network.Rounding]bool{network.HalfEven: n%2 == 0, network.HalfAway: n > 0, network.HalfToward: n <= 0}
		if c < 0 || c == 0 && wins[q.Rounding] {
			best, least = ratOf(k), d
		}
	}
	return best
}
