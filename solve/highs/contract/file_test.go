package contract_test

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rsm/solve/highs"
)

// A model written and read back has the same optimum: in both formats, in both
// senses, with offset, equations, ranges, free columns and odd numbers.
func TestFiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	models := map[string]*highs.Model{"knapsack": knapsack(2, 12, 3), "small": small()}
	odd := small()
	odd.Offset, odd.Cost[0] = -1.0/3, -rng.Float64()
	odd.Lo[1], odd.RowLo[0], odd.Integer[0] = -inf, 1.0/7, true
	odd.Value[0], odd.Maximize = 1/rng.Float64(), false
	odd.RowLo[1] = odd.RowUp[1]
	models["odd"] = odd
	for name, m := range models {
		for _, ext := range []string{".mps", ".lp"} {
			s := newSolver(t)
			must(t, s.SetFloat("mip_rel_gap", 0))
			solve(t, s, m, highs.Optimal)
			path := filepath.Join(t.TempDir(), name+ext)
			must(t, s.WriteModel(path))
			r := newSolver(t)
			must(t, r.SetFloat("mip_rel_gap", 0))
			must(t, r.ReadModel(path))
			whole := r.Rows() == s.Rows() && r.Nonzeros() == s.Nonzeros()
			if name == "odd" && ext == ".lp" { // its ranged row becomes two
				whole = r.Rows() == s.Rows()+1
			}
			if r.Columns() != s.Columns() || !whole {
				t.Errorf("%s%s: read %d x %d with %d nonzeros", name, ext, r.Rows(), r.Columns(), r.Nonzeros())
			}
			run(t, r, highs.Optimal)
			if !near(r.Objective(), s.Objective(), 1e-9) {
				t.Errorf("%s%s: %v after reading, %v before", name, ext, r.Objective(), s.Objective())
			}
			text, err := os.ReadFile(path)
			must(t, err)
			for _, word := range append(append([]string(nil), m.ColNames...), m.RowNames...) {
				if !strings.Contains(string(text), word) {
					t.Errorf("%s%s does not name %s", name, ext, word)
				}
			}
		}
	}
}

// Rows that are added to a model with names do not spoil its file.
func TestFileAfterAddRows(t *testing.T) {
	s := newSolver(t)
	must(t, s.Pass(small()))
	must(t, s.AddRows(highs.Rows{Lo: []float64{1, -inf}, Up: []float64{inf, 1}, Start: []int32{0, 1}, Index: []int32{0, 1}, Value: []float64{1, 1}}))
	run(t, s, highs.Optimal)
	for _, ext := range []string{".mps", ".lp"} {
		path := filepath.Join(t.TempDir(), "m"+ext)
		must(t, s.WriteModel(path))
		r := newSolver(t)
		must(t, r.ReadModel(path))
		run(t, r, highs.Optimal)
		if r.Rows() != 4 || !near(r.Objective(), s.Objective(), 1e-9) {
			t.Errorf("%s: %d rows, optimum %v, want %v", ext, r.Rows(), r.Objective(), s.Objective())
		}
	}
}

// How exactly a file keeps a number, by version: what WriteModel promises.
func TestFilePrecision(t *testing.T) {
	s, r := newSolver(t), newSolver(t)
	m := &highs.Model{Cost: []float64{math.Sqrt(2)}, Lo: []float64{1}, Up: []float64{1}}
	for _, ext := range []string{".mps", ".lp"} {
		must(t, s.Pass(m))
		path := filepath.Join(t.TempDir(), "m"+ext)
		must(t, s.WriteModel(path))
		must(t, r.ReadModel(path))
		run(t, r, highs.Optimal)
		exact := r.Objective() == math.Sqrt(2)
		if !near(r.Objective(), math.Sqrt(2), 1e-14) ||
			exact && highs.Version() == "1.13.1" || !exact && highs.Version() == "1.16.0" {
			t.Errorf("%s: %v came back as %v", ext, math.Sqrt(2), r.Objective())
		}
	}
}

func TestFileErrors(t *testing.T) {
	s := newSolver(t)
	must(t, s.Pass(small()))
	dir := t.TempDir()
	for _, path := range []string{"", "m", dir + "/m.txt", dir + "/m.MPS"} {
		if err := s.WriteModel(path); err == nil || !strings.Contains(err.Error(), ".mps") {
			t.Errorf("writing %q: %v", path, err)
		}
		if err := s.ReadModel(path); err == nil || !strings.Contains(err.Error(), ".mps") {
			t.Errorf("reading %q: %v", path, err)
		}
	}
	for _, err := range []error{s.WriteModel(dir + "/none/m.lp"), s.ReadModel(dir + "/none.mps"), s.ReadModel(dir + "/none.lp.gz")} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	}
	bad := filepath.Join(dir, "bad.mps")
	must(t, os.WriteFile(bad, []byte("no model\n"), 0o666))
	if err := s.ReadModel(bad); err == nil {
		t.Error("nonsense was read as a model")
	}
	// The solver is still good for another model.
	solve(t, s, small(), highs.Optimal)
}
