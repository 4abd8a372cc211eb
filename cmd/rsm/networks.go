package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm"
)

var rawFlag = &cli.BoolFlag{
	Name:               "nnet-raw",
	Usage:              "work in the raw inputs and outputs of .nnet files: their normalisation becomes part of the network",
	DisableDefaultText: true,
}

var logitsFlag = &cli.StringSliceFlag{
	Name:        "output",
	Usage:       "the `TENSOR` of an .onnx file that holds the logits; twice for N1 and N2",
	DefaultText: "its output",
}

// networkFlags say how the files of networks are read.
func networkFlags() []cli.Flag { return []cli.Flag{rawFlag, logitsFlag} }

// misplaced says of arguments that are no networks by which flags they are given.
func misplaced(c *cli.Context) string {
	for _, a := range c.Args().Slice() {
		for ending, flag := range map[string]string{".npy": "input", ".vnnlib": "vnnlib"} {
			known := slices.ContainsFunc(c.Command.Flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), flag) })
			if known && strings.HasSuffix(strings.ToLower(a), ending) {
				return fmt.Sprintf("; %s goes by --%s", a, flag)
			}
		}
	}
	return ""
}

// networkArguments reads the networks that a command takes as arguments.
func networkArguments(c *cli.Context, count int) ([]*rsm.Network, error) {
	if c.NArg() != count {
		want := "one network file"
		if count == 2 {
			want = "two network files, N1 and N2"
		}
		return nil, usagef(c.Command.Name, "give %s: %d given%s", want, c.NArg(), misplaced(c))
	}
	var nets []*rsm.Network
	outputs := c.StringSlice(logitsFlag.Name)
	if len(outputs) > count {
		return nil, usagef(c.Command.Name, "--output is given %d times for %d networks", len(outputs), count)
	}
	for k, path := range c.Args().Slice() {
		r := rsm.Reader{Raw: c.Bool(rawFlag.Name)}
		if len(outputs) > 0 {
			r.Output = outputs[min(k, len(outputs)-1)]
		}
		n, err := r.Read(path)
		if err != nil {
			return nil, err
		}
		nets = append(nets, n)
	}
	return nets, nil
}
