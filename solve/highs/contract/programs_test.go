package contract_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"rsm/solve/highs"
)

var inf = math.Inf(1)

// newSolver is a solver that the test closes.
func newSolver(t testing.TB) *highs.Solver {
	t.Helper()
	s, err := highs.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// tb is what *testing.T and *rapid.T share.
type tb interface {
	Helper()
	Fatalf(format string, args ...any)
}

func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// solve passes and runs a model, and demands the status.
func solve(t tb, s *highs.Solver, m *highs.Model, want highs.Status) {
	t.Helper()
	must(t, s.Pass(m))
	run(t, s, want)
}

func run(t tb, s *highs.Solver, want highs.Status) {
	t.Helper()
	got, err := s.Run(context.Background(), nil)
	must(t, err)
	if got != want || s.Status() != want {
		t.Fatalf("status %v, want %v", got, want)
	}
}

// dense builds a model from a matrix with all its entries, zeros left out.
func dense(cost, lo, up []float64, a [][]float64, rowLo, rowUp []float64) *highs.Model {
	m := &highs.Model{Cost: cost, Lo: lo, Up: up, RowLo: rowLo, RowUp: rowUp}
	for _, row := range a {
		m.Start = append(m.Start, int32(len(m.Index)))
		for j, v := range row {
			if v != 0 {
				m.Index = append(m.Index, int32(j))
				m.Value = append(m.Value, v)
			}
		}
	}
	return m
}

// objective is the value of a model's objective at x.
func objective(m *highs.Model, x []float64) float64 {
	v := m.Offset
	for j := range x {
		v += m.Cost[j] * x[j]
	}
	return v
}

// activity is A x.
func activity(m *highs.Model, x []float64) []float64 {
	y := make([]float64, len(m.RowLo))
	for i := range y {
		end := len(m.Index)
		if i+1 < len(m.Start) {
			end = int(m.Start[i+1])
		}
		for k := int(m.Start[i]); k < end; k++ {
			y[i] += m.Value[k] * x[m.Index[k]]
		}
	}
	return y
}

// feasible says whether x satisfies a model up to a tolerance.
func feasible(m *highs.Model, x []float64, tolerance float64) bool {
	for j, v := range x {
		if v < m.Lo[j]-tolerance || v > m.Up[j]+tolerance {
			return false
		}
		if m.Integer != nil && m.Integer[j] && math.Abs(v-math.Round(v)) > tolerance {
			return false
		}
	}
	for i, v := range activity(m, x) {
		if v < m.RowLo[i]-tolerance || v > m.RowUp[i]+tolerance {
			return false
		}
	}
	return true
}

// near says whether two values agree up to a relative and absolute tolerance.
func near(a, b, tolerance float64) bool {
	return a == b || math.Abs(a-b) <= tolerance*(1+math.Max(math.Abs(a), math.Abs(b)))
}

// knapsack is a 0-1 program with m rows in n items, of the kind that takes
// branching: profits follow the weights.
func knapsack(seed uint64, n, m int) *highs.Model {
	rng := rand.New(rand.NewPCG(seed, 7))
	mod := &highs.Model{Maximize: true, Cost: make([]float64, n), Lo: make([]float64, n), Up: make([]float64, n), Integer: make([]bool, n)}
	for range m {
		mod.Start = append(mod.Start, int32(len(mod.Index)))
		total := 0.0
		for j := range n {
			w := float64(1 + rng.IntN(1000))
			total += w
			mod.Index = append(mod.Index, int32(j))
			mod.Value = append(mod.Value, w)
			mod.Cost[j] += math.Floor(w / float64(m))
		}
		mod.RowLo = append(mod.RowLo, -inf)
		mod.RowUp = append(mod.RowUp, math.Floor(total/2))
	}
	for j := range n {
		mod.Up[j], mod.Integer[j] = 1, true
		mod.Cost[j] += float64(rng.IntN(500))
	}
	return mod
}

// greedy is a feasible point of a knapsack.
func greedy(m *highs.Model) []float64 {
	x := make([]float64, len(m.Cost))
	for j := range x {
		if x[j] = 1; !feasible(m, x, 0) {
			x[j] = 0
		}
	}
	return x
}

// drawProgram draws a small program with integer data. Columns have finite
// bounds; integer marks a random part of them, if wanted.
func drawProgram(t *rapid.T, integer bool) *highs.Model {
	n, rows := rapid.IntRange(1, 5).Draw(t, "n"), rapid.IntRange(0, 5).Draw(t, "m")
	small := rapid.IntRange(-9, 9)
	vector := func(n int, name string) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(small.Draw(t, name))
		}
		return v
	}
	lo, up := vector(n, "lo"), make([]float64, n)
	for j := range up {
		up[j] = lo[j] + float64(rapid.IntRange(0, 3).Draw(t, "width"))
	}
	var a [][]float64
	rowLo, rowUp := make([]float64, rows), make([]float64, rows)
	for i := range rows {
		a = append(a, vector(n, "a"))
		b := float64(rapid.IntRange(-40, 40).Draw(t, "b"))
		rowLo[i], rowUp[i] = b, b+float64(rapid.IntRange(0, 20).Draw(t, "range"))
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			rowLo[i] = -inf
		case 1:
			rowUp[i] = inf
		}
	}
	m := dense(vector(n, "c"), lo, up, a, rowLo, rowUp)
	m.Maximize = rapid.Bool().Draw(t, "maximize")
	m.Offset = float64(small.Draw(t, "offset"))
	if integer {
		m.Integer = make([]bool, n)
		for j := range n {
			m.Integer[j] = rapid.Bool().Draw(t, "integer")
		}
	}
	return m
}
