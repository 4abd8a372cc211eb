package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"rsm"
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
		Flags: slices.Concat(regionFlags(), preprocessingFlags(), implicationFlags(), networkFlags(), limitFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			q, err := claimQuestion(c, rsm.KindImply)
			if err != nil {
				return err
			}
			if err := readImplication(c, &q); err != nil {
				return err
			}
			return ask(c, q, printImply)
		},
	}
}

func implicationFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "direction", Value: string(rsm.From2To1), Usage: "`D` 2=>1 (N1 decides what N2 does), 1=>2, or both", Category: "Question"},
		&cli.StringFlag{Name: "class", Value: "label", Usage: "`CLASS` label, all, or a number", Category: "Question"},
		&cli.IntFlag{Name: "label", Usage: "class `C` of the sample; by default N2's decision at it", DefaultText: "that decision", Category: "Question"},
		&cli.BoolFlag{Name: "given-correct", Usage: "ask about inputs at which the first network is right: the class is the one given by --label", DisableDefaultText: true, Category: "Question"},
		&cli.StringFlag{Name: "margin", Usage: "only where the first network decides the class by a margin of `M` against each other class", DefaultText: "0", Category: "Question"},
		&cli.IntFlag{Name: "top", Value: 1, Usage: "the second network need only have the class among its `K` best", Category: "Question"},
	}
}

// readImplication reads implicationFlags, those that are given.
func readImplication(c *cli.Context, q *rsm.Question) error {
	if c.IsSet("label") {
		label := c.Int("label")
		q.Label = &label
	}
	if c.IsSet("top") && c.Int("top") < 1 {
		return usagef(c.Command.Name, "--top %d: it must be 1 or more", c.Int("top"))
	}
	for flag, read := range map[string]func(){
		"direction":     func() { q.Direction = rsm.Direction(c.String("direction")) },
		"class":         func() { q.Class = c.String("class") },
		"given-correct": func() { q.GivenCorrect = c.Bool("given-correct") },
		"margin":        func() { q.Margin = rsm.Decimal(c.String("margin")) },
		"top":           func() { q.Top = c.Int("top") },
	} {
		if c.IsSet(flag) {
			read()
		}
	}
	return nil
}

// sentence says what is claimed for a class.
func sentence(i *rsm.Implication, class string) string {
	premise, conclusion := "N2", "N1"
	if i.Direction == rsm.From1To2 {
		premise, conclusion = "N1", "N2"
	}
	by := ""
	if m, err := i.Margin.Rat(); err == nil && m.Sign() > 0 {
		by = fmt.Sprintf(" by a margin of %v", i.Margin)
	}
	if i.Top > 1 {
		return fmt.Sprintf("wherever %s decides %s%s, %s has it among its %d best", premise, class, by, conclusion, i.Top)
	}
	return fmt.Sprintf("wherever %s decides %s%s, so does %s", premise, class, by, conclusion)
}

// printImply prints the table for people.
func printImply(w io.Writer, r *rsm.Result) error {
	printPair(w, r)
	if r.Options.Class == "label" {
		printLabel(w, r)
	}
	lead := "claim   "
	for k := range r.Claims {
		if i := &r.Claims[k].Implication; k == 0 || i.Direction != r.Claims[k-1].Direction {
			class := "a class"
			if r.Options.Class != "all" {
				class = fmt.Sprintf("class %d", i.Class)
			}
			fmt.Fprintf(w, "%s%v: %s\n", lead, i.Direction, sentence(i, class))
			lead = "        "
		}
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "claim\tclass\tverdict\tboxes\tnodes\ttime\t")
	for k := range r.Claims {
		c := &r.Claims[k]
		fmt.Fprintf(t, "%v\t%d\t%s\t%d\t%d\t%s\t\n", c.Direction, c.Class, verdictText(&c.Finding), c.Boxes, c.Nodes, seconds(float64(c.Finding.Seconds)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for k := range r.Claims {
		if c := &r.Claims[k]; c.Verdict == rsm.Violated {
			fmt.Fprintf(w, "\nwitness against %v for class %d%s, %s\n", c.Direction, c.Class, parametersText(c.Parameters), inputText(c.Witness, c.Moved, r.Region.Centre(), "the centre of the region"))
			printDecisions(w, &c.Values)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\nin all %s\n", implySummary(r), seconds(float64(r.Seconds)))
	return err
}

// printDecisions prints what both networks decide at an input.
func printDecisions(w io.Writer, v *rsm.Values) {
	for _, n := range []string{"N1", "N2"} {
		fmt.Fprintf(w, "   %s decides %d: logits %s\n", n, v.Decisions[n], valuesText(v.Logits[n]))
	}
}

// implySummary says in a sentence what the table shows.
func implySummary(r *rsm.Result) string {
	of := func(v rsm.Verdict) string {
		var parts []string
		for k := range r.Claims {
			if c := &r.Claims[k]; c.Verdict == v {
				parts = append(parts, fmt.Sprintf("%v for class %d", c.Direction, c.Class))
			}
		}
		return strings.Join(parts, ", ")
	}
	switch r.Verdict {
	case rsm.Holds:
		return "Proved everywhere in the region."
	case rsm.Unknown:
		return "Not decided: " + of(rsm.Unknown) + "."
	}
	s := "There are witnesses against " + of(rsm.Violated) + "."
	if open := of(rsm.Unknown); open != "" {
		s += "\nNot decided: " + open + "."
	}
	return s
}
