package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/solve"
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
		Flags: slices.Concat(regionFlags(), questionFlags(), thresholdFlags(), searchFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 2)
			if err != nil {
				return err
			}
			return runMargin(c, nets[0], nets[1], func(p query.Pair) (inputRegion, error) {
				return readRegion(c, p.N1.Nodes[0].Shape)
			})
		},
	}
}

func questionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.IntFlag{Name: "label", Usage: "class `C` of the sample; by default N2's decision at the region's centre", DefaultText: "that decision", Category: "Question"},
		&cli.StringFlag{Name: "pairs", Value: "label", Usage: "class pairs: `SPEC` is label (the label against each other class), runner-up, all, or I:J,...", Category: "Question"},
		rawFlag,
	}
}

func thresholdFlags() []cli.Flag {
	return []cli.Flag{
		&cli.Float64Flag{Name: "at-least", Usage: "only ask whether log RSM is at least `C` everywhere, and stop when that is decided", DefaultText: "the exact minimum", Category: "Question"},
		&cli.Float64Flag{Name: "at-most", Usage: "only ask whether log RSM is at most `C` everywhere", DefaultText: "the exact maximum", Category: "Question"},
	}
}

func searchFlags() []cli.Flag {
	return []cli.Flag{
		&cli.DurationFlag{Name: "timeout", Usage: "time limit `D` of the whole command, such as 90s or 5m; then the bounds so far are the answer", DefaultText: "none", Category: "Search"},
		&cli.Float64Flag{Name: "gap", Value: solve.DefaultGap, Usage: "absolute gap `G` of log RSM at which an extremum is exact", Category: "Search"},
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

// runMargin is the margin command for two networks that are read already.
func runMargin(c *cli.Context, n1, n2 *network.Network, read func(query.Pair) (inputRegion, error)) error {
	opt, err := searchOptions(c)
	if err != nil {
		return err
	}
	format, out := c.String("format"), c.String("out")
	if format != "text" && format != "json" {
		return usagef(c.Command.Name, "--format %s: give text or json", format)
	}
	for _, path := range []string{out, c.String("write-model")} {
		if err := checkWritable(path); err != nil {
			return err
		}
	}
	q, err := readQuestion(c, n1, n2, read)
	if err != nil {
		return err
	}
	show := newProgress(c.App.ErrWriter, c.Bool("quiet"))
	opt.Progress = show.update
	var written atomic.Int64
	if path := c.String("write-model"); path != "" {
		opt.Model = func(task solve.Task, write func(string) error) error {
			written.Add(1)
			return writeModel(path, task, write)
		}
	}
	ctx, cancel := limited(c)
	defer cancel()
	res, err := solve.Margins(ctx, q.joint, q.region.Box(), q.classes, opt)
	show.clear()
	if err != nil {
		return failure{err}
	}
	if c.IsSet("write-model") && int(written.Load()) < 2*len(q.classes) && !c.Bool("quiet") {
		fmt.Fprintf(c.App.ErrWriter, "rsm: note: %d of %d extremes needed no model, or no time was left for it\n", 2*len(q.classes)-int(written.Load()), 2*len(q.classes))
	}
	r := report{question: q, labelGiven: c.IsSet("label"), options: opt, timeout: c.Duration("timeout"), result: res}
	return deliverAs(c, r.text, r.json)
}

func searchOptions(c *cli.Context) (solve.Options, error) {
	opt := solve.Options{
		Gap: c.Float64("gap"), RelativeGap: c.Float64("relative-gap"),
		Jobs: c.Int("jobs"), NodeLimit: c.Int("nodes"), HiGHS: map[string]string{},
	}
	name := c.Command.Name
	for flag, threshold := range map[string]**float64{"at-least": &opt.AtLeast, "at-most": &opt.AtMost} {
		if !c.IsSet(flag) {
			continue
		}
		v := c.Float64(flag)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return opt, usagef(name, "--%s %v: give a finite number", flag, v)
		}
		*threshold = &v
	}
	switch c.String("encoding") {
	case "auto":
	case "plain":
		opt.Encoding = encode.Plain
	default:
		return opt, usagef(name, "--encoding %s: give auto or plain", c.String("encoding"))
	}
	switch c.String("engine") {
	case "auto":
	case "bab":
		opt.Engine = solve.BaB
	case "milp":
		opt.Engine = solve.MILP
	case "split":
		opt.Engine = solve.Split
	default:
		return opt, usagef(name, "--engine %s: give auto, bab, split or milp", c.String("engine"))
	}
	switch {
	case opt.Encoding == encode.Plain && opt.Engine != solve.AutoEngine && opt.Engine != solve.MILP:
		return opt, usagef(name, "--encoding plain goes with --engine milp, not %v", opt.Engine)
	case !(opt.Gap > 0) || math.IsInf(opt.Gap, 1):
		return opt, usagef(name, "--gap %v: it must be above zero", opt.Gap)
	case !(opt.RelativeGap >= 0) || math.IsInf(opt.RelativeGap, 1):
		return opt, usagef(name, "--relative-gap %v: it must be zero or more", opt.RelativeGap)
	case c.IsSet("jobs") && opt.Jobs < 1:
		return opt, usagef(name, "--jobs %d: it must be 1 or more", opt.Jobs)
	case opt.NodeLimit < 0:
		return opt, usagef(name, "--nodes %d: it must be zero or more", opt.NodeLimit)
	case c.IsSet("timeout") && c.Duration("timeout") <= 0:
		return opt, usagef(name, "--timeout %v: it must be above zero", c.Duration("timeout"))
	}
	for _, s := range c.StringSlice("highs") {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return opt, usagef(name, "--highs %s: give NAME=VALUE", s)
		}
		opt.HiGHS[key] = value
	}
	if _, ok := opt.HiGHS["log_to_console"]; ok {
		return opt, usagef(name, "--highs log_to_console: standard output is for results; set output_flag=true and log_file=FILE")
	}
	if _, ok := opt.HiGHS["output_flag"]; ok {
		opt.HiGHS["log_to_console"] = "false"
	}
	if err := solve.CheckHiGHS(opt.HiGHS); err != nil {
		return opt, usagef(name, "--highs: %v", err)
	}
	if c.String("write-model") != "" {
		if opt.Engine == solve.BaB || opt.Engine == solve.Split {
			return opt, usagef(name, "--write-model goes with the milp engine: %v solves many small models", opt.Engine)
		}
		opt.Engine = solve.MILP
	}
	if p := c.String("write-model"); p != "" && filepath.Ext(p) != ".mps" && filepath.Ext(p) != ".lp" {
		return opt, usagef(name, "--write-model %s: the name must end in .mps or .lp", p)
	}
	return opt, nil
}

// writeModel writes a model to FILE-I-J-min.mps and the like, whole or not at
// all.
func writeModel(path string, task solve.Task, write func(string) error) error {
	ext := filepath.Ext(path)
	name := fmt.Sprintf("%s-%d-%d-%s%s", strings.TrimSuffix(path, ext), task.Classes.I, task.Classes.J, task.Sense, ext)
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
