package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
	"rsm/network"
)

// question is what margin and bounds are asked, checked and read.
type question struct {
	pair    query.Pair
	joint   *query.Joint
	region  inputRegion
	label   int
	classes []query.ClassPair
	notes   []string
}

// readQuestion reads the region by read and the class pairs from the flags, and
// prints the notes.
func readQuestion(c *cli.Context, n1, n2 *network.Network, read func(query.Pair) (inputRegion, error)) (q question, err error) {
	if q.pair, err = query.NewPair(n1, n2); err != nil {
		return q, err
	}
	if q.region, err = read(q.pair); err != nil {
		return q, err
	}
	if q.label, q.classes, err = classPairs(c, q.pair, q.region.Center()); err != nil {
		return q, err
	}
	if q.joint, err = query.NewJoint(q.pair, q.region.Region); err != nil {
		return q, err
	}
	q.notes = slices.Concat(n1.Notes, n2.Notes, q.region.Notes)
	printNotes(c, q.notes)
	return q, nil
}

// printNotes prints notes on standard error.
func printNotes(c *cli.Context, notes []string) {
	if c.Bool("quiet") {
		return
	}
	for _, n := range notes {
		fmt.Fprintln(c.App.ErrWriter, "rsm: note: "+n)
	}
}

// limited is the command's context with its --timeout, which counts from the
// start of the program.
func limited(c *cli.Context) (context.Context, context.CancelFunc) {
	if d := c.Duration("timeout"); d > 0 {
		return context.WithDeadline(c.Context, c.App.Metadata[startedKey].(time.Time).Add(d))
	}
	return context.WithCancel(c.Context)
}

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
