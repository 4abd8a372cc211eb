package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"rsm"

	"github.com/urfave/cli/v2"
)

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "decide a VNN-LIB query about one network or several: sat, unsat, unknown or timed-out",
		ArgsUsage: "QUERY",
		Description: `QUERY is a file in VNN-LIB 1.0 or 2.0. Each network that it declares, but those
that are equal-to another, needs a model file. The first line of the output
is the answer; after sat follow all tensors at an input that satisfies the
query. Arithmetic is that of the real numbers: see 'rsm supports'.

EXAMPLE
   rsm verify difference.vnnlib --network f=original.onnx \
      --network g=pruned.onnx --timeout 100`,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "network", Usage: "model `NAME=FILE` of a network of the query, or FILE where it has only one; may be repeated", Category: "Question"},
			&cli.BoolFlag{Name: "as-real", Usage: "read the types float32, float64 and the like as real: the answer is about exact arithmetic", DisableDefaultText: true, Category: "Question"},
			rawFlag,
			&cli.StringFlag{Name: "timeout", Usage: "time limit of the whole command: seconds `S`, or a duration such as 5m", DefaultText: "none", Category: "Search"},
			&cli.IntFlag{Name: "jobs", Usage: "use `N` threads", DefaultText: "number of cores", Category: "Search"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text or json", Category: "Output"},
			&cli.StringFlag{Name: "serialise-assignments", Usage: "write the tensors to files `FOLDER`/NAME.pb (ONNX TensorProto, double) instead", Category: "Output"},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write the result to `FILE` instead of standard output", Category: "Output"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no notes", DisableDefaultText: true, Category: "Output"},
		},
		Action: verify,
	}
}

func verify(c *cli.Context) error {
	name := c.Command.Name
	if c.NArg() != 1 {
		return usagef(name, "give one query file: %d given", c.NArg())
	}
	if err := checkOutput(c); err != nil {
		return err
	}
	q := rsm.Question{Kind: rsm.KindVerify, AsReal: c.Bool("as-real"), Files: rsm.Reader{Raw: c.Bool(rawFlag.Name)}, Jobs: c.Int("jobs")}
	if c.IsSet("jobs") && q.Jobs < 1 {
		return usagef(name, "--jobs %d: it must be 1 or more", q.Jobs)
	}
	var err error
	if c.IsSet("timeout") {
		if q.Timeout, err = limit(c.String("timeout")); err != nil {
			return usagef(name, "--timeout %s: %v", c.String("timeout"), err)
		}
	}
	if q.Query, err = rsm.ReadQuery(c.Args().First()); err != nil {
		return err
	}
	if err := q.Query.CheckTypes(q.AsReal); err != nil {
		return err
	}
	if q.Models, err = readModels(c, q.Query.Networks()); err != nil {
		return err
	}
	r, err := answered(c, q)
	if err != nil {
		return err
	}
	folder := c.String("serialise-assignments")
	if folder != "" {
		if err := serialise(folder, r.Assignment); err != nil {
			return failure{err}
		}
	}
	return deliverAs(c, func(w io.Writer) error { return printAnswer(w, r, folder != "") }, r.Write)
}

// limit reads a number of seconds, or a duration.
func limit(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if sec, err1 := strconv.ParseFloat(s, 64); err1 == nil {
		d, err = time.Duration(min(sec*float64(time.Second), math.MaxInt64/2)), nil
	}
	if err != nil || d <= 0 {
		return 0, errors.New("give a number of seconds above zero, or a duration such as 5m")
	}
	return d, nil
}

// readModels reads the names of files that --network gives.
func readModels(c *cli.Context, networks []rsm.QueryNetwork) (map[string]string, error) {
	var names []string
	for _, n := range networks {
		names = append(names, n.Name)
	}
	all := strings.Join(names, ", ")
	files := map[string]string{}
	for _, s := range c.StringSlice("network") {
		name, file, ok := strings.Cut(s, "=")
		if only := names[0]; len(names) == 1 && (!ok || name != only) {
			if only != "" && ok && !exists(s) {
				return nil, usagef(c.Command.Name, "--network %s: the query has the network %s only", s, only)
			}
			if only != "" || !ok || exists(s) {
				name, file, ok = only, s, true
			} else {
				name = only // a query of VNN-LIB 1.0 has no name for its network
			}
		}
		k := slices.Index(names, name)
		switch {
		case !ok || file == "":
			return nil, usagef(c.Command.Name, "--network %s: give NAME=FILE, for the query has the networks %s", s, all)
		case k < 0:
			return nil, usagef(c.Command.Name, "--network %s: the query has no network %s, but %s", s, name, all)
		case networks[k].EqualTo != "":
			return nil, usagef(c.Command.Name, "--network %s: %s is equal-to %s, and has no file of its own", s, name, networks[k].EqualTo)
		case files[name] != "":
			return nil, usagef(c.Command.Name, "--network %s: the network %s is given twice", s, name)
		}
		files[name] = file
	}
	for _, n := range networks {
		switch {
		case files[n.Name] != "" || n.EqualTo != "":
		case n.Name == "":
			return nil, usagef(c.Command.Name, "give the model by --network FILE")
		default:
			return nil, usagef(c.Command.Name, "give the model of network %s by --network %s=FILE", n.Name, n.Name)
		}
	}
	return files, nil
}

// printAnswer prints the answer and the assignment, where it is in no files, as VNN-LIB
// says.
func printAnswer(w io.Writer, r *rsm.Result, serialised bool) error {
	if _, err := fmt.Fprintln(w, r.Answer); err != nil || serialised {
		return err
	}
	for k := range r.Assignment {
		t := &r.Assignment[k]
		fmt.Fprintf(w, "%s %s %s\n", t.Name, t.Type, t.Dims())
		for _, v := range t.Values {
			if _, err := fmt.Fprintln(w, v); err != nil {
				return err
			}
		}
	}
	return nil
}
