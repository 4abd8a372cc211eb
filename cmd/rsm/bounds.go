package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"rsm"

	"github.com/urfave/cli/v2"
)

// boundedExact names the exact method where a limit came first.
const boundedExact = "exact (bounded)"

func boundsCommand() *cli.Command {
	return &cli.Command{
		Name:      "bounds",
		Usage:     "what each relaxation proves of the relative safety margin, beside the exact range",
		ArgsUsage: "N1 N2",
		Description: `For each class pair and method the table shows the proved range of log RSM, its
width relative to the exact range, and the time for all class pairs together.
The methods:
   interval        interval arithmetic
   symbolic        backward linear bounds of each network
   symbolic-opt    the same, slopes improved by gradient steps (arXiv 2011.13824)
   difference      backward linear bounds of both networks together
   difference-opt  the same, slopes improved by gradient steps
   lp-plain        the linear relaxation of 'rsm margin --encoding plain'
   lp              the triangle relaxation of both networks (arXiv 2409.16726)
   lp-difference   with rows that tie the networks, over difference-opt bounds
   lp-tightened    the same over bounds of the neurons that are linear programs too
   lp-cuts         with rows of the convex hulls of neurons over what feeds them
   exact           the range itself, as by 'rsm margin'

EXAMPLE
   rsm bounds original.onnx int8.onnx --input samples.npy --epsilon 0.03 \
      --clip 0,1 --pairs runner-up --methods difference,lp,exact --plot ranges.svg`,
		Flags: slices.Concat(regionFlags(), preprocessingFlags(), questionFlags(), []cli.Flag{
			logitsFlag,
			&cli.StringFlag{Name: "methods", Value: "all", Usage: "`LIST` of methods, or all", Category: "Search"},
			&cli.DurationFlag{Name: "timeout", Usage: "time limit `D` of the whole command", Category: "Search"},
			&cli.IntFlag{Name: "jobs", Usage: "exact solves at the same time; by default one for each core", Category: "Search"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "text, json or csv", Category: "Output"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the result to `FILE` instead of standard output", Category: "Output"},
			plotFlag("draw the ranges side by side, a panel for each class pair, as `FILE.svg`"),
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no notes", Category: "Output"},
		}),
		Action: runBounds,
	}
}

func runBounds(c *cli.Context) error {
	if f := c.String("format"); f != "text" && f != "json" && f != "csv" {
		return usagef(c.Command.Name, "--format %s: give text, json or csv", f)
	}
	if err := checkWritable(c.String("out")); err != nil {
		return err
	}
	if err := checkPlot(c, c.Command.Name); err != nil {
		return err
	}
	nets, err := networkArguments(c, 2)
	if err != nil {
		return err
	}
	q, err := pairOf(c, nets)
	if err != nil {
		return err
	}
	q.Kind = rsm.KindBounds
	if err := readClasses(c, &q); err != nil {
		return err
	}
	if err := readLimits(c, &q); err != nil {
		return err
	}
	if m := c.String("methods"); m != "all" {
		q.Methods = strings.Split(m, ",")
	}
	r, err := answered(c, q)
	if err != nil {
		return err
	}
	if err := writePlot(c, func(w io.Writer) error { return drawRanges(w, r) }); err != nil {
		return err
	}
	return deliver(c, func(w io.Writer) error { return printBounds(w, c.String("format"), r) })
}

func printBounds(w io.Writer, format string, r *rsm.Result) error {
	switch format {
	case "json":
		return r.Write(w)
	case "csv":
		cw := csv.NewWriter(w)
		cw.Write([]string{"pair", "method", "min", "max", "width", "relative_width", "exact", "seconds"})
		text := func(n rsm.Float) string { return strconv.FormatFloat(float64(n), 'g', -1, 64) }
		for _, r := range r.Rows {
			ratio := ""
			if r.Ratio != nil {
				ratio = text(*r.Ratio)
			}
			cw.Write([]string{r.Pair, r.Method, text(r.Min), text(r.Max), text(r.Width), ratio, strconv.FormatBool(r.Exact), text(r.Seconds)})
		}
		cw.Flush()
		return cw.Error()
	}
	printPair(w, r)
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "pair\tmethod\tlog RSM min\tlog RSM max\twidth\tof exact\ttime\t")
	for _, r := range r.Rows {
		ratio := "-"
		if r.Ratio != nil {
			ratio = fmt.Sprintf("%.3g", float64(*r.Ratio))
		}
		method := r.Method
		if method == rsm.ExactMethod && !r.Exact {
			method = boundedExact
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.4g\t%s\t%s\t\n", r.Pair, method, logText(float64(r.Min), down), logText(float64(r.Max), up), float64(r.Width), ratio, seconds(float64(r.Seconds)))
	}
	return t.Flush()
}
