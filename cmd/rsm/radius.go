package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
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
	claim    func(j *query.Joint) solve.Claim
	joint    *query.Joint // over the sample
}

// propertyFlags are those that go with one property only.
var propertyFlags = map[string][]string{
	"imply":  {"direction", "class", "given-correct", "margin", "top"},
	"margin": {"pairs"},
	"equiv":  {"epsilon-output", "outputs"},
}

// readProperty reads --property about networks that are asked about balls around the
// given sample.
func readProperty(c *cli.Context, p query.Pair, sample *region.Region) (*property, error) {
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
		q.claim = e.claim
		err = e.over(p, sample)
		q.joint = e.joint
		return q, err
	}
	if _, err := query.NewPair(p.N1, p.N2); err != nil {
		return nil, err
	}
	var err error
	if q.joint, err = query.NewJoint(p, sample); err != nil {
		return nil, err
	}
	logits := p.N2.Logits(sample.Input(1, sample.Center()))
	if kind == "imply" {
		_, list, err := readImplications(c, logits)
		if err != nil {
			return nil, err
		}
		var parts []string
		for _, i := range list {
			parts = append(parts, sentence(i, fmt.Sprintf("class %d", i.Class)))
			q.part.Claims = append(q.part.Claims, implicationOf(i))
		}
		q.describe = strings.Join(parts, "\n          ")
		q.claim = func(j *query.Joint) solve.Claim {
			var all query.Or
			var replays []func([]float64) bool
			for _, i := range list {
				c := implication(j, i)
				all, replays = append(all, c.Formula), append(replays, c.Replay)
			}
			return solve.Claim{
				Problem: query.Problem{Joint: j, Formula: all},
				Replay: func(at []float64) bool {
					return slices.ContainsFunc(replays, func(refutes func([]float64) bool) bool { return refutes(at) })
				},
			}
		}
		return q, nil
	}
	least, err := strconv.ParseFloat(strings.TrimSpace(threshold), 64)
	if err != nil || math.IsNaN(least) || math.IsInf(least, 0) {
		return nil, usagef(name, "--property %s: give a finite number after >=", given)
	}
	_, pairs, err := classPairs(c, logits)
	if err != nil {
		return nil, err
	}
	q.describe = fmt.Sprintf("log RSM >= %v for %s", least, pairList(pairs))
	atLeast := number(least)
	q.part.AtLeast = &atLeast
	for _, k := range pairs {
		q.part.Pairs = append(q.part.Pairs, [2]int{k.I, k.J})
	}
	q.claim = func(j *query.Joint) solve.Claim {
		values := j.Evaluator()
		return solve.Claim{
			Problem: query.Problem{Joint: j, Formula: j.Below(pairs, least)},
			Replay: func(at []float64) bool {
				y1, y2 := values(at)
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
	if q.Around.Sample, err = readSample(c.String("input"), index, shape.Size()); err != nil {
		return q, source, err
	}
	source = regionSource{Input: c.String("input"), Index: &index}
	q.Most = 1
	if s := c.String("clip"); s != "" {
		lo, hi, err := twoNumbers(s)
		if err != nil {
			return q, source, usagef(name, "--clip %s: %v", s, err)
		}
		q.Around.Clip, source.Clip, q.Most = &[2]float64{lo, hi}, &[2]number{number(lo), number(hi)}, hi-lo
	}
	if source.Patch, source.ImageShape = c.String("patch"), c.String("image-shape"); source.ImageShape != "" && !c.IsSet("patch") {
		return q, source, usagef(name, "--image-shape goes with --patch only")
	}
	if c.IsSet("patch") {
		p, err := readPatches(c, shape)
		if err != nil {
			return q, source, err
		}
		q.Around.Patches = p
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
	_, err = q.Ball(q.Most)
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
	sample, err := r.question.Ball(0)
	if err != nil {
		return err
	}
	if r.property, err = readProperty(c, r.pair, sample); err != nil {
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
	r.question.Claim, r.question.Joint = r.claim, r.joint
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
