package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
	"rsm/solve"
)

// exactMethod names the exact range among the methods.
const exactMethod = "exact"

// boundedExact names it where a limit came first.
const boundedExact = "exact (bounded)"

func methodNames() []string {
	var names []string
	for _, r := range solve.Rungs() {
		names = append(names, string(r))
	}
	return append(names, exactMethod)
}

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
		Flags: slices.Concat(regionFlags(), questionFlags(), []cli.Flag{
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

// boundsRow is what one method proves of one class pair.
type boundsRow struct {
	Pair    string  `json:"pair"`
	Method  string  `json:"method"`
	Lo      number  `json:"min"`
	Hi      number  `json:"max"`
	Width   number  `json:"width"`
	Ratio   *number `json:"relative_width,omitempty"` // to the exact range, where that is known
	Exact   bool    `json:"exact"`
	Seconds number  `json:"seconds"` // of the method, for all class pairs
}

func runBounds(c *cli.Context) error {
	methods, err := parseMethods(c)
	if err != nil {
		return err
	}
	if c.IsSet("timeout") && c.Duration("timeout") <= 0 {
		return usagef(c.Command.Name, "--timeout %v: it must be above zero", c.Duration("timeout"))
	}
	if c.IsSet("jobs") && c.Int("jobs") < 1 {
		return usagef(c.Command.Name, "--jobs %d: it must be 1 or more", c.Int("jobs"))
	}
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
	q, err := readQuestion(c, nets[0], nets[1], func(p query.Pair) (inputRegion, error) { return readRegion(c, p.N1.Nodes[0].Shape) })
	if err != nil {
		return err
	}
	ctx, cancel := limited(c)
	defer cancel()
	rows, err := boundsRows(ctx, q, methods, c.Int("jobs"))
	if err != nil {
		return failure{err}
	}
	if err := writePlot(c, func(w io.Writer) error { return drawRanges(w, q, rows) }); err != nil {
		return err
	}
	return deliver(c, func(w io.Writer) error { return printBounds(w, c.String("format"), q, rows) })
}

func parseMethods(c *cli.Context) ([]string, error) {
	known := methodNames()
	if c.String("methods") == "all" {
		return known, nil
	}
	var methods []string
	for _, m := range strings.Split(c.String("methods"), ",") {
		switch {
		case !slices.Contains(known, m):
			return nil, usagef(c.Command.Name, "--methods %q: the methods are %s", m, strings.Join(known, ", "))
		case slices.Contains(methods, m):
			return nil, usagef(c.Command.Name, "--methods: %s is given twice", m)
		}
		methods = append(methods, m)
	}
	return methods, nil
}

// boundsRows runs the methods, the exact one last, and returns a row for each
// class pair and method, by class pair.
func boundsRows(ctx context.Context, q question, methods []string, jobs int) ([]boundsRow, error) {
	byPair := make([][]boundsRow, len(q.classes))
	var exact *solve.Result
	for _, m := range methods {
		if m == exactMethod {
			res, err := solve.Margins(ctx, q.joint, q.region.Box(), q.classes, solve.Options{Jobs: jobs})
			if err != nil {
				return nil, err
			}
			exact = res
			for k, pair := range q.classes {
				lo, hi := &res.Min[k], &res.Max[k]
				byPair[k] = append(byPair[k], boundsRow{Pair: pair.String(), Method: m, Lo: number(lo.Proved), Hi: number(hi.Proved),
					Exact: lo.Status == solve.Exact && hi.Status == solve.Exact, Seconds: number(res.Seconds)})
			}
			continue
		}
		res, err := solve.Relaxations(ctx, q.joint, q.region.Box(), q.classes, solve.Rung(m))
		if err != nil {
			return nil, err
		}
		for k, pair := range q.classes {
			byPair[k] = append(byPair[k], boundsRow{Pair: pair.String(), Method: m, Lo: number(res.Ranges[k].Lo), Hi: number(res.Ranges[k].Hi),
				Seconds: number(res.Seconds)})
		}
	}
	var rows []boundsRow
	for k := range byPair {
		for i := range byPair[k] {
			row := &byPair[k][i]
			row.Width = row.Hi - row.Lo
			if exact != nil && exact.Min[k].Status == solve.Exact && exact.Max[k].Status == solve.Exact {
				if width := exact.Max[k].Witnessed - exact.Min[k].Witnessed; width > 0 {
					ratio := row.Width / number(width)
					row.Ratio = &ratio
				}
			}
		}
		rows = append(rows, byPair[k]...)
	}
	return rows, nil
}

func printBounds(w io.Writer, format string, q question, rows []boundsRow) error {
	switch format {
	case "json":
		return writeJSON(w, struct {
			Schema        string        `json:"schema"`
			SchemaVersion int           `json:"schema_version"`
			Tool          toolPart      `json:"tool"`
			Networks      []networkPart `json:"networks"`
			Region        regionPart    `json:"region"`
			Rows          []boundsRow   `json:"rows"`
		}{"rsm-bounds", schemaVersion, tool(), []networkPart{describe("N1", q.pair.N1), describe("N2", q.pair.N2)}, q.region.part(), rows})
	case "csv":
		cw := csv.NewWriter(w)
		cw.Write([]string{"pair", "method", "min", "max", "width", "relative_width", "exact", "seconds"})
		text := func(n number) string { return strconv.FormatFloat(float64(n), 'g', -1, 64) }
		for _, r := range rows {
			ratio := ""
			if r.Ratio != nil {
				ratio = text(*r.Ratio)
			}
			cw.Write([]string{r.Pair, r.Method, text(r.Lo), text(r.Hi), text(r.Width), ratio, strconv.FormatBool(r.Exact), text(r.Seconds)})
		}
		cw.Flush()
		return cw.Error()
	}
	fmt.Fprintf(w, "N1      %s\nN2      %s\nregion  %s\n\n", q.pair.N1.File, q.pair.N2.File, q.region.Describe)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "pair\tmethod\tlog RSM min\tlog RSM max\twidth\tof exact\ttime\t")
	for _, r := range rows {
		ratio := "-"
		if r.Ratio != nil {
			ratio = fmt.Sprintf("%.3g", float64(*r.Ratio))
		}
		method := r.Method
		if method == exactMethod && !r.Exact {
			method = boundedExact
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%.4g\t%s\t%s\t\n", r.Pair, method, logText(float64(r.Lo), math.Floor), logText(float64(r.Hi), math.Ceil), float64(r.Width), ratio, seconds(float64(r.Seconds)))
	}
	return t.Flush()
}
