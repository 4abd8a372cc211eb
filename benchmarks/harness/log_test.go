package harness

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func testHeader() Header {
	return Header{Tool: "rsm", Version: "1", Suite: "s", SuiteSHA256: "00", Config: "auto", Options: RunOptions{Command: "margin"}, Started: time.Unix(0, 0).UTC()}
}

// written makes a file of records with two instances and returns its content.
func written(t *testing.T, path string) string {
	t.Helper()
	l, err := OpenLog(path, testHeader(), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "two"} {
		if err := l.Append(Record{Instance: name, Status: Exact, Seconds: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A run that is killed anywhere in a line goes on behind the last whole one.
func TestResume(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	whole := written(t, path)
	first := strings.Index(whole, "\n") + 1
	second := first + strings.Index(whole[first:], "\n") + 1
	for cut, done := range map[int]int{0: 0, 5: 0, first: 0, first + 7: 0, second - 1: 0, second: 1, second + 9: 1, len(whole) - 1: 1, len(whole): 2} {
		if err := os.WriteFile(path, []byte(whole[:cut]), 0o644); err != nil {
			t.Fatal(err)
		}
		later := testHeader()
		later.Started = later.Started.Add(time.Hour)
		l, err := OpenLog(path, later, false)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if len(l.Done) != done {
			t.Errorf("cut at %d: %d records are done, want %d", cut, len(l.Done), done)
		}
		for _, name := range []string{"one", "two"}[done:] {
			if err := l.Append(Record{Instance: name, Status: Exact, Seconds: 1}); err != nil {
				t.Fatal(err)
			}
		}
		l.Close()
		r, err := ReadRecords(path)
		if err != nil || len(r.Records) != 2 || r.Whole == 0 {
			t.Errorf("cut at %d: after going on: %v, %v", cut, r, err)
		}
	}
}

func TestResumeOtherRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	whole := written(t, path)
	for what, change := range map[string]func(*Header){
		"this is rsm 2":               func(h *Header) { h.Version = "2" },
		"another build":               func(h *Header) { h.ToolSHA256 = "11" },
		"this is t":                   func(h *Header) { h.Suite = "t" },
		"another state of the suite":  func(h *Header) { h.SuiteSHA256 = "11" },
		"this is plain":               func(h *Header) { h.Config = "plain" },
		"another state of the config": func(h *Header) { h.Options.Args = []string{"--engine", "milp"} },
		"another --timeout":           func(h *Header) { h.Options.TimeoutSeconds = 5 },
		"another machine":             func(h *Header) { h.Machine.Cores = 3 },
		"this has HiGHS":              func(h *Header) { h.Solver = "HiGHS" },
	} {
		h := testHeader()
		change(&h)
		_, err := OpenLog(path, h, false)
		if !errors.Is(err, ErrOtherRun) || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "--restart") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if data, _ := os.ReadFile(path); string(data) != whole {
		t.Error("a refused run changed the file")
	}
	h := testHeader()
	h.Config = "plain"
	l, err := OpenLog(path, h, true)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if len(l.Done) != 0 {
		t.Errorf("%d records are left after a restart", len(l.Done))
	}
}

func TestRecordsRefuse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	whole := written(t, path)
	header := whole[:strings.Index(whole, "\n")+1]
	for text, want := range map[string]string{
		"a letter without an end": "the first line is not complete",
		"a letter\n":              "line 1: is no header",
		"{}\n":                    "line 1: is no header",
		header + "{\n":            "line 2: is no record",
		header + "{}\n":           "line 2: instance \"\"",
		header + `{"instance":"a","status":"good"}` + "\n":               `line 2: status "good"`,
		header + `{"instance":"a","status":"exact","seconds":-1}` + "\n": "line 2: a time is not between",
		whole + `{"instance":"one","status":"error"}` + "\n":             "line 4: a second record of one",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenLog(path, testHeader(), false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if data, _ := os.ReadFile(path); string(data) != text {
			t.Errorf("%q: the file was changed", text)
		}
	}
}

// Whatever a file holds, it is records or an error, and records that are read
// can be compared.
func FuzzParseRecords(f *testing.F) {
	header := `{"tool":"rsm","suite":"s","config":"c"}` + "\n"
	f.Add(header + `{"instance":"a","status":"exact","seconds":1,"pairs":[{"i":1,"j":2,"min":{"proved":"-inf","status":"bounded"},"max":{"witnessed":1,"status":"exact"}}]}` + "\n")
	f.Add(header + `{"instance":"a","status":"bounded","seconds":1,"methods":[{"method":"lp","i":1,"j":2,"min":-1,"max":1,"seconds":1}]}` + "\nhalf")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRecords([]byte(text))
		if err != nil || len(r.Records) == 0 {
			return
		}
		c, err := Compare(r, r, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := PrintComparisons(io.Discard, "json", []*Comparison{c}); err != nil {
			t.Fatal(err)
		}
		if l, err := NewLadder(r, r, "lp", nil); err == nil {
			if err := l.Print(io.Discard, "json"); err != nil {
				t.Fatal(err)
			}
		}
	})
}
