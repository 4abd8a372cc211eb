package network

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAssign compares with the best of all matchings of small matrices; greedy
// has at least half of their sum.
func TestAssign(t *testing.T) {
	for seed := range uint64(500) {
		rng := rand.New(rand.NewPCG(seed, 20))
		rows, cols := 1+rng.IntN(6), 1+rng.IntN(6)
		gain := make([]float64, rows*cols)
		for k := range gain {
			if rng.IntN(3) > 0 {
				gain[k] = rng.Float64()
			}
			if seed%4 == 0 { // ties
				gain[k] = math.Round(2 * gain[k])
			}
		}
		best := bestSum(gain, cols, 0, make([]bool, cols))
		if got := sum(t, gain, cols, assign(gain, rows, cols)); math.Abs(got-best) > 1e-12 {
			t.Errorf("seed %d: %v, the best is %v", seed, got, best)
		}
		if got := sum(t, gain, cols, greedy(gain, rows, cols)); got < best/2-1e-12 {
			t.Errorf("seed %d: greedily %v, the best is %v", seed, got, best)
		}
	}
}

// bestSum tries everything for the rows from k on.
func bestSum(gain []float64, cols, k int, taken []bool) float64 {
	if k*cols == len(gain) {
		return 0
	}
	best := bestSum(gain, cols, k+1, taken)
	for j := range cols {
		if !taken[j] {
			taken[j] = true
			best = max(best, gain[k*cols+j]+bestSum(gain, cols, k+1, taken))
			taken[j] = false
		}
	}
	return best
}

func sum(t *testing.T, gain []float64, cols int, column []int) float64 {
	t.Helper()
	s, taken := 0.0, make([]bool, cols)
	for i, j := range column {
		if j < 0 {
			continue
		}
		if taken[j] || !(gain[i*cols+j] > 0) {
			t.Fatalf("column %d is taken twice or for nothing: %v", j, column)
		}
		taken[j] = true
		s += gain[i*cols+j]
	}
	return s
}

// TestAlignLarge: layers too large for an assignment are matched greedily, and
// those too large for anything place by place.
func TestAlignLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 26))
	layer := func(order []int, width int) *Graph {
		g := NewGraph(Shape{width})
		d := &Dense{Rows: len(order), Cols: width, W: make([]float64, len(order)*width)}
		for i, unit := range order {
			own := rand.New(rand.NewPCG(uint64(unit), 27))
			for j := range width {
				d.W[i*width+j] = own.NormFloat64()
			}
		}
		z, err := g.Add("z", d, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		a, err := g.Add("a", ReLU{}, nil, z)
		if err != nil {
			t.Fatal(err)
		}
		g.Outputs = []int{a}
		return g
	}
	n := largestAssignment + 50
	order := rng.Perm(n)
	pairs := Align(layer(places(n), 60), layer(order, 60))
	if len(pairs) != 1 {
		t.Fatalf("%d pairs of layers", len(pairs))
	}
	for j, i := range order {
		if pairs[0].Partner[i] != j {
			t.Fatalf("unit %d has partner %d, not %d", i, pairs[0].Partner[i], j)
		}
	}
	n = 4200 // 4200 times 4200 coefficients are too many
	if pairs = Align(layer(places(n), 1), layer(rng.Perm(n), 1)); len(pairs) != 1 || pairs[0].Partner[n/2] != n/2 {
		t.Errorf("a layer of %d neurons: %d pairs of layers", n, len(pairs))
	}
	if pairs = Align(layer(places(n), 1), layer(places(n+1), 1)); pairs != nil {
		t.Errorf("%v", pairs)
	}
}
