package main

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
)

// The twin of the demo: a classifier of handwritten digits and its copy with
// weights rounded to 8-bit integers, with samples, from benchmarks/twins.
//
//go:embed demo
var demoFiles embed.FS

const (
	demoN1      = "digits-int8.onnx"
	demoN2      = "digits-original.onnx"
	demoSamples = "digits-x.npy"
)

func demoCommand() *cli.Command {
	return &cli.Command{
		Name:  "demo",
		Usage: "a whole margin run on an embedded pair of networks, in seconds",
		Description: `The pair is a classifier of 8x8 handwritten digits and the same classifier
with its weights rounded to 8-bit integers.

EXAMPLE
   rsm demo`,
		Flags: slices.Concat([]cli.Flag{
			&cli.IntFlag{Name: "index", Usage: "which of the embedded samples, `K` from 0"},
			&cli.StringFlag{Name: "epsilon", Value: "0.05", Usage: "radius `E` of the ball around the sample"},
			&cli.StringFlag{Name: "clip", Value: "0,1", Usage: "input domain `LO,HI`"},
			&cli.StringFlag{Name: "input", Hidden: true},
		}, questionFlags(), searchFlags(), outputFlags()),
		Action: runDemo,
	}
}

func runDemo(c *cli.Context) error {
	if c.NArg() > 0 {
		return usagef(c.Command.Name, "the demo takes no arguments; 'rsm margin' takes networks")
	}
	dir, err := os.MkdirTemp("", "rsm-demo-*")
	if err != nil {
		return failure{err}
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{demoN1, demoN2, demoSamples} {
		data, err := demoFiles.ReadFile("demo/" + name)
		if err != nil {
			return failure{err}
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return failure{err}
		}
	}
	n1, err := readNetwork(c, filepath.Join(dir, demoN1))
	if err != nil {
		return err
	}
	n2, err := readNetwork(c, filepath.Join(dir, demoN2))
	if err != nil {
		return err
	}
	// The files are gone after the run: results name what they hold.
	n1.File, n2.File = "embedded "+demoN1, "embedded "+demoN2
	if err := c.Set("input", filepath.Join(dir, demoSamples)); err != nil {
		return failure{err}
	}
	err = runMargin(c, n1, n2, func(p query.Pair) (inputRegion, error) {
		r, err := readRegion(c, p.N1.Nodes[0].Shape)
		r.Source.Input = "embedded " + demoSamples
		return r, err
	})
	if err != nil && strings.Contains(err.Error(), dir) {
		err = errors.New(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "embedded "))
	}
	if err == nil && c.String("format") == "text" && c.String("out") == "" {
		fmt.Fprint(c.App.Writer, demoHelp)
	}
	return err
}

const demoHelp = `
How to read this: each row compares the label with one other class. Over every
input of the region, log RSM = (N1's margin) - (N2's margin) of that pair lies
between min and max, and both ends are reached ("exact"). Above 0 (RSM above 1)
N1 is the safer network for the pair, below 0 it is N2.
Next: rsm margin N1.onnx N2.onnx --input samples.npy --epsilon 0.02 --clip 0,1
`
