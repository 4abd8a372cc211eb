package contract_test

import (
	"regexp"
	"testing"

	"rsm/solve/highs"
)

func TestStatusStrings(t *testing.T) {
	for s, want := range map[highs.Status]string{
		highs.NotSet: "not set", highs.ModelEmpty: "model empty", highs.Optimal: "optimal",
		highs.Infeasible: "infeasible", highs.TimeLimit: "time limit", highs.Unknown: "unknown",
		highs.SolutionLimit: "solution limit", highs.Interrupted: "interrupted",
		-1: "status -1", 99: "status 99",
	} {
		if got := s.String(); got != want {
			t.Errorf("%d is %q, want %q", int(s), got, want)
		}
	}
	seen := map[string]bool{}
	for s := highs.NotSet; s <= highs.HighsInterrupted; s++ {
		if seen[s.String()] || s.String() == "" {
			t.Errorf("%d is %q", int(s), s)
		}
		seen[s.String()] = true
	}
	if highs.Basic.String() != "basic" || highs.BasisStatus(9).String() != "basis status 9" {
		t.Error("basis status strings")
	}
}

// The values that HiGHS fixes.
func TestStatusValues(t *testing.T) {
	for s, want := range map[highs.Status]int{
		highs.Optimal: 7, highs.Infeasible: 8, highs.TimeLimit: 13, highs.SolutionLimit: 16, highs.Interrupted: 17,
	} {
		if int(s) != want {
			t.Errorf("%v is %d, HiGHS has %d", s, int(s), want)
		}
	}
}

func TestVersion(t *testing.T) {
	if !regexp.MustCompile(`^1\.\d+\.\d+$`).MatchString(highs.Version()) {
		t.Errorf("version %q", highs.Version())
	}
	t.Logf("HiGHS %s, %s", highs.Version(), highs.Provider)
}
