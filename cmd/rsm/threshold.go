package main

import (
	"fmt"
	"strings"

	"rsm/internal/query"
	"rsm/solve"
)

// thresholds says whether only thresholds were asked for.
func (r *report) thresholds() bool { return r.options.AtLeast != nil || r.options.AtMost != nil }

// verdicts are the answers for a class pair, and why there is none.
func (r *report) verdicts(lo, hi *solve.Extremum) string {
	var parts []string
	for _, e := range [...]*solve.Extremum{lo, hi} {
		if e.Threshold == nil {
			continue
		}
		s := e.Verdict.String()
		if e.Verdict == solve.Unknown {
			s = fmt.Sprintf("unknown, %v", e.Stop)
		}
		if r.options.AtLeast != nil && r.options.AtMost != nil {
			s = e.Sense.String() + " " + s
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

// decisions says in a sentence for each threshold what the table shows.
func (r *report) decisions() string {
	var out []string
	for _, side := range [...]struct {
		extremes []solve.Extremum
		c        *float64
		phrase   string
	}{{r.result.Min, r.options.AtLeast, "at least"}, {r.result.Max, r.options.AtMost, "at most"}} {
		if side.c == nil {
			continue
		}
		var violated, unknown []query.ClassPair
		for k := range side.extremes {
			switch e := &side.extremes[k]; e.Verdict {
			case solve.Violated:
				violated = append(violated, e.Classes)
			case solve.Unknown:
				unknown = append(unknown, e.Classes)
			}
		}
		s := fmt.Sprintf("log RSM is %s %v everywhere in the region, for every pair shown.", side.phrase, *side.c)
		switch {
		case len(violated) > 0:
			s = fmt.Sprintf("log RSM is not %s %v everywhere: there are witnesses for %s.", side.phrase, *side.c, pairList(violated))
		case len(unknown) > 0:
			s = fmt.Sprintf("Whether log RSM is %s %v everywhere is not decided for %s.", side.phrase, *side.c, pairList(unknown))
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func pairList(pairs []query.ClassPair) string {
	s := make([]string, len(pairs))
	for k, p := range pairs {
		s[k] = p.String()
	}
	if len(s) == 1 {
		return "pair " + s[0]
	}
	return "pairs " + strings.Join(s, ", ")
}
