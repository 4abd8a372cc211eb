package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
	"rsm/solve"
)

func equivCommand() *cli.Command {
	return &cli.Command{
		Name:      "equiv",
		Usage:     "decide whether the outputs of two networks differ by at most a given number",
		ArgsUsage: "N1 N2",
		Description: `N1 and N2 are .onnx or .nnet files with the same inputs and the same outputs,
one or any number. The answer is holds (proved: |y1_k - y2_k| <= E for each
output k everywhere in the region), violated (with an input at which it is not
so), or unknown. A Softmax at the end is left out: outputs are the values
before it.

EXAMPLE
   rsm equiv float16.onnx original.onnx --input samples.npy --index 3 \
      --epsilon 0.03 --clip 0,1 --epsilon-output 0.05`,
		Flags: slices.Concat(regionFlags(), equivFlags(), []cli.Flag{rawFlag}, limitFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 2)
			if err != nil {
				return err
			}
			return runEquiv(c, nets[0], nets[1])
		},
	}
}

func equivFlags() []cli.Flag {
	return []cli.Flag{
		&cli.Float64Flag{Name: "epsilon-output", Usage: "largest difference `E` of an output", DefaultText: "must be given", Category: "Question"},
		&cli.StringFlag{Name: "outputs", Usage: "the outputs `K,...` that are compared, from 0", DefaultText: "all", Category: "Question"},
	}
}

// equivalence is that outputs differ by at most epsilon.
type equivalence struct {
	joint        *query.Joint
	node1, node2 int // of the outputs of each network
	epsilon      float64
	outputs      []int
}

func readEquivalence(c *cli.Context, p query.Pair) (*equivalence, error) {
	name := c.Command.Name
	e := &equivalence{epsilon: c.Float64("epsilon-output"), node1: p.N1.Model().Output.Node, node2: p.N2.Model().Output.Node}
	switch {
	case !c.IsSet("epsilon-output"):
		return nil, usagef(name, "give the largest difference of an output by --epsilon-output E")
	case !(e.epsilon >= 0) || math.IsInf(e.epsilon, 1):
		return nil, usagef(name, "--epsilon-output %v: it must be a finite number, zero or more", e.epsilon)
	}
	size := p.N1.Nodes[e.node1].Size
	if other := p.N2.Nodes[e.node2].Size; other != size {
		return nil, fmt.Errorf("the networks have different outputs: %s has %d, %s has %d", p.N1.File, size, p.N2.File, other)
	}
	if !c.IsSet("outputs") {
		for k := range size {
			e.outputs = append(e.outputs, k)
		}
	} else {
		for _, s := range strings.Split(c.String("outputs"), ",") {
			k, err := strconv.Atoi(s)
			switch {
			case err != nil:
				return nil, usagef(name, "--outputs %s: %q is not a number", c.String("outputs"), s)
			case k < 0 || k >= size:
				return nil, usagef(name, "--outputs %s: output %d is out of range: the networks have outputs 0 to %d", c.String("outputs"), k, size-1)
			case slices.Contains(e.outputs, k):
				return nil, usagef(name, "--outputs %s: output %d is given twice", c.String("outputs"), k)
			}
			e.outputs = append(e.outputs, k)
		}
	}
	return e, nil
}

// over makes the joint graph of the outputs over a region.
func (e *equivalence) over(p query.Pair, r *region.Region) (err error) {
	e.joint, err = query.NewJointAt(p, [2]int{e.node1, e.node2}, r)
	return err
}

// claim makes the claim over the region of a joint graph.
func (e *equivalence) claim(j *query.Joint) solve.Claim {
	values := j.Evaluator()
	return solve.Claim{
		Problem: query.Problem{Joint: j, Formula: j.Differ(e.outputs, e.epsilon)},
		Replay: func(at []float64) bool {
			y1, y2 := values(at)
			return slices.ContainsFunc(e.outputs, func(k int) bool { return math.Abs(y1[k]-y2[k]) > e.epsilon })
		},
	}
}

// print shows the outputs at a witness.
func (e *equivalence) print(w io.Writer, at []float64) error {
	y1, y2 := e.joint.Evaluator()(at)
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "output\tN1\tN2\tN1 - N2\t")
	for _, k := range e.outputs {
		fmt.Fprintf(t, "%d\t%.8g\t%.8g\t%.6g\t\n", k, y1[k], y2[k], y1[k]-y2[k])
	}
	return t.Flush()
}

// sameInputs is the pair of two networks, whatever their outputs.
func sameInputs(n1, n2 *network.Network) (query.Pair, error) {
	if n1.InputSize() == n2.InputSize() {
		return query.Pair{N1: n1, N2: n2}, nil
	}
	return query.NewPair(n1, n2)
}

