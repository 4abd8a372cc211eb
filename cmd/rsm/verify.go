package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"rsm/internal/specification"
	"rsm/internal/vnnlib"
	"rsm/network"
	"rsm/network/nnet"
	"rsm/network/onnx"
	"rsm/solve"
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
	v, err := verifyArguments(c)
	if err != nil {
		return err
	}
	if v.spec, err = vnnlib.ReadSpecification(c.Args().First()); err != nil {
		return err
	}
	options := specification.Options{AsReal: c.Bool("as-real")}
	if err := v.spec.CheckTypes(options); err != nil {
		return err
	}
	if err := v.readModels(c); err != nil {
		return err
	}
	if v.plan, err = specification.Build(v.spec, v.models, options); err != nil {
		return err
	}
	v.notes = slices.Clone(v.plan.Notes)
	for i, m := range v.models {
		if i == 0 || m != v.models[i-1] {
			v.notes = append(v.notes, m.Notes...)
		}
	}
	ctx, cancel := context.WithCancel(c.Context)
	if v.timeout > 0 {
		ctx, cancel = context.WithDeadline(c.Context, v.started.Add(v.timeout))
	}
	defer cancel()
	if err := v.decide(ctx, solve.Options{Jobs: c.Int("jobs")}); err != nil {
		return failure{err}
	}
	printNotes(c, v.notes)
	if folder := c.String("serialise-assignments"); folder != "" && v.assignment != nil {
		if err := v.serialise(folder); err != nil {
			return failure{err}
		}
	}
	print := v.text
	if c.String("format") == "json" {
		print = v.json
	}
	return deliver(c, print)
}

// verification is a query on its way to an answer.
type verification struct {
	spec    *specification.Specification
	models  []*network.Model // by network
	plan    *specification.Plan
	timeout time.Duration
	started time.Time

	answer     string
	certain    bool
	assignment *specification.Assignment // where the answer is sat
	serialised bool
	cases      []solve.Decision
	notes      []string
}

// The answers, in the words of VNN-LIB.
const (
	answerSat      = "sat"
	answerUnsat    = "unsat"
	answerUnknown  = "unknown"
	answerTimedOut = "timed-out"
)

func verifyArguments(c *cli.Context) (*verification, error) {
	name := c.Command.Name
	v := &verification{started: c.App.Metadata[startedKey].(time.Time)}
	if c.NArg() != 1 {
		return nil, usagef(name, "give one query file: %d given", c.NArg())
	}
	if f := c.String("format"); f != "text" && f != "json" {
		return nil, usagef(name, "--format %s: give text or json", f)
	}
	if c.IsSet("jobs") && c.Int("jobs") < 1 {
		return nil, usagef(name, "--jobs %d: it must be 1 or more", c.Int("jobs"))
	}
	if c.IsSet("timeout") {
		var err error
		if v.timeout, err = limit(c.String("timeout")); err != nil {
			return nil, usagef(name, "--timeout %s: %v", c.String("timeout"), err)
		}
	}
	v.serialised = c.String("serialise-assignments") != ""
	return v, checkWritable(c.String("out"))
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

// readModels reads the model files of --network.
func (v *verification) readModels(c *cli.Context) error {
	files := map[string]string{}
	for _, s := range c.StringSlice("network") {
		name, file, ok := strings.Cut(s, "=")
		if only := v.spec.Networks[0].Name; len(v.spec.Networks) == 1 && (!ok || name != only) {
			if only != "" && ok && !exists(s) {
				return usagef(c.Command.Name, "--network %s: the query has the network %s only", s, only)
			}
			if only != "" || !ok || exists(s) {
				name, file, ok = only, s, true
			} else {
				name = only // a query of VNN-LIB 1.0 has no name for its network
			}
		}
		k := slices.IndexFunc(v.spec.Networks, func(n specification.Network) bool { return n.Name == name })
		switch {
		case !ok || file == "":
			return usagef(c.Command.Name, "--network %s: give NAME=FILE, for the query has the networks %s", s, v.names())
		case k < 0:
			return usagef(c.Command.Name, "--network %s: the query has no network %s, but %s", s, name, v.names())
		case v.spec.Networks[k].Relation == specification.EqualTo:
			return usagef(c.Command.Name, "--network %s: %s is equal-to %s, and has no file of its own", s, name, v.spec.Networks[v.spec.Networks[k].To].Name)
		case files[name] != "":
			return usagef(c.Command.Name, "--network %s: the network %s is given twice", s, name)
		}
		files[name] = file
	}
	for i, n := range v.spec.Networks {
		if n.Relation == specification.EqualTo {
			v.models = append(v.models, v.models[n.To])
			continue
		}
		if files[n.Name] == "" {
			if n.Name == "" {
				return usagef(c.Command.Name, "give the model by --network FILE")
			}
			return usagef(c.Command.Name, "give the model of network %s by --network %s=FILE", n.Name, n.Name)
		}
		m, err := readModel(c, files[n.Name], onnx.Wanted{Input: v.spec.Tensors[v.spec.OfKind(i, specification.Input)[0]].Shape, Hidden: v.spec.HiddenNames(i)})
		if err != nil {
			return err
		}
		v.models = append(v.models, m)
	}
	return nil
}

func (v *verification) names() string {
	var names []string
	for _, n := range v.spec.Networks {
		names = append(names, n.Name)
	}
	return strings.Join(names, ", ")
}

// readModel reads a network by the ending of its name.
func readModel(c *cli.Context, path string, want onnx.Wanted) (*network.Model, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".onnx":
		return onnx.ReadModel(path, want)
	case ".nnet":
		n, err := nnet.Read(path, nnet.Options{Raw: c.Bool(rawFlag.Name)})
		if err != nil {
			return nil, err
		}
		if len(want.Hidden) > 0 {
			return nil, fmt.Errorf("%s: hidden tensors of .nnet files are %w: give an .onnx file", path, network.ErrUnsupported)
		}
		return n.Model(), nil
	default:
		return nil, fmt.Errorf("%s: the file's ending is %q: give an .onnx or an .nnet file", path, ext)
	}
}

// decide asks the cases in turn until one has a solution.
func (v *verification) decide(ctx context.Context, opt solve.Options) error {
	v.answer = answerUnsat
	for k, c := range v.plan.Cases {
		d, err := solve.Decide(ctx, c.Problem, opt)
		if err != nil {
			return err
		}
		v.cases = append(v.cases, *d)
		if d.Answer == solve.Unsat {
			continue
		}
		if d.Answer == solve.Sat {
			a, fit, err := v.plan.Witness(k, d.Witness)
			switch {
			case err != nil:
				return err
			case fit == specification.Violated:
				return fmt.Errorf("the solver's solution does not satisfy the query when each network is evaluated by itself")
			case fit == specification.Satisfied:
				v.answer, v.assignment, v.certain = answerSat, a, d.Certain
				if !d.Certain {
					v.notes = append(v.notes, "the solution satisfies the query as the networks evaluate in float64, but by less than their rounding")
				}
				return nil
			}
			v.notes = append(v.notes, "a solution was found that satisfies the query but for rounding: this decides nothing")
		}
		v.answer = answerUnknown
	}
	if v.answer == answerUnknown && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		v.answer = answerTimedOut
	}
	return nil
}
