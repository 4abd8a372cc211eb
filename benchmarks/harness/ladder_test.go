package harness

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func TestQuantile(t *testing.T) {
	inf := math.Inf(1)
	for _, test := range []struct {
		values  []float64
		q, want float64
	}{
		{[]float64{3}, 0.25, 3},
		{[]float64{1, 2, 4}, 0.5, 2},
		{[]float64{1, 2, 4, 8}, 0.5, 3},
		{[]float64{1, 2, 4, 8}, 0.25, 1.75},
		{[]float64{1, 2, 4, 8}, 1, 8},
		{[]float64{1, 2, inf}, 0.5, 2},
		{[]float64{1, 2, inf, inf}, 0.5, inf},
		{[]float64{1, inf, inf, inf}, 0.75, inf},
	} {
		if got := quantile(test.values, test.q); got != test.want {
			t.Errorf("quantile %v of %v: %v, want %v", test.q, test.values, got, test.want)
		}
	}
}

// ladderRecords are two instances with the exact ranges [0, 2] and [-1, 0], one
// that was not solved, and the methods wide and tight.
func ladderRecords(t *testing.T) (bounds, exact *Records) {
	exact = records(t, "a exact 1 9", "b exact 1 9", "c bounded 9 9")
	for k, claim := range []string{"exact 0 0 2 2", "exact -1 -1 0 0", "bounded -5 0 1 5"} {
		exact.Records[k].Pairs = claimed(t, claim).Pairs
	}
	bounds = records(t, "a bounded 1 9", "b bounded 1 9", "c bounded 1 9", "d bounded 1 9")
	method := func(k int, name string, lo, hi Number, seconds float64) {
		bounds.Records[k].Methods = append(bounds.Records[k].Methods, Method{name, 3, 8, lo, hi, seconds})
	}
	method(0, "wide", -1, 5, 1)      // width 6 of 2; gaps 1 and 3
	method(0, "tight", -0.5, 2, 4)   // width 2.5 of 2; gaps 0.5 and 0: half and all of it closed
	method(1, "wide", -3, 0.5, 3)    // width 3.5 of 1; gaps 2 and 0.5
	method(1, "tight", -3, 1, 5)     // width 4 of 1, looser; gaps 2 and 1: nothing, and -1
	method(2, "wide", -1, 1.5, 100)  // no exact range
	method(2, "tight", -1, 1.5, 100) // no exact range
	method(3, "wide", -1, 1, 100)    // no such instance
	return bounds, exact
}

func TestLadder(t *testing.T) {
	bounds, exact := ladderRecords(t)
	l, err := NewLadder(bounds, exact, "wide", func(m string) []string { return map[string][]string{"tight": {"wide"}}[m] })
	if err != nil {
		t.Fatal(err)
	}
	if l.Pairs != 2 || l.Instances != 3 || l.Baseline != "wide" || len(l.Methods) != 2 || len(l.Contradictions) != 0 {
		t.Fatalf("%+v", l)
	}
	wide, tight := l.Methods[0], l.Methods[1]
	near(t, "wide min", float64(wide.Min), 3)
	near(t, "wide median", float64(wide.Median), 3.25)
	near(t, "wide upper quartile", float64(wide.Q3), 3.375)
	near(t, "wide max", float64(wide.Max), 3.5)
	near(t, "wide seconds", wide.Seconds, 3)
	near(t, "wide closed", float64(*wide.Closed), 0)
	near(t, "tight median", float64(tight.Median), (1.25+4)/2)
	near(t, "tight lower quartile", float64(tight.Q1), 1.25+0.25*2.75)
	near(t, "tight closed", float64(*tight.Closed), 0.25) // of -1, 0, 0.5, 1
	if tight.Looser != 1 || wide.Looser != 0 {
		t.Errorf("looser %d and %d, want 0 and 1", wide.Looser, tight.Looser)
	}
	for format, want := range map[string]string{"text": "gap of wide closed", "markdown": "| tight | 2 | 2.625 |", "json": `"schema": "rsm-bench-ladder"`} {
		var out bytes.Buffer
		if err := l.Print(&out, format); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v, lacks %q:\n%s", format, err, want, out.String())
		}
	}
	if l, err = NewLadder(bounds, exact, "lp-plain", nil); err != nil || l.Baseline != "" || l.Methods[0].Closed != nil {
		t.Errorf("without a baseline: %+v, %v", l, err)
	}
}

// A range that leaves out a witness is a contradiction, solved or not.
func TestLadderContradictions(t *testing.T) {
	for _, test := range []struct {
		record, method int
		lo, hi         Number
		want           string
	}{
		{0, 1, 0, 2 - 5e-8, ""},
		{0, 1, 0, 1.9, "a 3:8: tight proves r <= 1.9, and 2 is reached"},
		{1, 0, -0.9, 1, "b 3:8: wide proves r >= -0.9, and -1 is reached"},
		{2, 0, -1, 0.9, "c 3:8: wide proves r <= 0.9, and 1 is reached"},
		{2, 1, 1, 0, "c 3:8: tight proves 1 <= r <= 0"},
	} {
		bounds, exact := ladderRecords(t)
		m := &bounds.Records[test.record].Methods[test.method]
		m.Min, m.Max = test.lo, test.hi
		l, err := NewLadder(bounds, exact, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(l.Contradictions) > 0 {
			got = l.Contradictions[0].String()
		}
		if got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

// Methods that a time limit cut short say nothing of their widths.
func TestLadderLeavesOut(t *testing.T) {
	bounds, exact := ladderRecords(t)
	bounds.Records[0].Seconds = 9
	l, err := NewLadder(bounds, exact, "", nil)
	if err != nil || l.Pairs != 1 || len(l.Notes) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	exact.Records = nil
	if _, err := NewLadder(bounds, exact, "", nil); err == nil {
		t.Error("files without a common instance are compared")
	}
}
