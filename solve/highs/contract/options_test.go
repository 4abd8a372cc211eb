package contract_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rsm/solve/highs"
)

func TestSetOption(t *testing.T) {
	s := newSolver(t)
	for _, c := range []struct{ name, value, want string }{
		{"mip_detect_symmetry", "off", "false"},
		{"mip_detect_symmetry", "true", "true"},
		{"mip_max_nodes", "17", "17"},
		{"mip_rel_gap", "1e-3", "0.001"},
		{"time_limit", "5", "5"},
		{"time_limit", "inf", "+Inf"},
		{"presolve", "off", "off"},
		{"random_seed", "42", "42"},
		{"threads", "1", "1"},
	} {
		if err := s.SetOption(c.name, c.value); err != nil {
			t.Error(err)
		}
		if got, err := s.Option(c.name); err != nil || got != c.want {
			t.Errorf("%s is %q after %q, want %q (%v)", c.name, got, c.value, c.want, err)
		}
	}
}

// What New sets.
func TestDefaults(t *testing.T) {
	s := newSolver(t)
	for name, want := range map[string]string{"threads": "1", "output_flag": "false", "small_matrix_value": "1e-12"} {
		if got, err := s.Option(name); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", name, got, want, err)
		}
	}
}

// An error names the option, and what would have been taken.
func TestOptionErrors(t *testing.T) {
	s := newSolver(t)
	for _, c := range []struct {
		err   error
		is    error
		words []string
	}{
		{s.SetOption("mip_max_node", "1"), highs.ErrUnknownOption, []string{"mip_max_node", "mip_max_nodes"}},
		{s.SetOption("heuristic_effort", "1"), highs.ErrUnknownOption, []string{"mip_heuristic_effort"}},
		{s.SetOption("zzzzzzzzzz", "1"), highs.ErrUnknownOption, []string{`"zzzzzzzzzz"`, highs.Version()}},
		{s.SetOption("", "1"), highs.ErrUnknownOption, []string{`""`}},
		{s.SetOption("threads", "many"), highs.ErrOptionValue, []string{"threads", "many", "integer"}},
		{s.SetOption("threads", "-3"), highs.ErrOptionValue, []string{"threads", "-3", "from 0"}},
		{s.SetOption("threads", "99999999999"), highs.ErrOptionValue, []string{"threads"}},
		{s.SetOption("mip_rel_gap", "-1"), highs.ErrOptionValue, []string{"mip_rel_gap", "from 0"}},
		{s.SetOption("mip_rel_gap", "NaN"), highs.ErrOptionValue, []string{"mip_rel_gap"}},
		{s.SetOption("small_matrix_value", "0"), highs.ErrOptionValue, []string{"1e-12"}},
		{s.SetOption("mip_detect_symmetry", "maybe"), highs.ErrOptionValue, []string{"true or false"}},
		{s.SetOption("presolve", "sometimes"), highs.ErrOptionValue, []string{"presolve", "sometimes"}},
		{s.SetOption("log_file", strings.Repeat("x", 600)), highs.ErrOptionValue, []string{"log_file"}},
		{s.SetInt("presolve", 1), highs.ErrOptionType, []string{"presolve", "a string"}},
		{s.SetFloat("threads", 1), highs.ErrOptionType, []string{"threads", "an integer"}},
		{s.SetBool("mip_rel_gap", true), highs.ErrOptionType, []string{"mip_rel_gap", "a number"}},
		{s.SetString("output_flag", "on"), highs.ErrOptionType, []string{"output_flag"}},
	} {
		if !errors.Is(c.err, c.is) {
			t.Errorf("got %v, want %v", c.err, c.is)
			continue
		}
		for _, w := range c.words {
			if !strings.Contains(c.err.Error(), w) {
				t.Errorf("%q does not say %q", c.err, w)
			}
		}
	}
	if _, err := s.Option("no_such_option"); !errors.Is(err, highs.ErrUnknownOption) {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"no_such_info", ""} {
		if _, err := s.Float(name); !errors.Is(err, highs.ErrUnknownInfo) || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := s.Int("mip_gap"); !errors.Is(err, highs.ErrUnknownInfo) {
		t.Errorf("an int of type double: %v", err)
	}
}

// Every option has a value that can be set again, as text.
func TestEveryOption(t *testing.T) {
	s := newSolver(t)
	names, err := s.OptionNames()
	must(t, err)
	if len(names) < 50 {
		t.Errorf("%d options", len(names))
	}
	for _, name := range names {
		v, err := s.Option(name)
		must(t, err)
		if err := s.SetOption(name, v); err != nil {
			t.Error(err)
		}
	}
}

// An int sets a real option too, and keeps its value.
func TestIntForFloat(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetInt("time_limit", 3))
	v, err := s.Option("time_limit")
	must(t, err)
	if f, _ := strconv.ParseFloat(v, 64); f != 3 {
		t.Errorf("time_limit is %s", v)
	}
}

// The log can go to a file, away from the standard output.
func TestLogFile(t *testing.T) {
	s := newSolver(t)
	path := filepath.Join(t.TempDir(), "log")
	must(t, s.SetOption("log_to_console", "false"))
	must(t, s.SetOption("output_flag", "true"))
	must(t, s.SetOption("log_file", path))
	solve(t, s, knapsack(1, 10, 1), highs.Optimal)
	must(t, s.Close())
	if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), "Optimal") {
		t.Errorf("log %q, %v", text, err)
	}
}

func TestInfo(t *testing.T) {
	s := newSolver(t)
	solve(t, s, knapsack(1, 20, 2), highs.Optimal)
	objective, err := s.Float("objective_function_value")
	must(t, err)
	bound, err := s.Float("mip_dual_bound")
	must(t, err)
	nodes, err := s.Int64("mip_node_count")
	must(t, err)
	lp, err := s.Int("simplex_iteration_count")
	must(t, err)
	if objective != s.Objective() || bound != s.DualBound() || nodes != s.Nodes() || int64(lp) != s.LPIterations() {
		t.Errorf("info %v %v %v %v, accessors %v %v %v %v", objective, bound, nodes, lp,
			s.Objective(), s.DualBound(), s.Nodes(), s.LPIterations())
	}
	if math.Abs(bound-objective) != s.Gap() {
		t.Errorf("gap %v", s.Gap())
	}
}
