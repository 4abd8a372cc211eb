package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"rsm/network"
	"rsm/solve"
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

// limitOptions reads limitFlags and checks outputFlags.
func limitOptions(c *cli.Context) (solve.Options, error) {
	name := c.Command.Name
	if f := c.String("format"); f != "text" && f != "json" {
		return solve.Options{}, usagef(name, "--format %s: give text or json", f)
	}
	switch {
	case c.IsSet("jobs") && c.Int("jobs") < 1:
		return solve.Options{}, usagef(name, "--jobs %d: it must be 1 or more", c.Int("jobs"))
	case c.IsSet("timeout") && c.Duration("timeout") <= 0:
		return solve.Options{}, usagef(name, "--timeout %v: it must be above zero", c.Duration("timeout"))
	}
	opt := solve.Options{Jobs: c.Int("jobs"), NodeLimit: c.Int("nodes")}
	switch c.String("engine") {
	case "auto":
	case "bab":
		opt.Engine = solve.BaB
	case "split":
		opt.Engine = solve.Split
	default:
		return opt, usagef(name, "--engine %s: give auto, bab or split", c.String("engine"))
	}
	if opt.NodeLimit < 0 {
		return opt, usagef(name, "--nodes %d: it must be zero or more", opt.NodeLimit)
	}
	return opt, checkWritable(c.String("out"))
}

// elapsed is the time since the start of the program in seconds.
func elapsed(c *cli.Context) float64 {
	return time.Since(c.App.Metadata[startedKey].(time.Time)).Seconds()
}

// limitsPart is the options of a search for a verdict.
type limitsPart struct {
	Timeout number `json:"timeout_seconds"`
	Jobs    int    `json:"jobs"` // 0: the number of cores
	Engine  string `json:"engine"`
	Nodes   int    `json:"node_limit"`
	Seed    uint64 `json:"seed"`
}

func limitsOf(c *cli.Context, opt solve.Options) limitsPart {
	return limitsPart{Timeout: number(c.Duration("timeout").Seconds()), Jobs: opt.Jobs, Engine: opt.Engine.String(), Nodes: opt.NodeLimit, Seed: opt.Seed}
}

// findingPart is a verdict in a result file.
type findingPart struct {
	Verdict      string   `json:"verdict"`
	Vacuous      bool     `json:"vacuous,omitempty"`
	Reason       string   `json:"reason,omitempty"` // of one that is unknown
	Open         number   `json:"open"`             // share of the region that is not decided
	Witness      []number `json:"witness,omitempty"`
	Boxes        int64    `json:"boxes"`
	Nodes        int64    `json:"nodes"`
	LPIterations int64    `json:"lp_iterations"`
	Seconds      number   `json:"seconds"`
}

func findingOf(f *solve.Finding) findingPart {
	p := findingPart{Verdict: f.Verdict.String(), Vacuous: f.Vacuous, Boxes: f.Boxes, Nodes: f.Nodes, LPIterations: f.LPIterations, Seconds: number(f.Seconds)}
	switch f.Verdict {
	case solve.Unknown:
		p.Reason, p.Open = f.Reason, number(f.Open)
	case solve.Violated:
		p.Witness = numbers(f.Witness)
	}
	return p
}

// claimSemantics says in which arithmetic verdicts are true.
const claimSemantics = "real: weights are exact real numbers, arithmetic is exact; holds is proved, and a witness violates the claim in exact arithmetic; values are evaluated in float64"

// verdictText is a verdict for people.
func verdictText(f *solve.Finding) string {
	switch {
	case f.Vacuous:
		return "holds (vacuous)"
	case f.Verdict != solve.Unknown:
		return f.Verdict.String()
	case f.Reason == solve.OnlyAtTies || f.Reason == solve.WithinRounding:
		return "unknown, " + f.Reason
	}
	return fmt.Sprintf("unknown, %s, %s of the region open", f.Reason, percent(f.Open))
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

// inputText says where a witness lies.
func inputText(x, centre []float64, where string) string {
	d := 0.0
	for i, v := range x {
		d = max(d, math.Abs(v-centre[i]))
	}
	s := fmt.Sprintf("%.6g from %s", d, where)
	if len(x) <= shortInput {
		return s + ": " + valuesText(x)
	}
	return s + " (the input is in --format json)"
}

func valuesText(x []float64) string {
	s := make([]string, len(x))
	for i, v := range x {
		s[i] = fmt.Sprintf("%.6g", v)
	}
	return strings.Join(s, " ")
}

// decisions are the values of both networks at a witness.
type decisionsPart struct {
	Logits    map[string][]number `json:"logits"`
	Decisions map[string]int      `json:"decisions"`
}

func decisionsAt(y1, y2 []float64) *decisionsPart {
	return &decisionsPart{
		Logits:    map[string][]number{"N1": numbers(y1), "N2": numbers(y2)},
		Decisions: map[string]int{"N1": network.Decision(y1), "N2": network.Decision(y2)},
	}
}
