package main

import (
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v2"

	"rsm/network"
)

func evalCommand() *cli.Command {
	return &cli.Command{
		Name:      "eval",
		Usage:     "logits and decision of a network at a sample",
		ArgsUsage: "NET",
		Description: `The logits are computed in float64.

EXAMPLE
   rsm eval network.onnx --input samples.npy --index 3`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "input", Usage: "`FILE.npy` with a sample, or samples along the first axis"},
			&cli.IntFlag{Name: "index", Usage: "which sample `K` of the file, from 0"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text or json"},
			rawFlag,
		},
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 1)
			if err != nil {
				return err
			}
			n := nets[0]
			if c.String("input") == "" {
				return usagef(c.Command.Name, "give the sample by --input FILE.npy")
			}
			x, err := readSample(c.String("input"), c.Int("index"), n.InputSize())
			if err != nil {
				return err
			}
			y := n.Logits(x)
			switch c.String("format") {
			case "text":
				for class, v := range y {
					fmt.Fprintf(c.App.Writer, "class %d  %v\n", class, v)
				}
				fmt.Fprintf(c.App.Writer, "decision  %d\n", network.Decision(y))
				return nil
			case "json":
				return json.NewEncoder(c.App.Writer).Encode(map[string]any{
					"network": describe("N", n), "logits": numbers(y), "decision": network.Decision(y),
				})
			}
			return usagef(c.Command.Name, "--format %s: give text or json", c.String("format"))
		},
	}
}
