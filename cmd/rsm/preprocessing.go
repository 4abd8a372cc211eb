package main

import (
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"rsm"
)

// preprocessingFlags say how the networks make their inputs of a point of the region.
func preprocessingFlags() []cli.Flag {
	return append(mapFlags("networks take"),
		preprocessingFlag("scale1", "`S`, the --scale of N1 in place of the one of both; so are --mean1 and --std1", ""),
		preprocessingFlag("scale2", "`S`, the --scale of N2; so are --mean2 and --std2", ""),
		&cli.StringFlag{Name: "mean1", Hidden: true}, &cli.StringFlag{Name: "std1", Hidden: true},
		&cli.StringFlag{Name: "mean2", Hidden: true}, &cli.StringFlag{Name: "std2", Hidden: true},
		preprocessingFlag("layout1", "`LAYOUT` that N1 takes, nchw or nhwc", "what its operators say"),
		preprocessingFlag("layout2", "`LAYOUT` that N2 takes, nchw or nhwc", "what its operators say"),
		preprocessingFlag("apart", "N2 sees any point of the domain that differs from N1's by at most `D`: a number, or a .npy file with one for each feature", "both see the same"),
	)
}

// mapFlags are those of both networks, or of the only one.
func mapFlags(take string) []cli.Flag {
	return []cli.Flag{
		preprocessingFlag("scale", take+" x times `S`, a number or a quotient such as 1/255, which divides exactly", "1"),
		preprocessingFlag("mean", "then less the mean: `M`, one number, M,M,... for each channel, or a .npy file with one for each feature", "0"),
		preprocessingFlag("std", "then divided by the standard deviation `S`, given like --mean", "1"),
		preprocessingFlag("layout", "`LAYOUT` of the sample, nchw or nhwc: it is transposed for a network that takes the other one", "numbers are taken in their order"),
	}
}

func preprocessingFlag(name, usage, none string) cli.Flag {
	return &cli.StringFlag{Name: name, Usage: usage, DefaultText: none, Category: "Preprocessing"}
}

// preprocessingNames are the flags of both networks that may also end in 1 or 2.
var preprocessingNames = []string{"scale", "mean", "std"}

// preprocesses says whether a flag of preprocessing is set.
func preprocesses(c *cli.Context) bool {
	names := []string{"layout", "layout1", "layout2", "apart"}
	for _, name := range preprocessingNames {
		names = append(names, name, name+"1", name+"2")
	}
	for _, name := range names {
		if c.IsSet(name) {
			return true
		}
	}
	return false
}

// readPreprocessing reads preprocessingFlags.
func readPreprocessing(c *cli.Context, r *rsm.Region) (err error) {
	r.Layout = rsm.Layout(c.String("layout"))
	for k, p := range []*rsm.Preprocessing{&r.Of1, &r.Of2} {
		own := strconv.Itoa(k + 1)
		if *p, err = readMap(c, own); err != nil {
			return err
		}
		p.Layout = rsm.Layout(c.String("layout" + own))
	}
	if c.IsSet("apart") {
		r.Apart, err = readNumbers(c, "apart")
	}
	return err
}

// readMap reads the flags of the network with the given number, or of one network where
// that is empty.
func readMap(c *cli.Context, own string) (p rsm.Preprocessing, err error) {
	name := func(flag string) string {
		if own != "" && c.IsSet(flag+own) {
			return flag + own
		}
		return flag
	}
	if flag := name("scale"); c.IsSet(flag) {
		if p.Mul, p.Div, err = quotient(c.String(flag)); err != nil {
			return p, usagef(c.Command.Name, "--%s %s: give a number, or a quotient such as 1/255", flag, c.String(flag))
		}
	}
	for flag, to := range map[string]*rsm.Sample{"mean": &p.Mean, "std": &p.Std} {
		if flag = name(flag); c.IsSet(flag) {
			if *to, err = readNumbers(c, flag); err != nil {
				return p, err
			}
		}
	}
	return p, nil
}

// inputOf reads the preprocessing of one network, and returns what makes its input of a
// sample.
func inputOf(c *cli.Context, n *rsm.Network) (func(rsm.Sample) ([]float64, error), error) {
	p, err := readMap(c, "")
	if err != nil {
		return nil, err
	}
	var r rsm.Region
	if err := readPatch(c, &r); err != nil {
		return nil, err
	}
	p.Layout = rsm.Layout(c.String("layout1"))
	return func(s rsm.Sample) ([]float64, error) {
		x, err := rsm.Input(n, s, p, rsm.Layout(c.String("layout")), r.ImageShape)
		return x, inFlags(c, err)
	}, nil
}

// quotient reads a number other than zero, or A/B.
func quotient(s string) (mul, div float64, err error) {
	a, b, ok := strings.Cut(s, "/")
	if mul, err = strconv.ParseFloat(strings.TrimSpace(a), 64); err != nil {
		return 0, 0, err
	}
	if div = 1; ok {
		div, err = strconv.ParseFloat(strings.TrimSpace(b), 64)
	}
	if err == nil && (mul == 0 || div == 0) {
		err = strconv.ErrRange
	}
	return mul, div, err
}

// readNumbers reads numbers M,M,... or those of a .npy file.
func readNumbers(c *cli.Context, flag string) (rsm.Sample, error) {
	s := c.String(flag)
	if strings.HasSuffix(strings.ToLower(s), ".npy") {
		samples, err := rsm.ReadSamples(s)
		if err != nil {
			return rsm.Sample{}, err
		}
		return samples.Sample(0), nil
	}
	var out []float64
	for _, part := range strings.Split(s, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return rsm.Sample{}, usagef(c.Command.Name, "--%s %s: give a number, numbers by channel such as 0.1,0.2,0.3, or a .npy file", flag, s)
		}
		out = append(out, v)
	}
	return rsm.Point(out), nil
}
