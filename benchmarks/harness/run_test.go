//go:build unix

package harness

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fake is a program in place of rsm: the pairs of an instance say what it does.
const fake = `#!/bin/sh
case "$*" in
*=0:1*) echo '{"schema":"rsm-result","schema_version":2,"kind":"margin","networks":[{"sha256":"aa"},{"sha256":"bb"}],
  "bounds":{"method":"difference","neurons":40,"unstable":7,"seconds":0.5},
  "pairs":[{"i":0,"j":1,"min":{"proved":-2,"witnessed":-1.5,"status":"bounded","stop":"time limit","rigor":"certified","nodes":3,"lp_iterations":10,"seconds":{"attack":1,"encode":2,"solve":3}},
   "max":{"proved":"+inf","witnessed":1,"status":"bounded","nodes":4,"lp_iterations":5,"seconds":{"attack":1,"encode":2,"solve":3}}}]}';;
*=0:2*) echo '{"schema":"rsm-result","schema_version":2,"kind":"bounds","rows":[{"pair":"0:2","method":"interval","min":"-inf","max":3.5,"seconds":0.25}]}';;
*=0:3*) echo "rsm: note: first" >&2; echo "rsm: it broke" >&2; exit 4;;
*=0:4*) echo 'no JSON';;
*=0:5*) kill -9 $$;;
*=0:6*) : ;;
*=0:7*) touch "$STARTED"; exec sleep 60;;
esac
`

func fakeRun(t *testing.T, command string, pairs ...string) *Run {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "fake")
	if err := os.WriteFile(program, []byte(fake), 0o755); err != nil {
		t.Fatal(err)
	}
	r := &Run{Suite: &Suite{Name: "s"}, Config: Config{Name: "c", Command: command}, Out: filepath.Join(dir, "r.jsonl"), Executable: program}
	for _, p := range pairs {
		r.Suite.Instances = append(r.Suite.Instances, Instance{Name: "i" + p[2:], First: program, Second: program, VNNLIB: program, Pairs: p, Timeout: time.Minute})
	}
	return r
}

func TestRun(t *testing.T) {
	r := fakeRun(t, "margin", "0:1", "0:3", "0:4", "0:5", "0:6", "0:2")
	var seen []string
	r.Progress = func(done, all int, rec *Record) { seen = append(seen, rec.Instance) }
	totals, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if totals.Bounded != 1 || totals.Errors != 5 || len(seen) != 6 {
		t.Errorf("totals %+v, progress %v", totals, seen)
	}
	got, err := ReadRecords(r.Out)
	if err != nil {
		t.Fatal(err)
	}
	of := got.byInstance()
	for name, want := range map[string]string{"i3": "exit status 4: it broke", "i4": "is no JSON", "i5": "killed", "i6": "is no JSON", "i2": `but of "bounds"`} {
		if rec := of[name]; rec.Status != Error || !strings.Contains(rec.Error, want) {
			t.Errorf("%s: %s %q, want %q", name, rec.Status, rec.Error, want)
		}
	}
	rec := of["i1"]
	if rec.Status != Bounded || rec.LimitSeconds != 60 || rec.Seconds <= 0 || rec.CPUSeconds <= 0 || rec.PeakBytes <= 0 {
		t.Errorf("record %+v", rec)
	}
	if s := *rec.Statistics; s != (Statistics{"difference", 40, 7, 0.5, 2, 4, 6, 7, 15}) {
		t.Errorf("statistics %+v", s)
	}
	p := rec.Pairs[0]
	if *p.Min.Proved != -2 || *p.Min.Witnessed != -1.5 || !math.IsInf(float64(*p.Max.Proved), 1) || p.Min.Stop != "time limit" || rec.Networks[1] != "bb" {
		t.Errorf("pair %+v", p)
	}

	// Everything is there: a second run asks nothing.
	seen = nil
	if totals, err = r.Do(context.Background()); err != nil || totals.Skipped != 6 || totals.Errors != 5 || len(seen) > 0 {
		t.Errorf("again: %+v, %v, asked %v", totals, err, seen)
	}
}

func TestRunBounds(t *testing.T) {
	r := fakeRun(t, "bounds", "0:2")
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	got, err := ReadRecords(r.Out)
	if err != nil {
		t.Fatal(err)
	}
	m := got.Records[0].Methods[0]
	if m.Method != "interval" || m.I != 0 || m.J != 2 || !math.IsInf(float64(m.Min), -1) || m.Max != 3.5 || m.Seconds != 0.25 {
		t.Errorf("method %+v", m)
	}
}

// An interrupted run keeps what is done, and leaves out what was under way.
func TestRunInterrupted(t *testing.T) {
	r := fakeRun(t, "margin", "0:1", "0:7", "0:3")
	started := filepath.Join(t.TempDir(), "started")
	t.Setenv("STARTED", started)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			if _, err := os.Stat(started); err == nil {
				cancel()
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if _, err := r.Do(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	got, err := ReadRecords(r.Out)
	if err != nil || len(got.Records) != 1 || got.Records[0].Instance != "i1" {
		t.Errorf("records %+v, %v", got, err)
	}
}

func TestRunLimit(t *testing.T) {
	r := fakeRun(t, "margin", "0:7")
	t.Setenv("STARTED", filepath.Join(t.TempDir(), "started"))
	r.Timeout, r.Grace = time.Millisecond, 200*time.Millisecond
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	got, err := ReadRecords(r.Out)
	if err != nil {
		t.Fatal(err)
	}
	if rec := got.Records[0]; rec.Status != Error || !strings.HasPrefix(rec.Error, "killed: it was still running 200ms after") || rec.LimitSeconds != 0.001 {
		t.Errorf("record %+v", rec)
	}
}
