package main

import (
	"io"
	"path/filepath"
	"strings"

	"rsm"

	"github.com/urfave/cli/v2"

	"rsm/internal/plots"
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

// drawRanges draws the rows of 'rsm bounds', a panel for each class pair.
func drawRanges(w io.Writer, result *rsm.Result) error {
	var panels []plots.Panel
	for _, row := range result.Rows {
		if n := len(panels); n == 0 || panels[n-1].Title != row.Pair {
			panels = append(panels, plots.Panel{Title: row.Pair})
		}
		panel := &panels[len(panels)-1]
		r := plots.Range{Name: row.Method, Lo: float64(row.Min), Hi: float64(row.Max)}
		if row.Method == rsm.ExactMethod {
			if row.Exact {
				panel.Exact = &plots.Range{Name: r.Name, Lo: r.Lo, Hi: r.Hi}
			} else {
				r.Name = boundedExact
			}
		}
		panel.Ranges = append(panel.Ranges, r)
	}
	title := filepath.Base(result.Networks[0].File) + " against " + filepath.Base(result.Networks[1].File)
	return plots.Ranges(w, title, "log RSM", panels)
}
