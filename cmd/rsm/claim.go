package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm"
)

// What imply, equiv and radius have in common.

// limitFlags are the limits of a search for a verdict.
func limitFlags() []cli.Flag {
	return []cli.Flag{
		&cli.DurationFlag{Name: "timeout", Usage: "time limit `D` of the whole command, such as 90s or 5m; then what is known is the answer", DefaultText: "none", Category: "Search"},
		&cli.IntFlag{Name: "jobs", Usage: "use `N` threads", DefaultText: "number of cores", Category: "Search"},
		&cli.StringFlag{Name: "engine", Value: "auto", Usage: "`NAME` of the engine: bab (branch and bound on ReLU phases), split (on the box of few inputs), or auto", Category: "Search"},
		&cli.IntFlag{Name: "nodes", Usage: "end each branch and bound on ReLU phases after `N` nodes; 1 is the linear relaxation", DefaultText: "no limit", Category: "Search"},
	}
}

// claimQuestion begins a question about a claim: networks, region and limits.
func claimQuestion(c *cli.Context, kind rsm.Kind) (q rsm.Question, err error) {
	nets, err := networkArguments(c, 2)
	if err != nil {
		return q, err
	}
	if err := checkOutput(c); err != nil {
		return q, err
	}
	if kind == rsm.KindRadius {
		q.N1, q.N2 = nets[0], nets[1]
	} else if q, err = pairOf(c, nets); err != nil {
		return q, err
	}
	q.Kind = kind
	return q, readLimits(c, &q)
}

// verdictText is a verdict for people.
func verdictText(f *rsm.Finding) string {
	switch {
	case f.Vacuous:
		return "holds (vacuous)"
	case f.Verdict != rsm.Unknown:
		return string(f.Verdict)
	case f.Reason == rsm.OnlyAtTies || f.Reason == rsm.WithinRounding:
		return "unknown, " + f.Reason
	}
	return fmt.Sprintf("unknown, %s, %s of the region open", f.Reason, percent(float64(f.Open)))
}

// percent writes a share, rounded away from zero and one.
func percent(share float64) string {
	switch {
	case share <= 0 || share >= 1:
		return fmt.Sprintf("%.0f %%", 100*share)
	case share < 0.001:
		return "below 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", min(100*share, 99.9))
}

// shortInput is how many features a witness may have that is printed for people.
const shortInput = 16

// inputText says where a witness lies, and what N2 sees instead where that is not nil.
func inputText(x, moved []rsm.Float, centre []float64, where string) string {
	s := fmt.Sprintf("%.6g from %s", distance(x, centre), where)
	if len(x) <= shortInput {
		s += ": " + valuesText(x)
	} else {
		s += " (the input is in --format json)"
	}
	if moved != nil {
		s += fmt.Sprintf("; what N2 sees is %.6g from it", distance(moved, rsm.Floats(x)))
		if len(x) <= shortInput {
			s += ": " + valuesText(moved)
		}
	}
	return s
}

// distance is the largest difference of a feature.
func distance(x []rsm.Float, y []float64) float64 {
	d := 0.0
	for i, v := range x {
		d = max(d, math.Abs(float64(v)-y[i]))
	}
	return d
}

func valuesText(x []rsm.Float) string {
	s := make([]string, len(x))
	for i, v := range x {
		s[i] = fmt.Sprintf("%.6g", v)
	}
	return strings.Join(s, " ")
}

// parametersText names the parameters of a witness.
func parametersText(values map[string]rsm.Float) string {
	s := ""
	for _, n := range []string{"brightness", "contrast"} {
		if v, ok := values[n]; ok {
			s += fmt.Sprintf(", %s %.6g", n, v)
		}
	}
	return s
}

// list writes 0,1,2.
func list(numbers []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(numbers), "[]"), " ", ",")
}
