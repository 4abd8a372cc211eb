package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm"
)

func radiusCommand() *cli.Command {
	return &cli.Command{
		Name:      "radius",
		Usage:     "the largest ball around a sample in which a property of two networks holds",
		ArgsUsage: "N1 N2",
		Description: `N1 and N2 are .onnx or .nnet files. The answer is a bracket: the property is
proved in the L-infinity ball of radius SAFE, and the ball of radius UNSAFE
has an input at which it fails. Properties are
   imply       N1 decides the label wherever N2 does (flags as of rsm imply)
   margin>=C   log RSM is C or more for the class pairs (as of rsm margin)
   equiv       outputs differ by at most --epsilon-output (as of rsm equiv)

EXAMPLE
   rsm radius pruned.onnx original.onnx --input samples.npy --index 3 \
      --clip 0,1 --property 'margin>=-1' --timeout 60s`,
		Flags: slices.Concat([]cli.Flag{
			inputFlag(), indexFlag(),
			&cli.StringFlag{Name: "clip", Usage: "input domain `LO,HI` that balls are clipped to, such as 0,1", Category: "Region"},
			&cli.StringFlag{Name: "patch", Usage: "only the pixels of patches may differ: `ROW,COL,HEIGHT,WIDTH`[,...], from 0", Category: "Region"},
			imageShapeFlag(),
			&cli.StringFlag{Name: "epsilon", Aliases: []string{"e"}, Hidden: true},
			&cli.StringFlag{Name: "norm", Hidden: true},
			&cli.Float64Flag{Name: "brightness", Hidden: true},
			&cli.Float64Flag{Name: "contrast", Hidden: true},
			&cli.Float64Flag{Name: "max-epsilon", Usage: "largest radius `E` of interest", DefaultText: "width of the --clip domain, or 1", Category: "Region"},
			&cli.StringFlag{Name: "property", Value: "imply", Usage: "`PROPERTY` imply, 'margin>=C' or equiv", Category: "Question"},
			&cli.StringFlag{Name: "pairs", Usage: "class pairs of margin>=C: `SPEC` is label, runner-up, all, or I:J,...", DefaultText: `"label"`, Category: "Question"},
		}, preprocessingFlags(), implicationFlags(), equivFlags(), []cli.Flag{rawFlag, logitsFlag,
			&cli.Float64Flag{Name: "tolerance", Value: rsm.DefaultTolerance, Usage: "width `T` at which the bracket is narrow enough", Category: "Search"},
		}, limitFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			q, err := claimQuestion(c, rsm.KindRadius)
			if err != nil {
				return err
			}
			if err := readBalls(c, &q); err != nil {
				return err
			}
			if err := readProperty(c, &q); err != nil {
				return err
			}
			return ask(c, q, printRadius)
		},
	}
}

// readBalls reads the sample and the radii of interest.
func readBalls(c *cli.Context, q *rsm.Question) (err error) {
	name, r := c.Command.Name, &q.Region
	if !c.IsSet("input") {
		return usagef(name, "give the sample by --input FILE.npy")
	}
	r.Norm, r.Brightness, r.Contrast = rsm.Norm(c.String("norm")), c.Float64("brightness"), c.Float64("contrast")
	if c.IsSet("epsilon") {
		return usagef(name, "--epsilon is what is asked: leave it out, or give the largest radius of interest by --max-epsilon")
	}
	if r.Sample, err = sampleOf(c); err != nil {
		return err
	}
	if err := readClip(c, r); err != nil {
		return err
	}
	if err := readPatch(c, r); err != nil {
		return err
	}
	if err := readPreprocessing(c, r); err != nil {
		return err
	}
	if q.MaxEpsilon = c.Float64("max-epsilon"); c.IsSet("max-epsilon") && q.MaxEpsilon == 0 {
		return usagef(name, "--max-epsilon %v: it must be a finite number above zero", q.MaxEpsilon)
	}
	if q.Tolerance = c.Float64("tolerance"); q.Tolerance == 0 {
		return usagef(name, "--tolerance %v: it must be a finite number above zero", q.Tolerance)
	}
	return nil
}

