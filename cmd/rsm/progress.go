package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"golang.org/x/term"

	"rsm"
)

// progress shows one line for each solve: rewritten in place on a terminal, a
// plain line now and then elsewhere. A nil *progress shows nothing.
type progress struct {
	w        io.Writer
	terminal bool
	last     time.Time
	dirty    bool
}

// plainInterval is the time between progress lines where they cannot be
// rewritten.
const plainInterval = 10 * time.Second

func newProgress(w io.Writer, quiet bool) *progress {
	if quiet {
		return &progress{w: io.Discard}
	}
	p := &progress{w: w, last: time.Now()}
	if f, ok := w.(*os.File); ok {
		p.terminal = term.IsTerminal(int(f.Fd()))
	}
	return p
}

// hear shows how far a search is.
func (p *progress) hear(s rsm.Progress) {
	if !p.due(s.Done) {
		return
	}
	line := fmt.Sprintf("%s: %s of the region open, %d boxes, %d nodes, %s", s.Task, percent(s.Open), s.Boxes, s.Nodes, seconds(s.Elapsed.Seconds()))
	if s.Extremum {
		line = fmt.Sprintf("%s: witness %.6f, bound %.6f, gap %.2g, %d nodes, %s",
			s.Task, s.Witnessed, s.Proved, math.Abs(s.Proved-s.Witnessed), s.Nodes, seconds(s.Elapsed.Seconds()))
	}
	p.show(line, s.Done)
}

// due says whether it is time for another line.
func (p *progress) due(done bool) bool {
	if !p.terminal && time.Since(p.last) < plainInterval || p.terminal && !done && time.Since(p.last) < 100*time.Millisecond {
		return false
	}
	p.last = time.Now()
	return true
}

func (p *progress) show(line string, done bool) {
	switch {
	case !p.terminal:
		fmt.Fprintln(p.w, "rsm: "+line)
	case done:
		fmt.Fprintf(p.w, "\r\x1b[K%s\n", line)
		p.dirty = false
	default:
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		p.dirty = true
	}
}

// clear ends a line that is still being rewritten.
func (p *progress) clear() {
	if p.dirty {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.dirty = false
	}
}
