package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// records are made of lines "name status seconds limit".
func records(t *testing.T, lines ...string) *Records {
	t.Helper()
	r := &Records{File: "r.jsonl", Header: Header{Tool: "rsm", Suite: "s", Config: "c"}}
	for _, line := range lines {
		var rec Record
		if _, err := fmt.Sscan(line, &rec.Instance, &rec.Status, &rec.Seconds, &rec.LimitSeconds); err != nil {
			t.Fatal(err)
		}
		r.Records = append(r.Records, rec)
	}
	return r
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestCompare(t *testing.T) {
	a := records(t,
		"quick exact 0.5 10",   // below --at-least
		"twice exact 4 10",     // B 2: ratio 2
		"slow exact 2 10",      // B 4: ratio 1/2, slower
		"wonA exact 5 10",      // B unsolved, counts 10: ratio 1/2, slower
		"wonB bounded 10.4 10", // counts 10, B 1.25: ratio 8
		"none error 0.1 10",    // counts 10, and so does B: ratio 1
		"gone exact 1 10")
	b := records(t, "none bounded 10.2 10", "quick exact 0.9 10", "twice exact 2 10", "slow exact 4 10", "wonA bounded 10.1 0", "wonB exact 1.25 10", "new exact 1 10", "newer exact 1 10")
	c, err := Compare(a, b, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Summary
	for what, got := range map[string][2]int{
		"instances": {s.Instances, 6}, "only in A": {s.OnlyInA, 1}, "only in B": {s.OnlyInB, 2},
		"solved A": {s.SolvedA, 4}, "solved B": {s.SolvedB, 4}, "ratio instances": {s.RatioInstances, 5},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", what, got[0], got[1])
		}
	}
	if !slices.Equal(s.SolvedByAOnly, []string{"wonA"}) || !slices.Equal(s.SolvedByBOnly, []string{"wonB"}) || !slices.Equal(s.Slower, []string{"slow", "wonA"}) {
		t.Errorf("by A only %v, by B only %v, slower %v", s.SolvedByAOnly, s.SolvedByBOnly, s.Slower)
	}
	near(t, "ratio", s.Ratio, math.Pow(2*0.5*0.5*8*1, 1.0/5))
	near(t, "PAR-2 of A", s.PAR2A, (0.5+4+2+5+20+20)/6)
	near(t, "PAR-2 of B", s.PAR2B, (0.9+2+4+20+1.25+20)/6)
	times, common := SolvedTimes([]*Records{a, b})
	if common != 6 || !slices.Equal(times[0], []float64{0.5, 2, 4, 5}) || !slices.Equal(times[1], []float64{0.9, 1.25, 2, 4}) {
		t.Errorf("times %v over %d", times, common)
	}
	for format, want := range map[string]string{"text": "no contradictions", "markdown": "| twice | exact | exact | 4.00 | 2.00 | 2.00 | - | - |", "json": `"schema": "rsm-bench-compare"`} {
		var out bytes.Buffer
		if err := PrintComparisons(&out, format, []*Comparison{c}); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v, lacks %q:\n%s", format, err, want, out.String())
		}
	}
}

func TestCompareRefuses(t *testing.T) {
	if _, err := Compare(records(t, "a exact 1 1"), records(t, "b exact 1 1"), 1); err == nil {
		t.Error("files without a common instance are compared")
	}
	a, b := records(t, "a exact 1 1"), records(t, "a exact 1 1")
	a.Records[0].Networks, b.Records[0].Networks = []string{"1", "2"}, []string{"2", "1"}
	if _, err := Compare(a, b, 1); err == nil || !strings.Contains(err.Error(), "different networks") {
		t.Errorf("different networks: %v", err)
	}
}

// Contradictions are found between what is said of the range, whatever is
// left out; "-" is unknown. The values are min proved, min witnessed, max
// witnessed, max proved.
func TestContradictions(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want string // of the first one, empty for none
	}{
		{"exact 0 0 1 1", "exact 0 0 1 1", ""},
		{"exact 0 0 1 1", "exact 0 0 1.0000009 1.0000009", ""},
		{"exact 0 0 1000 1000", "exact 0 0 1000.0009 1000.0009", ""}, // 1e-6 + 1e-3
		{"exact 0 0 1 1", "exact 0 0 1.00001 1.00001", "A proves r <= 1, and B reaches 1.00001"},
		{"exact 0 0 1 1", "bounded -9 0.2 0.3 9", ""},
		{"exact 0 0 1 1", "bounded -9 0.2 1.1 9", "A proves r <= 1, and B reaches 1.1"},
		{"bounded -9 0.2 1.1 9", "exact 0 0 1 1", "B proves r <= 1, and A reaches 1.1"},
		{"bounded -9 -0.5 0.3 9", "exact 0 0 1 1", "B proves r >= 0, and A reaches -0.5"},
		{"bounded -9 - - 9", "exact 0 0 1 1", ""},
		{"bounded 0 - - 1", "bounded 2 - - 3", "A proves r <= 1, and B proves r >= 2"},
		{"exact - 0 1 -", "exact - 0 2 -", "A proves r <= 1, and B reaches 2"}, // exact: a witness is a bound
		{"exact 0 - - 1", "bounded 0.5 - - -", "B proves r >= 0.5, and A reaches 0"},
		{"bounded - 0 1 -", "bounded - 0 2 -", ""},
		{"bounded -inf 0 1 +inf", "exact 0 0 1 1", ""},
		{"exact 0 0 2 1", "exact 0 0 1 1", "A proves r <= 1, and A reaches 2"},
	} {
		a, b := claimed(t, test.a), claimed(t, test.b)
		var got string
		if found := contradictions(a, b); len(found) > 0 {
			got = found[0].What
		}
		if got != test.want {
			t.Errorf("%s against %s: %q, want %q", test.a, test.b, got, test.want)
		}
	}
	// Another class pair is another matter.
	a, b := claimed(t, "exact 0 0 1 1"), claimed(t, "exact 5 5 6 6")
	b.Pairs[0].J = 7
	if found := contradictions(a, b); len(found) > 0 {
		t.Errorf("%v", found)
	}
}

func claimed(t *testing.T, s string) *Record {
	t.Helper()
	f := strings.Fields(s)
	parse := func(s string) *Number {
		if s == "-" {
			return nil
		}
		if strings.HasSuffix(s, "inf") {
			s = `"` + s + `"`
		}
		var n Number
		if err := json.Unmarshal([]byte(s), &n); err != nil {
			t.Fatal(err)
		}
		return &n
	}
	status := Status(f[0])
	return &Record{Instance: "x", Status: status, Pairs: []PairRange{{I: 3, J: 8,
		Min: Extremum{Proved: parse(f[1]), Witnessed: parse(f[2]), Status: status},
		Max: Extremum{Witnessed: parse(f[3]), Proved: parse(f[4]), Status: status}}}}
}
