package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"rsm/query"
	"rsm/solve"
)

// report is what a margin run found, with what it was asked.
type report struct {
	question
	labelGiven bool
	options    solve.Options
	timeout    time.Duration
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
	outcomeOf := r.outcome
	if r.thresholds() {
		outcomeOf = r.verdicts
	}
	for k := range r.result.Min {
		lo, hi := &r.result.Min[k], &r.result.Max[k]
		outcome := outcomeOf(lo, hi)
		if lo.Status != solve.Exact || hi.Status != solve.Exact {
			open++
		}
		fmt.Fprintf(t, "%v\t%s\t%s\t%s\t%s\t%s\t%s\t\n", lo.Classes, logText(lo.Proved, math.Floor), logText(hi.Proved, math.Ceil),
			ratioText(lo.Proved), ratioText(hi.Proved), outcome, seconds(lo.Seconds.Total()+hi.Seconds.Total()))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	summary := r.summary(open)
	if r.thresholds() {
		summary = r.decisions()
	}
	fmt.Fprintf(w, "\n%s\n", summary)
	near := 0
	for k := range r.result.Min {
		near = max(near, r.result.Min[k].NearThresholds, r.result.Max[k].NearThresholds)
	}
	if near > 0 {
		fmt.Fprintf(w, "At a witness up to %d quantized values are nearer to half-way between two levels than float32 resolves: a runtime may round them otherwise.\n", near)
	}
	levels := ""
	if r.result.Quantized > 0 {
		levels = fmt.Sprintf("; %d of %d quantized values with more than one level", r.result.OpenLevels, r.result.Quantized)
	}
	_, err := fmt.Fprintf(w, "%d of %d ReLU neurons unstable%s; bounds %s, in all %s\n",
		r.result.Unstable, r.result.Neurons, levels, seconds(r.result.BoundsSeconds), seconds(r.result.Seconds))
	return err
}

// outcome says whether both extremes are exact, and otherwise how far from it
// the worse one is, and why.
func (r *report) outcome(lo, hi *solve.Extremum) string {
	worse := lo
	if lo.Status == solve.Exact || hi.Status != solve.Exact && hi.Gap() > lo.Gap() {
		worse = hi
	}
	if worse.Status != solve.Exact {
		return fmt.Sprintf("gap %.2g, %v", worse.Gap(), worse.Stop)
	}
	if r.options.Gap > solve.DefaultGap || r.options.RelativeGap > 0 {
		return fmt.Sprintf("within %.2g", max(lo.Gap(), hi.Gap()))
	}
	return "exact"
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
	const none = 5e-7 // differences that the table does not show
	var s strings.Builder
	switch {
	case worst > -none && best < none:
		s.WriteString("Both networks have the same margins everywhere in the region.")
	case worst > -none:
		fmt.Fprintf(&s, "N1 is at least as safe as N2 everywhere in the region, for every pair shown: its safety margin is up to %s times N2's (pair %v).", ratioText(best), top)
	case best < none:
		fmt.Fprintf(&s, "N1 is nowhere in the region safer than N2, for any pair shown: its safety margin is down to %s times N2's (pair %v).", ratioText(worst), at)
	default:
		fmt.Fprintf(&s, "Over the region, N1's safety margin is at least %s times N2's (pair %v) and at most %s times N2's (pair %v).",
			ratioText(worst), at, ratioText(best), top)
	}
	if open > 0 {
		fmt.Fprintf(&s, "\nNot exact for %d of %d pairs: the table shows proved bounds, and how far the best witness is from them.", open, len(r.result.Min))
	}
	return s.String()
}

// logText writes a log margin with as many digits as the default gap deserves,
// rounded outward.
func logText(v float64, round func(float64) float64) string {
	if math.Abs(v) >= 1e6 {
		return fmt.Sprintf("%.6g", v)
	}
	const digits = 1e6
	// What float64 adds to a decimal number is not worth another unit.
	if near := math.Round(v * digits); math.Abs(v*digits-near) < 1e-3 {
		round = func(float64) float64 { return near }
	}
	s := fmt.Sprintf("%.6f", round(v*digits)/digits)
	if s == "-0.000000" {
		return s[1:]
	}
	return s
}

// ratioText writes exp(v) with five significant digits, or as a power where
// float64 ends.
func ratioText(v float64) string {
	if math.Abs(v) > 700 {
		return fmt.Sprintf("exp(%.4g)", v)
	}
	return fmt.Sprintf("%.5g", math.Exp(v))
}
