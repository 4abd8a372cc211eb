package harness

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
)

const (
	// leastWidth is the smallest exact width, and the smallest gap of the
	// baseline, that others are divided by.
	leastWidth = 1e-9
	// enclosed is how far a witness may lie outside a range, for rounding.
	enclosed = 1e-7
)

// Ladder holds the relaxations of a bounds config against exact ranges.
type Ladder struct {
	Bounds         Subject         `json:"bounds"`
	Exact          Subject         `json:"exact"`
	Baseline       string          `json:"baseline,omitempty"` // method
	Instances      int             `json:"instances"`
	Pairs          int             `json:"pairs"` // class pairs with an exact range
	Methods        []MethodSummary `json:"methods"`
	Contradictions []Contradiction `json:"contradictions"`
	Notes          []string        `json:"notes"`
}

// MethodSummary sums up one method. Widths are relative to the exact width, over class
// pairs; Seconds are for all class pairs of an instance, the median over
// instances.
type MethodSummary struct {
	Method  string  `json:"method"`
	Pairs   int     `json:"pairs"`
	Min     Number  `json:"min"`
	Q1      Number  `json:"lower_quartile"`
	Median  Number  `json:"median"`
	Q3      Number  `json:"upper_quartile"`
	Max     Number  `json:"max"`
	Seconds float64 `json:"seconds"`
	// Closed is the median over extremes of the part of the baseline's gap to
	// the exact value that the method closes: 1 is all of it. It is nil where
	// there is no such extremum.
	Closed *Number `json:"closed,omitempty"`
	// Looser counts class pairs on which the range is wider than that of a
	// method that this one builds on.
	Looser int `json:"looser"`
}

// methodData are the samples that a MethodSummary sums up.
type methodData struct {
	widths, closed, seconds []float64
	looser                  int
}

// NewLadder compares the methods of bounds with the ranges of exact, on the
// class pairs that exact solved. Where baseline is a method of bounds, gaps
// are compared with its gaps. below lists the methods that a method builds on; it
// may be nil.
func NewLadder(bounds, exact *Records, baseline string, below func(method string) []string) (*Ladder, error) {
	if below == nil {
		below = func(string) []string { return nil }
	}
	l := &Ladder{Bounds: subject(bounds), Exact: subject(exact), Contradictions: []Contradiction{}, Notes: []string{}}
	data := map[string]*methodData{}
	var order []string // of the methods, as they first appear
	of := exact.byInstance()
	cut, errors := 0, 0
	for k := range bounds.Records {
		b := &bounds.Records[k]
		e := of[b.Instance]
		switch {
		case b.Status == Error:
			errors++
			continue
		case e == nil:
			continue
		case len(b.Networks) > 0 && len(e.Networks) > 0 && !slices.Equal(b.Networks, e.Networks):
			return nil, fmt.Errorf("instance %s: %s and %s are about different networks", b.Instance, l.Bounds.File, l.Exact.File)
		}
		l.Contradictions = append(l.Contradictions, notEnclosed(b, e)...)
		if b.LimitSeconds > 0 && b.Seconds >= b.LimitSeconds {
			cut++ // the time limit came before the methods had ended
			continue
		}
		l.Instances++
		for _, m := range b.Methods {
			if data[m.Method] == nil {
				data[m.Method] = &methodData{}
				order = append(order, m.Method)
			}
		}
		for k := range e.Pairs {
			l.add(data, order, baseline, below, b, &e.Pairs[k])
		}
		addSeconds(data, b)
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("%s has no methods for an instance of %s", l.Bounds.File, l.Exact.File)
	}
	if slices.Contains(order, baseline) {
		l.Baseline = baseline
	}
	for _, name := range order {
		l.Methods = append(l.Methods, data[name].summary(name))
	}
	for what, count := range map[string]int{"ended in an error": errors, "reached their time limit and are left out": cut} {
		if count > 0 {
			l.Notes = append(l.Notes, fmt.Sprintf("%d instances of %s %s", count, l.Bounds.File, what))
		}
	}
	slices.Sort(l.Notes)
	return l, nil
}

// add takes up what the methods of b say of a class pair that is solved.
func (l *Ladder) add(data map[string]*methodData, order []string, baseline string, below func(string) []string, b *Record, p *PairRange) {
	lo, hi, ok := exactRange(p)
	if !ok {
		return
	}
	base := b.method(baseline, p)
	used := false
	for _, name := range order {
		m := b.method(name, p)
		if m == nil || !(m.Max-m.Min >= 0) { // a contradiction that is listed
			continue
		}
		d := data[name]
		width := float64(m.Max - m.Min)
		if hi-lo > leastWidth {
			d.widths = append(d.widths, width/(hi-lo))
			used = true
		}
		if base != nil {
			d.close(float64(m.Max)-hi, float64(base.Max)-hi)
			d.close(lo-float64(m.Min), lo-float64(base.Min))
		}
		for _, name := range below(name) {
			if m := b.method(name, p); m != nil && above(width, float64(m.Max-m.Min), leastWidth, leastWidth) {
				d.looser++
				break
			}
		}
	}
	if used {
		l.Pairs++
	}
}

