package main

import (
	"context"
	"errors"
	"io"

	"github.com/urfave/cli/v2"
)

// deliverAs delivers a result in the form that --format says.
func deliverAs(c *cli.Context, text, json func(io.Writer) error) error {
	if c.String("format") == "json" {
		return deliver(c, json)
	}
	return deliver(c, text)
}

// deliver prints a result to --out or to standard output, and says whether the
// run was interrupted.
func deliver(c *cli.Context, print func(io.Writer) error) error {
	var err error
	if out := c.String("out"); out != "" {
		err = writeWhole(out, print)
	} else {
		err = print(c.App.Writer)
	}
	if err != nil {
		return failure{err}
	}
	if errors.Is(c.Context.Err(), context.Canceled) {
		return errInterrupted
	}
	return nil
}
