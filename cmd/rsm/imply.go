package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
	"rsm/network"
	"rsm/solve"
)

func implyCommand() *cli.Command {
	return &cli.Command{
		Name:      "imply",
		Usage:     "decide whether one network decides a class wherever the other does",
		ArgsUsage: "N1 N2",
		Description: `N1 and N2 are .onnx or .nnet files. For each class the answer is holds (proved:
wherever the one decides the class in the region, so does the other), violated
(with an input at which it does not), or unknown. Where classes are equally
good, a network may decide any of them: such ties violate nothing.

EXAMPLE
   rsm imply pruned.onnx original.onnx --input samples.npy --index 3 \
      --epsilon 0.03 --clip 0,1 --class all --timeout 60s`,
		Flags: slices.Concat(regionFlags(), implicationFlags(), []cli.Flag{rawFlag}, limitFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 2)
			if err != nil {
				return err
			}
			return runImply(c, nets[0], nets[1])
		},
	}
}

func implicationFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "direction", Value: query.From2To1.String(), Usage: "`D` 2=>1 (N1 decides what N2 does), 1=>2, or both", Category: "Question"},
		&cli.StringFlag{Name: "class", Value: "label", Usage: "`CLASS` label, all, or a number", Category: "Question"},
		&cli.IntFlag{Name: "label", Usage: "class `C` of the sample; by default N2's decision at the region's centre", DefaultText: "that decision", Category: "Question"},
		&cli.BoolFlag{Name: "given-correct", Usage: "ask about inputs at which the first network is right: the class is the one given by --label", DisableDefaultText: true, Category: "Question"},
		&cli.Float64Flag{Name: "margin", Usage: "only where the first network decides the class by a margin of `M` against each other class", Category: "Question"},
		&cli.IntFlag{Name: "top", Value: 1, Usage: "the second network need only have the class among its `K` best", Category: "Question"},
	}
}

// readImplications reads implicationFlags. The given logits of N2 decide what
// --label leaves open.
func readImplications(c *cli.Context, logits []float64) (label int, list []query.Implication, err error) {
	name := c.Command.Name
	if label, err = readLabel(c, logits); err != nil {
		return 0, nil, err
	}
	if c.Bool("given-correct") {
		switch {
		case !c.IsSet("label"):
			return 0, nil, usagef(name, "--given-correct needs the true class: give --label C")
		case c.IsSet("class") && c.String("class") != "label":
			return 0, nil, usagef(name, "--given-correct is about the label: leave --class %s out", c.String("class"))
		}
	}
	var classes []int
	switch spec := c.String("class"); spec {
	case "label":
		classes = []int{label}
	case "all":
		for k := range logits {
			classes = append(classes, k)
		}
	default:
		k, err := strconv.Atoi(spec)
		if err != nil {
			return 0, nil, usagef(name, "--class %s: give label, all, or a class", spec)
		}
		classes = []int{k}
	}
	var directions []query.Direction
	switch spec := c.String("direction"); spec {
	case "2=>1":
		directions = []query.Direction{query.From2To1}
	case "1=>2":
		directions = []query.Direction{query.From1To2}
	case "both":
		directions = []query.Direction{query.From2To1, query.From1To2}
	default:
		return 0, nil, usagef(name, "--direction %s: give 2=>1, 1=>2 or both, in quotes", spec)
	}
	for _, d := range directions {
		for _, k := range classes {
			i := query.Implication{Direction: d, Class: k, Margin: c.Float64("margin"), Top: c.Int("top")}
			if err := i.Check(len(logits)); err != nil {
				return 0, nil, usagef(name, "%v", err)
			}
			list = append(list, i)
		}
	}
	return label, list, nil
}

// implication makes the claim of an implication over the region of a joint graph.
func implication(j *query.Joint, i query.Implication) solve.Claim {
	logits := j.Evaluator()
	return solve.Claim{
		Problem: query.Problem{Joint: j, Formula: j.Violation(i)},
		Premise: j.Premise(i),
		Replay:  func(at []float64) bool { return i.Violated(logits(at)) },
	}
}

