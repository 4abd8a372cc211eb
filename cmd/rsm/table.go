package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"rsm"
)

// marginTable is a result of margin for people.
type marginTable struct{ *rsm.Result }

// printMargins prints the table for people.
func printMargins(w io.Writer, result *rsm.Result) error {
	r := marginTable{result}
	printPair(w, result)
	printLabel(w, result)
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "pair\tlog RSM min\tlog RSM max\tRSM min\tRSM max\tresult\ttime\t")
	open, near := 0, 0
	outcomeOf := r.outcome
	if r.thresholds() {
		outcomeOf = r.verdicts
	}
	for k := range r.Pairs {
		p := &r.Pairs[k]
		lo, hi := &p.Min, &p.Max
		outcome := outcomeOf(lo, hi)
		if lo.Status != rsm.Exact || hi.Status != rsm.Exact {
			open++
		}
		near = max(near, lo.NearThresholds, hi.NearThresholds)
		fmt.Fprintf(t, "%v\t%s\t%s\t%s\t%s\t%s\t%s\t\n", p.Classes(), logText(float64(lo.Proved), down), logText(float64(hi.Proved), up),
			ratioText(float64(lo.Proved), down), ratioText(float64(hi.Proved), up), outcome, seconds(lo.Seconds.Total()+hi.Seconds.Total()))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	summary := r.summary(open)
	if r.thresholds() {
		summary = r.decisions()
	}
	fmt.Fprintf(w, "\n%s\n", summary)
	if near > 0 {
		fmt.Fprintf(w, "At a witness up to %d quantized values are nearer to half-way between two levels than float32 resolves: a runtime may round them otherwise.\n", near)
	}
	levels := ""
	if r.Bounds.Quantized > 0 {
		levels = fmt.Sprintf("; %d of %d quantized values with more than one level", r.Bounds.OpenLevels, r.Bounds.Quantized)
	}
	_, err := fmt.Fprintf(w, "%d of %d ReLU neurons unstable%s; bounds %s, in all %s\n",
		r.Bounds.Unstable, r.Bounds.Neurons, levels, seconds(float64(r.Bounds.Seconds)), seconds(float64(r.Seconds)))
	return err
}

// printPair prints which networks and which region a result is about.
func printPair(w io.Writer, r *rsm.Result) {
	fmt.Fprintf(w, "N1      %s\nN2      %s\nregion  %s\n", r.Networks[0].File, r.Networks[1].File, r.Region.Description)
}

// printLabel prints the label, and where it is from.
func printLabel(w io.Writer, r *rsm.Result) {
	origin := "N2's decision at the centre of the region"
	switch {
	case r.LabelGiven:
		origin = "given"
	case r.Region.AroundSample():
		origin = "N2's decision at the sample"
	}
	name := ""
	if r.ClassNames != nil {
		name = ", " + oneLine(r.ClassNames[*r.Label])
	}
	fmt.Fprintf(w, "label   %d%s (%s)\n", *r.Label, name, origin)
}

// outcome says whether both extremes are exact, and otherwise how far from it
// the worse one is, and why.
func (r marginTable) outcome(lo, hi *rsm.Extremum) string {
	worse := lo
	if lo.Status == rsm.Exact || hi.Status != rsm.Exact && hi.Gap > lo.Gap {
		worse = hi
	}
	if worse.Status != rsm.Exact {
		return fmt.Sprintf("gap %.2g, %v", worse.Gap, worse.Stop)
	}
	if float64(*r.Options.Gap) > rsm.DefaultGap || *r.Options.RelativeGap > 0 {
		return fmt.Sprintf("within %.2g", max(lo.Gap, hi.Gap))
	}
	return "exact"
}

// summary says in a sentence what the table shows.
func (r marginTable) summary(open int) string {
	worst, best := math.Inf(1), math.Inf(-1)
	var at, top rsm.ClassPair
	for k := range r.Pairs {
		p := &r.Pairs[k]
		if v := float64(p.Min.Proved); v < worst {
			worst, at = v, p.Classes()
		}
		if v := float64(p.Max.Proved); v > best {
			best, top = v, p.Classes()
		}
	}
	const none = 5e-7 // differences that the table does not show
	within := func(proved bool) string {
		if proved {
			return ""
		}
		return fmt.Sprintf(" to within %g of log RSM", none)
	}
	var s strings.Builder
	switch {
	case worst > -none && best < none:
		fmt.Fprintf(&s, "Both networks have the same margins everywhere in the region%s.", within(worst >= 0 && best <= 0))
	case worst > -none:
		fmt.Fprintf(&s, "N1 is at least as safe as N2 everywhere in the region%s, for every pair shown: its safety margin is up to %s times N2's (pair %v).",
			within(worst >= 0), ratioText(best, up), top)
	case best < none:
		fmt.Fprintf(&s, "N1 is nowhere in the region safer than N2%s, for any pair shown: its safety margin is down to %s times N2's (pair %v).",
			within(best <= 0), ratioText(worst, down), at)
	default:
		fmt.Fprintf(&s, "Over the region, N1's safety margin is at least %s times N2's (pair %v) and at most %s times N2's (pair %v).",
			ratioText(worst, down), at, ratioText(best, up), top)
	}
	if open > 0 {
		fmt.Fprintf(&s, "\nNot exact for %d of %d pairs: the table shows proved bounds, and how far the best witness is from them.", open, len(r.Pairs))
	}
	return s.String()
}
