package harness

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of what a process may print, in bytes.
const (
	maxResultSize  = 256 << 20
	maxMessageSize = 1 << 16
)

// ask runs one instance in a process of its own.
func (r *Run) ask(ctx context.Context, in *Instance) Record {
	limit := in.Timeout
	if r.Timeout > 0 {
		limit = r.Timeout
	}
	grace := cmp.Or(r.Grace, DefaultGrace)
	rec := Record{Instance: in.Name, Status: Error, LimitSeconds: limit.Seconds()}
	within, cancel := context.WithTimeout(ctx, limit+grace)
	defer cancel()
	cmd := exec.CommandContext(within, r.Executable)
	cmd.Args = slices.Concat([]string{"rsm", r.Config.Command}, r.Config.Args, in.arguments(limit))
	cmd.WaitDelay = time.Second
	stdout, stderr := capture{limit: maxResultSize}, capture{limit: maxMessageSize}
	cmd.Stdout, cmd.Stderr = &stdout, &stderr

	started := time.Now()
	err := cmd.Run()
	rec.Seconds = time.Since(started).Seconds()
	if p := cmd.ProcessState; p != nil {
		rec.CPUSeconds = (p.UserTime() + p.SystemTime()).Seconds()
		rec.PeakBytes = peakBytes(p)
	}
	switch {
	case errors.Is(within.Err(), context.DeadlineExceeded):
		rec.Error = fmt.Sprintf("killed: it was still running %v after its time limit of %v", grace, limit)
	case err != nil:
		rec.Error = strings.TrimSpace(err.Error() + ": " + lastLine(stderr.String()))
	case stdout.overflow:
		rec.Error = fmt.Sprintf("it printed more than %d bytes", maxResultSize)
	default:
		decode := rec.margin
		if r.Config.Command == "bounds" {
			decode = rec.bounds
		}
		if err := decode(stdout.Bytes()); err != nil {
			rec.Status, rec.Error = Error, "its result: "+err.Error()
		}
	}
	return rec
}

// capture keeps the first bytes of what is written to it.
type capture struct {
	bytes.Buffer
	limit    int
	overflow bool
}

func (c *capture) Write(p []byte) (int, error) {
	keep := min(len(p), c.limit-c.Len())
	c.Buffer.Write(p[:keep])
	c.overflow = c.overflow || keep < len(p)
	return len(p), nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.TrimPrefix(lines[len(lines)-1], "rsm: ")
}

// network is what a result says of a network.
type network struct {
	SHA256 string `json:"sha256"`
}

// extremumResult is what a result says of an extremum.
type extremumResult struct {
	Extremum
	Seconds struct{ Attack, Encode, Solve float64 } `json:"seconds"`
}

// margin takes over a result of 'rsm margin --format json'.
func (r *Record) margin(data []byte) error {
	var result struct {
		Schema   string    `json:"schema"`
		Networks []network `json:"networks"`
		Bounds   struct {
			Method   string  `json:"method"`
			Neurons  int     `json:"neurons"`
			Unstable int     `json:"unstable"`
			Seconds  float64 `json:"seconds"`
		} `json:"bounds"`
		Pairs []struct {
			I, J     int
			Min, Max extremumResult
		} `json:"pairs"`
	}
	if err := decodeResult(data, &result); err != nil {
		return err
	}
	if result.Schema != "rsm-margin" || len(result.Pairs) == 0 {
		return fmt.Errorf("is no result of rsm margin: schema %q", result.Schema)
	}
	r.networks(result.Networks)
	s := &Statistics{Relaxation: result.Bounds.Method, Neurons: result.Bounds.Neurons, Unstable: result.Bounds.Unstable, BoundsSeconds: result.Bounds.Seconds}
	r.Status = Exact
	for _, p := range result.Pairs {
		r.Pairs = append(r.Pairs, PairRange{I: p.I, J: p.J, Min: p.Min.Extremum, Max: p.Max.Extremum})
		for _, e := range []extremumResult{p.Min, p.Max} {
			if e.Status != Exact {
				r.Status = Bounded
			}
			s.Nodes += e.Nodes
			s.LPIterations += e.LPIterations
			s.AttackSeconds += e.Seconds.Attack
			s.EncodeSeconds += e.Seconds.Encode
			s.SolveSeconds += e.Seconds.Solve
		}
	}
	r.Statistics = s
	return nil
}

// bounds takes over a result of 'rsm bounds --format json'.
func (r *Record) bounds(data []byte) error {
	var result struct {
		Schema   string    `json:"schema"`
		Networks []network `json:"networks"`
		Rows     []struct {
			Pair    string  `json:"pair"`
			Method  string  `json:"method"`
			Min     Number  `json:"min"`
			Max     Number  `json:"max"`
			Seconds float64 `json:"seconds"`
		} `json:"rows"`
	}
	if err := decodeResult(data, &result); err != nil {
		return err
	}
	if result.Schema != "rsm-bounds" || len(result.Rows) == 0 {
		return fmt.Errorf("is no result of rsm bounds: schema %q", result.Schema)
	}
	r.networks(result.Networks)
	r.Status = Bounded
	for _, row := range result.Rows {
		a, b, _ := strings.Cut(row.Pair, ":")
		i, err1 := strconv.Atoi(a)
		j, err2 := strconv.Atoi(b)
		if err := cmp.Or(err1, err2); err != nil {
			return fmt.Errorf("pair %q: %w", row.Pair, err)
		}
		r.Methods = append(r.Methods, Method{Method: row.Method, I: i, J: j, Min: row.Min, Max: row.Max, Seconds: row.Seconds})
	}
	return nil
}

func decodeResult(data []byte, result any) error {
	if err := json.Unmarshal(data, result); err != nil {
		return fmt.Errorf("is no JSON that rsm writes: %w", err)
	}
	return nil
}

func (r *Record) networks(all []network) {
	for _, n := range all {
		r.Networks = append(r.Networks, n.SHA256)
	}
}
