package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm"
)

// ask asks a question and delivers the answer.
func ask(c *cli.Context, q rsm.Question, text func(io.Writer, *rsm.Result) error) error {
	r, err := answered(c, q)
	if err != nil {
		return err
	}
	return deliverAs(c, func(w io.Writer) error { return text(w, r) }, r.Write)
}

// answered is the answer to a question. The time limit counts from the start of the
// program.
func answered(c *cli.Context, q rsm.Question) (*rsm.Result, error) {
	ctx, cancel := context.WithCancel(c.Context)
	if q.Timeout > 0 {
		ctx, cancel = context.WithDeadline(c.Context, started(c).Add(q.Timeout))
	}
	defer cancel()
	show := newProgress(c.App.ErrWriter, c.Bool("quiet"))
	if q.Command = c.App.Metadata[argumentsKey].([]string); q.Kind != rsm.KindVerify {
		q.Progress = show.hear
	}
	if !c.Bool("quiet") {
		q.Note = func(n string) { fmt.Fprintln(c.App.ErrWriter, "rsm: note: "+n) }
	}
	r, err := q.Ask(ctx)
	show.clear()
	return r, inFlags(c, err)
}

// flagOf are the flags of fields of questions that have another name than the field.
var flagOf = map[string]string{"Patches": "patch", "HiGHS": "highs", "Radius": "epsilon", "Of1.Layout": "layout1", "Of2.Layout": "layout2"}

var fieldName = regexp.MustCompile(`\b(Of[12]\.Layout|Layout|AtLeast|AtMost|Class|Clip|Contrast|Direction|Encoding|Engine|Epsilon|EpsilonOutput|Gap|GivenCorrect|HiGHS|ImageShape|Jobs|Label|Margin|MaxEpsilon|Methods|Nodes|Norm|Outputs|Pairs|Patches|Property|Radius|RelativeGap|Timeout|Tolerance|Top|WriteModel|Brightness)\b`)

var capital = regexp.MustCompile(`(.)([A-Z])`)

// inFlags is an error about the fields of a question as one about flags.
func inFlags(c *cli.Context, err error) error {
	if err == nil {
		return nil
	}
	var f *rsm.Failure
	if errors.As(err, &f) {
		return failure{f.Err}
	}
	var i *rsm.Invalid
	if !errors.As(err, &i) {
		return err
	}
	flag := func(field string) string {
		if name, ok := flagOf[field]; ok {
			return "--" + name
		}
		return "--" + strings.ToLower(capital.ReplaceAllString(field, "$1-$2"))
	}
	text := fieldName.ReplaceAllStringFunc(i.Field, flag) + fieldName.ReplaceAllStringFunc(i.Text, func(word string) string {
		if word == "HiGHS" { // the solver itself
			return word
		}
		return flag(word)
	})
	return usagef(c.Command.Name, "%s", text)
}

// pairOf begins a question about two networks in a region.
func pairOf(c *cli.Context, nets []*rsm.Network) (q rsm.Question, err error) {
	q.N1, q.N2 = nets[0], nets[1]
	q.Region, err = regionOf(c)
	return q, err
}

// readClasses reads --label and --pairs.
func readClasses(c *cli.Context, q *rsm.Question) error {
	if c.IsSet("label") {
		label := c.Int("label")
		q.Label = &label
	}
	if q.Pairs = rsm.Pairs(c.String("pairs")); q.Pairs == "" {
		return usagef(c.Command.Name, "--pairs %q is not a class pair: give label, runner-up, all, or pairs I:J", "")
	}
	return nil
}
