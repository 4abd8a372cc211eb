package main

import (
	"fmt"
	"strings"

	"rsm"
)

// thresholds says whether only thresholds were asked for.
func (r marginTable) thresholds() bool { return r.Options.AtLeast != "" || r.Options.AtMost != "" }

// verdicts are the answers for a class pair, and why there is none.
func (r marginTable) verdicts(lo, hi *rsm.Extremum) string {
	var parts []string
	for k, e := range [...]*rsm.Extremum{lo, hi} {
		if e.Threshold == "" {
			continue
		}
		s := string(e.Verdict)
		if e.Verdict == rsm.Unknown {
			s = fmt.Sprintf("unknown, %v", e.Stop)
		}
		if r.Options.AtLeast != "" && r.Options.AtMost != "" {
			s = [...]string{"min ", "max "}[k] + s
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

// decisions says in a sentence for each threshold what the table shows.
func (r marginTable) decisions() string {
	var out []string
	for _, side := range [...]struct {
		of     func(*rsm.PairRange) *rsm.Extremum
		c      rsm.Decimal
		phrase string
	}{
		{func(p *rsm.PairRange) *rsm.Extremum { return &p.Min }, r.Options.AtLeast, "at least"},
		{func(p *rsm.PairRange) *rsm.Extremum { return &p.Max }, r.Options.AtMost, "at most"},
	} {
		if side.c == "" {
			continue
		}
		var violated, unknown []rsm.ClassPair
		for k := range r.Pairs {
			switch p := &r.Pairs[k]; side.of(p).Verdict {
			case rsm.Violated:
				violated = append(violated, p.Classes())
			case rsm.Unknown:
				unknown = append(unknown, p.Classes())
			}
		}
		s := fmt.Sprintf("log RSM is %s %v everywhere in the region, for every pair shown.", side.phrase, side.c)
		switch {
		case len(violated) > 0:
			s = fmt.Sprintf("log RSM is not %s %v everywhere: there are witnesses for %s.", side.phrase, side.c, pairList(violated))
		case len(unknown) > 0:
			s = fmt.Sprintf("Whether log RSM is %s %v everywhere is not decided for %s.", side.phrase, side.c, pairList(unknown))
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func pairList(pairs []rsm.ClassPair) string {
	s := make([]string, len(pairs))
	for k, p := range pairs {
		s[k] = p.String()
	}
	if len(s) == 1 {
		return "pair " + s[0]
	}
	return "pairs " + strings.Join(s, ", ")
}
