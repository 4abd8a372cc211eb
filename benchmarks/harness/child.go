package harness

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"rsm"
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
		if err := rec.take(rsm.Kind(r.Config.Command), stdout.Bytes()); err != nil {
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

// take takes over a result of rsm, of a kind.
func (r *Record) take(kind rsm.Kind, data []byte) error {
	result, err := rsm.Decode(data)
	if err != nil {
		return err
	}
	if result.Kind != kind || len(result.Pairs)+len(result.Rows) == 0 {
		return fmt.Errorf("is no result of rsm %s, but of %q", kind, result.Kind)
	}
	for _, n := range result.Networks {
		r.Networks = append(r.Networks, n.SHA256)
	}
	if kind == rsm.KindBounds {
		return r.bounds(result.Rows)
	}
	r.margins(result)
	return nil
}

// margins takes over a result of 'rsm margin'.
func (r *Record) margins(result *rsm.Result) {
	s := &Statistics{}
	if b := result.Bounds; b != nil {
		*s = Statistics{Relaxation: b.Method, Neurons: b.Neurons, Unstable: b.Unstable, BoundsSeconds: float64(b.Seconds)}
	}
	r.Status = Exact
	for _, p := range result.Pairs {
		r.Pairs = append(r.Pairs, PairRange{I: p.I, J: p.J, Min: extremumOf(&p.Min), Max: extremumOf(&p.Max)})
		for _, e := range []rsm.Extremum{p.Min, p.Max} {
			if e.Status != rsm.Exact {
				r.Status = Bounded
			}
			s.Nodes += e.Nodes
			s.LPIterations += e.LPIterations
			s.AttackSeconds += float64(e.Seconds.Attack)
			s.EncodeSeconds += float64(e.Seconds.Encode)
			s.SolveSeconds += float64(e.Seconds.Solve)
		}
	}
	r.Statistics = s
}

func extremumOf(e *rsm.Extremum) Extremum {
	return Extremum{Proved: &e.Proved, Witnessed: &e.Witnessed, Status: Status(e.Status), Stop: e.Stop, Rigor: e.Rigor, Nodes: e.Nodes, LPIterations: e.LPIterations}
}

// bounds takes over the rows of 'rsm bounds'.
func (r *Record) bounds(rows []rsm.BoundsRow) error {
	r.Status = Bounded
	for _, row := range rows {
		a, b, _ := strings.Cut(row.Pair, ":")
		i, err1 := strconv.Atoi(a)
		j, err2 := strconv.Atoi(b)
		if err := cmp.Or(err1, err2); err != nil {
			return fmt.Errorf("pair %q: %w", row.Pair, err)
		}
		r.Methods = append(r.Methods, Method{Method: row.Method, I: i, J: j, Min: row.Min, Max: row.Max, Seconds: float64(row.Seconds)})
	}
	return nil
}
