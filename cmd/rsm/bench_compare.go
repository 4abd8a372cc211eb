package main

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"rsm/benchmarks/harness"
	"rsm/internal/plots"
)

func benchCompareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "compare files of records, instance by instance",
		ArgsUsage: "A B...",
		Description: `A, B and so on are files of records, as by 'rsm bench run'; A is the baseline.
The answers are held against each other too: where those of two files exclude
each other, the command lists them and ends with status 4.

EXAMPLE
   rsm bench compare plain.jsonl auto.jsonl --at-least 1s --plot cactus.svg`,
		Flags: append([]cli.Flag{
			&cli.DurationFlag{Name: "at-least", Value: time.Second, Usage: "the mean ratio of times is over instances that take A `D` or more"},
			plotFlag("write a cactus plot, solved instances over time, to `FILE.svg`"),
		}, reportFlags()...),
		Action: runBenchCompare,
	}
}

func runBenchCompare(c *cli.Context) error {
	const name = "bench compare"
	if c.NArg() < 2 {
		return usagef(name, "give two or more files of records, the baseline first")
	}
	if c.Duration("at-least") < 0 {
		return usagef(name, "--at-least %v: it must be zero or more", c.Duration("at-least"))
	}
	if err := checkReport(c, name); err != nil {
		return err
	}
	files, err := readRecords(c, name)
	if err != nil {
		return err
	}
	var all []*harness.Comparison
	contradictions := 0
	for _, other := range files[1:] {
		cmp, err := harness.Compare(files[0], other, c.Duration("at-least").Seconds())
		if err != nil {
			return err
		}
		contradictions += len(cmp.Contradictions)
		all = append(all, cmp)
	}
	err = writePlot(c, func(w io.Writer) error { return drawCactus(w, files) })
	if err != nil {
		return err
	}
	err = deliver(c, func(w io.Writer) error { return harness.PrintComparisons(w, c.String("format"), all) })
	return contradicted(err, contradictions)
}

// contradicted ends a command whose report lists contradictions.
func contradicted(err error, count int) error {
	if err == nil && count > 0 {
		return failure{fmt.Errorf("contradictions: %d; of two statements that exclude each other one is false", count)}
	}
	return err
}

// readRecords reads the files that a report is about, without the instances
// that --only leaves out.
func readRecords(c *cli.Context, name string) ([]*harness.Records, error) {
	only, err := regexp.Compile(c.String("only"))
	if err != nil {
		return nil, usagef(name, "--only %s: %v", c.String("only"), err)
	}
	var files []*harness.Records
	for _, path := range c.Args().Slice() {
		r, err := harness.ReadRecords(path)
		if err != nil {
			return nil, err
		}
		r.Records = slices.DeleteFunc(r.Records, func(r harness.Record) bool { return !only.MatchString(r.Instance) })
		files = append(files, r)
	}
	return files, nil
}

func drawCactus(w io.Writer, files []*harness.Records) error {
	times, common := harness.SolvedTimes(files)
	var series []plots.Series
	for k := range files {
		series = append(series, plots.Series{Name: seriesName(files, k), Seconds: times[k]})
	}
	return plots.Cactus(w, files[0].Header.Suite, common, series)
}

// seriesName is the tool and the config of a file, or the file's name where
// those are another's too.
func seriesName(files []*harness.Records, k int) string {
	h := files[k].Header
	for i, f := range files {
		if i != k && f.Header.Tool == h.Tool && f.Header.Config == h.Config {
			return filepath.Base(files[k].File)
		}
	}
	return h.Tool + " " + h.Config
}

func reportFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "only", Usage: "leave out instances whose name does not match `REGEXP`"},
		&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text, markdown or json", Category: "Output"},
		&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the result to `FILE` instead of standard output", Category: "Output"},
	}
}

// checkReport checks the flags of a report and of its plot.
func checkReport(c *cli.Context, name string) error {
	if f := c.String("format"); f != "text" && f != "markdown" && f != "json" {
		return usagef(name, "--format %s: give text, markdown or json", f)
	}
	if err := checkWritable(c.String("out")); err != nil {
		return err
	}
	return checkPlot(c, name)
}
