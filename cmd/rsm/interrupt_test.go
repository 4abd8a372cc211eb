package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
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
