package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm/network"
	"rsm/query"
	"rsm/solve"
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
			&cli.StringFlag{Name: "input", Usage: "`FILE.npy` with a sample, or samples along the first axis", Category: "Region"},
			&cli.IntFlag{Name: "index", Usage: "which sample `K` of the file, from 0", Category: "Region"},
			&cli.StringFlag{Name: "clip", Usage: "input domain `LO,HI` that balls are clipped to, such as 0,1", Category: "Region"},
			&cli.StringFlag{Name: "patch", Usage: "only the pixels of patches may differ: `ROW,COL,HEIGHT,WIDTH`[,...], from 0", Category: "Region"},
			imageShapeFlag(),
			&cli.StringFlag{Name: "norm", Hidden: true},
			&cli.StringFlag{Name: "brightness", Hidden: true},
			&cli.StringFlag{Name: "contrast", Hidden: true},
			&cli.Float64Flag{Name: "max-epsilon", Usage: "largest radius `E` of interest", DefaultText: "width of the --clip domain, or 1", Category: "Region"},
			&cli.StringFlag{Name: "property", Value: "imply", Usage: "`PROPERTY` imply, 'margin>=C' or equiv", Category: "Question"},
			&cli.StringFlag{Name: "pairs", Value: "label", Usage: "class pairs of margin>=C: `SPEC` is label, runner-up, all, or I:J,...", Category: "Question"},
		}, implicationFlags(), equivFlags(), []cli.Flag{rawFlag,
			&cli.Float64Flag{Name: "tolerance", Value: 1e-4, Usage: "width `T` at which the bracket is narrow enough", Category: "Search"},
		}, limitFlags(), outputFlags()),
		Action: func(c *cli.Context) error {
			nets, err := networkArguments(c, 2)
			if err != nil {
				return err
			}
			return runRadius(c, nets[0], nets[1])
		},
	}
}

// property is what is to hold in a ball.
type property struct {
	describe string // for people
	part     propertyPart
	equiv    *equivalence // nil for another property
	claim    func(box query.Box) solve.Claim
}

// propertyFlags are those that go with one property only.
var propertyFlags = map[string][]string{
	"imply":  {"direction", "class", "given-correct", "margin", "top"},
	"margin": {"pairs"},
	"equiv":  {"epsilon-output", "outputs"},
}

