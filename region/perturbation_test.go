package region_test

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
	"rsm/region"
)

// TestPerturbationCovers: a point s + e of the domain, with e in the ball, is a point of
// the region in exact arithmetic, also where the ball is cut off by the domain.
func TestPerturbationCovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, eps := rapid.Float64Range(0, 1).Draw(t, "sample"), rapid.Float64Range(0, 2).Draw(t, "epsilon")
		p := region.Perturbation{Sample: []float64{s, 0.5}, L1: &eps, Clip: &[2]float64{0, 1}}
		r, err := p.Region()
		if err != nil {
			t.Skip(err)
		}
		top, bottom := new(big.Rat), new(big.Rat)
		for k, name := range r.Names() {
			switch name {
			case "e0+":
				top = rational(r.Box().Hi[k])
			case "e0-":
				bottom = rational(r.Box().Hi[k])
			}
		}
		for _, end := range []struct {
			by   *big.Rat
			want *big.Rat
		}{{top, new(big.Rat).Sub(rational(1), rational(s))}, {bottom, rational(s)}} {
			if e := rational(eps); end.want.Cmp(e) > 0 {
				end.want = e
			}
			if end.by.Cmp(end.want) < 0 {
				t.Fatalf("sample %v, epsilon %v: parameters reach %v, the ball in the domain %v", s, eps, end.by.FloatString(25), end.want.FloatString(25))
			}
		}
	})
}

// TestPerturbationErrors: mistakes are found before anything is made.
func TestPerturbationErrors(t *testing.T) {
	nan, inf, one, less := math.NaN(), math.Inf(1), 1.0, -1.0
	image := region.Image{Channels: 1, Rows: 1, Columns: 3, Layout: region.NCHW}
	patches, err := region.NewPatches(image, region.Patch{Row: 0, Column: 1, Height: 1, Width: 1})
	if err != nil {
		t.Fatal(err)
	}
	two := []float64{0.25, 0.5}
	for _, c := range []struct {
		p    region.Perturbation
		want string
	}{
		{region.Perturbation{}, "the box has no features"},
		{region.Perturbation{Sample: two, Epsilon: []float64{nan}}, "epsilon is NaN"},
		{region.Perturbation{Sample: two, Epsilon: []float64{1, 2, 3}}, "epsilon has 3 elements for a sample of 2"},
		{region.Perturbation{Sample: two, Epsilon: []float64{1, -2}}, "epsilon is -2"},
		{region.Perturbation{Sample: []float64{0, inf}, Epsilon: []float64{1}}, "feature 1 has bound"},
		{region.Perturbation{Sample: two, Epsilon: []float64{1}, Clip: &[2]float64{1, 0}}, "inverted"},
		{region.Perturbation{Sample: two, Epsilon: []float64{1}, Clip: &[2]float64{0.3, 1}}, "feature 0 of the sample is 0.25, outside"},
		{region.Perturbation{Sample: two, L1: &less}, "epsilon is -1"},
		{region.Perturbation{Sample: two, L1: &nan}, "epsilon is NaN"},
		{region.Perturbation{Sample: two, L1: &one, Epsilon: []float64{inf, 1}}, "epsilon of feature 0 is +Inf"},
		{region.Perturbation{Sample: two, Brightness: nan}, "the brightness is NaN"},
		{region.Perturbation{Sample: two, Contrast: -1}, "the contrast is -1"},
		{region.Perturbation{Sample: two, Brightness: 1e50}, "the brightness is 1e+50"},
		{region.Perturbation{Sample: []float64{1, 1}, Contrast: 1}, "nothing is free"},
		{region.Perturbation{Sample: two, Patches: patches, Clip: &[2]float64{0, 1}}, "the patches are of an image of 1x1x3 (nchw), the sample has 2 features"},
		{region.Perturbation{Sample: []float64{0, 0, 0}, Patches: patches}, "patches need epsilon"},
	} {
		if _, err := c.p.Region(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.p, err, c.want)
		}
	}
	for _, b := range []region.Box{{}, {Lo: []float64{1}, Hi: []float64{0}}, {Lo: []float64{nan}, Hi: []float64{0}}, {Lo: []float64{0, 0}, Hi: []float64{1}}} {
		if _, err := region.OfBox(b); err == nil {
			t.Errorf("the box %v is accepted", b)
		}
	}
}

// TestPatches: which features belong to patches, in both layouts, and which do not fit.
func TestPatches(t *testing.T) {
	for _, c := range []struct {
		shape network.Shape
		want  string
	}{
		{network.Shape{3, 2, 4}, "....xx.. ....xx.. ....xx.."},
		{network.Shape{2, 4, 3}, "............xxxxxx......"},
		{network.Shape{1, 1, 2, 4}, "....xx.."},
		{network.Shape{2, 4}, "....xx.."},
	} {
		image, ok := region.ImageOf(c.shape)
		if !ok {
			t.Fatalf("%v is no image", c.shape)
		}
		p, err := region.NewPatches(image, region.Patch{Row: 1, Column: 0, Height: 1, Width: 2})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for i := range image.Size() {
			got += map[bool]string{true: "x", false: "."}[p.Holds(i)]
		}
		if want := strings.ReplaceAll(c.want, " ", ""); got != want {
			t.Errorf("%v: %s, want %s", image, got, want)
		}
	}
	image := region.Image{Channels: 1, Rows: 2, Columns: 2, Layout: region.NCHW}
	for _, q := range []region.Patch{{Row: 2, Height: 1, Width: 1}, {Column: 1, Height: 1, Width: 2}, {Height: 0, Width: 1}, {Row: -1, Height: 1, Width: 1}, {Row: math.MaxInt, Height: 1, Width: 1}} {
		if _, err := region.NewPatches(image, q); err == nil || !strings.Contains(err.Error(), "is not inside the image of 2 rows and 2 columns") {
			t.Errorf("%v: %v", q, err)
		}
	}
	for _, shape := range []network.Shape{{784}, {1, 784}, {784, 1}, {2, 3, 4, 5}, {}} {
		if m, ok := region.ImageOf(shape); ok {
			t.Errorf("%v is the image %v", shape, m)
		}
	}
}