func runImply(c *cli.Context, n1, n2 *network.Network) error {
	opt, err := limitOptions(c)
	if err != nil {
		return err
	}
	r := implyReport{c: c, timeout: c.Duration("timeout")}
	if r.pair, err = query.NewPair(n1, n2); err != nil {
		return err
	}
	if r.region, err = readRegion(c, n1.Nodes[0].Shape); err != nil {
		return err
	}
	if r.label, r.list, err = readImplications(c, r.region.logits(n2)); err != nil {
		return err
	}
	if r.joint, err = query.NewJoint(r.pair, r.region.Region); err != nil {
		return err
	}
	r.notes = slices.Concat(n1.Notes, n2.Notes, r.region.Notes)
	printNotes(c, r.notes)
	var claims []solve.Claim
	for _, i := range r.list {
		claims = append(claims, implication(r.joint, i))
	}
	show := newProgress(c.App.ErrWriter, c.Bool("quiet"))
	var now string
	opt.Deciding = func(d solve.Deciding) { show.deciding(now, d) }
	ctx, cancel := limited(c)
	defer cancel()
	r.options = opt
	r.findings, err = solve.Refute(ctx, claims, opt, func(k int) { now = fmt.Sprintf("%v for class %d", r.list[k].Direction, r.list[k].Class) })
	show.clear()
	if err != nil {
		return failure{err}
	}
	r.seconds = elapsed(c)
	return deliverAs(c, r.text, r.json)
}

// implyReport is what an imply run found, with what it was asked.
type implyReport struct {
	c *cli.Context
	question
	list     []query.Implication
	findings []solve.Finding
	options  solve.Options
	timeout  time.Duration
	seconds  float64
}

// verdict is that of all claims together.
func (r *implyReport) verdict() solve.Verdict {
	v := solve.Holds
	for k := range r.findings {
		switch r.findings[k].Verdict {
		case solve.Violated:
			return solve.Violated
		case solve.Unknown:
			v = solve.Unknown
		}
	}
	return v
}

// sentence says what is claimed for a class.
func sentence(i query.Implication, class string) string {
	premise, conclusion := "N2", "N1"
	if i.Direction == query.From1To2 {
		premise, conclusion = "N1", "N2"
	}
	by := ""
	if i.Margin > 0 {
		by = fmt.Sprintf(" by a margin of %v", i.Margin)
	}
	if i.Top > 1 {
		return fmt.Sprintf("wherever %s decides %s%s, %s has it among its %d best", premise, class, by, conclusion, i.Top)
	}
	return fmt.Sprintf("wherever %s decides %s%s, so does %s", premise, class, by, conclusion)
}

