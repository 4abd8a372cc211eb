package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"rsm/query"
	"rsm/solve"
)

// report is what a margin run found, with what it was asked.
type report struct {
	pair       query.Pair
	region     region
	label      int
	labelGiven bool
	notes      []string
	options    solve.Options
	timeout    timeout
	result     *solve.Result
}

// text prints the table for people.
func (r *report) text(w io.Writer) error {
	fmt.Fprintf(w, "N1      %s\nN2      %s\nregion  %s\n", r.pair.N1.File, r.pair.N2.File, r.region.Describe)
	origin := "N2's decision at the centre of the region"
	if r.labelGiven {
		origin = "given"
	}
	fmt.Fprintf(w, "label   %d (%s)\n\n", r.label, origin)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "pair\tlog RSM min\tlog RSM max\tRSM min\tRSM max\tresult\ttime\t")
	open := 0
	for k := range r.result.Min {
		lo, hi := &r.result.Min[k], &r.result.Max[k]
		outcome := "exact"
		if gap := max(lo.Gap(), hi.Gap()); lo.Status != solve.Exact || hi.Status != solve.Exact {
			outcome = fmt.Sprintf("gap %.2g", gap)
			open++
		}
		fmt.Fprintf(t, "%v\t%s\t%s\t%s\t%s\t%s\t%s\t\n", lo.Classes, logText(lo.Proved), logText(hi.Proved),
			ratioText(lo.Proved), ratioText(hi.Proved), outcome, seconds(lo.Seconds.Total()+hi.Seconds.Total()))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n", r.summary(open))
	_, err := fmt.Fprintf(w, "%d of %d ReLU neurons unstable; bounds %s, in all %s\n",
		r.result.Unstable, r.result.Neurons, seconds(r.result.BoundsSeconds), seconds(r.result.Seconds))
	return err
}

// summary says in a sentence what the table shows.
func (r *report) summary(open int) string {
	worst, best := math.Inf(1), math.Inf(-1)
	var at, top query.ClassPair
	for k := range r.result.Min {
		if v := r.result.Min[k].Proved; v < worst {
			worst, at = v, r.result.Min[k].Classes
		}
		if v := r.result.Max[k].Proved; v > best {
			best, top = v, r.result.Max[k].Classes
		}
	}
	var s strings.Builder
	switch {
	case worst == 0 && best == 0:
		s.WriteString("Both networks have the same margins everywhere in the region.")
	case worst >= 0:
		fmt.Fprintf(&s, "N1 is at least as safe as N2 everywhere in the region, for every pair shown; it gains up to a factor %s (pair %v).", ratioText(best), top)
	case best <= 0:
		fmt.Fprintf(&s, "N1 is nowhere in the region safer than N2, for any pair shown; it keeps at least a share %s of the margin (pair %v).", ratioText(worst), at)
	default:
		fmt.Fprintf(&s, "Against N2, N1's safety margin shrinks at most by a factor %s (pair %v) and grows at most by a factor %s (pair %v).",
			ratioText(worst), at, ratioText(best), top)
	}
	if open > 0 {
		fmt.Fprintf(&s, "\nNot exact for %d of %d pairs: the table shows proved bounds, and how far the best witness is from them.", open, len(r.result.Min))
	}
	return s.String()
}

// logText writes a log margin with as many digits as the default gap deserves.
func logText(v float64) string {
	s := fmt.Sprintf("%.6f", v)
	if s == "-0.000000" {
		return s[1:]
	}
	return s
}

// ratioText writes exp(v) with five significant digits.
func ratioText(v float64) string { return fmt.Sprintf("%.5g", math.Exp(v)) }
