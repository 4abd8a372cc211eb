package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"
)

func main() { os.Exit(run(os.Args, os.Stdout, os.Stderr)) }

// run is main without the process: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	app := newApp(stdout, stderr)
	args, err := reorder(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if err != nil {
		fmt.Fprintln(stderr, "rsm: "+oneLine(err.Error()))
		var u usageError
		if errors.As(err, &u) {
			fmt.Fprintf(stderr, "rsm: 'rsm %s --help' shows how it is used\n", u.command)
		}
	}
	return status(err)
}

// oneLine keeps an error on one line, whatever a file name or a library put
// into it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

func newApp(stdout, stderr io.Writer) *cli.App {
	app := &cli.App{
		Name:  "rsm",
		Usage: "how much safer is one network than its twin, exactly, over a whole region of inputs",
		Description: `rsm finds the exact minimum and maximum of the log relative safety margin
r(x) = (y1_i - y1_j) - (y2_i - y2_j) of two classifiers N1 and N2 over a box
of inputs x. r > 0 says that N1 prefers class i over class j by more than N2.

Start with 'rsm demo'.`,
		CustomAppHelpTemplate:     cli.AppHelpTemplate + "\n" + exitHelp,
		Commands:                  []*cli.Command{marginCommand(), demoCommand(), inspectCommand(), evalCommand(), versionCommand(), completionCommand()},
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
				return usageError{fmt.Errorf("unknown command %q", c.Args().First()), ""}
			}
			return cli.ShowAppHelp(c)
		},
	}
	for _, c := range app.Commands {
		c.OnUsageError = onUsageError
		c.CustomHelpTemplate = cli.CommandHelpTemplate + "\n" + exitHelp
	}
	return app
}

func onUsageError(c *cli.Context, err error, _ bool) error {
	name := ""
	if c.Command != nil && c.Command.Name != "rsm" {
		name = c.Command.Name
	}
	return usageError{err, name}
}
