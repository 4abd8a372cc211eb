package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm"
)

// regionFlags say which inputs a command looks at.
func regionFlags() []cli.Flag {
	return []cli.Flag{
		inputFlag(),
		indexFlag(),
		&cli.StringFlag{Name: "epsilon", Aliases: []string{"e"}, Usage: "radius of the ball around the sample: a number or fraction `E` such as 8/255, or a .npy file with one for each feature (0 fixes it)", Category: "Region"},
		&cli.StringFlag{Name: "clip", Usage: "input domain `LO,HI` that the region is clipped to, such as 0,1", Category: "Region"},
		&cli.StringFlag{Name: "box", Usage: "two files `LO.npy,HI.npy` with the bounds of the region", Category: "Region"},
		&cli.StringFlag{Name: "vnnlib", Usage: "`FILE` in VNN-LIB whose input constraints are the region", Category: "Region"},
		&cli.StringFlag{Name: "norm", Value: "linf", Usage: "the ball of --epsilon: `NORM` linf, or l1 (the sum of all differences is E at most)", Category: "Region"},
		&cli.StringFlag{Name: "patch", Usage: "only the pixels of patches may differ: `ROW,COL,HEIGHT,WIDTH`[,...], from 0; within --epsilon, or else anywhere in --clip", Category: "Region"},
		imageShapeFlag(),
		&cli.Float64Flag{Name: "brightness", Usage: "also x = s + b, one b for all pixels, |b| <= `A`", DefaultText: "0", Category: "Region"},
		&cli.Float64Flag{Name: "contrast", Usage: "also x = s + c (s - mean of s), |c| <= `A`; values outside --clip are clipped", DefaultText: "0", Category: "Region"},
	}
}

func inputFlag() cli.Flag {
	return &cli.StringFlag{Name: "input", Usage: "`FILE.npy` with a sample, or samples along the first axis", Category: "Region"}
}

func indexFlag() cli.Flag {
	return &cli.IntFlag{Name: "index", Usage: "which sample `K` of the file, from 0", Category: "Region"}
}

func imageShapeFlag() cli.Flag {
	return &cli.StringFlag{Name: "image-shape", Usage: "the sample as an image, for patches and preprocessing: `ROWS,COLUMNS`, or with channels before or after", DefaultText: "the networks' input shape", Category: "Region"}
}

// regionOf reads the flags of the region, and how networks see its points.
func regionOf(c *cli.Context) (rsm.Region, error) {
	r, err := pointsOf(c)
	if err != nil {
		return r, err
	}
	return r, readPreprocessing(c, &r)
}

// pointsOf reads which points the region holds.
func pointsOf(c *cli.Context) (r rsm.Region, err error) {
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
		if c.IsSet(flag) && !c.IsSet("input") && !(flag == "image-shape" && preprocesses(c)) {
			return r, usagef(name, "--%s goes with --input only", flag)
		}
	}
	switch {
	case c.IsSet("vnnlib"):
		r.VNNLIB = c.String("vnnlib")
	case c.IsSet("box"):
		r, err = boxOf(c)
	}
	if err == nil && !c.IsSet("input") {
		return r, readPatch(c, &r)
	}
	if err != nil {
		return r, err
	}
	norm, epsilon := rsm.Norm(c.String("norm")), c.String("epsilon")
	file := strings.HasSuffix(strings.ToLower(epsilon), ".npy")
	switch {
	case epsilon == "" && norm == rsm.L1:
		return r, usagef(name, "--norm l1 needs --epsilon")
	case epsilon == "" && !c.IsSet("patch") && !c.IsSet("brightness") && !c.IsSet("contrast"):
		return r, usagef(name, "--input needs --epsilon, or one of --patch, --brightness and --contrast")
	case epsilon == "" && c.IsSet("patch") && c.String("clip") == "":
		return r, usagef(name, "--patch needs --epsilon, or --clip LO,HI, the domain in which its pixels are free")
	case file && norm == rsm.L1:
		return r, usagef(name, "--norm l1 takes one number as --epsilon, not a file")
	}
	if r.Sample, err = sampleOf(c); err != nil {
		return r, err
	}
	switch {
	case file:
		radii, err := rsm.ReadSamples(epsilon)
		if err != nil {
			return r, err
		}
		r.Epsilons = radii.Sample(0)
	case strings.Contains(epsilon, "/"):
		r.Radius = rsm.Decimal(strings.ReplaceAll(epsilon, " ", ""))
		if _, err := r.Radius.Rat(); err != nil {
			return r, usagef(name, "--epsilon %s: %v; give a number, a fraction such as 8/255, or a .npy file with one for each feature", epsilon, err)
		}
	case epsilon != "":
		radius, err := strconv.ParseFloat(epsilon, 64)
		if err != nil {
			return r, usagef(name, "--epsilon %s: give a number, a fraction such as 8/255, or a .npy file with one for each feature", epsilon)
		}
		r = rsm.Ball(r.Sample, radius)
	}
	r.Norm, r.Free = norm, epsilon == "" && c.IsSet("patch")
	r.Brightness, r.Contrast = c.Float64("brightness"), c.Float64("contrast")
	if err := readClip(c, &r); err != nil {
		return r, err
	}
	return r, readPatch(c, &r)
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
	if _, _, err := twoNumbers(c.String("box")); err == nil && !exists(lo) {
		return r, usagef(c.Command.Name, "--box %s: give two files, LO.npy,HI.npy; two numbers are a domain, --clip, beside a sample", c.String("box"))
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

// wholeNumbers reads 1,2,3.
func wholeNumbers(s string) ([]int, error) {
	var out []int
	for _, part := range strings.Split(s, ",") {
		v, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%q is not a number; give whole numbers such as 0,2", part)
		}
		out = append(out, v)
	}
	return out, nil
}
