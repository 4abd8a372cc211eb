package main

import (
	"fmt"
	"runtime"

	"github.com/urfave/cli/v2"

	"rsm"
)

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:        "version",
		Usage:       "version of rsm, of its solver and of the compiler",
		Description: "'rsm --version' prints the version alone, 'rsm --name' the name.\n\nEXAMPLE\n   rsm version",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "short", Usage: "the version of rsm alone", DisableDefaultText: true},
			&cli.BoolFlag{Name: "name", Usage: "the name of the program alone", DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usagef(c.Command.Name, "the command takes no arguments")
			}
			switch {
			case c.Bool("name"):
				fmt.Fprintln(c.App.Writer, "rsm")
				return nil
			case c.Bool("short"):
				fmt.Fprintln(c.App.Writer, rsm.Version())
				return nil
			}
			t := rsm.NewTool()
			fmt.Fprintf(c.App.Writer, "rsm %s\nHiGHS %s (%s)\n%s %s/%s\n", t.Version, t.SolverVersion, t.SolverProvider,
				runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}
