package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"time"
)

// Log is a file of records that grows by whole lines.
type Log struct {
	file *os.File
	// Done are the records that an earlier run left.
	Done []Record
}

// ErrOtherRun says that a file of records is that of another run.
var ErrOtherRun = errors.New("holds the records of another run")

// OpenLog opens a file of records to go on with it, and makes it where it is
// missing or restart is set. A half-written last line is dropped. The header
// of a file that is there must agree with the given one in all but its time.
func OpenLog(path string, header Header, restart bool) (*Log, error) {
	old, err := ReadRecords(path)
	switch {
	case restart, errors.Is(err, fs.ErrNotExist), errors.Is(err, errNoHeader) && shorterThanHeader(path):
		return createLog(path, header)
	case err != nil:
		return nil, err
	}
	if what := difference(old.Header, header); what != "" {
		return nil, fmt.Errorf("%s: %w: %s; give another --out, or --restart to replace it", path, ErrOtherRun, what)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(old.Whole); err != nil {
		f.Close()
		return nil, err
	}
	return &Log{file: f, Done: old.Records}, nil
}

// shorterThanHeader says whether a file without a whole line can be what a run
// left that was killed at once: nothing, or the beginning of an object.
func shorterThanHeader(path string) bool {
	data, err := readLimited(path, 1<<16)
	return err == nil && (len(data) == 0 || data[0] == '{')
}

func createLog(path string, header Header) (*Log, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	l := &Log{file: f}
	if err := l.line(header); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// difference names the first thing in which two headers differ.
func difference(old, now Header) string {
	switch {
	case old.Tool != now.Tool || old.Version != now.Version:
		return fmt.Sprintf("by %s %s, and this is %s %s", old.Tool, old.Version, now.Tool, now.Version)
	case old.ToolSHA256 != now.ToolSHA256:
		return fmt.Sprintf("by another build of %s %s", old.Tool, old.Version)
	case old.Suite != now.Suite:
		return fmt.Sprintf("of the suite %s, and this is %s", old.Suite, now.Suite)
	case old.SuiteSHA256 != now.SuiteSHA256:
		return fmt.Sprintf("of another state of the suite %s", old.Suite)
	case old.Config != now.Config:
		return fmt.Sprintf("of the config %s, and this is %s", old.Config, now.Config)
	case old.Options.TimeoutSeconds != now.Options.TimeoutSeconds:
		return "with another --timeout"
	}
	old.Started, now.Started = time.Time{}, time.Time{}
	switch {
	case !sameOptions(old.Options, now.Options):
		return fmt.Sprintf("of another state of the config %s", old.Config)
	case old.Machine != now.Machine:
		return "from another machine"
	case old.Solver != now.Solver:
		return fmt.Sprintf("with %s, and this has %s", old.Solver, now.Solver)
	}
	return ""
}

func sameOptions(a, b RunOptions) bool {
	if len(a.Args) == 0 && len(b.Args) == 0 {
		a.Args, b.Args = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// Append adds a record and has it on the disk when it returns.
func (l *Log) Append(r Record) error { return l.line(r) }

func (l *Log) line(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(data, '\n')); err != nil {
		return err
	}
	return l.file.Sync()
}

// Close closes the file.
func (l *Log) Close() error { return l.file.Close() }
