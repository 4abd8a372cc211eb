package main

import (
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

func plotFlag(usage string) cli.Flag {
	return &cli.StringFlag{Name: "plot", Usage: usage, Category: "Output"}
}

// checkPlot finds out early that --plot cannot be written. The name is that of
// the command in messages.
func checkPlot(c *cli.Context, name string) error {
	path := c.String("plot")
	if c.IsSet("plot") && strings.ToLower(filepath.Ext(path)) != ".svg" {
		return usagef(name, "--plot %s: the name must end in .svg", path)
	}
	return checkWritable(path)
}

// writePlot writes the file of --plot, if one is asked for.
func writePlot(c *cli.Context, draw func(io.Writer) error) error {
	path := c.String("plot")
	if path == "" {
		return nil
	}
	if err := writeWhole(path, draw); err != nil {
		return failure{err}
	}
	return nil
}
