// Package builds compares two builds of rsm on the same questions.
package builds

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompare runs the script with programs that print results, of two
// schemas: fields are found wherever they stand.
func TestCompare(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3")
	}
	const (
		flat   = `{"verdict": "%s", "nodes": 7, "claims": [{"nodes": 3, "verdict": "%[1]s"}, {"nodes": 4}]}`
		nested = `{"schema_version": 2, "result": {"verdict": "%s", "claims": [{"nodes": 3, "verdict": "%[1]s"}, {"nodes": 4}]}}`
		ranges = `{"bounds": {"nodes": 9}, "pairs": [{"min": {"proved": %g, "witnessed": %g, "status": "exact", "nodes": 5}}]}`
		radius = `{"safe": %g, "unsafe": %g, "nodes": 2, "steps": [{"verdict": "violated", "nodes": 2}]}`
	)
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	list := write("list.txt", "# one\none imply a.onnx b.onnx --timeout 5s\n")
	for k, c := range []struct {
		about, old, new string
		status          int
		says            string
	}{
		{"the same in two schemas", fmt.Sprintf(flat, "holds"), fmt.Sprintf(nested, "holds"), 0, "nodes 7; holds"},
		{"a verdict that became unknown", fmt.Sprintf(flat, "holds"), fmt.Sprintf(flat, "unknown"), 0, "holds -> unknown!"},
		{"opposite verdicts", fmt.Sprintf(flat, "holds"), fmt.Sprintf(nested, "violated"), 1, "CONTRADICTION: holds against violated"},
		{"a value outside a proved range", fmt.Sprintf(ranges, -2.0, -1.0), fmt.Sprintf(ranges, -4.0, -3.0), 1, "CONTRADICTION"},
		{"the same range", fmt.Sprintf(ranges, -2.0, -1.0), fmt.Sprintf(ranges, -2.0, -1.5), 0, "nodes 5; exact"},
		{"a safe radius beyond an unsafe one", fmt.Sprintf(radius, 0.1, 0.2), fmt.Sprintf(radius, 0.3, 0.4), 1, "CONTRADICTION"},
		{"brackets with a common point", fmt.Sprintf(radius, 0.1, 0.2), fmt.Sprintf(radius, 0.15, 0.4), 0, "bracket"},
		{"a new build that fails", fmt.Sprintf(flat, "holds"), "", 1, "FAILED"},
	} {
		program := func(name, result string) string {
			if result == "" {
				return write(name, "#!/bin/sh\necho 'rsm: no' >&2\nexit 4\n")
			}
			return write(name, "#!/bin/sh\ncat <<'END'\n"+result+"\nEND\n")
		}
		old, new := program(fmt.Sprintf("old%d", k), c.old), program(fmt.Sprintf("new%d", k), c.new)
		cmd := exec.Command("../compare-builds.sh", old, new, list)
		cmd.Env = append(os.Environ(), "REPEATS=1", "PYTHONDONTWRITEBYTECODE=1")
		out, err := cmd.CombinedOutput()
		if status := cmd.ProcessState.ExitCode(); status != c.status || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: exit status %d, want %d and %q: %v\n%s", c.about, status, c.status, c.says, err, out)
		}
	}
}

// TestPairs: class pairs that a suite leaves to rsm are those that the old build
// chooses.
func TestPairs(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3")
	}
	const result = `{"pairs": [{"i": 1, "j": %d, "min": {"proved": %d, "witnessed": %[2]d, "status": "exact"}}]}`
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old := write("old", "#!/bin/sh\necho '"+fmt.Sprintf(result, 7, -5)+"'\n")
	// The new one would choose another pair by itself.
	new := write("new", "#!/bin/sh\ncase \"$*\" in *--pairs=1:7*) echo '"+fmt.Sprintf(result, 7, -5)+"';; *) echo '"+fmt.Sprintf(result, 8, -6)+"';; esac\n")
	for list, status := range map[string]int{"margin a.onnx b.onnx --pairs=runner-up": 0, "margin a.onnx b.onnx --pairs=1:8": 1} {
		cmd := exec.Command("../compare-builds.sh", old, new, write("list.txt", "one "+list+"\n"))
		cmd.Env = append(os.Environ(), "REPEATS=1", "PYTHONDONTWRITEBYTECODE=1")
		out, err := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != status {
			t.Errorf("%s: exit status %d, want %d: %v\n%s", list, got, status, err, out)
		}
	}
}

// TestSuites: the lists of commands of the repository can be read.
func TestSuites(t *testing.T) {
	lists, err := filepath.Glob("../suites/*.txt")
	if err != nil || len(lists) == 0 {
		t.Fatalf("no lists: %v", err)
	}
	for _, path := range lists {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.Fields(string(data)) {
			if strings.HasPrefix(word, "../twins/") {
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), word)); err != nil {
					t.Errorf("%s: %v", path, err)
				}
			}
		}
	}
}
