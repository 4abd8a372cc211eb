package relax_test

import (
	"context"
	"math"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
)

// diagonal appends a layer that multiplies each of n values by w.
func diagonal(t *testing.T, net *network.Network, at, n int, w float64) int {
	t.Helper()
	d := &network.Dense{Rows: n, Cols: n, W: make([]float64, n*n), B: make([]float64, n)}
	for i := range n {
		d.W[i*n+i] = w
	}
	next, err := net.Add("scale", d, nil, at)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// scaledPair is a network that multiplies its two inputs by each scale in turn,
// 0 standing for a ReLU, and the same with half the last scale.
func scaledPair(t *testing.T, scales ...float64) *query.Joint {
	t.Helper()
	var nets []*network.Network
	for _, last := range []float64{1, 0.5} {
		net := &network.Network{Graph: network.NewGraph(network.Shape{2}), File: "scales"}
		at := 0
		for k, w := range scales {
			if k == len(scales)-1 {
				w *= last
			}
			if w == 0 {
				next, err := net.Add("relu", network.ReLU{}, nil, at)
				if err != nil {
					t.Fatal(err)
				}
				at = next
				continue
			}
			at = diagonal(t, net, at, 2, w)
		}
		if err := net.Finish(at); err != nil {
			t.Fatal(err)
		}
		nets = append(nets, net)
	}
	p, err := query.NewPair(nets[0], nets[1])
	if err != nil {
		t.Fatal(err)
	}
	j, err := p.Joint()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func repeat(scales []float64, n int, w float64) []float64 {
	for range n {
		scales = append(scales, w)
	}
	return scales
}

// TestOverflowAndUnderflow: backward coefficients may leave the range of
// float64 although all values are within it. The bounds must still hold.
func TestOverflowAndUnderflow(t *testing.T) {
	overflow := repeat(repeat(nil, 8, 0x1p-120), 18, 0x1p60)
	underflow := append(repeat(repeat(nil, 10, 0x1p100), 5, 0x1p-200), 0x1p-76, 0, 0x1p76)
	for name, scales := range map[string][]float64{
		"overflow":           overflow,
		"overflow with ReLU": append([]float64{1, 0}, overflow...),
		"underflow":          underflow,
		"underflow, large":   append(underflow[:len(underflow)-1:len(underflow)-1], 0x1p100),
	} {
		j := scaledPair(t, scales...)
		box, err := region.NewBox([]float64{-1, -1}, []float64{1, 1})
		if err != nil {
			t.Fatal(err)
		}
		margin := j.Margin(query.ClassPair{I: 0, J: 1})
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), j, box, m)
			if err != nil {
				continue // an overflow of the values themselves is an error
			}
			lo, hi := b.Functional(margin)
			if math.IsNaN(lo) || math.IsNaN(hi) {
				t.Fatalf("%s, %v: [%v, %v]", name, m, lo, hi)
			}
			for _, x := range [][]float64{{1, -1}, {-1, 1}, {1, 1}, {0.5, -0.25}} {
				values := exactValues(t, j.Graph, x)
				y1, y2 := values[j.Out1], values[j.Out2]
				r := y1[0].Sub(y1[0], y1[1])
				r.Sub(r, y2[0]).Add(r, y2[1])
				if !math.IsInf(lo, 0) && !math.IsInf(hi, 0) && !inside(lo, hi, r) {
					f, _ := r.Float64()
					t.Errorf("%s, %v: the margin is %v at %v, outside [%v, %v]", name, m, f, x, lo, hi)
				}
			}
		}
	}
}
