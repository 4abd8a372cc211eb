package main

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An interrupted run prints what it knows, and soon.
func TestInterrupt(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// TestMain runs rsm where the program's name says so.
	cmd := exec.Command(self)
	cmd.Args = []string{"rsm", "margin", twinNetwork("mnist-2x100-original"), twinNetwork("mnist-2x100-pruned90"),
		"--input", filepath.Join(twins, "samples", "mnist-x.npy"), "--epsilon", "0.1", "--clip", "0,1", "--pairs", "all"}
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	sent := time.Now()
	hung := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer hung.Stop()
	err = cmd.Wait()
	t.Logf("%v after the signal: %v", time.Since(sent), err)
	if got := cmd.ProcessState.ExitCode(); got != exitInterrupted {
		t.Errorf("exit status %d, want %d", got, exitInterrupted)
	}
	if rows := regexp.MustCompile(`(?m)^ +\d:\d +-?\d`).FindAllString(out.String(), -1); len(rows) != 45 {
		t.Errorf("the table has %d rows, want 45:\n%s", len(rows), out.String())
	}
	if s := stderr.String(); strings.Count(s, "\n") != 1 || !strings.HasPrefix(s, "rsm: interrupted") {
		t.Errorf("standard error: %q", s)
	}
}

// Interrupted searches for verdicts print what they know as well.
func TestInterruptVerdicts(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{`(?m)^unknown, interrupted, `, []string{"equiv", "--epsilon", "0.2", "--epsilon-output", "3"}},
		{`(?m)^The bracket is wider than the tolerance 1e-09: interrupted\.$`, []string{"radius", "--property", "equiv", "--epsilon-output", "0.5", "--tolerance", "1e-9"}},
	} {
		cmd := exec.Command(self)
		cmd.Args = append([]string{"rsm", c.args[0], twinNetwork("mnist-2x100-original"), twinNetwork("mnist-2x100-int8"),
			"--input", filepath.Join(twins, "samples", "mnist-x.npy"), "--clip", "0,1"}, c.args[1:]...)
		var out, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		hung := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
		cmd.Wait()
		hung.Stop()
		if got := cmd.ProcessState.ExitCode(); got != exitInterrupted {
			t.Errorf("%s: exit status %d, want %d: %s", c.args[0], got, exitInterrupted, stderr.String())
		}
		if !regexp.MustCompile(c.want).MatchString(out.String()) {
			t.Errorf("%s: no match for %s: %s", c.args[0], c.want, out.String())
		}
	}
}

// A run whose terminal goes away keeps what it knows as one that is told to end does, and
// one that is to outlive its terminal goes on.
func TestHangup(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// What is ignored here, as the tests themselves may run under nohup, a child ignores; what is heard it does not.
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	defer signal.Stop(heard)
	for _, c := range []struct {
		name   string
		signal os.Signal
		nohup  bool
		status int
		want   string
	}{
		{"hangup", syscall.SIGHUP, false, exitInterrupted, `(?m)^unknown, interrupted, `},
		{"end", syscall.SIGTERM, false, exitInterrupted, `(?m)^unknown, interrupted, `},
		{"nohup", syscall.SIGHUP, true, exitAnswered, `(?m)^unknown, time limit, `},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept := filepath.Join(t.TempDir(), "kept")
			// TestMain runs rsm where the program's name says so, which a shell cannot give: a link can.
			program := filepath.Join(t.TempDir(), "rsm")
			if err := os.Symlink(self, program); err != nil {
				t.Skip(err)
			}
			args := []string{program, "equiv", twinNetwork("mnist-2x100-original"), twinNetwork("mnist-2x100-int8"), "--out", kept, "--timeout", "8s",
				"--input", filepath.Join(twins, "samples", "mnist-x.npy"), "--clip", "0,1", "--epsilon", "0.2", "--epsilon-output", "3"}
			trap := "trap - HUP"
			if c.nohup {
				trap = "trap '' HUP"
			}
			cmd := exec.Command("sh", append([]string{"-c", trap + `; exec "$@"`, "sh"}, args...)...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Skip(err)
			}
			time.Sleep(time.Second)
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			hung := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
			cmd.Wait()
			hung.Stop()
			if got := cmd.ProcessState.ExitCode(); got != c.status {
				t.Errorf("exit status %d, want %d: %s", got, c.status, stderr.String())
			}
			data, err := os.ReadFile(kept)
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(c.want).Match(data) {
				t.Errorf("no match for %s: %s", c.want, data)
			}
		})
	}
}
