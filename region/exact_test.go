package region_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"rsm/network"
	"rsm/region"
)

// TestBallEnds: the box of a ball holds the ball in exact arithmetic, and its inner box is
// in the ball; no float64 is between them, and the sample is in both.
func TestBallEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]float64{1, 1e-12, 1e9}).Draw(t, "size")
		s := rapid.Float64Range(-1, 1).Draw(t, "sample")
		e := size * rapid.Float64Range(0, 2).Draw(t, "epsilon")
		p := region.Perturbation{Sample: []float64{s}, Epsilon: []float64{e}}
		least, greatest := new(big.Rat).Sub(rational(s), rational(e)), new(big.Rat).Add(rational(s), rational(e))
		if rapid.Bool().Draw(t, "clip") {
			p.Clip = &[2]float64{-1, 1}
			if low := rational(-1); least.Cmp(low) < 0 {
				least = low
			}
			if high := rational(1); greatest.Cmp(high) > 0 {
				greatest = high
			}
		}
		r, err := p.Region()
		if err != nil {
			t.Fatal(err)
		}
		outer, inner := r.Box(), r.Box()
		if r.Inner() != nil {
			inner = *r.Inner()
		}
		if rational(outer.Lo[0]).Cmp(least) > 0 || rational(outer.Hi[0]).Cmp(greatest) < 0 {
			t.Errorf("the ball from %v to %v is not in %v", least, greatest, outer)
		}
		if rational(inner.Lo[0]).Cmp(least) < 0 || rational(inner.Hi[0]).Cmp(greatest) > 0 || !inner.Contains(p.Sample) || !r.Holds(p.Sample) {
			t.Errorf("%v is not in the ball from %v to %v around %v", inner, least, greatest, s)
		}
		if math.Nextafter(outer.Lo[0], inner.Lo[0]) != inner.Lo[0] || math.Nextafter(outer.Hi[0], inner.Hi[0]) != inner.Hi[0] {
			t.Errorf("float64s are between %v and %v", outer, inner)
		}
		var apart region.Maps
		apart.Of[1].Apart = []float64{0.1}
		disturbed, err := r.Through(apart)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range [][]float64{outer.Lo, outer.Hi, inner.Lo, inner.Hi} {
			in := rational(x[0]).Cmp(least) >= 0 && rational(x[0]).Cmp(greatest) <= 0
			if r.Holds(x) != in || disturbed.Holds(x) != in {
				t.Errorf("%v in the ball from %v to %v: %v, and %v where networks see different points, want %v", x, least, greatest, r.Holds(x), disturbed.Holds(x), in)
			}
		}
	})
}

// TestContrastIsExact: what contrast and brightness make of a sample is the formula in
// exact arithmetic, also where the features and their mean cancel.
func TestContrastIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom([]float64{0, 0.1, 1e8, -3}).Draw(t, "base")
		s := make([]float64, rapid.IntRange(2, 7).Draw(t, "features"))
		sum := new(big.Rat)
		for i := range s {
			s[i] = base + rapid.SampledFrom([]float64{0, 0x1p-26, 0.1, 1. / 3, 0x1p-60}).Draw(t, "difference")
			sum.Add(sum, rational(s[i]))
		}
		mean := sum.Quo(sum, big.NewRat(int64(len(s)), 1))
		p := region.Perturbation{Sample: s, Contrast: rapid.Float64Range(0.01, 10).Draw(t, "contrast"), Brightness: rapid.Float64Range(0.01, 1).Draw(t, "brightness")}
		r, err := p.Region()
		if err != nil {
			t.Fatal(err)
		}
		x := make([]*big.Rat, len(r.Names()))
		by := map[string]*big.Rat{"contrast": new(big.Rat), "brightness": new(big.Rat)}
		for k, name := range r.Names() {
			x[k] = rational(rapid.Float64Range(r.Box().Lo[k], r.Box().Hi[k]).Draw(t, name))
			by[name] = x[k]
		}
		g, views := r.Graph()
		values, ok := g.Exactly(x, views[:1], 1e9)
		if !ok {
			t.Fatal("no exact values")
		}
		for i := range s {
			want := new(big.Rat).Sub(rational(s[i]), mean)
			want.Mul(want, by["contrast"]).Add(want, rational(s[i])).Add(want, by["brightness"])
			got := values.Value(views[0], i)
			if got.Cmp(want) != 0 {
				t.Fatalf("feature %d is %v, want %v", i, got, want)
			}
			if hull := r.Hull(); rational(hull.Lo[i]).Cmp(got) > 0 || rational(hull.Hi[i]).Cmp(got) < 0 {
				t.Fatalf("feature %d is %v, outside of the hull from %v to %v", i, got, hull.Lo[i], hull.Hi[i])
			}
		}
	})
}

