package harness

import (
	"fmt"
	"math"
	"slices"
)

// slower is the factor above which B is reported as slower than A, where it
// took more than slowerFrom seconds.
const (
	slower     = 1.5
	slowerFrom = 1.0
)

// leastSeconds is the shortest time that a ratio is taken of: below it times
// are those of starting a process.
const leastSeconds = 0.001

// Comparison holds two files of records against each other, instance by
// instance. A is the baseline.
type Comparison struct {
	A              Subject         `json:"a"`
	B              Subject         `json:"b"`
	Rows           []Row           `json:"instances"`
	Summary        Summary         `json:"summary"`
	Contradictions []Contradiction `json:"contradictions"`
	Notes          []string        `json:"notes"`
}

// Subject is what is compared.
type Subject struct {
	Name    string  `json:"name"`
	File    string  `json:"file"`
	Tool    string  `json:"tool"`
	Version string  `json:"version,omitempty"`
	Config  string  `json:"config"`
	Suite   string  `json:"suite"`
	Machine Machine `json:"machine"`
}

// Row is one instance of a comparison.
type Row struct {
	Instance string  `json:"instance"`
	A        Side    `json:"a"`
	B        Side    `json:"b"`
	Ratio    float64 `json:"ratio"` // of the times that count, A's over B's
}

// Side is what one file says of an instance. An instance that is not solved
// counts as its time limit.
type Side struct {
	Status  Status      `json:"status"`
	Seconds float64     `json:"seconds"`
	Counted float64     `json:"counted_seconds"`
	Pairs   []PairRange `json:"pairs,omitempty"`
}

// Summary of a comparison. PAR2 is the mean time over all instances, where one
// that is not solved counts twice its limit.
type Summary struct {
	Instances      int      `json:"instances"`
	OnlyInA        int      `json:"only_in_a"`
	OnlyInB        int      `json:"only_in_b"`
	SolvedA        int      `json:"solved_a"`
	SolvedB        int      `json:"solved_b"`
	SolvedByAOnly  []string `json:"solved_by_a_only"`
	SolvedByBOnly  []string `json:"solved_by_b_only"`
	AtLeast        float64  `json:"at_least_seconds"`
	RatioInstances int      `json:"ratio_instances"`
	Ratio          float64  `json:"ratio"` // geometric mean of A's time over B's; 0 where there are no instances
	Slower         []string `json:"slower"`
	PAR2A          float64  `json:"par2_a"`
	PAR2B          float64  `json:"par2_b"`
}

// Compare compares the instances that both files have. The mean ratio is over
// those that count at least atLeast seconds for A.
func Compare(a, b *Records, atLeast float64) (*Comparison, error) {
	c := &Comparison{A: subject(a), B: subject(b), Contradictions: []Contradiction{}, Notes: []string{}}
	c.Summary = Summary{AtLeast: atLeast, SolvedByAOnly: []string{}, SolvedByBOnly: []string{}, Slower: []string{}}
	c.notes(a, b)
	of := b.byInstance()
	for k := range a.Records {
		ra := &a.Records[k]
		rb := of[ra.Instance]
		if rb == nil {
			c.Summary.OnlyInA++
			continue
		}
		if len(ra.Networks) > 0 && len(rb.Networks) > 0 && !slices.Equal(ra.Networks, rb.Networks) {
			return nil, fmt.Errorf("instance %s: %s and %s are about different networks", ra.Instance, c.A.File, c.B.File)
		}
		c.add(ra, rb)
	}
	c.Summary.OnlyInB = len(b.Records) - len(c.Rows)
	if len(c.Rows) == 0 {
		return nil, fmt.Errorf("%s and %s have no instance in common", c.A.File, c.B.File)
	}
	c.summarize()
	return c, nil
}

func subject(r *Records) Subject {
	h := r.Header
	return Subject{Name: h.Tool + " " + h.Config, File: r.File, Tool: h.Tool, Version: h.Version, Config: h.Config, Suite: h.Suite, Machine: h.Machine}
}

