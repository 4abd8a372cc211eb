package contract_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"rsm/solve/highs"
)

// dualObjective is the bound on the objective that row multipliers y prove, in
// minimizing from below, in maximizing from above, with reduced costs d:
//
//	c'x + offset = y'Ax + d'x + offset >= sum of the least y_i [RowLo_i, RowUp_i]
//	               + sum of the least d_j [Lo_j, Up_j] + offset
//
// It is infinite where a multiplier's sign meets an infinite bound; those below
// the tolerance are taken for zero there.
func dualObjective(m *highs.Model, y []float64) float64 {
	d := append([]float64(nil), m.Cost...)
	for i := range y {
		end := len(m.Index)
		if i+1 < len(m.Start) {
			end = int(m.Start[i+1])
		}
		for k := int(m.Start[i]); k < end; k++ {
			d[m.Index[k]] -= y[i] * m.Value[k]
		}
	}
	sign := 1.0
	if m.Maximize {
		sign = -1
	}
	least := func(v, lo, up float64) float64 {
		bound := lo
		if sign*v < 0 {
			bound = up
		}
		if math.IsInf(bound, 0) && math.Abs(v) < 1e-7 {
			return 0
		}
		return v * bound
	}
	total := m.Offset
	for j, v := range d {
		total += least(v, m.Lo[j], m.Up[j])
	}
	for i, v := range y {
		total += least(v, m.RowLo[i], m.RowUp[i])
	}
	return total
}

// Strong duality: the row duals of an optimal linear program prove its
// objective, and the column duals are the reduced costs. Where it is
// infeasible, the ray is a Farkas certificate.
func TestDuality(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetString("presolve", "off"))
	counts := map[highs.Status]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := drawProgram(t, false)
		must(t, s.Pass(m))
		status, err := s.Run(t.Context(), nil)
		must(t, err)
		counts[status]++
		switch status {
		case highs.Optimal:
			x, colDual, _, rowDual, err := s.Solution()
			must(t, err)
			if !feasible(m, x, 1e-7) || !near(objective(m, x), s.Objective(), 1e-7) {
				t.Fatalf("solution %v with objective %v, HiGHS: %v", x, objective(m, x), s.Objective())
			}
			if bound := dualObjective(m, rowDual); !near(bound, s.Objective(), 1e-6) {
				t.Fatalf("the duals %v prove %v, the optimum is %v", rowDual, bound, s.Objective())
			}
			if s.DualBound() != s.Objective() || s.Gap() != 0 {
				t.Fatalf("bound %v, objective %v", s.DualBound(), s.Objective())
			}
			zero := *m
			zero.Cost = make([]float64, len(m.Cost))
			for j := range colDual {
				unit := make([]float64, len(x))
				unit[j] = 1
				reduced := m.Cost[j]
				for i, a := range activity(m, unit) {
					reduced -= rowDual[i] * a
				}
				if !near(colDual[j], reduced, 1e-7) {
					t.Fatalf("column dual %d is %v, not %v", j, colDual[j], reduced)
				}
			}
		case highs.Infeasible:
			ray, ok, err := s.DualRay()
			must(t, err)
			if ok {
				counts[highs.Infeasible+1000]++
				checkFarkas(t, m, ray)
			}
		default:
			t.Fatalf("status %v", status)
		}
	})
	if counts[highs.Optimal] == 0 || counts[highs.Infeasible+1000] == 0 {
		t.Errorf("one-sided sample: %v", counts)
	}
}

// checkFarkas fails unless y proves that the model is infeasible.
func checkFarkas(t tb, m *highs.Model, y []float64) {
	t.Helper()
	demand := 0.0 // y'Ax of every x that satisfies the rows is this at least
	for i, v := range y {
		bound := m.RowLo[i]
		if v < 0 {
			bound = m.RowUp[i]
		}
		if v != 0 {
			demand += v * bound
		}
	}
	unit := make([]float64, len(m.Cost))
	supply := 0.0 // y'Ax of every x within its bounds is this at most
	for j := range unit {
		unit[j] = 1
		v := 0.0
		for i, a := range activity(m, unit) {
			v += y[i] * a
		}
		unit[j] = 0
		supply += max(v*m.Lo[j], v*m.Up[j])
	}
	if !(supply < demand) {
		t.Fatalf("ray %v: at most %v, at least %v", y, supply, demand)
	}
}

func TestUnbounded(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetString("presolve", "off"))
	// maximize x + y with x - y <= 1, x, y >= 0
	m := dense([]float64{1, 1}, []float64{0, 0}, []float64{inf, inf}, [][]float64{{1, -1}}, []float64{-inf}, []float64{1})
	m.Maximize = true
	solve(t, s, m, highs.Unbounded)
	if b := s.DualBound(); !math.IsInf(b, 1) {
		t.Errorf("bound %v", b)
	}
	ray, ok, err := s.PrimalRay()
	must(t, err)
	if !ok || ray[0] < 0 || ray[1] < 0 || ray[0] > ray[1]+1e-9 || !(ray[0]+ray[1] > 0) {
		t.Errorf("primal ray %v, %v", ray, ok)
	}
}

// There is nothing to read before a run, and no zeros in its place.
func TestNothingYet(t *testing.T) {
	s := newSolver(t)
	if s.Status() != highs.NotSet || s.PrimalFeasible() || !math.IsInf(s.DualBound(), -1) || !math.IsInf(s.Gap(), 1) {
		t.Errorf("a new solver: %v, bound %v, gap %v", s.Status(), s.DualBound(), s.Gap())
	}
	for k := range 2 {
		_, _, _, _, err := s.Solution()
		_, _, err2 := s.Basis()
		_, err3 := s.Float("objective_function_value")
		for i, err := range []error{err, err2, err3} {
			if !errors.Is(err, highs.ErrUnavailable) {
				t.Errorf("round %d, %d: got %v, want ErrUnavailable", k, i, err)
			}
		}
		if _, ok, err := s.DualRay(); ok || err != nil {
			t.Errorf("dual ray: %v, %v", ok, err)
		}
		must(t, s.Pass(knapsack(1, 5, 1)))
	}
}

// A basis saves the work of a second run.
func TestBasis(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetString("presolve", "off"))
	m := knapsack(3, 60, 20)
	m.Integer = nil
	solve(t, s, m, highs.Optimal)
	if s.LPIterations() == 0 {
		t.Fatal("no iterations to save")
	}
	want := s.Objective()
	cols, rows, err := s.Basis()
	must(t, err)
	basic := 0
	for _, b := range append(append([]highs.BasisStatus(nil), cols...), rows...) {
		if b == highs.Basic {
			basic++
		}
	}
	if basic != len(rows) {
		t.Errorf("%d basic columns and rows for %d rows", basic, len(rows))
	}
	must(t, s.ClearSolver())
	if _, _, err := s.Basis(); !errors.Is(err, highs.ErrUnavailable) {
		t.Errorf("a basis after ClearSolver: %v", err)
	}
	must(t, s.SetBasis(cols, rows))
	run(t, s, highs.Optimal)
	if s.LPIterations() != 0 || !near(s.Objective(), want, 1e-9) {
		t.Errorf("from the basis: %d iterations to %v, want none to %v", s.LPIterations(), s.Objective(), want)
	}
	if err := s.SetBasis(cols[1:], rows); err == nil {
		t.Error("a basis of the wrong size was taken")
	}
	if err := s.SetBasis(cols, make([]highs.BasisStatus, len(rows))); err == nil {
		// HiGHS completes a basis with too few basic entries.
		run(t, s, highs.Optimal)
	}
}
