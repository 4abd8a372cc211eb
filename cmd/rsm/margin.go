package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"rsm"
)

func marginCommand() *cli.Command {
	return &cli.Command{
		Name:      "margin",
		Usage:     "exact minimum and maximum of the relative safety margin of two networks over a region",
		ArgsUsage: "N1 N2",
		Description: `N1 and N2 are .onnx or .nnet files. For each class pair I:J the table shows
the range of the log relative safety margin
   r(x) = (y1_I - y1_J) - (y2_I - y2_J)
over the region, y1 and y2 the logits of N1 and N2, and the range of RSM = exp(r).

EXAMPLE
   rsm margin original.onnx pruned.onnx --input samples.npy --index 3 \
      --epsilon 0.03 --clip 0,1 --pairs runner-up --timeout 60s`,
		Flags: slices.Concat(regionFlags(), preprocessingFlags(), questionFlags(), []cli.Flag{logitsFlag}, thresholdFlags(), searchFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 2)
			if err != nil {
				return err
			}
			return runMargin(c, nets)
		},
	}
}

func questionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.IntFlag{Name: "label", Usage: "class `C` of the sample; by default N2's decision at it", DefaultText: "that decision", Category: "Question"},
		&cli.StringFlag{Name: "pairs", Value: "label", Usage: "class pairs: `SPEC` is label (the label against each other class), runner-up, all, or I:J,...", Category: "Question"},
		rawFlag,
	}
}

func thresholdFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "at-least", Usage: "only ask whether log RSM is at least `C` everywhere, and stop when that is decided", DefaultText: "the exact minimum", Category: "Question"},
		&cli.StringFlag{Name: "at-most", Usage: "only ask whether log RSM is at most `C` everywhere", DefaultText: "the exact maximum", Category: "Question"},
	}
}

func searchFlags() []cli.Flag {
	return []cli.Flag{
		&cli.DurationFlag{Name: "timeout", Usage: "time limit `D` of the whole command, such as 90s or 5m; then the bounds so far are the answer", DefaultText: "none", Category: "Search"},
		&cli.Float64Flag{Name: "gap", Value: 1e-6, Usage: "absolute gap `G` of log RSM at which an extremum is exact", Category: "Search"},
		&cli.Float64Flag{Name: "relative-gap", Usage: "also accept a gap of `G` times the value", Category: "Search"},
		&cli.StringFlag{Name: "encoding", Value: "auto", Usage: "`NAME` of the encoding: auto, or plain (the baseline: big-M with interval bounds)", Category: "Search"},
		&cli.StringFlag{Name: "engine", Value: "auto", Usage: "`NAME` of the engine: bab (branch and bound on ReLU phases), split (of a box of few inputs), milp (HiGHS alone, not certified), or auto", Category: "Search"},
		&cli.IntFlag{Name: "jobs", Usage: "solve `N` extremes at the same time, one thread each", DefaultText: "number of cores", Category: "Search"},
		&cli.IntFlag{Name: "nodes", Usage: "end each solve after `N` branch-and-bound nodes", DefaultText: "no limit", Category: "Search"},
		&cli.StringSliceFlag{Name: "highs", Usage: "set an option of HiGHS, `NAME=VALUE`; may be repeated", Category: "Search"},
		&cli.StringFlag{Name: "write-model", Usage: "write each model that the milp engine solves to `FILE.mps` or FILE.lp, the class pair and min or max added to the name", Category: "Search"},
	}
}

func outputFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text or json", Category: "Output"},
		&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the result to `FILE` instead of standard output", Category: "Output"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no progress and no notes", DisableDefaultText: true, Category: "Output"},
	}
}

// checkOutput finds out early that the result cannot be written.
func checkOutput(c *cli.Context) error {
	if f := c.String("format"); f != "text" && f != "json" {
		return usagef(c.Command.Name, "--format %s: give text or json", f)
	}
	return checkWritable(c.String("out"))
}

// runMargin is the margin command for two networks that are read already.
func runMargin(c *cli.Context, nets []*rsm.Network) error {
	if err := checkOutput(c); err != nil {
		return err
	}
	q, err := pairOf(c, nets)
	if err != nil {
		return err
	}
	q.Kind = rsm.KindMargin
	if err := readClasses(c, &q); err != nil {
		return err
	}
	q.AtLeast, q.AtMost = rsm.Decimal(c.String("at-least")), rsm.Decimal(c.String("at-most"))
	for flag, given := range map[string]rsm.Decimal{"at-least": q.AtLeast, "at-most": q.AtMost} {
		if c.IsSet(flag) && given == "" {
			return usagef(c.Command.Name, "--%s: give a finite number", flag)
		}
	}
	if err := readLimits(c, &q); err != nil {
		return err
	}
	if q.Gap, q.RelativeGap = c.Float64("gap"), c.Float64("relative-gap"); q.Gap == 0 {
		return usagef(c.Command.Name, "--gap %v: it must be above zero", q.Gap)
	}
	q.Encoding, q.HiGHS = rsm.Encoding(c.String("encoding")), map[string]string{}
	for _, s := range c.StringSlice("highs") {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return usagef(c.Command.Name, "--highs %s: give NAME=VALUE", s)
		}
		q.HiGHS[key] = value
	}
	var written atomic.Int64
	path := c.String("write-model")
	if path != "" {
		if ext := filepath.Ext(path); ext != ".mps" && ext != ".lp" {
			return usagef(c.Command.Name, "--write-model %s: the name must end in .mps or .lp", path)
		}
		if err := checkWritable(path); err != nil {
			return err
		}
		q.WriteModel = func(pair rsm.ClassPair, sense string, write func(string) error) error {
			written.Add(1)
			return writeModel(path, pair, sense, write)
		}
	}
	return ask(c, q, func(w io.Writer, r *rsm.Result) error {
		if all := 2 * len(r.Pairs); path != "" && int(written.Load()) < all && !c.Bool("quiet") {
			fmt.Fprintf(c.App.ErrWriter, "rsm: note: %d of %d extremes needed no model, or no time was left for it\n", all-int(written.Load()), all)
		}
		return printMargins(w, r)
	})
}

// readLimits reads the flags of the search that all commands have.
func readLimits(c *cli.Context, q *rsm.Question) error {
	switch {
	case c.IsSet("jobs") && c.Int("jobs") < 1:
		return usagef(c.Command.Name, "--jobs %d: it must be 1 or more", c.Int("jobs"))
	case c.IsSet("timeout") && c.Duration("timeout") <= 0:
		return usagef(c.Command.Name, "--timeout %v: it must be above zero", c.Duration("timeout"))
	}
	q.Timeout, q.Jobs, q.Nodes, q.Engine = c.Duration("timeout"), c.Int("jobs"), c.Int("nodes"), rsm.Engine(c.String("engine"))
	return nil
}

// writeModel writes a model to FILE-I-J-min.mps and the like, whole or not at
// all.
func writeModel(path string, pair rsm.ClassPair, sense string, write func(string) error) error {
	ext := filepath.Ext(path)
	name := fmt.Sprintf("%s-%d-%d-%s%s", strings.TrimSuffix(path, ext), pair.I, pair.J, sense, ext)
	return renameWhole(name, write)
}

// seconds writes a duration for people.
func seconds(s float64) string {
	switch {
	case s < 9.995:
		return strconv.FormatFloat(s, 'f', 2, 64) + " s"
	case s < 99.95:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	}
	return time.Duration(s * float64(time.Second)).Round(100 * time.Millisecond).String()
}
