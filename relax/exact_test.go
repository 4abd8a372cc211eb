package relax_test

import (
	"context"
	"math/big"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
)

// exactValues evaluates a graph of dense layers, ReLUs and what exactAffine knows
// in rational arithmetic, with loops of its own.
func exactValues(t *testing.T, g *network.Graph, x []float64) [][]*big.Rat {
	t.Helper()
	values := make([][]*big.Rat, len(g.Nodes))
	for _, v := range x {
		values[0] = append(values[0], new(big.Rat).SetFloat64(v))
	}
	for k, node := range g.Nodes {
		if node.Op == nil {
			continue
		}
		in := values[node.Inputs[0]]
		switch op := node.Op.(type) {
		case *network.Dense:
			for i := range op.Rows {
				sum := new(big.Rat)
				if op.B != nil {
					sum.SetFloat64(op.B[i])
				}
				for j, a := range in {
					w := new(big.Rat).SetFloat64(op.W[i*op.Cols+j])
					sum.Add(sum, w.Mul(w, a))
				}
				values[k] = append(values[k], sum)
			}
		case network.ReLU:
			for _, a := range in {
				if a.Sign() < 0 {
					a = new(big.Rat)
				}
				values[k] = append(values[k], a)
			}
		default:
			values[k] = exactAffine(t, op, node.Inputs, values)
		}
	}
	return values
}

func inside(lo, hi float64, v *big.Rat) bool {
	return new(big.Rat).SetFloat64(lo).Cmp(v) <= 0 && v.Cmp(new(big.Rat).SetFloat64(hi)) <= 0
}

// TestEnclosesExactly compares bounds with rational arithmetic, without any
// slack. The boxes are points and boxes of a few units in the last place,
// where nothing but the accounting for rounding keeps the bounds sound.
func TestEnclosesExactly(t *testing.T) {
	for seed := range uint64(150) {
		rng, p := random(t, seed)
		x := sample(rng, p.box)
		lo, hi := append([]float64(nil), x...), append([]float64(nil), x...)
		if seed%3 > 0 {
			for i := range x {
				lo[i] -= 1e-15 * float64(rng.IntN(4))
				hi[i] += 1e-15 * float64(rng.IntN(4))
			}
		}
		if seed%3 == 2 { // larger, with a corner as the point
			for i := range x {
				lo[i] = x[i] - 0.5
			}
			x = append(x[:0], hi...)
		}
		box, err := region.NewBox(lo, hi)
		if err != nil {
			t.Fatal(err)
		}
		values := exactValues(t, p.joint.Graph, x)
		y1, y2 := values[p.joint.Out1], values[p.joint.Out2]
		r := new(big.Rat).Sub(y1[0], y1[1])
		r.Sub(r, y2[0]).Add(r, y2[1])
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), p.joint, box, m)
			if err != nil {
				t.Fatal(err)
			}
			for v := range values {
				for i, y := range values[v] {
					if !inside(b.Node[v].Lo[i], b.Node[v].Hi[i], y) {
						t.Fatalf("seed %d, %v: node %d[%d] is %s, outside [%v, %v]", seed, m, v, i, y.FloatString(25), b.Node[v].Lo[i], b.Node[v].Hi[i])
					}
				}
			}
			for k, pair := range p.joint.Pairs {
				z1, z2 := p.joint.Graph.Nodes[pair.First].Inputs[0], p.joint.Graph.Nodes[pair.Second].Inputs[0]
				for i, j := range pair.Partner {
					if j < 0 {
						continue
					}
					if d := new(big.Rat).Sub(values[z1][i], values[z2][j]); !inside(b.Diff[k].Lo[i], b.Diff[k].Hi[i], d) {
						t.Fatalf("seed %d, %v: difference %d[%d] is %s, outside [%v, %v]", seed, m, k, i, d.FloatString(25), b.Diff[k].Lo[i], b.Diff[k].Hi[i])
					}
				}
			}
			if l, h := b.Functional(p.joint.Margin(query.ClassPair{I: 0, J: 1})); !inside(l, h, r) {
				t.Fatalf("seed %d, %v: the margin is %s, outside [%v, %v]", seed, m, r.FloatString(25), l, h)
			}
		}
	}
}
