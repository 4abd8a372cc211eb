package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"rsm/internal/npy"
)

// twins is where the networks that everything is measured on lie.
const twins = "../../benchmarks/twins"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rsm": func() { os.Exit(run(os.Args, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the scripts of testdata/script. Beside the commands of
// testscript they have
//
//	fails STATUS REGEXP rsm ...   the exit status, nothing on standard output,
//	                              one line "rsm: ..." on standard error, which
//	                              matches; no file appears, changes or goes away
//	answers rsm ...               exit status 0, something on standard output
//	lines COUNT REGEXP            lines of the last standard output that match
//	mkonnx KIND FILE              a network, sound or hostile; see hostile_test.go
//	mknpy FILE DIMS VALUE...      an array such as 2x3; missing values repeat
//	                              the last one
//	mkbox FILE LO HI X.npy K E    a VNN-LIB 1.0 box around sample K, clipped to
//	                              LO and HI, and FILE.lo.npy and FILE.hi.npy
func TestScripts(t *testing.T) {
	root, err := filepath.Abs(twins)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("TWINS", root)
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Getuid() == 0, nil
			case "full": // a device that is always full
				return exists("/dev/full"), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fails":   cmdFails,
			"answers": cmdAnswers,
			"lines":   cmdLines,
			"mkonnx":  cmdMkonnx,
			"mknpy":   cmdMknpy,
			"mkbox":   cmdMkbox,
		},
	})
}

func need(ts *testscript.TestScript, neg bool, args []string, least int, usage string) {
	if neg || len(args) < least {
		ts.Fatalf("usage: %s", usage)
	}
}

func cmdFails(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "fails STATUS REGEXP rsm ...")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	before := tree(ts)
	if got := exitStatus(ts, ts.Exec(args[2], args[3:]...)); got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("standard output is not empty: %q", out)
	}
	message := ts.ReadFile("stderr")
	if strings.Count(message, "\n") != 1 || !strings.HasSuffix(message, "\n") || !strings.HasPrefix(message, "rsm: ") {
		ts.Fatalf("standard error is not one line \"rsm: ...\": %q", message)
	}
	if !pattern.MatchString(message) {
		ts.Fatalf("the message does not match %q: %s", pattern, message)
	}
	after := tree(ts)
	for name, sum := range before {
		if after[name] != sum {
			ts.Fatalf("the failed command changed or removed %s", name)
		}
	}
	for name := range after {
		if _, ok := before[name]; !ok {
			ts.Fatalf("the failed command left %s behind", name)
		}
	}
}

// exitStatus is the exit status of a command, and -1 where a signal ended it.
func exitStatus(ts *testscript.TestScript, err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("%v", err)
	return 0
}

// tree describes every file of the script's folder.
func tree(ts *testscript.TestScript) map[string]string {
	files := map[string]string{}
	ts.Check(filepath.WalkDir(ts.Getenv("WORK"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		files[path] = d.Type().String()
		if d.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrPermission) {
				return nil
			}
			files[path] += fmt.Sprintf(" %x", sha256.Sum256(data))
			return err
		}
		return nil
	}))
	return files
}

func cmdAnswers(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "answers rsm ...")
	if got := exitStatus(ts, ts.Exec(args[0], args[1:]...)); got != 0 {
		ts.Fatalf("exit status %d, want 0", got)
	}
	if ts.ReadFile("stdout") == "" {
		ts.Fatalf("standard output is empty")
	}
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		if !strings.HasPrefix(line, "rsm: note: ") {
			ts.Fatalf("standard error has a line that is no note: %q", line)
		}
	}
}

func cmdLines(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "lines COUNT REGEXP")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	got := 0
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if pattern.MatchString(strings.TrimSuffix(line, "\n")) {
			got++
		}
	}
	if got != want {
		ts.Fatalf("%d lines match %q, want %d", got, pattern, want)
	}
}

func cmdMkonnx(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "mkonnx KIND FILE")
	data, ok := onnxFiles[args[0]]
	if !ok {
		ts.Fatalf("mkonnx: no kind %q", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data(), 0o644))
}

func cmdMknpy(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "mknpy FILE DIMS VALUE...")
	a := npy.Array{}
	size := 1
	for _, s := range strings.Split(args[1], "x") {
		d, err := strconv.Atoi(s)
		ts.Check(err)
		a.Shape = append(a.Shape, d)
		size *= d
	}
	values := args[2:]
	for i := range size {
		v, err := strconv.ParseFloat(values[min(i, len(values)-1)], 64)
		ts.Check(err)
		a.Data = append(a.Data, v)
	}
	ts.Check(npy.Write(ts.MkAbs(args[0]), a))
}

func cmdMkbox(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 6, "mkbox FILE LO HI X.npy K E")
	var v [3]float64 // lo, hi, epsilon
	for k, i := range []int{1, 2, 5} {
		var err error
		v[k], err = strconv.ParseFloat(args[i], 64)
		ts.Check(err)
	}
	index, err := strconv.Atoi(args[4])
	ts.Check(err)
	ts.Check(writeBox(ts.MkAbs(args[0]), v[0], v[1], ts.MkAbs(args[3]), index, v[2], 10))
}

// writeBox writes the box around a sample in two forms: as VNN-LIB 1.0 and as
// two arrays.
func writeBox(file string, lo, hi float64, samples string, index int, epsilon float64, classes int) error {
	a, err := npy.Read(samples)
	if err != nil {
		return err
	}
	row, err := a.Row(index)
	if err != nil {
		return err
	}
	var text strings.Builder
	var bounds [2]npy.Array
	for i := range row {
		fmt.Fprintf(&text, "(declare-const X_%d Real)\n", i)
	}
	for j := range classes {
		fmt.Fprintf(&text, "(declare-const Y_%d Real)\n", j)
	}
	for k := range bounds {
		bounds[k].Shape = []int{len(row)}
	}
	for i, x := range row {
		l, u := math.Max(x-epsilon, lo), math.Min(x+epsilon, hi)
		fmt.Fprintf(&text, "(assert (>= X_%d %s))\n(assert (<= X_%d %s))\n", i, decimal(l), i, decimal(u))
		bounds[0].Data = append(bounds[0].Data, l)
		bounds[1].Data = append(bounds[1].Data, u)
	}
	fmt.Fprintf(&text, "(assert (<= Y_0 Y_1))\n")
	for k, suffix := range []string{".lo.npy", ".hi.npy"} {
		if err := npy.Write(file+suffix, bounds[k]); err != nil {
			return err
		}
	}
	return os.WriteFile(file, []byte(text.String()), 0o644)
}

// decimal writes a number in the notation of SMT-LIB, exactly.
func decimal(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', -1, 64)
	if v < 0 {
		return "(- " + s + ")"
	}
	return s
}
