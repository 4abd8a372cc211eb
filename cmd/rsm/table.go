package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"rsm/internal/query"
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
			ratioText(lo.Proved, math.Floor), ratioText(hi.Proved, math.Ceil), outcome, seconds(lo.Seconds.Total()+hi.Seconds.Total()))
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
			within(worst >= 0), ratioText(best, math.Ceil), top)
	case best < none:
		fmt.Fprintf(&s, "N1 is nowhere in the region safer than N2%s, for any pair shown: its safety margin is down to %s times N2's (pair %v).",
			within(best <= 0), ratioText(worst, math.Floor), at)
	default:
		fmt.Fprintf(&s, "Over the region, N1's safety margin is at least %s times N2's (pair %v) and at most %s times N2's (pair %v).",
			ratioText(worst, math.Floor), at, ratioText(best, math.Ceil), top)
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
		return significant(v, 6, round)
	}
	const digits = 1e6
	s := fmt.Sprintf("%.6f", units(v*digits, round)/digits)
	if s == "-0.000000" {
		return s[1:]
	}
	return s
}

// ratioText writes exp(v) with five significant digits, or as a power near where
// float64 ends, rounded outward.
func ratioText(v float64, round func(float64) float64) string {
	if math.Abs(v) > 690 {
		return fmt.Sprintf("exp(%s)", significant(v, 4, round))
	}
	return significant(math.Exp(v), 5, round)
}

// significant writes a number with so many significant digits, rounded by the given
// function.
func significant(v float64, digits int, round func(float64) float64) string {
	if v != 0 && !math.IsInf(v, 0) && !math.IsNaN(v) {
		place := int(math.Floor(math.Log10(math.Abs(v)))) - digits + 1
		if place < 0 {
			unit := math.Pow10(-place)
			v = units(v*unit, round) / unit
		} else {
			unit := math.Pow10(place)
			v = units(v/unit, round) * unit
		}
	}
	return fmt.Sprintf("%.*g", digits, v)
}

// units rounds a number of units of the last digit by the given function. What
// float64 adds to a decimal number is not worth another unit.
func units(u float64, round func(float64) float64) float64 {
	if near := math.Round(u); math.Abs(u-near) < 1e-3 {
		return near
	}
	return round(u)
}
