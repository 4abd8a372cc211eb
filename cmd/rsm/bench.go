package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"rsm"

	"github.com/urfave/cli/v2"

	"rsm/benchmarks/harness"
)

// Where benchmarks lie, from the root of the repository.
var (
	suitesFolder  = filepath.Join("benchmarks", "suites")
	resultsFolder = filepath.Join("benchmarks", "results")
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name:  "bench",
		Usage: "measure rsm on a suite of instances, and compare such measurements",
		Description: `A suite is a CSV file of instances: two networks, a region, class pairs and a
time limit. benchmarks/README.md tells the formats.

EXAMPLE
   rsm bench run smoke --config auto
   rsm bench run smoke --config plain
   rsm bench compare benchmarks/results/smoke-plain.jsonl \
      benchmarks/results/smoke-auto.jsonl`,
		Subcommands: []*cli.Command{benchRunCommand(), benchCompareCommand(), benchLadderCommand()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usagef("bench", "unknown command %q", "bench "+c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func benchRunCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "ask every instance of a suite and record answers, times and memory",
		ArgsUsage: "SUITE",
		Description: `SUITE is a CSV file, or the name of one in benchmarks/suites. Each instance
runs in a process of its own, one after the other, and adds a line of JSON to
the file of records. A run that was stopped goes on where it ended when the
command is given again.

EXAMPLE
   rsm bench run smoke --config auto --timeout 10s --only digits`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "config", Usage: "`NAME` of a config: a command of rsm with its options"},
			&cli.StringFlag{Name: "configs", Usage: "`FILE` of configs", DefaultText: "configs.json beside the suite"},
			&cli.DurationFlag{Name: "timeout", Usage: "time limit `D` of each instance", DefaultText: "the suite's"},
			&cli.StringFlag{Name: "only", Usage: "ask only instances whose name matches `REGEXP`"},
			&cli.BoolFlag{Name: "restart", Usage: "replace the file of records in place of going on with it", DisableDefaultText: true},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "`FILE` of records", DefaultText: "benchmarks/results/SUITE-CONFIG.jsonl"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no progress", DisableDefaultText: true},
		},
		Action: runBench,
	}
}

func runBench(c *cli.Context) error {
	const name = "bench run"
	if c.NArg() != 1 {
		return usagef(name, "give one suite, as a file or by name")
	}
	if c.IsSet("timeout") && c.Duration("timeout") <= 0 {
		return usagef(name, "--timeout %v: it must be above zero", c.Duration("timeout"))
	}
	only, err := regexp.Compile(c.String("only"))
	if err != nil {
		return usagef(name, "--only %s: %v", c.String("only"), err)
	}
	path := suitePath(c.Args().First())
	suite, err := harness.ReadSuite(path)
	if err != nil {
		return err
	}
	if suite, err = suite.Select(only); err != nil {
		return err
	}
	if err := suite.CheckFiles(); err != nil {
		return err
	}
	config, err := readConfig(c, filepath.Dir(path))
	if err != nil {
		return err
	}
	out, err := recordsFile(c.String("out"), suite.Name+"-"+config.Name+".jsonl")
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return failure{err}
	}
	tool := rsm.NewTool()
	run := harness.Run{
		Suite: suite, Config: config, Out: out, Timeout: c.Duration("timeout"), Restart: c.Bool("restart"),
		Executable: self, Version: tool.Version, Solver: fmt.Sprintf("%s %s (%s)", tool.Solver, tool.SolverVersion, tool.SolverProvider),
	}
	if !c.Bool("quiet") {
		run.Progress = func(done, all int, r *harness.Record) {
			fmt.Fprintf(c.App.ErrWriter, "rsm: %*d/%d %s\n", len(fmt.Sprint(all)), done, all, recordLine(r))
		}
	}
	t, err := run.Do(c.Context)
	switch {
	case errors.Is(err, context.Canceled):
		return errInterrupted
	case errors.Is(err, harness.ErrWrite):
		return failure{err}
	case err != nil:
		return err
	}
	fmt.Fprintf(c.App.Writer, "%s with %s: %d exact, %d bounded, %d errors in %s; records in %s\n",
		suite.Name, config.Name, t.Exact, t.Bounded, t.Errors, seconds(t.Seconds), out)
	if t.Errors > 0 {
		return failure{fmt.Errorf("%d of %d instances ended in an error; %s says which", t.Errors, len(suite.Instances), out)}
	}
	return nil
}

// suitePath is the file of a suite that is given as such or by its bare name.
func suitePath(arg string) string {
	if arg == filepath.Base(arg) && filepath.Ext(arg) != ".csv" {
		return filepath.Join(suitesFolder, arg+".csv")
	}
	return arg
}

func readConfig(c *cli.Context, dir string) (harness.Config, error) {
	file, want := c.String("configs"), c.String("config")
	if file == "" {
		file = filepath.Join(dir, "configs.json")
	}
	configs, err := harness.ReadConfigs(file)
	if err != nil {
		return harness.Config{}, err
	}
	config, ok := configs[want]
	if !ok {
		var names []string
		for n := range configs {
			names = append(names, n)
		}
		slices.Sort(names)
		return config, usagef("bench run", "--config %q: the configs of %s are %s", want, file, strings.Join(names, ", "))
	}
	return config, nil
}

// recordsFile is where records go: a file that is given, or one of the folder
// of results, which is made.
func recordsFile(out, name string) (string, error) {
	if out == "" {
		if err := os.MkdirAll(resultsFolder, 0o755); err != nil {
			return "", err
		}
		out = filepath.Join(resultsFolder, name)
	}
	return out, checkWritable(out)
}

// recordLine is the progress line of an instance.
func recordLine(r *harness.Record) string {
	line := fmt.Sprintf("%s %s %s", r.Instance, r.Status, seconds(r.Seconds))
	switch {
	case r.Error != "":
		line += ": " + oneLine(r.Error)
	case len(r.Pairs) > 0:
		line += fmt.Sprintf(" gap %.2g", r.Gap())
	}
	return line
}
