package main

import (
	"encoding/json"
	"fmt"

	"rsm"

	"github.com/urfave/cli/v2"

	"rsm/network"
)

func evalCommand() *cli.Command {
	return &cli.Command{
		Name:      "eval",
		Usage:     "logits and decision of a network at a sample",
		ArgsUsage: "NET",
		Description: `The logits are computed in float64.

--all --format json writes a line about the network and one for each sample.
--values adds the values of all nodes, in the order of inspect.

EXAMPLE
   rsm eval network.onnx --input samples.npy --index 3`,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "input", Usage: "`FILE.npy` with a sample, or samples along the first axis"},
			&cli.IntFlag{Name: "index", Usage: "which sample `K` of the file, from 0"},
			&cli.BoolFlag{Name: "all", Usage: "every sample of the file, with --format json"},
			&cli.BoolFlag{Name: "values", Usage: "the values of all nodes too, with --format json"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` text or json"},
			rawFlag, logitsFlag,
		}, append(mapFlags("the network takes"),
			preprocessingFlag("layout1", "`LAYOUT` that the network takes, nchw or nhwc", "what its operators say"), imageShapeFlag())...),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 1)
			if err != nil {
				return err
			}
			n := nets[0]
			format := c.String("format")
			switch {
			case c.String("input") == "":
				return usagef(c.Command.Name, "give the sample by --input FILE.npy")
			case format != "text" && format != "json":
				return usagef(c.Command.Name, "--format %s: give text or json", format)
			case format == "text" && (c.Bool("all") || c.Bool("values")):
				return usagef(c.Command.Name, "--all and --values need --format json")
			}
			if c.Bool("all") {
				return evaluateAll(c, n)
			}
			samples, err := rsm.ReadSamples(c.String("input"))
			if err != nil {
				return err
			}
			input, err := inputOf(c, n)
			if err != nil {
				return err
			}
			x, err := input(samples.Sample(c.Int("index")))
			if err != nil {
				return err
			}
			e := network.NewEvaluator(n.Graph)
			e.Forward(x)
			if format == "json" {
				line := evaluation(n, e, c.Bool("values"))
				line["network"] = rsm.Describe("N", n)
				if c.Bool("values") {
					line["nodes"] = nodeParts(n)
				}
				return json.NewEncoder(c.App.Writer).Encode(line)
			}
			y := e.Value(n.Output())
			for class, v := range y {
				fmt.Fprintf(c.App.Writer, "class %d  %v\n", class, v)
			}
			fmt.Fprintf(c.App.Writer, "decision  %d\n", network.Decision(y))
			return nil
		},
	}
}

// evaluateAll writes a line for the network and one for each sample of a file.
func evaluateAll(c *cli.Context, n *network.Network) error {
	all, err := rsm.ReadSamples(c.String("input"))
	if err != nil {
		return err
	}
	input, err := inputOf(c, n)
	if err != nil {
		return err
	}
	w, values := c.App.Writer, c.Bool("values")
	var samples [][]float64
	for k := range max(all.Size()/n.InputSize(), 1) {
		x, err := input(all.Sample(k))
		if err != nil {
			return err
		}
		samples = append(samples, x)
	}
	out := json.NewEncoder(w)
	head := map[string]any{"network": rsm.Describe("N", n)}
	if values {
		head["nodes"] = nodeParts(n)
	}
	if err := out.Encode(head); err != nil {
		return err
	}
	e := network.NewEvaluator(n.Graph)
	for k, x := range samples {
		e.Forward(x)
		line := evaluation(n, e, values)
		line["index"] = k
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// evaluation is the result at the point of the last Forward.
func evaluation(n *network.Network, e *network.Evaluator, values bool) map[string]any {
	y := e.Value(n.Output())
	line := map[string]any{"logits": rsm.FloatsOf(y), "decision": network.Decision(y)}
	if values {
		all := make([][]rsm.Float, len(n.Nodes))
		for i := range n.Nodes {
			all[i] = rsm.FloatsOf(e.Value(i))
		}
		line["values"] = all
	}
	return line
}

// nodeParts describes nodes, as inspect does, and with the constants of activations.
func nodeParts(n *network.Network) []map[string]any {
	var parts []map[string]any
	for _, v := range n.Nodes {
		p := map[string]any{"name": v.Name, "kind": "input", "operands": append([]int{}, v.Inputs...), "shape": append([]int{}, v.Shape...)}
		if v.Op != nil {
			p["kind"] = v.Op.Kind()
		}
		if a, ok := v.Op.(network.Activation); ok {
			for name, values := range a.Constants() {
				p[name] = rsm.FloatsOf(values)
			}
		}
		parts = append(parts, p)
	}
	return parts
}
