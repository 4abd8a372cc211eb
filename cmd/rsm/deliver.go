package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
// run was interrupted. What the file cannot keep, such as on a full disk, goes to
// standard output: it may have taken hours.
func deliver(c *cli.Context, print func(io.Writer) error) error {
	var result bytes.Buffer
	if err := print(&result); err != nil {
		return failure{err}
	}
	onOutput := func() error {
		if _, err := c.App.Writer.Write(result.Bytes()); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
		return nil
	}
	out := c.String("out")
	if out == "" {
		if err := onOutput(); err != nil {
			return failure{err}
		}
	} else if err := writeWhole(out, func(w io.Writer) error { _, err := w.Write(result.Bytes()); return err }); err != nil {
		if other := onOutput(); other != nil {
			return failure{fmt.Errorf("%w; %w", err, other)}
		}
		return failure{fmt.Errorf("%w: the result is on standard output instead", err)}
	}
	if errors.Is(c.Context.Err(), context.Canceled) {
		return errInterrupted
	}
	return nil
}
