package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"rsm"
)

func equivCommand() *cli.Command {
	return &cli.Command{
		Name:      "equiv",
		Usage:     "decide whether the outputs of two networks differ by at most a given number",
		ArgsUsage: "N1 N2",
		Description: `N1 and N2 are .onnx or .nnet files with the same inputs and the same outputs,
one or any number. The answer is holds (proved: |y1_k - y2_k| <= E for each
output k everywhere in the region), violated (with an input at which it is not
so), or unknown. Probabilities of a Softmax or Sigmoid at the end are compared
through margins of the logits before it; --output names these to compare them
instead.

EXAMPLE
   rsm equiv float16.onnx original.onnx --input samples.npy --index 3 \
      --epsilon 0.03 --clip 0,1 --epsilon-output 0.05`,
		Flags: slices.Concat(regionFlags(), preprocessingFlags(), equivFlags(), networkFlags(), limitFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			q, err := claimQuestion(c, rsm.KindEquiv)
			if err != nil {
				return err
			}
			if err := readEquivalence(c, &q); err != nil {
				return err
			}
			return ask(c, q, printEquiv)
		},
	}
}

func equivFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "epsilon-output", Usage: "largest difference `E` of an output", DefaultText: "must be given", Category: "Question"},
		&cli.StringFlag{Name: "outputs", Usage: "the outputs `K,...` that are compared, from 0", DefaultText: "all", Category: "Question"},
	}
}

// readEquivalence reads equivFlags.
func readEquivalence(c *cli.Context, q *rsm.Question) (err error) {
	if q.EpsilonOutput = rsm.Decimal(c.String("epsilon-output")); q.EpsilonOutput == "" && (q.Kind == rsm.KindEquiv || q.Property == rsm.KindEquiv) {
		return usagef(c.Command.Name, "give the largest difference of an output by --epsilon-output E")
	}
	if c.IsSet("outputs") {
		if q.Outputs, err = wholeNumbers(c.String("outputs")); err != nil {
			return usagef(c.Command.Name, "--outputs %s: %v", c.String("outputs"), err)
		}
	}
	return nil
}

// equivalenceText says what is claimed of outputs.
func equivalenceText(epsilon rsm.Decimal, outputs []int) string {
	return fmt.Sprintf("|y1_k - y2_k| <= %v for output k = %s", epsilon, list(outputs))
}

// printEquiv prints the verdict for people.
func printEquiv(w io.Writer, r *rsm.Result) error {
	e := r.Equiv
	printPair(w, r)
	fmt.Fprintf(w, "claim   %s\n\n%s\n", equivalenceText(e.EpsilonOutput, e.Outputs), verdictText(&e.Finding))
	if e.Verdict == rsm.Violated {
		fmt.Fprintf(w, "\nwitness %s%s\n", inputText(e.Witness, e.Moved, r.Region.Centre(), "the centre of the region"), parametersText(e.Parameters))
		if err := printOutputs(w, e.Outputs, &e.Values); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%d boxes, %d nodes, in all %s\n", e.Boxes, e.Nodes, seconds(float64(r.Seconds)))
	return err
}

// printOutputs shows outputs at a witness.
func printOutputs(w io.Writer, outputs []int, v *rsm.Values) error {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "output\tN1\tN2\tN1 - N2\t")
	for _, k := range outputs {
		y1, y2 := v.Compared["N1"][k], v.Compared["N2"][k]
		fmt.Fprintf(t, "%d\t%.8g\t%.8g\t%.6g\t\n", k, y1, y2, y1-y2)
	}
	return t.Flush()
}
