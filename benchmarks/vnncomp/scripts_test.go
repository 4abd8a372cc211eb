// Package vnncomp holds the scripts of the VNN-COMP competition.
package vnncomp

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunInstance runs the scripts with a program that prints its arguments on
// standard error and an answer on standard output.
func TestRunInstance(t *testing.T) {
	if _, err := exec.LookPath("awk"); err != nil {
		t.Skip("no awk")
	}
	dir := t.TempDir()
	write := func(name, content string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	program := write("rsm", "#!/bin/sh\nfor a; do echo \"$a\" >&2; done\ncat \"$ANSWER\"\nexit ${STATUS:-0}\n", 0o755)
	one := write("one.vnnlib", "; old\n(declare-const X_0 Real)\n", 0o644)
	two := write("two.vnnlib", "; new\n  (vnnlib-version <2.0>)\n", 0o644)
	equal := write("equal.vnnlib", "; (declare-network f (equal-to g))\n(vnnlib-version <2.0>)\n(declare-network f\n (declare-input X real [1])) (declare-network g\n\t(equal-to f) (declare-input U real [1]))\n", 0o644)
	a, b := write("a b.onnx", "", 0o644), write("b.onnx", "", 0o644)
	sat := write("sat", "sat\nX real [2]\n0.5\n-1\nY real [1]\n3\n", 0o644)
	late := write("late", "timed-out\n", 0o644)
	for _, c := range []struct {
		onnx, query, answer, status string
		networks                    []string
		want                        string
	}{
		{a, one, sat, "0", []string{a}, "sat\n((X_0 0.5)\n (X_1 -1)\n (Y_0 3)\n)\n"},
		{"[('f', '" + a + "'), ('g', '" + b + "')]", two, sat, "0", []string{"f=" + a, "g=" + b}, "sat\nX real [2]\n0.5\n-1\nY real [1]\n3\n"},
		{"[('f', '" + a + "'), ('g', '" + b + "')]", equal, late, "0", []string{"f=" + a}, "timeout\n"},
		{"[('f', '" + a + "'), ('g', 'none')]", equal, late, "0", []string{"f=" + a}, "timeout\n"},
		{"[('f', '" + a + "')]", equal, late, "0", []string{"f=" + a}, "timeout\n"},
		{`[("f", "` + a + `")]`, two, late, "0", []string{"f=" + a}, "timeout\n"},
		{a, one, late, "3", []string{a}, "error\n"},
	} {
		if out, err := exec.Command("./prepare_instance.sh", "v1", "category", c.onnx, c.query).CombinedOutput(); err != nil {
			t.Errorf("prepare_instance.sh %s: %v, %s", c.onnx, err, out)
		}
		results := filepath.Join(dir, "results")
		cmd := exec.Command("./run_instance.sh", "v1", "category", c.onnx, c.query, results, "7")
		cmd.Env = append(os.Environ(), "RSM="+program, "ANSWER="+c.answer, "STATUS="+c.status)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Run(); (err == nil) != (c.status == "0") {
			t.Errorf("run_instance.sh %s: %v", c.onnx, err)
		}
		args := []string{"verify", c.query}
		for _, n := range c.networks {
			args = append(args, "--network", n)
		}
		args = append(args, "--as-real", "--timeout", "7", "")
		if got := stderr.String(); got != strings.Join(args, "\n") {
			t.Errorf("run_instance.sh %s calls rsm with\n%s", c.onnx, got)
		}
		if got, err := os.ReadFile(results); err != nil || string(got) != c.want {
			t.Errorf("run_instance.sh %s: results %q, %v", c.onnx, got, err)
		}
	}
	for _, onnx := range []string{filepath.Join(dir, "none.onnx"), "[('f', '" + a + "'), ('g', 'none')]", "[]"} {
		if exec.Command("./prepare_instance.sh", "v1", "category", onnx, one).Run() == nil {
			t.Errorf("prepare_instance.sh %s succeeds", onnx)
		}
	}
}
