package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm/internal/npy"
	"rsm/internal/query"
	"rsm/internal/vnnlib"
	"rsm/network"
	"rsm/region"
)

// regionFlags say which inputs a command looks at.
func regionFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "input", Usage: "`FILE.npy` with a sample, or samples along the first axis", Category: "Region"},
		&cli.IntFlag{Name: "index", Usage: "which sample `K` of the file, from 0", Category: "Region"},
		&cli.StringFlag{Name: "epsilon", Aliases: []string{"e"}, Usage: "radius of the ball around the sample: a number `E`, or a .npy file with one for each feature (0 fixes it)", Category: "Region"},
		&cli.StringFlag{Name: "clip", Usage: "input domain `LO,HI` that the region is clipped to, such as 0,1", Category: "Region"},
		&cli.StringFlag{Name: "box", Usage: "two files `LO.npy,HI.npy` with the bounds of the region", Category: "Region"},
		&cli.StringFlag{Name: "vnnlib", Usage: "`FILE` in VNN-LIB 1.0 whose input constraints are the region", Category: "Region"},
	}, perturbationFlags()...)
}

// inputRegion is a region, and how it was given.
type inputRegion struct {
	*region.Region
	perturbation *perturbationPart
	Describe     string // for people
	Source       regionSource
	Notes        []string
}

// logits are those of N2 at the centre of the region.
func (r *inputRegion) logits(n2 *network.Network) []float64 {
	return n2.Logits(r.Input(1, r.Center()))
}

// regionSource is the region's part of the result file.
type regionSource struct {
	Input   string     `json:"input,omitempty"`
	Index   *int       `json:"index,omitempty"`
	Epsilon string     `json:"epsilon,omitempty"`
	Clip    *[2]number `json:"clip,omitempty"`
	Box     string     `json:"box,omitempty"`
	VNNLIB  string     `json:"vnnlib,omitempty"`

	Norm       string `json:"norm,omitempty"`
	Patch      string `json:"patch,omitempty"`
	ImageShape string `json:"image_shape,omitempty"`
	Brightness number `json:"brightness,omitempty"`
	Contrast   number `json:"contrast,omitempty"`

	describe string // of the patches, for people
}

// readRegion makes the region for networks with inputs of the given shape.
func readRegion(c *cli.Context, shape network.Shape) (inputRegion, error) {
	given := 0
	for _, name := range []string{"input", "box", "vnnlib"} {
		if c.IsSet(name) {
			given++
		}
	}
	if given != 1 {
		return inputRegion{}, usagef(c.Command.Name, "give the region by exactly one of --input (with --epsilon), --box and --vnnlib")
	}
	for _, name := range []string{"index", "epsilon", "clip", "norm", "patch", "image-shape", "brightness", "contrast"} {
		if c.IsSet(name) && !c.IsSet("input") {
			return inputRegion{}, usagef(c.Command.Name, "--%s goes with --input only", name)
		}
	}
	var r inputRegion
	var err error
	switch {
	case c.IsSet("input"):
		return aroundSample(c, shape)
	case c.IsSet("box"):
		r, err = boxRegion(c)
	default:
		r, err = vnnlibRegion(c)
	}
	if err == nil && r.Size() != shape.Size() {
		err = fmt.Errorf("the region has %d features, the networks take %d", r.Size(), shape.Size())
	}
	return r, err
}

