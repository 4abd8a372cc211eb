package lp

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/solve/highs"
)

// randomLP is feasible: its rows are built around a point of its box.
func randomLP(rng *rand.Rand) *highs.Model {
	n, rows := 1+rng.IntN(8), rng.IntN(8)
	m := &highs.Model{Maximize: true, Integer: make([]bool, n)}
	at := make([]float64, n)
	for j := range n {
		size := math.Pow(10, 3-6*rng.Float64())
		m.Lo, m.Up = append(m.Lo, -size*rng.Float64()), append(m.Up, size*rng.Float64())
		m.Cost = append(m.Cost, rng.NormFloat64())
		at[j] = m.Lo[j] + rng.Float64()*(m.Up[j]-m.Lo[j])
	}
	for range rows {
		m.Start = append(m.Start, int32(len(m.Index)))
		s := 0.0
		for j := range n {
			if rng.IntN(3) > 0 {
				v := rng.NormFloat64() * math.Pow(10, 2-4*rng.Float64())
				m.Index, m.Value = append(m.Index, int32(j)), append(m.Value, v)
				s += v * at[j]
			}
		}
		lo, up := s-rng.Float64(), s+rng.Float64()
		switch rng.IntN(3) {
		case 0:
			lo = math.Inf(-1)
		case 1:
			up = math.Inf(1)
		}
		m.RowLo, m.RowUp = append(m.RowLo, lo), append(m.RowUp, up)
	}
	return m
}

func optimum(t *testing.T, m *highs.Model) (value float64, y []float64) {
	t.Helper()
	s, err := highs.New()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.SetOptions(map[string]string{"presolve": "off", "solver": "simplex", "dual_feasibility_tolerance": "1e-9"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Pass(m); err != nil {
		t.Fatal(err)
	}
	status, err := s.Run(context.Background(), nil)
	if err != nil || status != highs.Optimal {
		t.Fatalf("%v, %v", status, err)
	}
	_, _, _, y, err = s.Solution()
	if err != nil {
		t.Fatal(err)
	}
	return s.Objective(), y
}

// TestDualBound: with any multipliers the dual bound is a bound, with those of
// the solver it is the optimum, and scaling changes neither.
func TestDualBound(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 8))
		m := randomLP(rng)
		best, _ := optimum(t, m)
		size := 1.0
		for j, c := range m.Cost {
			size += math.Abs(c) * max(math.Abs(m.Lo[j]), math.Abs(m.Up[j]))
		}
		for range 50 {
			y := make([]float64, len(m.RowLo))
			for i := range y {
				y[i] = rng.NormFloat64() * math.Pow(10, 2-4*rng.Float64())
			}
			if v := DualBound(m, m.Cost, 0, y); v < best-1e-6*size {
				t.Fatalf("seed %d: multipliers give the bound %v below the optimum %v", seed, v, best)
			}
		}
		sm, scale := Scaled(m)
		value, y := optimum(t, sm)
		if math.Abs(value-best) > 1e-6*size {
			t.Errorf("seed %d: the scaled model has the optimum %v, not %v", seed, value, best)
		}
		if v := DualBound(sm, sm.Cost, 0, y); math.Abs(v-best) > 1e-5*size {
			t.Errorf("seed %d: dual bound %v, optimum %v", seed, v, best)
		}
		if v := DualBound(m, m.Cost, 0, scale.Multipliers(y)); math.Abs(v-best) > 1e-5*size {
			t.Errorf("seed %d: dual bound %v of the original model, optimum %v", seed, v, best)
		}
	}
}