func readProperty(c *cli.Context, p query.Pair, sample []float64) (*property, error) {
	name := c.Command.Name
	given := c.String("property")
	q := &property{}
	kind, threshold, isMargin := strings.Cut(given, ">=")
	kind = strings.TrimSpace(kind)
	q.part.Name = kind
	if propertyFlags[kind] == nil || isMargin != (kind == "margin") {
		return nil, usagef(name, "--property %s: give imply, 'margin>=C' or equiv", given)
	}
	for other, flags := range propertyFlags {
		for _, flag := range flags {
			if other != kind && c.IsSet(flag) {
				return nil, usagef(name, "--%s goes with --property %s only", flag, map[string]string{"margin": "margin>=C"}[other]+map[bool]string{true: other}[other != "margin"])
			}
		}
	}
	if kind == "equiv" {
		if c.IsSet("label") {
			return nil, usagef(name, "--label does not go with --property equiv")
		}
		e, err := readEquivalence(c, p)
		if err != nil {
			return nil, err
		}
		epsilon := number(e.epsilon)
		q.equiv, q.part.Epsilon, q.part.Outputs = e, &epsilon, e.outputs
		q.describe = fmt.Sprintf("|y1_k - y2_k| <= %v for output k = %s", e.epsilon, list(e.outputs))
		q.claim = func(box query.Box) solve.Claim { return e.claim(p, box) }
		return q, nil
	}
	if _, err := query.NewPair(p.N1, p.N2); err != nil {
		return nil, err
	}
	joint, err := p.Joint()
	if err != nil {
		return nil, failure{err}
	}
	if kind == "imply" {
		_, list, err := readImplications(c, p.N2.Logits(sample))
		if err != nil {
			return nil, err
		}
		var parts []string
		for _, i := range list {
			parts = append(parts, sentence(i, fmt.Sprintf("class %d", i.Class)))
			q.part.Claims = append(q.part.Claims, implicationOf(i))
		}
		q.describe = strings.Join(parts, "\n          ")
		q.claim = func(box query.Box) solve.Claim {
			var all query.Or
			var replays []func([]float64) bool
			for _, i := range list {
				c := implication(p, joint, box, i)
				all, replays = append(all, c.Formula), append(replays, c.Replay)
			}
			return solve.Claim{
				Problem: query.Problem{Joint: joint, Box: box, Formula: all},
				Replay: func(x []float64) bool {
					return slices.ContainsFunc(replays, func(refutes func([]float64) bool) bool { return refutes(x) })
				},
			}
		}
		return q, nil
	}
	least, err := strconv.ParseFloat(strings.TrimSpace(threshold), 64)
	if err != nil || math.IsNaN(least) || math.IsInf(least, 0) {
		return nil, usagef(name, "--property %s: give a finite number after >=", given)
	}
	_, pairs, err := classPairs(c, p, sample)
	if err != nil {
		return nil, err
	}
	q.describe = fmt.Sprintf("log RSM >= %v for %s", least, pairList(pairs))
	atLeast := number(least)
	q.part.AtLeast = &atLeast
	for _, k := range pairs {
		q.part.Pairs = append(q.part.Pairs, [2]int{k.I, k.J})
	}
	q.claim = func(box query.Box) solve.Claim {
		return solve.Claim{
			Problem: query.Problem{Joint: joint, Box: box, Formula: joint.Below(pairs, least)},
			Replay: func(x []float64) bool {
				y1, y2 := p.N1.Logits(x), p.N2.Logits(x)
				return slices.ContainsFunc(pairs, func(k query.ClassPair) bool {
					return (y1[k.I]-y1[k.J])-(y2[k.I]-y2[k.J]) < least
				})
			},
		}
	}
	return q, nil
}

// readBalls reads the sample and the radii of interest.
func readBalls(c *cli.Context, shape network.Shape) (q solve.RadiusQuestion, source regionSource, err error) {
	name := c.Command.Name
	for _, flag := range []string{"norm", "brightness", "contrast"} {
		if s := c.String(flag); s != "" && !(flag == "norm" && s == "linf") {
			return q, source, usagef(name, "--%s %s: the radius is that of L-infinity balls; ask imply, equiv or margin about one such region", flag, s)
		}
	}
	if !c.IsSet("input") {
		return q, source, usagef(name, "give the sample by --input FILE.npy")
	}
	index := c.Int("index")
	if q.Sample, err = readSample(c.String("input"), index, shape.Size()); err != nil {
		return q, source, err
	}
	source = regionSource{Input: c.String("input"), Index: &index}
	q.Most = 1
	if s := c.String("clip"); s != "" {
		lo, hi, err := twoNumbers(s)
		if err != nil {
			return q, source, usagef(name, "--clip %s: %v", s, err)
		}
		q.Clip, source.Clip, q.Most = &[2]float64{lo, hi}, &[2]number{number(lo), number(hi)}, hi-lo
	}
	if source.Patch, source.ImageShape = c.String("patch"), c.String("image-shape"); source.ImageShape != "" && !c.IsSet("patch") {
		return q, source, usagef(name, "--image-shape goes with --patch only")
	}
	if c.IsSet("patch") {
		p, err := readPatches(c, shape)
		if err != nil {
			return q, source, err
		}
		for i := range q.Sample {
			q.Free = append(q.Free, p.holds(i))
		}
		source.describe = ", " + p.String()
	}
	if c.IsSet("max-epsilon") {
		if q.Most = c.Float64("max-epsilon"); !(q.Most > 0) || math.IsInf(q.Most, 1) {
			return q, source, usagef(name, "--max-epsilon %v: it must be a finite number above zero", q.Most)
		}
	}
	if q.Tolerance = c.Float64("tolerance"); !(q.Tolerance > 0) || math.IsInf(q.Tolerance, 1) {
		return q, source, usagef(name, "--tolerance %v: it must be a finite number above zero", q.Tolerance)
	}
	_, err = query.Ball(q.Sample, []float64{q.Most}, q.Clip)
	return q, source, err
}

