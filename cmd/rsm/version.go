package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"rsm/solve/highs"
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
				fmt.Fprintln(c.App.Writer, version())
				return nil
			}
			fmt.Fprintf(c.App.Writer, "rsm %s\nHiGHS %s (%s)\n%s %s/%s\n", version(), highs.Version(), highs.Provider,
				runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

// release is the version of the sources; the build information adds the
// revision where there is one.
const release = "0.1.0"

// version is the module's version, or the release with the revision that the
// program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	b := buildSettings()
	v := release
	if rev := b["vcs.revision"]; rev != "" {
		v += "+" + rev[:min(12, len(rev))]
		if b["vcs.modified"] == "true" {
			v += ".modified"
		}
	}
	return v
}

// buildSettings are those parts of the build information that tell how the
// program was made.
func buildSettings() map[string]string {
	settings := map[string]string{"go": runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision", "vcs.time", "vcs.modified", "-tags", "GOARCH", "GOOS", "GOAMD64":
				settings[s.Key] = s.Value
			}
		}
	}
	return settings
}
