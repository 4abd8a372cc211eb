package contract_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"rsm/solve/highs"
)

// enumerate is the optimum of a small program in which all columns are
// integer: the best of all its points. ok is false where there is none.
func enumerate(m *highs.Model) (best float64, ok bool) {
	x := make([]float64, len(m.Cost))
	var visit func(j int)
	visit = func(j int) {
		if j < len(x) {
			for x[j] = m.Lo[j]; x[j] <= m.Up[j]; x[j]++ {
				visit(j + 1)
			}
			return
		}
		if !feasible(m, x, 0) {
			return
		}
		if v := objective(m, x); !ok || m.Maximize == (v > best) {
			best, ok = v, true
		}
	}
	visit(0)
	return best, ok
}

// The solver agrees with enumeration: on the optimum, and on whether there is
// any solution. Its solution is one, and its bound is not beyond the optimum.
func TestEnumeration(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetFloat("mip_rel_gap", 0))
	counts := map[highs.Status]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := drawProgram(t, true)
		for j := range m.Integer {
			m.Integer[j] = true
		}
		best, ok := enumerate(m)
		want := highs.Optimal
		if !ok {
			want = highs.Infeasible
		}
		solve(t, s, m, want)
		counts[want]++
		if s.PrimalFeasible() != ok {
			t.Fatalf("PrimalFeasible is %v", s.PrimalFeasible())
		}
		if !ok {
			if !math.IsInf(s.DualBound(), 0) || math.Signbit(s.DualBound()) != m.Maximize {
				t.Fatalf("the bound of an infeasible program is %v", s.DualBound())
			}
			return
		}
		x, colDual, row, rowDual, err := s.Solution()
		must(t, err)
		if colDual != nil || rowDual != nil {
			t.Fatalf("a MIP has duals %v, %v", colDual, rowDual)
		}
		if !feasible(m, x, 1e-6) || !near(objective(m, x), best, 1e-6) || !near(s.Objective(), best, 1e-6) {
			t.Fatalf("solution %v with objective %v (HiGHS: %v), enumeration has %v", x, objective(m, x), s.Objective(), best)
		}
		for i, v := range activity(m, x) {
			if !near(v, row[i], 1e-9) {
				t.Fatalf("row %d is %v, HiGHS has %v", i, v, row[i])
			}
		}
		if !near(s.DualBound(), best, 1e-6) || s.Gap() > 1e-5 {
			t.Fatalf("bound %v with gap %v, optimum %v", s.DualBound(), s.Gap(), best)
		}
	})
	if counts[highs.Optimal] == 0 || counts[highs.Infeasible] == 0 {
		t.Errorf("one-sided sample: %v", counts)
	}
}

// A larger knapsack, against dynamic programming.
func TestKnapsack(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetFloat("mip_rel_gap", 0))
	for seed := range uint64(5) {
		m := knapsack(seed, 40, 1)
		capacity := int(m.RowUp[0])
		best := make([]float64, capacity+1) // by weight
		for j := range m.Cost {
			for w := capacity; w >= int(m.Value[j]); w-- {
				best[w] = max(best[w], best[w-int(m.Value[j])]+m.Cost[j])
			}
		}
		solve(t, s, m, highs.Optimal)
		if !near(s.Objective(), best[capacity], 1e-9) {
			t.Errorf("seed %d: %v, dynamic programming has %v", seed, s.Objective(), best[capacity])
		}
	}
}

// Fixing the integer columns of a solution leaves a linear program with the
// same optimum.
func TestFixedIntegers(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetFloat("mip_rel_gap", 0))
	rapid.Check(t, func(t *rapid.T) {
		m := drawProgram(t, true)
		must(t, s.Pass(m))
		status, err := s.Run(t.Context(), nil)
		must(t, err)
		if status != highs.Optimal {
			return
		}
		want := s.Objective()
		x, _, _, _, err := s.Solution()
		must(t, err)
		for j, integer := range m.Integer {
			if integer {
				must(t, s.SetColBounds(j, math.Round(x[j]), math.Round(x[j])))
				must(t, s.SetInteger(j, false))
			}
		}
		run(t, s, highs.Optimal)
		if !near(s.Objective(), want, 1e-6) {
			t.Fatalf("%v, with the integers fixed %v", want, s.Objective())
		}
		if !near(s.DualBound(), want, 1e-6) || s.Nodes() != 0 {
			t.Fatalf("bound %v, %d nodes: not those of a linear program", s.DualBound(), s.Nodes())
		}
	})
}