func runRadius(c *cli.Context, n1, n2 *network.Network) error {
	opt, err := limitOptions(c)
	if err != nil {
		return err
	}
	r := radiusReport{c: c}
	if r.pair, err = sameInputs(n1, n2); err != nil {
		return err
	}
	if r.question, r.source, err = readBalls(c, n1.Nodes[0].Shape); err != nil {
		return err
	}
	if r.property, err = readProperty(c, r.pair, r.question.Sample); err != nil {
		return err
	}
	r.notes = slices.Concat(n1.Notes, n2.Notes)
	if r.equiv != nil {
		r.notes = outputNotes(n1, n2, nil)
	}
	printNotes(c, r.notes)
	show := newProgress(c.App.ErrWriter, c.Bool("quiet"))
	var now string
	opt.Deciding = func(d solve.Deciding) { show.deciding(now, d) }
	ctx, cancel := limited(c)
	defer cancel()
	r.options = opt
	r.question.Claim = r.claim
	r.bracket, err = solve.Radius(ctx, r.question, opt, func(b *solve.Bracket, next float64) {
		now = fmt.Sprintf("radius %s, epsilon %.6g", bracketText(b), next)
	})
	show.clear()
	if err != nil {
		return failure{err}
	}
	r.seconds = elapsed(c)
	return deliverAs(c, r.text, r.json)
}

// radiusReport is what a radius run found, with what it was asked.
type radiusReport struct {
	c *cli.Context
	*property
	pair     query.Pair
	question solve.RadiusQuestion
	source   regionSource
	options  solve.Options
	bracket  *solve.Bracket
	notes    []string
	seconds  float64
}

// bracketText is the bracket, rounded outward.
func bracketText(b *solve.Bracket) string {
	safe, unsafe := "none", "none"
	if b.Safe >= 0 {
		safe = outward(b.Safe, math.Floor)
	}
	if !math.IsInf(b.Unsafe, 1) {
		unsafe = outward(b.Unsafe, math.Ceil)
	}
	return fmt.Sprintf("[%s, %s]", safe, unsafe)
}

// outward writes a radius with six significant digits, rounded by the given
// function.
func outward(v float64, round func(float64) float64) string {
	if v == 0 {
		return "0"
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(v)))
	s := fmt.Sprintf("%.6g", round(v*scale)/scale)
	if w, err := strconv.ParseFloat(s, 64); err != nil || round(-1.5) == -2 && w > v || round(-1.5) == -1 && w < v {
		return fmt.Sprint(v)
	}
	return s
}