// TestContrastTooSmall: differences from the mean that no float64 of ordinary magnitude
// holds are not left out in silence.
func TestContrastTooSmall(t *testing.T) {
	p := region.Perturbation{Sample: []float64{0, network.MinMagnitude / 8}, Contrast: 1}
	if _, err := p.Region(); err == nil {
		t.Error("a direction that is left out makes a region")
	}
}

// TestFractions: a radius that is a fraction is that number, to less than the float64s next
// to the ends: outward for proofs, inward for witnesses. Features outside of patches are fixed.
func TestFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		radius := big.NewRat(rapid.Int64Range(0, 1000).Draw(t, "above"), rapid.Int64Range(1, 1000).Draw(t, "below"))
		sample := rapid.SliceOfN(rapid.Float64Range(-1, 1), 4, 4).Draw(t, "sample")
		p := region.Perturbation{Sample: sample, Radius: radius}
		if rapid.Bool().Draw(t, "patch") {
			var err error
			if p.Patches, err = region.NewPatches(region.Image{Channels: 1, Rows: 2, Columns: 2}, region.Patch{Height: 1, Width: 2}); err != nil {
				t.Fatal(err)
			}
		}
		r, err := p.Region()
		if err != nil {
			t.Fatal(err)
		}
		outer, inner := r.Box(), r.Box()
		if r.Inner() != nil {
			inner = *r.Inner()
		}
		for i, s := range sample {
			e := radius
			if p.Patches != nil && i >= 2 {
				e = new(big.Rat)
			}
			lo, hi := new(big.Rat).Sub(rational(s), e), new(big.Rat).Add(rational(s), e)
			if rational(outer.Lo[i]).Cmp(lo) > 0 || rational(outer.Hi[i]).Cmp(hi) < 0 {
				t.Fatalf("[%v, %v] does not hold [%v, %v]", outer.Lo[i], outer.Hi[i], lo, hi)
			}
			if rational(inner.Lo[i]).Cmp(lo) < 0 || rational(inner.Hi[i]).Cmp(hi) > 0 {
				t.Fatalf("[%v, %v] is not in [%v, %v]", inner.Lo[i], inner.Hi[i], lo, hi)
			}
			// The radius is rounded once and each sum once.
			most := 0x1p-51 * (math.Abs(s) + r.Epsilon()[i])
			if inner.Lo[i]-outer.Lo[i] > most || outer.Hi[i]-inner.Hi[i] > most {
				t.Fatalf("[%v, %v] is far from [%v, %v]", inner.Lo[i], inner.Hi[i], outer.Lo[i], outer.Hi[i])
			}
		}
	})
	for _, p := range []region.Perturbation{
		{Sample: []float64{1}, Radius: big.NewRat(1, 3), Brightness: 1}, {Sample: []float64{1}, Radius: big.NewRat(1, 3), Epsilon: []float64{1}},
		{Sample: []float64{1}, Radius: big.NewRat(-1, 3)}, {Sample: []float64{1}, Radius: new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 2000))},
	} {
		if _, err := p.Region(); err == nil {
			t.Errorf("%+v is taken", p)
		}
	}
}
