package contract_test

import (
	"math"
	"strings"
	"testing"

	"rsm/solve/highs"
)

// small is max x + y with x + 2 y <= 4, 3 x + y <= 6 and x, y in [0, 10].
func small() *highs.Model {
	return &highs.Model{
		Maximize: true, Cost: []float64{1, 1}, Lo: []float64{0, 0}, Up: []float64{10, 10},
		Integer: []bool{false, false}, ColNames: []string{"x", "y"},
		RowLo: []float64{-inf, -inf}, RowUp: []float64{4, 6}, RowNames: []string{"r", "s"},
		Start: []int32{0, 2}, Index: []int32{0, 1, 0, 1}, Value: []float64{1, 2, 3, 1},
	}
}

func TestSmall(t *testing.T) {
	s := newSolver(t)
	solve(t, s, small(), highs.Optimal)
	x, _, row, rowDual, err := s.Solution()
	must(t, err)
	for _, c := range [][2]float64{{x[0], 1.6}, {x[1], 1.2}, {row[0], 4}, {row[1], 6}, {rowDual[0], 0.4}, {rowDual[1], 0.2}, {s.Objective(), 2.8}} {
		if !near(c[0], c[1], 1e-9) {
			t.Errorf("got %v, want %v", c[0], c[1])
		}
	}
}

// A model without columns, and one without rows.
func TestDegenerate(t *testing.T) {
	s := newSolver(t)
	solve(t, s, &highs.Model{}, highs.ModelEmpty)
	solve(t, s, &highs.Model{Cost: []float64{-1}, Lo: []float64{0}, Up: []float64{3}, Offset: 5}, highs.Optimal)
	if s.Objective() != 2 || s.DualBound() != 2 {
		t.Errorf("objective %v, bound %v", s.Objective(), s.DualBound())
	}
	solve(t, s, &highs.Model{Cost: []float64{1}, Lo: []float64{1}, Up: []float64{0}}, highs.Infeasible)
}

func TestModelErrors(t *testing.T) {
	s := newSolver(t)
	nan := math.NaN()
	for _, c := range []struct {
		want  string
		spoil func(m *highs.Model)
	}{
		{"Lo", func(m *highs.Model) { m.Lo = m.Lo[1:] }},
		{"Up", func(m *highs.Model) { m.Up = nil }},
		{"Integer", func(m *highs.Model) { m.Integer = []bool{} }},
		{"ColNames", func(m *highs.Model) { m.ColNames = m.ColNames[1:] }},
		{"RowNames", func(m *highs.Model) { m.RowNames = append(m.RowNames, "t") }},
		{"RowUp", func(m *highs.Model) { m.RowUp = m.RowUp[1:] }},
		{"Start", func(m *highs.Model) { m.Start = m.Start[1:] }},
		{"Index", func(m *highs.Model) { m.Index = m.Index[1:] }},
		{"row 0", func(m *highs.Model) { m.Start[1] = 9 }},
		{"row 0", func(m *highs.Model) { m.Start[1] = -1 }},
		{"before its first row", func(m *highs.Model) { m.Start[0] = 1 }},
		{"row 1: column 7", func(m *highs.Model) { m.Index[3] = 7 }},
		{"row 1: column -1", func(m *highs.Model) { m.Index[3] = -1 }},
		{"row 0: column 0 has two", func(m *highs.Model) { m.Index[1] = 0 }},
		{"row 0, column 1: the value is NaN", func(m *highs.Model) { m.Value[1] = nan }},
		{"row 1, column 0: the value is 1e+15", func(m *highs.Model) { m.Value[2] = 1e15 }},
		{"row 1", func(m *highs.Model) { m.RowUp[1] = nan }},
		{"row 1", func(m *highs.Model) { m.RowLo[1] = inf }},
		{"column 1 (y)", func(m *highs.Model) { m.Up[1] = -inf }},
		{"column 0 (x): cost", func(m *highs.Model) { m.Cost[0] = inf }},
		{"offset", func(m *highs.Model) { m.Offset = nan }},
		{"rows 0 and 1 are both named", func(m *highs.Model) { m.RowNames[1] = "r" }},
		{"column 1 has an empty name", func(m *highs.Model) { m.ColNames[1] = "" }},
		{"column 1: its name", func(m *highs.Model) { m.ColNames[1] = "a b" }},
		{"column 0: its name", func(m *highs.Model) { m.ColNames[0] = "a\x00b" }},
	} {
		m := small()
		c.spoil(m)
		if err := s.Pass(m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want it to say %q", err, c.want)
		}
	}
}

// Values that HiGHS leaves out are counted, with what they amount to.
func TestDropped(t *testing.T) {
	s := newSolver(t)
	m := small()
	m.Value[1], m.Value[3] = 1e-12, -1e-13
	m.Index, m.Value = append(m.Index[:2:2], 1, 0), append(m.Value[:2:2], m.Value[3], 0) // an explicit zero
	solve(t, s, m, highs.Optimal)
	if d := s.Dropped(); d.Count != 2 || !near(d.Shift, 1e-11, 1e-12) || s.Nonzeros() != 1 {
		t.Errorf("dropped %+v, %d left", d, s.Nonzeros())
	}
	must(t, s.AddRows(highs.Rows{Lo: []float64{-inf}, Up: []float64{9}, Start: []int32{0}, Index: []int32{0, 1}, Value: []float64{5e-13, 5}}))
	must(t, s.SetCoefficient(1, 0, 2e-12))
	must(t, s.SetCoefficient(1, 0, 5e-12/10))
	must(t, s.SetCoefficient(1, 0, 0))
	if d := s.Dropped(); d.Count != 4 || s.Nonzeros() != 2 {
		t.Errorf("dropped %+v, %d left", d, s.Nonzeros())
	}
	// An infinite bound: no bound on what is lost.
	m = small()
	m.Up[1], m.Value[1] = inf, 1e-20
	must(t, s.Pass(m))
	if d := s.Dropped(); d.Count != 1 || !math.IsInf(d.Shift, 1) {
		t.Errorf("dropped %+v", d)
	}
	// The least value that stays.
	m = small()
	m.Value[1] = 1.1e-12
	must(t, s.Pass(m))
	if d := s.Dropped(); d != (highs.Dropped{}) || s.Nonzeros() != 4 {
		t.Errorf("dropped %+v, %d left", d, s.Nonzeros())
	}
	// HiGHS' own default would leave out more.
	must(t, s.SetFloat("small_matrix_value", 1e-9))
	must(t, s.Pass(m))
	if d := s.Dropped(); d.Count != 1 || s.Nonzeros() != 3 {
		t.Errorf("dropped %+v, %d left", d, s.Nonzeros())
	}
}
