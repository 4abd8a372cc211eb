package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
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

// answered is the answer to a question.
func answered(c *cli.Context, q rsm.Question) (*rsm.Result, error) {
	show := newProgress(c.App.ErrWriter, c.Bool("quiet"))
	q.Progress, q.Command = show.hear, c.App.Metadata[argumentsKey].([]string)
	if !c.Bool("quiet") {
		q.Note = func(n string) { fmt.Fprintln(c.App.ErrWriter, "rsm: note: "+n) }
	}
	ctx, cancel := limited(c)
	defer cancel()
	r, err := q.Ask(ctx)
	show.clear()
	return r, inFlags(c, err)
}

// limited is the command's context with its --timeout, which counts from the start of
// the program.
func limited(c *cli.Context) (context.Context, context.CancelFunc) {
	if d := c.Duration("timeout"); d > 0 {
		return context.WithDeadline(c.Context, started(c).Add(d))
	}
	return context.WithCancel(c.Context)
}

// flagOf are the flags of fields of questions that have another name than the field.
var flagOf = map[string]string{"Patches": "patch", "HiGHS": "highs"}

var fieldName = regexp.MustCompile(`\b(AtLeast|AtMost|Class|Clip|Contrast|Direction|Encoding|Engine|Epsilon|EpsilonOutput|Gap|GivenCorrect|HiGHS|ImageShape|Jobs|Label|Margin|MaxEpsilon|Methods|Nodes|Norm|Outputs|Pairs|Patches|Property|RelativeGap|Timeout|Tolerance|Top|WriteModel|Brightness)\b`)

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
	text := fieldName.ReplaceAllStringFunc(i.Error(), func(field string) string {
		flag, ok := flagOf[field]
		if !ok {
			flag = strings.ToLower(capital.ReplaceAllString(field, "$1-$2"))
		}
		return "--" + flag
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

// regionOf reads the flags of the region.
func regionOf(c *cli.Context) (r rsm.Region, err error) {
	name, given := c.Command.Name, 0
	for _, form := range []string{"input", "box", "vnnlib"} {
		if c.IsSet(form) {
			given++
		}
	}
	if given != 1 {
		return r, usagef(name, "give the region by exactly one of --input (with --epsilon), --box and --vnnlib")
	}
	for _, flag := range []string{"index", "epsilon", "clip", "norm", "patch", "image-shape", "brightness", "contrast"} {
		if c.IsSet(flag) && !c.IsSet("input") {
			return r, usagef(name, "--%s goes with --input only", flag)
		}
	}
	switch {
	case c.IsSet("vnnlib"):
		return rsm.Region{VNNLIB: c.String("vnnlib")}, nil
	case c.IsSet("box"):
		return boxOf(c)
	}
	r.Norm = rsm.Norm(c.String("norm"))
	epsilon := c.String("epsilon")
	switch {
	case epsilon == "" && r.Norm == rsm.L1:
		return r, usagef(name, "--norm l1 needs --epsilon")
	case epsilon == "" && !c.IsSet("patch") && !c.IsSet("brightness") && !c.IsSet("contrast"):
		return r, usagef(name, "--input needs --epsilon, or one of --patch, --brightness and --contrast")
	case epsilon == "" && c.IsSet("patch") && c.String("clip") == "":
		return r, usagef(name, "--patch needs --epsilon, or --clip LO,HI, the domain in which its pixels are free")
	}
	r.Free = epsilon == "" && c.IsSet("patch")
	r.Brightness, r.Contrast = c.Float64("brightness"), c.Float64("contrast")
	if r.Sample, err = sampleOf(c); err != nil {
		return r, err
	}
	if err := readClip(c, &r); err != nil {
		return r, err
	}
	if err := readPatch(c, &r); err != nil {
		return r, err
	}
	switch {
	case strings.HasSuffix(strings.ToLower(epsilon), ".npy") && r.Norm == rsm.L1:
		return r, usagef(name, "--norm l1 takes one number as --epsilon, not a file")
	case strings.HasSuffix(strings.ToLower(epsilon), ".npy"):
		radii, err := rsm.ReadSamples(epsilon)
		if err != nil {
			return r, err
		}
		r.Epsilons = radii.Sample(0)
	case epsilon != "":
		if r.Epsilon, err = strconv.ParseFloat(epsilon, 64); err != nil {
			return r, usagef(name, "--epsilon %s: give a number, or a .npy file", epsilon)
		}
	}
	return r, nil
}

// sampleOf reads --input and --index.
func sampleOf(c *cli.Context) (rsm.Sample, error) {
	if s, ok := c.App.Metadata[samplesKey].(*rsm.Samples); ok { // of the demo
		return s.Sample(c.Int("index")), nil
	}
	samples, err := rsm.ReadSamples(c.String("input"))
	if err != nil {
		return rsm.Sample{}, err
	}
	return samples.Sample(c.Int("index")), nil
}

// readClip reads --clip LO,HI.
func readClip(c *cli.Context, r *rsm.Region) error {
	s := c.String("clip")
	if s == "" {
		return nil
	}
	lo, hi, err := twoNumbers(s)
	if err != nil {
		return usagef(c.Command.Name, "--clip %s: %v", s, err)
	}
	*r = r.Clipped(lo, hi)
	return nil
}

// readPatch reads --patch and --image-shape.
func readPatch(c *cli.Context, r *rsm.Region) (err error) {
	name, shape := c.Command.Name, c.String("image-shape")
	if shape != "" {
		if r.ImageShape, err = wholeNumbers(shape); err != nil || len(r.ImageShape) < 2 || len(r.ImageShape) > 3 {
			return usagef(name, "--image-shape %s: give ROWS,COLUMNS or CHANNELS,ROWS,COLUMNS", shape)
		}
	}
	if !c.IsSet("patch") {
		return nil
	}
	spec := c.String("patch")
	v, err := wholeNumbers(spec)
	if err != nil || len(v) == 0 || len(v)%4 != 0 {
		return usagef(name, "--patch %s: give four whole numbers ROW,COL,HEIGHT,WIDTH for each patch", spec)
	}
	for ; len(v) > 0; v = v[4:] {
		r.Patches = append(r.Patches, rsm.Patch{Row: v[0], Column: v[1], Height: v[2], Width: v[3]})
	}
	return nil
}

// boxOf reads --box LO.npy,HI.npy.
func boxOf(c *cli.Context) (r rsm.Region, err error) {
	lo, hi, ok := strings.Cut(c.String("box"), ",")
	if !ok || lo == "" || hi == "" {
		return r, usagef(c.Command.Name, "--box %s: give two files, LO.npy,HI.npy", c.String("box"))
	}
	for k, path := range []string{lo, hi} {
		a, err := rsm.ReadSamples(path)
		if err != nil {
			return r, err
		}
		*[]*rsm.Sample{&r.Lo, &r.Hi}[k] = a.Sample(0)
	}
	return r, nil
}
