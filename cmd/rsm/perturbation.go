package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm/network"
	"rsm/region"
)

// perturbationFlags say how inputs may differ from the sample, beside --epsilon.
func perturbationFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "norm", Value: "linf", Usage: "the ball of --epsilon: `NORM` linf, or l1 (the sum of all differences is E at most)", Category: "Region"},
		&cli.StringFlag{Name: "patch", Usage: "only the pixels of patches may differ: `ROW,COL,HEIGHT,WIDTH`[,...], from 0; within --epsilon, or else anywhere in --clip", Category: "Region"},
		imageShapeFlag(),
		&cli.Float64Flag{Name: "brightness", Usage: "also x = s + b, one b for all pixels, |b| <= `A`", DefaultText: "0", Category: "Region"},
		&cli.Float64Flag{Name: "contrast", Usage: "also x = s + c (s - mean of s), |c| <= `A`; values outside --clip are clipped", DefaultText: "0", Category: "Region"},
	}
}

func imageShapeFlag() cli.Flag {
	return &cli.StringFlag{Name: "image-shape", Usage: "the sample as an image for --patch: `ROWS,COLUMNS`, or with channels before or after", DefaultText: "the networks' input shape", Category: "Region"}
}

// perturbationPart is the region's part of the result file where it is more than a
// box: which inputs it holds.
type perturbationPart struct {
	Formula    string   `json:"formula"`
	Sample     []number `json:"sample"`
	Mean       *number  `json:"mean,omitempty"`
	Epsilon    []number `json:"epsilon,omitempty"` // by feature
	L1         *number  `json:"l1,omitempty"`
	Brightness number   `json:"brightness"`
	Contrast   number   `json:"contrast"`
	Parameters int      `json:"parameters"`
	Clipped    int      `json:"clipped"` // features that are clipped by ReLUs
}

// aroundSample reads the inputs around a sample that the flags describe.
func aroundSample(c *cli.Context, shape network.Shape) (inputRegion, error) {
	name, inputs := c.Command.Name, shape.Size()
	how := region.Perturbation{Brightness: c.Float64("brightness"), Contrast: c.Float64("contrast")}
	l1 := c.String("norm") == "l1"
	switch {
	case !l1 && c.String("norm") != "" && c.String("norm") != "linf":
		return inputRegion{}, usagef(name, "--norm %s: give linf or l1", c.String("norm"))
	case l1 && c.String("engine") == "split":
		return inputRegion{}, usagef(name, "--engine split splits boxes, and --norm l1 is none: give auto or bab")
	case c.String("epsilon") == "" && l1:
		return inputRegion{}, usagef(name, "--norm l1 needs --epsilon")
	case c.String("epsilon") == "" && !c.IsSet("patch") && !c.IsSet("brightness") && !c.IsSet("contrast"):
		return inputRegion{}, usagef(name, "--input needs --epsilon, or one of --patch, --brightness and --contrast")
	case c.String("epsilon") == "" && c.IsSet("patch") && c.String("clip") == "":
		return inputRegion{}, usagef(name, "--patch needs --epsilon, or --clip LO,HI, the domain in which its pixels are free")
	case c.IsSet("image-shape") && !c.IsSet("patch"):
		return inputRegion{}, usagef(name, "--image-shape goes with --patch only")
	}
	path, index := c.String("input"), c.Int("index")
	var err error
	if how.Sample, err = readSample(path, index, inputs); err != nil {
		return inputRegion{}, err
	}
	r := inputRegion{Source: regionSource{Input: path, Index: &index, Epsilon: c.String("epsilon"), Patch: c.String("patch"),
		ImageShape: c.String("image-shape"), Brightness: number(how.Brightness), Contrast: number(how.Contrast)}}
	if s := c.String("clip"); s != "" {
		lo, hi, err := twoNumbers(s)
		if err != nil {
			return inputRegion{}, usagef(name, "--clip %s: %v", s, err)
		}
		how.Clip, r.Source.Clip = &[2]float64{lo, hi}, &[2]number{number(lo), number(hi)}
	}
	what := []string{}
	if s := c.String("epsilon"); s != "" {
		if how.Epsilon, err = readEpsilon(name, s, inputs); err != nil {
			return inputRegion{}, err
		}
		what = append(what, "epsilon "+s)
		if l1 {
			if strings.HasSuffix(strings.ToLower(s), ".npy") {
				return inputRegion{}, usagef(name, "--norm l1 takes one number as --epsilon, not a file")
			}
			how.L1, r.Source.Norm = &how.Epsilon[0], "l1"
			what[0] = fmt.Sprintf("L1 ball of radius %s", s)
		}
	}
	if c.IsSet("patch") {
		if how.Patches, err = readPatches(c, shape); err != nil {
			return inputRegion{}, err
		}
		what = append(what, how.Patches.String())
	}
	if how.Brightness != 0 || c.IsSet("brightness") {
		what = append(what, fmt.Sprintf("brightness %v", how.Brightness))
	}
	if how.Contrast != 0 || c.IsSet("contrast") {
		what = append(what, fmt.Sprintf("contrast %v", how.Contrast))
	}
	r.Describe = fmt.Sprintf("%d features, %s around sample %d of %s", inputs, strings.Join(what, ", "), index, filepath.Base(path))
	if how.Clip != nil {
		r.Describe += fmt.Sprintf(", clipped to [%v, %v]", how.Clip[0], how.Clip[1])
	}
	if r.Region, err = how.Region(); err != nil {
		return r, err
	}
	if how.Clip == nil && (how.Brightness > 0 || how.Contrast > 0) {
		r.Notes = append(r.Notes, "brightness and contrast may move inputs out of their domain: --clip LO,HI clips them to it")
	}
	r.describe(how)
	return r, nil
}

