package relax_test

import (
	"context"
	"math/big"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/onnx"
	"rsm/region"
	"rsm/relax"
)

// exactMoves evaluates sparse operators, gathers and matrices along an axis in
// rational arithmetic.
func exactMoves(op network.Op, inputs []int, values [][]*big.Rat) (out []*big.Rat, known bool) {
	switch op := op.(type) {
	case *network.Sparse:
		for i := range op.A[0].Rows() {
			sum := new(big.Rat)
			if op.B != nil {
				sum.SetFloat64(op.B[i])
			}
			for k, a := range op.A {
				for e := a.Start[i]; e < a.Start[i+1]; e++ {
					w := rational(a.Weight[e])
					sum.Add(sum, w.Mul(w, values[inputs[k]][a.Column[e]]))
				}
			}
			out = append(out, sum)
		}
		return out, true
	case *network.Gather:
		for _, j := range op.Index {
			if j < 0 {
				out = append(out, new(big.Rat))
			} else {
				out = append(out, values[inputs[0]][j])
			}
		}
		return out, true
	}
	return nil, false
}

// TestPiecewiseEnclosure is TestConvolutionalEnclosure for the models of piecewise-
// linear functions that ONNX Runtime was asked about: maxima, clipping, slopes,
// pooling, reductions and moves.
func TestPiecewiseEnclosure(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "network", "onnx", "testdata", "piecewise", "*.onnx"))
	if err != nil || len(paths) < 100 {
		t.Fatalf("%d models, %v", len(paths), err)
	}
	tight := 0
	for k, path := range paths {
		net, err := onnx.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := query.NewPair(net, net)
		if err != nil {
			t.Fatal(err)
		}
		joint, err := pair.Joint()
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(uint64(k), 6))
		center := make([]float64, joint.Graph.InputSize())
		for i := range center {
			center[i] = rng.NormFloat64()
		}
		box, err := region.Ball(center, []float64{[]float64{0, 1e-15, 0.03, 0.5}[k%4]}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), joint, box, m)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				for v, value := range exactValues(t, joint.Graph, sample(rng, box)) {
					for i, y := range value {
						if !inside(b.Node[v].Lo[i], b.Node[v].Hi[i], y) {
							t.Fatalf("%s, %v: node %d[%d] is %s, outside [%v, %v]", path, m, v, i, y.FloatString(25), b.Node[v].Lo[i], b.Node[v].Hi[i])
						}
						if k%4 == 2 && b.Node[v].Hi[i]-b.Node[v].Lo[i] < 10 {
							tight++
						}
					}
				}
			}
		}
	}
	if tight < 1000 {
		t.Errorf("only %d bounds are of any use", tight)
	}
}