func runEquiv(c *cli.Context, n1, n2 *network.Network) error {
	opt, err := limitOptions(c)
	if err != nil {
		return err
	}
	r := equivReport{c: c}
	if r.pair, err = sameInputs(n1, n2); err != nil {
		return err
	}
	if r.region, err = readRegion(c, n1.Nodes[0].Shape); err != nil {
		return err
	}
	if r.equivalence, err = readEquivalence(c, r.pair); err != nil {
		return err
	}
	if err := r.over(r.pair, r.region.Region); err != nil {
		return err
	}
	r.notes = outputNotes(n1, n2, r.region.Notes)
	printNotes(c, r.notes)
	show := newProgress(c.App.ErrWriter, c.Bool("quiet"))
	opt.Deciding = func(d solve.Deciding) { show.deciding("equiv", d) }
	ctx, cancel := limited(c)
	defer cancel()
	r.options = opt
	findings, err := solve.Refute(ctx, []solve.Claim{r.claim(r.joint)}, opt, nil)
	show.clear()
	if err != nil {
		return failure{err}
	}
	r.finding, r.seconds = findings[0], elapsed(c)
	return deliverAs(c, r.text, r.json)
}

// outputNotes are the notes of both networks but that a single output is read as
// two logits, which is not done here.
func outputNotes(n1, n2 *network.Network, more []string) []string {
	all := slices.Concat(n1.Notes, n2.Notes, more)
	return slices.DeleteFunc(all, func(s string) bool { return strings.HasPrefix(s, "the single output y ") })
}

// equivReport is what an equiv run found, with what it was asked.
type equivReport struct {
	c *cli.Context
	*equivalence
	pair    query.Pair
	region  inputRegion
	options solve.Options
	finding solve.Finding
	notes   []string
	seconds float64
}

// text prints the verdict for people.
func (r *equivReport) text(w io.Writer) error {
	fmt.Fprintf(w, "N1      %s\nN2      %s\nregion  %s\n", r.pair.N1.File, r.pair.N2.File, r.region.Describe)
	fmt.Fprintf(w, "claim   |y1_k - y2_k| <= %v for output k = %s\n\n", r.epsilon, list(r.outputs))
	f := &r.finding
	fmt.Fprintf(w, "%s\n", verdictText(f))
	if f.Verdict == solve.Violated {
		fmt.Fprintf(w, "\nwitness %s%s\n", inputText(f.Witness, r.region.Center(), "the centre of the region"), r.region.namedText(f.Parameters))
		if err := r.print(w, f.At); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%d boxes, %d nodes, in all %s\n", f.Boxes, f.Nodes, seconds(r.seconds))
	return err
}

// list writes 0,1,2.
func list(numbers []int) string {
	s := make([]string, len(numbers))
	for i, k := range numbers {
		s[i] = strconv.Itoa(k)
	}
	return strings.Join(s, ",")
}

// Schema of the result file of equiv.
const (
	equivSchemaName    = "rsm-equiv"
	equivSchemaVersion = 1
)

type equivFile struct {
	Schema        string        `json:"schema"`
	SchemaVersion int           `json:"schema_version"`
	Tool          toolPart      `json:"tool"`
	Semantics     string        `json:"semantics"`
	Networks      []networkPart `json:"networks"`
	Region        regionPart    `json:"region"`
	Options       limitsPart    `json:"options"`
	Epsilon       number        `json:"epsilon_output"`
	Outputs       []int         `json:"outputs"`
	findingPart
	Parameters map[string]number   `json:"parameters,omitempty"` // of the witness
	Values     map[string][]number `json:"values,omitempty"`     // there
	Notes      []string            `json:"notes"`
}

// json prints the result file.
func (r *equivReport) json(w io.Writer) error {
	f := equivFile{
		Schema: equivSchemaName, SchemaVersion: equivSchemaVersion, Tool: tool(), Semantics: claimSemantics,
		Networks: []networkPart{describe("N1", r.pair.N1), describe("N2", r.pair.N2)},
		Region:   r.region.part(), Options: limitsOf(r.c, r.options), Epsilon: number(r.epsilon), Outputs: r.outputs,
		findingPart: findingOf(&r.finding), Parameters: r.region.named(r.finding.Parameters), Notes: append([]string{}, r.notes...),
	}
	f.Seconds = number(r.seconds)
	if at := r.finding.At; at != nil {
		y1, y2 := r.joint.Evaluator()(at)
		f.Values = map[string][]number{"N1": numbers(y1), "N2": numbers(y2)}
	}
	return writeJSON(w, f)
}
