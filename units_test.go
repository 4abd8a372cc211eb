package rsm

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Samples, radii and domains whose units do not seem to fit are noted, each kind with its
// cure; the demo's digits are of 64 pixels from 0 to 1.
func TestUnits(t *testing.T) {
	q := sound(t)
	scaled, err := q.Region.Sample.Features(64)
	if err != nil {
		t.Fatal(err)
	}
	times := func(k float64) Sample {
		x := slices.Clone(scaled)
		for i := range x {
			x[i] = float64(int(x[i] * k))
		}
		return Point(x)
	}
	unit, sixteen, bytes := Point(scaled), times(16), times(255)
	radii := func(first, others float64) Sample {
		e := slices.Repeat([]float64{others}, 64)
		e[0] = first
		return Point(e)
	}
	clip := func(lo, hi float64) *[2]float64 { return &[2]float64{lo, hi} }
	patches := []Patch{{Row: 1, Column: 1, Height: 2, Width: 2}}
	for name, c := range map[string]struct {
		region Region
		want   string // of the only note, "" for none
	}{
		"scaled":                  {Region{Sample: unit, Epsilon: 0.03, Clip: clip(0, 1)}, ""},
		"no domain":               {Region{Sample: unit, Epsilon: 0.03}, ""},
		"half of a line":          {Region{Sample: unit, Epsilon: 0.03, Clip: clip(0, math.Inf(1))}, ""},
		"levels":                  {Region{Sample: bytes, Epsilon: 3, Clip: clip(0, 255)}, ""},
		"divided":                 {Region{Sample: bytes, Epsilon: 3, Clip: clip(0, 255), Of1: Preprocessing{Div: 255}, Of2: Preprocessing{Div: 255}}, ""},
		"all of the domain":       {Region{Sample: unit, Epsilon: 1, Clip: clip(0, 1)}, ""},
		"fixed features":          {Region{Sample: unit, Epsilons: radii(0.1, 0), Clip: clip(0, 1)}, ""},
		"free patches":            {Region{Sample: unit, Free: true, Patches: patches, ImageShape: []int{8, 8}, Clip: clip(0, 1)}, ""},
		"l1 beyond one feature":   {Region{Sample: unit, Epsilon: 3, Norm: L1, Clip: clip(0, 1)}, ""},
		"bytes":                   {Region{Sample: bytes, Epsilon: 0.03}, "are whole numbers from 0 to 255, and the radius 0.03 is in their units: if it is meant for values from 0 to 1, scale the sample, or multiply it by 255"},
		"bytes and their domain":  {Region{Sample: bytes, Epsilon: 0.03, Clip: clip(0, 255)}, "multiply it by 255"},
		"bytes, divided":          {Region{Sample: bytes, Epsilon: 0.03, Clip: clip(0, 255), Of1: Preprocessing{Div: 255}}, "multiply it by 255"},
		"sixteen":                 {Region{Sample: sixteen, Epsilon: 0.1}, "multiply it by 16"},
		"sixteen, of each":        {Region{Sample: sixteen, Epsilons: radii(0.25, 0)}, "the radius 0.25 is in their units"},
		"sixteen, brightness":     {Region{Sample: sixteen, Brightness: 0.1, Clip: clip(0, 16)}, "the brightness 0.1 is in their units"},
		"scaled twice":            {Region{Sample: unit, Epsilon: 0.03, Clip: clip(0, 1), Of2: Preprocessing{Mul: 1, Div: 255}}, "N2 gets them times 1/255: leave the scale out"},
		"domain of bytes":         {Region{Sample: unit, Epsilon: 0.03, Clip: clip(0, 255)}, "and its domain is [0, 255]: give the domain in the units of the sample"},
		"radius of bytes":         {Region{Sample: unit, Epsilon: 8, Clip: clip(0, 1)}, "the radius 8 is wider than the domain [0, 1]: all of the domain is in the region"},
		"radius, patches":         {Region{Sample: unit, Epsilon: 8, Patches: patches, ImageShape: []int{8, 8}, Clip: clip(0, 1)}, "all values of the patches are"},
		"some radii":              {Region{Sample: unit, Epsilons: radii(2, 0.1), Clip: clip(0, 1)}, "the radii of 1 of 64 features are wider than the domain [0, 1]"},
		"radius without a domain": {Region{Sample: unit, Epsilon: 8}, "and no domain clips the region: divide the radius by 255"},
		"l1":                      {Region{Sample: unit, Epsilon: 65, Norm: L1, Clip: clip(0, 1)}, "more than all features of the domain [0, 1] can differ by together"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []Kind{KindMargin, KindBounds, KindImply, KindEquiv} {
				q := sound(t)
				q.Kind, q.Region, q.Pairs = kind, c.region, ""
				if kind == KindEquiv {
					q.EpsilonOutput = "1"
				}
				p, err := q.prepare()
				if err != nil {
					t.Fatal(err)
				}
				var about []string
				for _, n := range p.notes {
					if !strings.HasPrefix(n, "N2 decides class") { // the label of a region cut off
						about = append(about, n)
					}
				}
				if c.want == "" && len(about) > 0 || c.want != "" && (len(about) != 1 || !strings.Contains(about[0], c.want)) {
					t.Errorf("%s: %q, want %q", kind, about, c.want)
				}
			}
		})
	}
	q.Kind, q.Pairs, q.Region = KindRadius, "", Region{Sample: bytes}
	if p, err := q.prepare(); err != nil || len(p.notes) != 1 || !strings.Contains(p.notes[0], "radii up to 1 are in their units") {
		t.Errorf("radius: %v, %v", p, err)
	}
	q.Region.Sample = unit
	if p, err := q.prepare(); err != nil || len(p.notes) != 0 {
		t.Errorf("radius of a scaled sample: %v, %v", p, err)
	}
	// Values that are not in the domain are a mistake, and the line says which there are.
	q = sound(t)
	q.Kind = KindMargin
	q.Region.Sample = bytes
	if err := q.Validate(); err == nil || !strings.Contains(err.Error(), "outside the input domain 0,1: its values are from 0 to 255; scale them to the domain, or give theirs") {
		t.Error(err)
	}
}

// A radius is noted to be wider than the domain just where it is, and then balls around all
// samples hold the whole domain.
func TestWiderThanTheDomain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-4, 4).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0.01, 4).Draw(t, "width")
		sample := rapid.SliceOfN(rapid.Float64Range(lo, hi), 1, 20).Draw(t, "sample")
		e := rapid.Float64Range(0, 8).Draw(t, "epsilon")
		r := Region{Sample: Point(sample), Epsilon: e, Clip: &[2]float64{lo, hi}}
		noted := slices.ContainsFunc(r.units(sample, slices.Repeat([]float64{e}, len(sample))), func(n string) bool { return strings.Contains(n, "is wider than the domain") })
		if noted != (e > hi-lo) {
			t.Fatalf("%v", noted)
		}
		for _, x := range sample {
			if noted && (x-e > lo || x+e < hi) {
				t.Fatalf("%v in [%v, %v] reaches no end", x, lo, hi)
			}
		}
	})
}
