package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"rsm"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// Live memory is small and garbage is not: collect less often, up to a size.
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(2 << 30)
	}
	os.Exit(run(os.Args, os.Stdout, os.Stderr))
}

// run is main without the process: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	out := &resultWriter{w: stdout}
	app := newApp(out, stderr)
	app.Metadata[argumentsKey] = args
	args, err := reorder(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if out.err != nil && !errors.Is(err, out.err) {
		err = failure{fmt.Errorf("standard output: %w", out.err)}
	}
	if err != nil {
		message := oneLine(err.Error())
		var u usageError
		if errors.As(err, &u) {
			message += fmt.Sprintf(" (see '%s --help')", strings.TrimSpace("rsm "+u.command))
		}
		fmt.Fprintln(stderr, "rsm: "+message)
	}
	return status(err)
}

// resultWriter keeps the first error of standard output: a result that did not
// arrive is no success.
type resultWriter struct {
	w   io.Writer
	err error
}

func (r *resultWriter) Write(p []byte) (int, error) {
	n, err := r.w.Write(p)
	if err != nil && r.err == nil {
		r.err = err
	}
	return n, err
}

// oneLine keeps an error on one line, whatever a file name or a library put
// into it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// Keys of the app's metadata: when it started, for time limits count from there, and
// how it was called.
const (
	startedKey   = "started"
	argumentsKey = "arguments"
)

func started(c *cli.Context) time.Time { return c.App.Metadata[startedKey].(time.Time) }

func newApp(stdout, stderr io.Writer) *cli.App {
	app := &cli.App{
		Name:  "rsm",
		Usage: "how much safer is one network than its twin, exactly, over a whole region of inputs",
		Description: `rsm finds the exact minimum and maximum of the log relative safety margin
r(x) = (y1_i - y1_j) - (y2_i - y2_j) of two classifiers N1 and N2 over a box
of inputs x. r > 0 says that N1 prefers class i over class j by more than N2.
It also decides whether one network decides what the other does (imply),
whether outputs are near (equiv), and up to which radius that holds (radius).

Start with 'rsm demo'.`,
		CustomAppHelpTemplate:     cli.AppHelpTemplate + "\n" + exitHelp,
		Commands:                  []*cli.Command{marginCommand(), implyCommand(), equivCommand(), radiusCommand(), boundsCommand(), verifyCommand(), supportsCommand(), benchCommand(), demoCommand(), inspectCommand(), evalCommand(), versionCommand(), completionCommand()},
		Metadata:                  map[string]any{startedKey: time.Now()},
		Writer:                    stdout,
		ErrWriter:                 stderr,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		EnableBashCompletion:      true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              onUsageError,
		CommandNotFound:           nil,
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usageError{unknownCommand(c.Args().First(), c.App.Commands), ""}
			}
			return cli.ShowAppHelp(c)
		},
	}
	complete(app.Commands)
	return app
}

// complete gives all commands what they have in common.
func complete(commands []*cli.Command) {
	for _, c := range commands {
		c.OnUsageError = onUsageError
		c.HideHelpCommand = true // shells would offer it in place of files
		c.CustomHelpTemplate = cli.CommandHelpTemplate + "\n" + exitHelp
		if len(c.Subcommands) > 0 {
			c.CustomHelpTemplate = cli.SubcommandHelpTemplate + "\n" + exitHelp
			complete(c.Subcommands)
		}
	}
}

func onUsageError(c *cli.Context, err error, _ bool) error {
	name := ""
	if c.Command != nil && c.Command.Name != "rsm" {
		name = strings.TrimPrefix(c.Command.HelpName, "rsm ")
	}
	return usageError{plainer(c, err), name}
}

var badValue = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-([^:]+): `)

// plainer says in our words what the flag library says in its own.
func plainer(c *cli.Context, err error) error {
	if flag, ok := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); ok {
		return unknownFlag(c, flag)
	}
	m := badValue.FindStringSubmatch(err.Error())
	if m == nil || c.Command == nil {
		return err
	}
	want := "another value"
	for _, f := range c.Command.Flags {
		if !slices.Contains(f.Names(), m[2]) {
			continue
		}
		switch f.(type) {
		case *cli.DurationFlag:
			want = "a duration such as 90s or 5m"
		case *cli.IntFlag:
			want = "a whole number"
		case *cli.Float64Flag:
			want = "a number"
			if value, err := strconv.Unquote(m[1]); err == nil {
				if v, err := rsm.Decimal(value).Rat(); err == nil { // a fraction
					f, _ := v.Float64()
					want += fmt.Sprintf(" such as %v", f)
				}
			}
		case *cli.BoolFlag:
			want = "true or false, or nothing"
		}
	}
	return fmt.Errorf("%s %s: give %s", dashed(m[2]), m[1], want)
}

func dashed(flag string) string {
	if len(flag) == 1 {
		return "-" + flag
	}
	return "--" + flag
}
