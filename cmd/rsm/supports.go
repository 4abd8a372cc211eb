package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm/network/onnx"
)

// capability is a question of the supports command and its answer, a line each.
type capability struct {
	name, usage string
	lines       []string
}

// capabilities are those that VNN-LIB 2.0 lists, in its order.
func capabilities() []capability {
	return []capability{
		{"onnx-opset-versions", "first and last opset of ONNX", []string{"1", fmt.Sprint(onnx.NewestOpset)}},
		{"onnx-element-types", "element types whose arithmetic is followed", []string{"real"}},
		{"onnx-operators", "operators of ONNX; their operands may have any floating-point type", onnx.ValueOperators()},
		{"vnnlib-versions", "first and last version of VNN-LIB", []string{"1.0", "2.1"}},
		{"hidden-node-theories", "hidden tensors: NH without, H with", []string{"NH", "H"}},
		{"multiple-input-output-theories", "inputs and outputs of a network: SIO one, MIO several", []string{"SIO"}},
		{"multiple-network-theories", "networks: SNET one, MENET equal, MINET isomorphic, MNET any", []string{"SNET", "MENET", "MINET", "MNET"}},
		{"multiple-node-comparison-theories", "comparisons: SNC of one node, MNC of several", []string{"SNC", "MNC"}},
		{"arithmetic-complexity-theories", "terms: BND bounds, OUTC comparisons of outputs, LIN linear, POLY polynomials", []string{"BND", "OUTC", "LIN"}},
		{"optimised-disjunctive-reasoning", "whether disjunctions are more than split", []string{"true"}},
		{"serialise-assignments", "whether verify has this flag", []string{"true"}},
	}
}

func supportsCommand() *cli.Command {
	var flags []cli.Flag
	for _, p := range capabilities() {
		f := &cli.BoolFlag{Name: p.name, Usage: p.usage, DisableDefaultText: true}
		if p.name == "multiple-input-output-theories" { // the standard writes it in both ways
			f.Aliases = []string{"multiple-inputs-output-theories"}
		}
		flags = append(flags, f)
	}
	return &cli.Command{
		Name:        "supports",
		Usage:       "what queries and networks verify can treat, in the words of VNN-LIB 2.0",
		ArgsUsage:   " ",
		Description: "EXAMPLE\n   rsm supports --onnx-operators",
		Flags:       flags,
		Action: func(c *cli.Context) error {
			var lines []string
			asked := 0
			for _, p := range capabilities() {
				if c.Bool(p.name) {
					asked++
					lines = p.lines
				}
			}
			if asked != 1 || c.NArg() > 0 {
				return usagef(c.Command.Name, "give one capability, such as --onnx-operators")
			}
			_, err := fmt.Fprintln(c.App.Writer, strings.Join(lines, "\n"))
			return err
		},
	}
}