// readProperty reads --property, and the flags of all properties: those that do not go
// with it are mistakes.
func readProperty(c *cli.Context, q *rsm.Question) error {
	given := c.String("property")
	kind, threshold, isMargin := strings.Cut(given, ">=")
	q.Property = rsm.Kind(strings.TrimSpace(kind))
	known := q.Property == rsm.KindImply || q.Property == rsm.KindMargin || q.Property == rsm.KindEquiv
	if !known || isMargin != (q.Property == rsm.KindMargin) {
		return usagef(c.Command.Name, "--property %s: give imply, 'margin>=C' or equiv", given)
	}
	q.AtLeast, q.Pairs = rsm.Decimal(strings.TrimSpace(threshold)), rsm.Pairs(c.String("pairs"))
	if err := readImplication(c, q); err != nil {
		return err
	}
	return readEquivalence(c, q)
}

// propertyText says what is to hold in a ball.
func propertyText(p *rsm.Property) string {
	switch p.Name {
	case rsm.KindEquiv:
		return equivalenceText(p.Epsilon, p.Outputs)
	case rsm.KindMargin:
		var pairs []rsm.ClassPair
		for _, k := range p.Pairs {
			pairs = append(pairs, rsm.ClassPair{I: k[0], J: k[1]})
		}
		return fmt.Sprintf("log RSM >= %v for %s", p.AtLeast, pairList(pairs))
	}
	var parts []string
	for k := range p.Claims {
		i := &p.Claims[k]
		parts = append(parts, sentence(i, fmt.Sprintf("class %d", i.Class)))
	}
	return strings.Join(parts, "\n          ")
}

// printRadius prints the bracket for people.
func printRadius(w io.Writer, result *rsm.Result) error {
	r := result.Radius
	fmt.Fprintf(w, "N1        %s\nN2        %s\n", result.Networks[0].File, result.Networks[1].File)
	fmt.Fprintf(w, "sample    %s\n", strings.TrimPrefix(result.Region.Description, "sample "))
	fmt.Fprintf(w, "property  %s\n\nradius    %s\n\n", propertyText(&r.Property), r.Text())
	switch {
	case r.Unsafe != nil && *r.Unsafe == 0:
		fmt.Fprintln(w, "The property fails at the sample itself.")
	case r.Safe != nil && *r.Safe >= r.MaxEpsilon:
		fmt.Fprintf(w, "The property is proved up to the largest radius of interest, %v.\n", r.MaxEpsilon)
	default:
		printBracket(w, r)
	}
	if r.Witness != nil {
		fmt.Fprintf(w, "\nwitness %s\n", inputText(r.Witness, r.Moved, rsm.Floats(result.Region.Sample), "the sample"))
		if r.Property.Name != rsm.KindEquiv {
			printDecisions(w, &r.Values)
		} else if err := printOutputs(w, r.Property.Outputs, &r.Values); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%d balls, %d boxes, %d nodes, in all %s\n", len(r.Steps), r.Boxes, r.Nodes, seconds(float64(result.Seconds)))
	return err
}

// printBracket says in words what is known of a radius.
func printBracket(w io.Writer, r *rsm.RadiusResult) {
	if r.Safe == nil {
		fmt.Fprintln(w, "The property is proved in no ball, not even at the sample.")
	} else {
		fmt.Fprintf(w, "The property is proved in the ball of radius %s.\n", rsm.RadiusDown(float64(*r.Safe)))
	}
	if r.Unsafe == nil {
		fmt.Fprintf(w, "No input at which it fails is known, up to radius %v.\n", r.MaxEpsilon)
	} else {
		fmt.Fprintf(w, "It fails at an input in the ball of radius %s.\n", rsm.RadiusUp(float64(*r.Unsafe)))
	}
	if r.Reason != "" {
		fmt.Fprintf(w, "The bracket is wider than the tolerance %v: %s.\n", r.Tolerance, r.Reason)
	}
}
