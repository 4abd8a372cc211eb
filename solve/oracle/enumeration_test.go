package oracle

import (
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// TestOracleKnown: the oracle on functions whose extremes are known.
func TestOracleKnown(t *testing.T) {
	build := func(w1 []float64, b1 []float64, inputs int, out []float64) *network.Network {
		n := &network.Network{Graph: network.NewGraph(network.Shape{inputs})}
		rows := len(b1)
		at := 0
		for _, op := range []network.Op{
			&network.Dense{Rows: rows, Cols: inputs, W: w1, B: b1},
			network.ReLU{},
			&network.Dense{Rows: 2, Cols: rows, W: append(append([]float64(nil), out...), make([]float64, rows)...)},
		} {
			var err error
			if at, err = n.Add("", op, nil, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Finish(at); err != nil {
			t.Fatal(err)
		}
		return n
	}
	zero := func(inputs int) *network.Network {
		return build(make([]float64, inputs), []float64{0}, inputs, []float64{0})
	}
	for _, c := range []struct {
		name     string
		n        *network.Network
		lo, hi   []float64
		min, max float64
	}{
		{"|x|", build([]float64{1, -1}, []float64{0, 0}, 1, []float64{1, 1}), []float64{-1}, []float64{2}, 0, 2},
		{"-|x|-|y|", build([]float64{1, 0, -1, 0, 0, 1, 0, -1}, make([]float64, 4), 2, []float64{-1, -1, -1, -1}), []float64{-1, -1}, []float64{2, 3}, -5, 0},
		// A tent of height 1 at x + y = 1, seen only from inside the box.
		{"tent", build([]float64{1, 1, 1, 1, 1, 1}, []float64{0, -1, -2}, 2, []float64{1, -2, 1}), []float64{-3, -3}, []float64{4, 4}, 0, 1},
		{"fixed feature", build([]float64{1, 1, 1, 1, 1, 1}, []float64{0, -1, -2}, 2, []float64{1, -2, 1}), []float64{0.25, 0}, []float64{0.25, 0.5}, 0.25, 0.75},
		{"point", build([]float64{1, -1}, []float64{0, 0}, 1, []float64{1, 1}), []float64{-3}, []float64{-3}, 3, 3},
	} {
		box, err := region.NewBox(c.lo, c.hi)
		if err != nil {
			t.Fatal(err)
		}
		p := New(t, c.name, c.n, zero(len(c.lo)), box)
		o := Enumerate(p.Pair, box, query.ClassPair{I: 0, J: 1}, query.ClassPair{I: 1, J: 0})
		if o.Min[0] != c.min || o.Max[0] != c.max || o.Min[1] != -c.max || o.Max[1] != -c.min {
			t.Errorf("%s: %v %v, want [%v, %v]", c.name, o.Min, o.Max, c.min, c.max)
		}
	}
}

// TestOracleEncloses: no sample lies outside the oracle's range.
func TestOracleEncloses(t *testing.T) {
	for seed := range uint64(300) {
		rng, p := Random(t, seed, 4, 12)
		c := ClassPair(rng)
		o := Enumerate(p.Pair, p.Box, c)
		x := make([]float64, len(p.Box.Lo))
		for range 300 {
			Sample(rng, p.Box, x)
			if r := Margin(o.N1, o.N2, c, x); r < o.Min[0]-1e-9 || r > o.Max[0]+1e-9 {
				t.Fatalf("%s: r is %v at %v, outside the oracle's [%v, %v]", p.Name, r, x, o.Min[0], o.Max[0])
			}
		}
	}
}