// notes says what makes the times of two files hard to compare.
func (c *Comparison) notes(a, b *Records) {
	switch {
	case a.Header.Suite != b.Header.Suite:
		c.note("the suites are %s and %s", a.Header.Suite, b.Header.Suite)
	case a.Header.SuiteSHA256 != b.Header.SuiteSHA256 && a.Header.SuiteSHA256 != "" && b.Header.SuiteSHA256 != "":
		c.note("the files are of two states of the suite %s", a.Header.Suite)
	}
	if ma, mb := a.Header.Machine, b.Header.Machine; ma.CPU != mb.CPU || ma.Cores != mb.Cores {
		c.note("the machines are %s with %d cores and %s with %d cores", ma.CPU, ma.Cores, mb.CPU, mb.Cores)
	}
}

func (c *Comparison) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

func (r *Records) byInstance() map[string]*Record {
	of := map[string]*Record{}
	for k := range r.Records {
		of[r.Records[k].Instance] = &r.Records[k]
	}
	return of
}

func (c *Comparison) add(a, b *Record) {
	row := Row{Instance: a.Instance, A: side(a, b), B: side(b, a)}
	row.Ratio = max(row.A.Counted, leastSeconds) / max(row.B.Counted, leastSeconds)
	c.Rows = append(c.Rows, row)
	c.Contradictions = append(c.Contradictions, contradictions(a, b)...)
}

func side(r, other *Record) Side {
	s := Side{Status: r.Status, Seconds: r.Seconds, Counted: r.Seconds, Pairs: r.Pairs}
	if r.Status != Exact {
		s.Counted = r.limit(other)
	}
	return s
}

// limit is the time limit of a record in seconds, that of the other file where
// this one does not say, and its time where neither does.
func (r *Record) limit(other *Record) float64 {
	for _, limit := range []float64{r.LimitSeconds, other.LimitSeconds} {
		if limit > 0 {
			return limit
		}
	}
	return r.Seconds
}

func (c *Comparison) summarize() {
	s := &c.Summary
	s.Instances = len(c.Rows)
	var logs float64
	for _, row := range c.Rows {
		a, b := row.A.Status == Exact, row.B.Status == Exact
		s.PAR2A += row.A.par2() / float64(len(c.Rows))
		s.PAR2B += row.B.par2() / float64(len(c.Rows))
		if a {
			s.SolvedA++
		}
		if b {
			s.SolvedB++
		}
		switch {
		case a && !b:
			s.SolvedByAOnly = append(s.SolvedByAOnly, row.Instance)
		case b && !a:
			s.SolvedByBOnly = append(s.SolvedByBOnly, row.Instance)
		}
		if row.A.Counted >= s.AtLeast {
			s.RatioInstances++
			logs += math.Log(row.Ratio)
		}
		if row.B.Counted > slower*row.A.Counted && row.B.Counted > slowerFrom {
			s.Slower = append(s.Slower, row.Instance)
		}
	}
	if s.RatioInstances > 0 {
		s.Ratio = math.Exp(logs / float64(s.RatioInstances))
	}
}

func (s *Side) par2() float64 {
	if s.Status == Exact {
		return s.Counted
	}
	return 2 * s.Counted
}

// SolvedTimes are the times in seconds, in order, of the instances that each
// file solved, among the instances that all files have; those are counted.
func SolvedTimes(files []*Records) (times [][]float64, common int) {
	in := map[string]int{}
	for _, f := range files {
		for _, r := range f.Records {
			if in[r.Instance]++; in[r.Instance] == len(files) {
				common++
			}
		}
	}
	times = make([][]float64, len(files))
	for k, f := range files {
		for _, r := range f.Records {
			if r.Status == Exact && in[r.Instance] == len(files) {
				times[k] = append(times[k], max(r.Seconds, leastSeconds))
			}
		}
		slices.Sort(times[k])
	}
	return times, common
}