// exactRange is the range of a class pair that is exact at both ends.
func exactRange(p *PairRange) (lo, hi float64, ok bool) {
	if p.Min.Status != Exact || p.Max.Status != Exact {
		return 0, 0, false
	}
	low, high := cmp.Or(p.Min.Witnessed, p.Min.Proved), cmp.Or(p.Max.Witnessed, p.Max.Proved)
	if low == nil || high == nil {
		return 0, 0, false
	}
	lo, hi = float64(*low), float64(*high)
	return lo, hi, !math.IsInf(lo, 0) && !math.IsInf(hi, 0)
}

// close takes up by how much a gap is smaller than that of the baseline.
func (d *methodData) close(gap, base float64) {
	if base > leastWidth && !(math.IsInf(gap, 1) && math.IsInf(base, 1)) {
		d.closed = append(d.closed, 1-gap/base)
	}
}

func addSeconds(data map[string]*methodData, b *Record) {
	seen := map[string]bool{}
	for _, m := range b.Methods {
		if !seen[m.Method] {
			seen[m.Method] = true
			data[m.Method].seconds = append(data[m.Method].seconds, m.Seconds)
		}
	}
}

func (r *Record) method(name string, p *PairRange) *Method {
	for k := range r.Methods {
		if m := &r.Methods[k]; m.Method == name && m.I == p.I && m.J == p.J {
			return m
		}
	}
	return nil
}

func (d *methodData) summary(name string) MethodSummary {
	slices.Sort(d.widths)
	slices.Sort(d.closed)
	slices.Sort(d.seconds)
	r := MethodSummary{Method: name, Pairs: len(d.widths), Looser: d.looser, Seconds: quantile(d.seconds, 0.5)}
	if len(d.widths) > 0 {
		at := func(q float64) Number { return Number(quantile(d.widths, q)) }
		r.Min, r.Q1, r.Median, r.Q3, r.Max = at(0), at(0.25), at(0.5), at(0.75), at(1)
	}
	if len(d.closed) > 0 {
		median := Number(quantile(d.closed, 0.5))
		r.Closed = &median
	}
	return r
}

// quantile interpolates linearly between the values around position
// q (n - 1), for n sorted values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	k := int(at)
	lo, hi := sorted[k], sorted[min(k+1, len(sorted)-1)]
	part := at - float64(k)
	if part == 0 || lo == hi {
		return lo
	}
	return lo*(1-part) + hi*part
}

// notEnclosed lists the methods whose range does not hold a value that r
// takes.
func notEnclosed(b, e *Record) []Contradiction {
	var found []Contradiction
	for _, m := range b.Methods {
		add := func(format string, args ...any) {
			found = append(found, Contradiction{b.Instance, m.I, m.J, fmt.Sprintf(format, args...)})
		}
		lo, hi := float64(m.Min), float64(m.Max)
		if above(lo, hi, enclosed, 0) {
			add("%s proves %.9g <= r <= %.9g", m.Method, lo, hi)
		}
		p := e.pair(m.I, m.J)
		if p == nil {
			continue
		}
		for _, v := range makeClaim("", p).points {
			if above(v, hi, enclosed, 0) {
				add("%s proves r <= %.9g, and %.9g is reached", m.Method, hi, v)
			}
			if above(lo, v, enclosed, 0) {
				add("%s proves r >= %.9g, and %.9g is reached", m.Method, lo, v)
			}
		}
	}
	return found
}

// Print prints the ladder as text, markdown or json.
func (l *Ladder) Print(w io.Writer, format string) error {
	if format == "json" {
		return printJSON(w, struct {
			Schema        string `json:"schema"`
			SchemaVersion int    `json:"schema_version"`
			*Ladder
		}{"rsm-bench-ladder", 1, l})
	}
	fmt.Fprintf(w, "Widths relative to the exact one, over %d class pairs of %d instances of %s that %s solved.\n\n",
		l.Pairs, l.Instances, l.Bounds.Suite, l.Exact.Name)
	t := table{head: []string{"method", "pairs", "median", "quartiles", "max", "looser", "seconds"}}
	if l.Baseline != "" {
		t.head = append(t.head, "gap of "+l.Baseline+" closed")
	}
	for _, r := range l.Methods {
		cells := []string{r.Method, fmt.Sprint(r.Pairs), "-", "-", "-", fmt.Sprint(r.Looser), fmt.Sprintf("%.3g", r.Seconds)}
		if r.Pairs > 0 {
			cells[2], cells[3], cells[4] = fmt.Sprintf("%.4g", r.Median), fmt.Sprintf("%.4g - %.4g", r.Q1, r.Q3), fmt.Sprintf("%.4g", r.Max)
		}
		if l.Baseline != "" {
			closed := "-"
			if r.Closed != nil {
				closed = fmt.Sprintf("%.1f %%", 100*float64(*r.Closed))
			}
			cells = append(cells, closed)
		}
		t.add(cells...)
	}
	if err := t.print(w, format); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := printList(w, format, "note", l.Notes); err != nil {
		return err
	}
	return printContradictions(w, format, l.Contradictions)
}