// text prints the table for people.
func (r *implyReport) text(w io.Writer) error {
	fmt.Fprintf(w, "N1      %s\nN2      %s\nregion  %s\n", r.pair.N1.File, r.pair.N2.File, r.region.Describe)
	if r.c.String("class") == "label" {
		origin := "N2's decision at the centre of the region"
		if r.c.IsSet("label") {
			origin = "given"
		}
		fmt.Fprintf(w, "label   %d (%s)\n", r.label, origin)
	}
	lead := "claim   "
	for k, i := range r.list {
		if k == 0 || i.Direction != r.list[k-1].Direction {
			class := "a class"
			if r.c.String("class") != "all" {
				class = fmt.Sprintf("class %d", i.Class)
			}
			fmt.Fprintf(w, "%s%v: %s\n", lead, i.Direction, sentence(i, class))
			lead = "        "
		}
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "claim\tclass\tverdict\tboxes\tnodes\ttime\t")
	for k, i := range r.list {
		f := &r.findings[k]
		fmt.Fprintf(t, "%v\t%d\t%s\t%d\t%d\t%s\t\n", i.Direction, i.Class, verdictText(f), f.Boxes, f.Nodes, seconds(f.Seconds))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for k, i := range r.list {
		if f := &r.findings[k]; f.Verdict == solve.Violated {
			fmt.Fprintf(w, "\nwitness against %v for class %d%s, %s\n", i.Direction, i.Class, r.region.namedText(f.Parameters), inputText(f.Witness, r.region.Center(), "the centre of the region"))
			printDecisions(w, r.joint, f.At)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\nin all %s\n", r.summary(), seconds(r.seconds))
	return err
}

// printDecisions prints what both networks decide at an input.
func printDecisions(w io.Writer, j *query.Joint, at []float64) {
	y1, y2 := j.Evaluator()(at)
	for k, y := range [][]float64{y1, y2} {
		fmt.Fprintf(w, "   N%d decides %d: logits %s\n", k+1, network.Decision(y), valuesText(y))
	}
}

// summary says in a sentence what the table shows.
func (r *implyReport) summary() string {
	of := func(v solve.Verdict) string {
		var parts []string
		for k, i := range r.list {
			if r.findings[k].Verdict == v {
				parts = append(parts, fmt.Sprintf("%v for class %d", i.Direction, i.Class))
			}
		}
		return strings.Join(parts, ", ")
	}
	switch r.verdict() {
	case solve.Holds:
		return "Proved everywhere in the region."
	case solve.Unknown:
		return "Not decided: " + of(solve.Unknown) + "."
	}
	s := "There are witnesses against " + of(solve.Violated) + "."
	if open := of(solve.Unknown); open != "" {
		s += "\nNot decided: " + open + "."
	}
	return s
}

// Schema of the result file of imply.
const (
	implySchemaName    = "rsm-imply"
	implySchemaVersion = 1
)

type implyFile struct {
	Schema        string        `json:"schema"`
	SchemaVersion int           `json:"schema_version"`
	Tool          toolPart      `json:"tool"`
	Semantics     string        `json:"semantics"`
	Networks      []networkPart `json:"networks"`
	Region        regionPart    `json:"region"`
	Label         int           `json:"label"`
	Options       limitsPart    `json:"options"`
	Verdict       string        `json:"verdict"`
	Claims        []implyPart   `json:"claims"`
	Notes         []string      `json:"notes"`
	Seconds       number        `json:"seconds"`
}

type implyPart struct {
	implicationPart
	findingPart
	Parameters     map[string]number `json:"parameters,omitempty"` // of the witness
	*decisionsPart                   // there
}

type implicationPart struct {
	Direction string `json:"direction"`
	Class     int    `json:"class"`
	Margin    number `json:"margin"`
	Top       int    `json:"top"`
}

func implicationOf(i query.Implication) implicationPart {
	return implicationPart{Direction: i.Direction.String(), Class: i.Class, Margin: number(i.Margin), Top: i.Top}
}

// json prints the result file.
func (r *implyReport) json(w io.Writer) error {
	f := implyFile{
		Schema: implySchemaName, SchemaVersion: implySchemaVersion, Tool: tool(), Semantics: claimSemantics,
		Networks: []networkPart{describe("N1", r.pair.N1), describe("N2", r.pair.N2)},
		Region:   r.region.part(), Label: r.label, Options: limitsOf(r.c, r.options), Verdict: r.verdict().String(),
		Notes: append([]string{}, r.notes...), Seconds: number(r.seconds),
	}
	for k, i := range r.list {
		p := implyPart{implicationPart: implicationOf(i), findingPart: findingOf(&r.findings[k]), Parameters: r.region.named(r.findings[k].Parameters)}
		if at := r.findings[k].At; at != nil {
			p.decisionsPart = decisionsAt(r.joint.Evaluator()(at))
		}
		f.Claims = append(f.Claims, p)
	}
	return writeJSON(w, f)
}