// describe says which points the region of a perturbation holds, where it is no box.
func (r *inputRegion) describe(how region.Perturbation) {
	if !r.Parametric() {
		return
	}
	p := &perturbationPart{Formula: "x_i = s_i", Sample: numbers(how.Sample), Brightness: number(how.Brightness), Contrast: number(how.Contrast),
		Parameters: len(r.Names()), Clipped: r.Clipped()}
	if how.Brightness > 0 {
		p.Formula += " + b"
	}
	if how.Contrast > 0 {
		mean := number(r.Mean())
		p.Mean = &mean
		p.Formula += " + c (s_i - mean)"
	}
	var where []string
	epsilon := r.Epsilon()
	for _, e := range epsilon {
		if e > 0 {
			p.Epsilon = numbers(epsilon)
			p.Formula += " + e_i"
			where = append(where, "|e_i| at most epsilon_i")
			break
		}
	}
	if how.Clip != nil {
		p.Formula = fmt.Sprintf("x_i = min(max(%s, %v), %v)", strings.TrimPrefix(p.Formula, "x_i = "), how.Clip[0], how.Clip[1])
	}
	if how.Brightness > 0 {
		where = append(where, "|b| at most brightness")
	}
	if how.Contrast > 0 {
		where = append(where, "|c| at most contrast")
	}
	if how.L1 != nil {
		l1 := number(*how.L1)
		p.L1 = &l1
		where = append(where, "sum |e_i| at most l1")
	}
	p.Formula += ", " + strings.Join(where, ", ")
	r.perturbation = p
}

// named are the parameters of a witness that belong to all features.
func (r *inputRegion) named(parameters []float64) map[string]number {
	var out map[string]number
	for k, v := range parameters {
		if n := r.Names()[k]; n == "brightness" || n == "contrast" {
			if out == nil {
				out = make(map[string]number)
			}
			out[n] = number(v)
		}
	}
	return out
}

// namedText is named for people.
func (r *inputRegion) namedText(parameters []float64) string {
	s := ""
	values := r.named(parameters)
	for _, n := range []string{"brightness", "contrast"} {
		if v, ok := values[n]; ok {
			s += fmt.Sprintf(", %s %.6g", n, float64(v))
		}
	}
	return s
}

// readPatches reads --patch and --image-shape.
func readPatches(c *cli.Context, shape network.Shape) (*region.Patches, error) {
	name, given := c.Command.Name, c.String("image-shape")
	image, ok := region.ImageOf(shape)
	if c.IsSet("image-shape") {
		dims, err := wholeNumbers(given)
		if err == nil {
			image, ok = region.ImageAs(dims...)
		}
		if err != nil || !ok {
			return nil, usagef(name, "--image-shape %s: give ROWS,COLUMNS or CHANNELS,ROWS,COLUMNS", given)
		}
		if err := image.Check(); err != nil {
			return nil, usagef(name, "--image-shape %s: %v", given, err)
		}
		if n := image.Size(); n != shape.Size() {
			return nil, usagef(name, "--image-shape %s: an image of %d values, and the networks take %d", given, n, shape.Size())
		}
	}
	if !ok {
		return nil, usagef(name, "--patch: the networks take their input as %v, not as an image: give --image-shape ROWS,COLUMNS", shape)
	}
	spec := c.String("patch")
	v, err := wholeNumbers(spec)
	if err != nil || len(v) == 0 || len(v)%4 != 0 {
		return nil, usagef(name, "--patch %s: give four whole numbers ROW,COL,HEIGHT,WIDTH for each patch", spec)
	}
	var list []region.Patch
	for ; len(v) > 0; v = v[4:] {
		list = append(list, region.Patch{Row: v[0], Column: v[1], Height: v[2], Width: v[3]})
	}
	p, err := region.NewPatches(image, list...)
	if err != nil {
		return nil, usagef(name, "--%v", err)
	}
	return p, nil
}

// wholeNumbers reads 1,2,3.
func wholeNumbers(s string) ([]int, error) {
	var out []int
	for _, part := range strings.Split(s, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
