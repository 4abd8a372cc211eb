package main

import (
	"fmt"
	"io"

	"rsm"

	"github.com/urfave/cli/v2"

	"rsm/benchmarks/harness"
	"rsm/internal/plots"
)

func benchLadderCommand() *cli.Command {
	return &cli.Command{
		Name:      "ladder",
		Usage:     "hold the relaxations of a bounds config against exact ranges",
		ArgsUsage: "BOUNDS EXACT",
		Description: `BOUNDS holds the records of a config of 'rsm bounds', EXACT those of a config
of 'rsm margin' on the same suite. For each method the table shows how wide its
ranges are, relative to the exact ones. A method whose range leaves out a value
that r takes is listed, and the command ends with status 4.

EXAMPLE
   rsm bench ladder bounds.jsonl auto.jsonl --baseline lp --plot widths.svg`,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "baseline", Value: "lp-plain", Usage: "show how much of the gap of `METHOD` each method closes, where METHOD is there"},
			plotFlag("write a plot of the widths to `FILE.svg`"),
		}, reportFlags()...),
		Action: runBenchLadder,
	}
}

func runBenchLadder(c *cli.Context) error {
	const name = "bench ladder"
	if c.NArg() != 2 {
		return usagef(name, "give two files of records: relaxations, and exact ranges")
	}
	if err := checkReport(c, name); err != nil {
		return err
	}
	files, err := readRecords(c, name)
	if err != nil {
		return err
	}
	ladder, err := harness.NewLadder(files[0], files[1], c.String("baseline"), rsm.MethodsBelow)
	if err != nil {
		return err
	}
	if c.IsSet("baseline") && ladder.Baseline == "" {
		return usagef(name, "--baseline %s: %s has no such method", c.String("baseline"), files[0].File)
	}
	if err := writePlot(c, func(w io.Writer) error { return drawWidths(w, ladder) }); err != nil {
		return err
	}
	err = deliver(c, func(w io.Writer) error { return ladder.Print(w, c.String("format")) })
	return contradicted(err, len(ladder.Contradictions))
}

func drawWidths(w io.Writer, l *harness.Ladder) error {
	var boxes []plots.Box
	for _, r := range l.Methods {
		if r.Pairs == 0 {
			continue
		}
		// Rounding may leave a range that is exact a hair too narrow.
		ratio := func(n harness.Number) float64 {
			if v := float64(n); v < 1-1e-6 {
				return v
			}
			return max(1, float64(n))
		}
		boxes = append(boxes, plots.Box{Name: r.Method, Min: ratio(r.Min), Q1: ratio(r.Q1), Median: ratio(r.Median), Q3: ratio(r.Q3), Max: ratio(r.Max)})
	}
	return plots.Widths(w, fmt.Sprintf("%s, %d class pairs", l.Bounds.Suite, l.Pairs), boxes)
}
