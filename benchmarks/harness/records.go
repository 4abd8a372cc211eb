package harness

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"rsm"
)

// Limits of a file of records.
const (
	maxRecordsSize = 1 << 30 // bytes
	maxSeconds     = 1e9     // of a time
)

// Header is the first line of a file of records. Other tools may leave out
// what they do not know; Tool and Config name them in tables.
type Header struct {
	Tool        string     `json:"tool"`
	Version     string     `json:"version,omitempty"`
	ToolSHA256  string     `json:"tool_sha256,omitempty"` // of the program file
	Suite       string     `json:"suite"`
	SuiteSHA256 string     `json:"suite_sha256,omitempty"`
	Config      string     `json:"config"`
	Options     RunOptions `json:"options"`
	Machine     Machine    `json:"machine"`
	Solver      string     `json:"solver,omitempty"`
	Started     time.Time  `json:"started"`
}

// RunOptions say how each instance was asked.
type RunOptions struct {
	Command        string   `json:"command,omitempty"`
	Args           []string `json:"args,omitempty"`
	TimeoutSeconds float64  `json:"timeout_seconds,omitempty"` // in place of the suite's; 0 where those hold
}

// Machine says where a run took place.
type Machine struct {
	CPU    string `json:"cpu,omitempty"`
	Cores  int    `json:"cores,omitempty"`
	Memory int64  `json:"memory_bytes,omitempty"`
	OS     string `json:"os,omitempty"`
	Arch   string `json:"arch,omitempty"`
	Go     string `json:"go,omitempty"`
}

// Status of an instance, and of an extremum.
type Status string

const (
	Exact   Status = "exact"   // every extremum to within the gap
	Bounded Status = "bounded" // a limit came first; for relaxations always
	Error   Status = "error"   // no answer
)

// Record is what came of one instance. Seconds are wall time and CPUSeconds
// user and system time of the whole process.
type Record struct {
	Instance     string      `json:"instance"`
	Status       Status      `json:"status"`
	Seconds      float64     `json:"seconds"`
	CPUSeconds   float64     `json:"cpu_seconds,omitempty"`
	PeakBytes    int64       `json:"peak_bytes,omitempty"` // resident memory
	LimitSeconds float64     `json:"limit_seconds,omitempty"`
	Networks     []string    `json:"networks_sha256,omitempty"`
	Pairs        []PairRange `json:"pairs,omitempty"`
	Statistics   *Statistics `json:"statistics,omitempty"`
	Methods      []Method    `json:"methods,omitempty"`
	Error        string      `json:"error,omitempty"`
}

// PairRange is what is known of the range of r for one class pair.
type PairRange struct {
	I   int      `json:"i"`
	J   int      `json:"j"`
	Min Extremum `json:"min"`
	Max Extremum `json:"max"`
}

// Extremum is an end of a range: Proved bounds r from outside over the whole
// region, Witnessed is a value that r takes. Either may be unknown.
type Extremum struct {
	Proved       *Number `json:"proved,omitempty"`
	Witnessed    *Number `json:"witnessed,omitempty"`
	Status       Status  `json:"status"`
	Stop         string  `json:"stop,omitempty"`
	Rigor        string  `json:"rigor,omitempty"`
	Nodes        int64   `json:"nodes,omitempty"`
	LPIterations int64   `json:"lp_iterations,omitempty"`
}

// Gap is the distance of the two values, infinite where one is unknown.
func (e *Extremum) Gap() float64 {
	if e.Proved == nil || e.Witnessed == nil {
		return math.Inf(1)
	}
	return math.Abs(float64(*e.Proved - *e.Witnessed))
}

// Statistics of the engine; sums are over the extremes, which run side by
// side, so that seconds may add up to more than the wall time.
type Statistics struct {
	Relaxation    string  `json:"relaxation"`
	Neurons       int     `json:"neurons"`
	Unstable      int     `json:"unstable"`
	BoundsSeconds float64 `json:"bounds_seconds"`
	AttackSeconds float64 `json:"attack_seconds"`
	EncodeSeconds float64 `json:"encode_seconds"`
	SolveSeconds  float64 `json:"solve_seconds"`
	Nodes         int64   `json:"nodes"`
	LPIterations  int64   `json:"lp_iterations"`
}

// Method is what one relaxation proves of the range of a class pair. Seconds
// are those of the method for all class pairs of the instance.
type Method struct {
	Method  string  `json:"method"`
	I       int     `json:"i"`
	J       int     `json:"j"`
	Min     Number  `json:"min"`
	Max     Number  `json:"max"`
	Seconds float64 `json:"seconds"`
}

// Gap is the largest gap of all extremes, infinite where there are none.
func (r *Record) Gap() float64 {
	if len(r.Pairs) == 0 {
		return math.Inf(1)
	}
	var gap float64
	for k := range r.Pairs {
		gap = max(gap, r.Pairs[k].Min.Gap(), r.Pairs[k].Max.Gap())
	}
	return gap
}

// Number is a float64 in JSON. Infinities are the strings "+inf" and "-inf".
type Number = rsm.Float

// Records is a file of records.
type Records struct {
	File    string
	Header  Header
	Records []Record
	// Whole is the length in bytes of the lines that are complete. A run that
	// was killed may have left a part of a line behind them.
	Whole int64
}

// ReadRecords reads a file of records. The part of a line at the end is left
// out; any other line that is no record is an error with its number.
func ReadRecords(path string) (*Records, error) {
	data, err := readLimited(path, maxRecordsSize)
	if err != nil {
		return nil, err
	}
	r, err := parseRecords(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.File = path
	return r, nil
}

func parseRecords(data []byte) (*Records, error) {
	r := &Records{}
	seen := map[string]bool{}
	for line := 1; ; line++ {
		text, rest, complete := bytes.Cut(data, []byte{'\n'})
		if !complete {
			break
		}
		data = rest
		r.Whole += int64(len(text)) + 1
		if line == 1 {
			if err := json.Unmarshal(text, &r.Header); err != nil {
				return nil, fmt.Errorf("line 1: is no header of records: %w", err)
			}
			if r.Header.Tool == "" || r.Header.Suite == "" {
				return nil, errors.New("line 1: is no header of records: tool or suite is missing")
			}
			continue
		}
		var rec Record
		if err := json.Unmarshal(text, &rec); err != nil {
			return nil, fmt.Errorf("line %d: is no record: %w", line, err)
		}
		if err := rec.check(); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if seen[rec.Instance] {
			return nil, fmt.Errorf("line %d: a second record of %s", line, rec.Instance)
		}
		seen[rec.Instance] = true
		r.Records = append(r.Records, rec)
	}
	if r.Whole == 0 {
		return nil, errNoHeader
	}
	return r, nil
}

// errNoHeader says that a file of records is empty, or was left before its
// first line was whole.
var errNoHeader = errors.New("is no file of records: the first line is not complete")

func (r *Record) check() error {
	switch {
	case !instanceName.MatchString(r.Instance) || len(r.Instance) > maxNameSize:
		return fmt.Errorf("instance %q is no name of an instance", r.Instance)
	case r.Status != Exact && r.Status != Bounded && r.Status != Error:
		return fmt.Errorf("status %q: it is exact, bounded or error", r.Status)
	case r.Seconds < 0 || r.LimitSeconds < 0 || max(r.Seconds, r.LimitSeconds) > maxSeconds:
		return fmt.Errorf("a time is not between 0 and %g seconds", maxSeconds)
	}
	return nil
}