// text prints the bracket for people.
func (r *radiusReport) text(w io.Writer) error {
	b := r.bracket
	fmt.Fprintf(w, "N1        %s\nN2        %s\n", r.pair.N1.File, r.pair.N2.File)
	fmt.Fprintf(w, "sample    %d of %s, %d features%s", *r.source.Index, filepath.Base(r.source.Input), len(r.question.Sample), r.source.describe)
	if k := r.question.Clip; k != nil {
		fmt.Fprintf(w, ", balls clipped to [%v, %v]", k[0], k[1])
	}
	fmt.Fprintf(w, "\nproperty  %s\n\nradius    %s\n\n", r.describe, bracketText(b))
	switch {
	case b.Unsafe == 0:
		fmt.Fprintln(w, "The property fails at the sample itself.")
	case b.Safe >= r.question.Most:
		fmt.Fprintf(w, "The property is proved up to the largest radius of interest, %v.\n", r.question.Most)
	default:
		if b.Safe < 0 {
			fmt.Fprintln(w, "The property is proved in no ball, not even at the sample.")
		} else {
			fmt.Fprintf(w, "The property is proved in the ball of radius %s.\n", outward(b.Safe, math.Floor))
		}
		if math.IsInf(b.Unsafe, 1) {
			fmt.Fprintf(w, "No input at which it fails is known, up to radius %v.\n", r.question.Most)
		} else {
			fmt.Fprintf(w, "It fails at an input in the ball of radius %s.\n", outward(b.Unsafe, math.Ceil))
		}
		if b.Reason != "" {
			fmt.Fprintf(w, "The bracket is wider than the tolerance %v: %s.\n", r.question.Tolerance, b.Reason)
		}
	}
	if b.Witness != nil {
		fmt.Fprintf(w, "\nwitness %s\n", inputText(b.Witness, r.question.Sample, "the sample"))
		if r.equiv == nil {
			printDecisions(w, r.pair, b.Witness)
		} else if err := r.equiv.print(w, r.pair, b.Witness); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%d balls, %d boxes, %d nodes, in all %s\n", len(b.Steps), b.Boxes, b.Nodes, seconds(r.seconds))
	return err
}

// Schema of the result file of radius.
const (
	radiusSchemaName    = "rsm-radius"
	radiusSchemaVersion = 1
)

type radiusFile struct {
	Schema        string         `json:"schema"`
	SchemaVersion int            `json:"schema_version"`
	Tool          toolPart       `json:"tool"`
	Semantics     string         `json:"semantics"`
	Networks      []networkPart  `json:"networks"`
	Source        regionSource   `json:"source"`
	Sample        []number       `json:"sample"`
	Property      propertyPart   `json:"property"`
	Options       limitsPart     `json:"options"`
	Tolerance     number         `json:"tolerance"`
	MaxEpsilon    number         `json:"max_epsilon"`
	Safe          *number        `json:"safe"`   // null: not even the sample is proved
	Unsafe        *number        `json:"unsafe"` // null: there is no witness
	Reason        string         `json:"reason,omitempty"`
	Witness       []number       `json:"witness,omitempty"`
	Values        *decisionsPart `json:"values,omitempty"` // at the witness
	Steps         []radiusStep   `json:"steps"`
	Boxes         int64          `json:"boxes"`
	Nodes         int64          `json:"nodes"`
	LPIterations  int64          `json:"lp_iterations"`
	Notes         []string       `json:"notes"`
	Seconds       number         `json:"seconds"`
}

// propertyPart has what its property needs.
type propertyPart struct {
	Name    string            `json:"name"` // imply, margin or equiv
	Claims  []implicationPart `json:"claims,omitempty"`
	Pairs   [][2]int          `json:"class_pairs,omitempty"`
	AtLeast *number           `json:"at_least,omitempty"`
	Epsilon *number           `json:"epsilon_output,omitempty"`
	Outputs []int             `json:"outputs,omitempty"`
}

type radiusStep struct {
	Epsilon number `json:"epsilon"`
	findingPart
}

// json prints the result file.
func (r *radiusReport) json(w io.Writer) error {
	b := r.bracket
	f := radiusFile{
		Schema: radiusSchemaName, SchemaVersion: radiusSchemaVersion, Tool: tool(), Semantics: claimSemantics,
		Networks: []networkPart{describe("N1", r.pair.N1), describe("N2", r.pair.N2)},
		Source:   r.source, Sample: numbers(r.question.Sample), Property: r.part,
		Options: limitsOf(r.c, r.options), Tolerance: number(r.question.Tolerance), MaxEpsilon: number(r.question.Most),
		Reason: b.Reason, Boxes: b.Boxes, Nodes: b.Nodes, LPIterations: b.LPIterations,
		Steps: []radiusStep{}, Notes: append([]string{}, r.notes...), Seconds: number(r.seconds),
	}
	if b.Safe >= 0 {
		v := number(b.Safe)
		f.Safe = &v
	}
	if !math.IsInf(b.Unsafe, 1) {
		v := number(b.Unsafe)
		f.Unsafe, f.Witness = &v, numbers(b.Witness)
		y1, y2 := r.pair.N1.Logits(b.Witness), r.pair.N2.Logits(b.Witness)
		if r.equiv != nil {
			y1, y2 = r.equiv.values(r.pair, b.Witness)
		}
		f.Values = decisionsAt(y1, y2)
	}
	for _, s := range b.Steps {
		s.Witness = nil // those that count are in the bracket
		f.Steps = append(f.Steps, radiusStep{number(s.Epsilon), findingOf(&s.Finding)})
	}
	return writeJSON(w, f)
}