func readSample(path string, index, inputs int) ([]float64, error) {
	a, err := npy.Read(path)
	if err != nil {
		return nil, err
	}
	x, err := npy.Sample(a, index, inputs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return x, nil
}

// readEpsilon reads a number, or a file of one for each feature.
func readEpsilon(command, s string, inputs int) ([]float64, error) {
	if strings.HasSuffix(strings.ToLower(s), ".npy") {
		return readSample(s, 0, inputs)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, usagef(command, "--epsilon %s: give a number, or a .npy file", s)
	}
	return []float64{v}, nil
}

func boxRegion(c *cli.Context) (inputRegion, error) {
	lo, hi, ok := strings.Cut(c.String("box"), ",")
	if !ok || lo == "" || hi == "" {
		return inputRegion{}, usagef(c.Command.Name, "--box %s: give two files, LO.npy,HI.npy", c.String("box"))
	}
	var bounds [2][]float64
	for k, path := range []string{lo, hi} {
		a, err := npy.Read(path)
		if err != nil {
			return inputRegion{}, err
		}
		bounds[k] = a.Data
	}
	r := inputRegion{Source: regionSource{Box: c.String("box")}}
	var err error
	if r.Region, err = region.OfBox(region.Box{Lo: bounds[0], Hi: bounds[1]}); err != nil {
		return r, fmt.Errorf("--box %s: %w", c.String("box"), err)
	}
	r.Describe = fmt.Sprintf("%d features, box of %s and %s", len(bounds[0]), filepath.Base(lo), filepath.Base(hi))
	return r, nil
}

func vnnlibRegion(c *cli.Context) (inputRegion, error) {
	path := c.String("vnnlib")
	q, err := vnnlib.Read(path)
	if err != nil {
		return inputRegion{}, err
	}
	lo, hi, err := q.Box()
	if err != nil {
		return inputRegion{}, err
	}
	r := inputRegion{Source: regionSource{VNNLIB: path}, Notes: q.Notes}
	if _, outputs := vnnlib.And(q.Asserts).Mentions(); outputs {
		r.Notes = append(r.Notes, path+": its constraints of outputs are left out; the region is what it says of inputs")
	}
	if r.Region, err = region.OfBox(region.Box{Lo: lo, Hi: hi}); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	r.Describe = fmt.Sprintf("%d features, box of %s", len(lo), filepath.Base(path))
	return r, nil
}

// twoNumbers reads LO,HI.
func twoNumbers(s string) (lo, hi float64, err error) {
	a, b, ok := strings.Cut(s, ",")
	if !ok {
		return 0, 0, fmt.Errorf("give two numbers LO,HI")
	}
	if lo, err = strconv.ParseFloat(strings.TrimSpace(a), 64); err != nil {
		return 0, 0, fmt.Errorf("%q is not a number", a)
	}
	if hi, err = strconv.ParseFloat(strings.TrimSpace(b), 64); err != nil {
		return 0, 0, fmt.Errorf("%q is not a number", b)
	}
	return lo, hi, nil
}

// classPairs reads --label and --pairs. The logits of N2 at the centre of the region
// decide what they leave open.
func classPairs(c *cli.Context, logits []float64) (label int, pairs []query.ClassPair, err error) {
	classes := len(logits)
	if label, err = readLabel(c, logits); err != nil {
		return 0, nil, err
	}
	switch spec := c.String("pairs"); spec {
	case "label":
		for j := range classes {
			if j != label {
				pairs = append(pairs, query.ClassPair{I: label, J: j})
			}
		}
	case "runner-up":
		pairs = append(pairs, query.ClassPair{I: label, J: network.RunnerUp(logits, label)})
	case "all":
		for i := range classes {
			for j := i + 1; j < classes; j++ {
				pairs = append(pairs, query.ClassPair{I: i, J: j})
			}
		}
	default:
		for _, s := range strings.Split(spec, ",") {
			pair, err := parseClassPair(s, classes)
			if err != nil {
				return 0, nil, usagef(c.Command.Name, "--pairs %s: %v", spec, err)
			}
			if slices.Contains(pairs, pair) {
				return 0, nil, usagef(c.Command.Name, "--pairs %s: pair %v is given twice", spec, pair)
			}
			pairs = append(pairs, pair)
		}
	}
	return label, pairs, nil
}

// readLabel reads --label; the default is what N2 decides by the given logits.
func readLabel(c *cli.Context, logits []float64) (int, error) {
	if !c.IsSet("label") {
		return network.Decision(logits), nil
	}
	label := c.Int("label")
	if label < 0 || label >= len(logits) {
		return 0, fmt.Errorf("--label %d is out of range: the networks have classes 0 to %d", label, len(logits)-1)
	}
	return label, nil
}

func parseClassPair(s string, classes int) (query.ClassPair, error) {
	a, b, ok := strings.Cut(s, ":")
	i, err1 := strconv.Atoi(a)
	j, err2 := strconv.Atoi(b)
	switch {
	case !ok || err1 != nil || err2 != nil:
		return query.ClassPair{}, fmt.Errorf("%q is not a class pair: give label, runner-up, all, or pairs I:J", s)
	case i < 0 || j < 0 || i >= classes || j >= classes:
		return query.ClassPair{}, fmt.Errorf("pair %s is out of range: the networks have classes 0 to %d", s, classes-1)
	case i == j:
		return query.ClassPair{}, fmt.Errorf("pair %s has one class only: its margin is always 0", s)
	}
	return query.ClassPair{I: i, J: j}, nil
}
