package harness

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// DefaultGrace is the time that a process has after its limit to end on its
// own.
const DefaultGrace = 30 * time.Second

// ErrWrite says that a record could not be written.
var ErrWrite = errors.New("the file of records is not complete")

// Run asks the instances of a suite by a config and logs what comes of them.
type Run struct {
	Suite   *Suite // all or some of its instances
	Config  Config
	Out     string        // file of records
	Timeout time.Duration // in place of the suite's, where above zero
	Grace   time.Duration // until a process is killed after its limit; DefaultGrace where zero
	Restart bool          // replace Out in place of going on with it

	Executable string // rsm
	Version    string
	Solver     string // name and version
	// Progress is called after each instance; done counts those with a record.
	Progress func(done, all int, r *Record)
}

// Totals count the instances of a run by what came of them.
type Totals struct {
	Exact, Bounded, Errors int
	Skipped                int // of these, were there already
	Seconds                float64
}

// Do runs the instances that have no record yet, one at a time. When the
// context ends it returns its error, and the records of what was done stay. An
// error that does not wrap ErrWrite is about the files that were given.
func (r *Run) Do(ctx context.Context) (t Totals, err error) {
	header, err := r.header()
	if err != nil {
		return t, err
	}
	log, err := OpenLog(r.Out, header, r.Restart)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	done := map[string]*Record{}
	for k := range log.Done {
		done[log.Done[k].Instance] = &log.Done[k]
	}
	for k := range r.Suite.Instances {
		in := &r.Suite.Instances[k]
		if rec := done[in.Name]; rec != nil {
			t.Skipped++
			t.count(rec)
			continue
		}
		rec := r.ask(ctx, in)
		if ctx.Err() != nil {
			return t, ctx.Err() // a signal may have reached the process too: no record
		}
		if err := log.Append(rec); err != nil {
			return t, fmt.Errorf("%w: %w", ErrWrite, err)
		}
		t.count(&rec)
		if r.Progress != nil {
			r.Progress(t.Exact+t.Bounded+t.Errors, len(r.Suite.Instances), &rec)
		}
	}
	return t, nil
}

func (t *Totals) count(r *Record) {
	t.Seconds += r.Seconds
	switch r.Status {
	case Exact:
		t.Exact++
	case Bounded:
		t.Bounded++
	default:
		t.Errors++
	}
}

func (r *Run) header() (Header, error) {
	sum, err := sumOf(r.Executable)
	if err != nil {
		return Header{}, err
	}
	return Header{
		Tool: "rsm", Version: r.Version, ToolSHA256: sum, Solver: r.Solver,
		Suite: r.Suite.Name, SuiteSHA256: r.Suite.SHA256,
		Config:  r.Config.Name,
		Options: RunOptions{Command: r.Config.Command, Args: r.Config.Args, TimeoutSeconds: r.Timeout.Seconds()},
		Machine: ThisMachine(), Started: time.Now().UTC().Truncate(time.Second),
	}, nil
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
