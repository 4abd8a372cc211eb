package main

import (
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"rsm"
)

// samplesKey of the app's metadata holds the samples of the demo.
const samplesKey = "samples"

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
	n1, n2, samples := rsm.Demo()
	c.App.Metadata[samplesKey] = samples
	if err := c.Set("input", samples.File); err != nil {
		return failure{err}
	}
	err := runMargin(c, []*rsm.Network{n1, n2})
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
