package main

import (
	"github.com/urfave/cli/v2"

	"rsm"
)

var rawFlag = &cli.BoolFlag{
	Name:               "nnet-raw",
	Usage:              "work in the raw inputs and outputs of .nnet files: their normalisation becomes part of the network",
	DisableDefaultText: true,
}

// networkArguments reads the networks that a command takes as arguments.
func networkArguments(c *cli.Context, count int) ([]*rsm.Network, error) {
	if c.NArg() != count {
		want := "one network file"
		if count == 2 {
			want = "two network files, N1 and N2"
		}
		return nil, usagef(c.Command.Name, "give %s: %d given", want, c.NArg())
	}
	var nets []*rsm.Network
	for _, path := range c.Args().Slice() {
		n, err := rsm.Reader{Raw: c.Bool(rawFlag.Name)}.Read(path)
		if err != nil {
			return nil, err
		}
		nets = append(nets, n)
	}
	return nets, nil
}
