package rsm

import (
	"fmt"
	"math"
	"slices"
)

// Samples, radii and domains in different units are the commonest mistake about a region:
// pixels of 0 to 255 or 0 to 16 beside a radius or a domain for 0 to 1, or the other way
// round. Nothing is wrong with such a region, so what looks like one is a note.

// fewestPixels is from how many features on a sample may be an image: below, whole numbers
// and radii beside 1 are as likely meant.
const fewestPixels = 16

// spread is from where to where the values of a sample lie, and whether all are whole.
type spread struct {
	lo, hi float64
	whole  bool
	pixels bool // so many that they may be an image, and not all the same
}

func spreadOf(sample []float64) spread {
	s := spread{lo: slices.Min(sample), hi: slices.Max(sample), whole: true}
	s.pixels = len(sample) >= fewestPixels && s.lo < s.hi
	for _, v := range sample {
		s.whole = s.whole && v == math.Trunc(v)
	}
	return s
}

// levels says whether the values look like pixels that were not scaled.
func (s spread) levels() bool { return s.pixels && s.whole && s.lo >= 0 && s.hi > 8 && s.hi <= 255 }

// most is the largest value that such a pixel may have.
func (s spread) most() int {
	if s.hi <= 16 {
		return 16
	}
	return 255
}

// unit says whether the values look like pixels that are scaled to the unit interval.
func (s spread) unit() bool { return s.pixels && s.lo >= 0 && s.hi <= 1 && !s.whole }

// smallRadius is what a radius stays below that is meant for values from 0 to 1, and
// manyUnits is how much larger a domain is that is not meant for those.
const (
	smallRadius = 0.5
	manyUnits   = 16
)

// units are notes about what does not seem to be in the units of the sample. The radii are
// those of the features, nil for none.
func (r *Region) units(sample, radii []float64) []string {
	if len(sample) == 0 {
		return nil
	}
	s := spreadOf(sample)
	var notes []string
	for _, m := range [...]struct {
		what string
		size float64
	}{{"radius", largest(radii)}, {"brightness", r.Brightness}} {
		if s.levels() && m.size > 0 && m.size < smallRadius && r.Norm != L1 {
			notes = append(notes, fmt.Sprintf("the values of the sample are whole numbers from %v to %v, and the %s %v is in their units: if it is meant for values from 0 to 1, scale the sample, or multiply it by %d", s.lo, s.hi, m.what, m.size, s.most()))
		}
	}
	if scaled := r.scaledTwice(); scaled != "" && s.unit() {
		return append(notes, fmt.Sprintf("the values of the sample are from %v to %v, and %s: leave the scale out if they are scaled already", s.lo, s.hi, scaled))
	}
	if r.Clip == nil {
		if e := largest(radii); s.unit() && e > 1 && r.Norm != L1 {
			notes = append(notes, fmt.Sprintf("the radius %v is wider than the values of the sample, which are from %v to %v, and no domain clips the region: divide the radius by 255 if it is meant for pixels of 0 to 255", e, s.lo, s.hi))
		}
		return notes
	}
	lo, hi := r.Clip[0], r.Clip[1]
	if s.unit() && hi-lo >= manyUnits && !math.IsInf(hi-lo, 1) {
		notes = append(notes, fmt.Sprintf("the values of the sample are from %v to %v, and its domain is [%v, %v]: give the domain in the units of the sample", s.lo, s.hi, lo, hi))
	}
	return append(notes, r.wider(radii)...)
}

// largestRadius is a note about the largest radius of interest of a region without a domain.
func (r *Region) largestRadius(sample []float64, most float64) []string {
	if s := spreadOf(sample); r.Clip == nil && s.levels() && most <= 1 {
		return []string{fmt.Sprintf("the values of the sample are whole numbers from %v to %v, and radii up to %v are in their units: if the networks take values from 0 to 1, scale the sample", s.lo, s.hi, most)}
	}
	return nil
}

// wider is a note about radii that are wider than the domain.
func (r *Region) wider(radii []float64) []string {
	lo, hi := r.Clip[0], r.Clip[1]
	moved := count(radii, func(e float64) bool { return e > 0 })
	wide := count(radii, func(e float64) bool { return e > hi-lo })
	reach := "all of the domain is in the region"
	if len(r.Patches) > 0 {
		reach = "all values of the patches are"
	}
	switch {
	case r.Norm == L1 && r.Epsilon > (hi-lo)*float64(moved):
		return []string{fmt.Sprintf("the radius %v is more than all features of the domain [%v, %v] can differ by together: %s", r.Epsilon, lo, hi, reach)}
	case r.Norm == L1 || wide == 0:
		return nil
	case wide < moved:
		return []string{fmt.Sprintf("the radii of %d of %d features are wider than the domain [%v, %v]: these may be anything in it", wide, len(radii), lo, hi)}
	}
	return []string{fmt.Sprintf("the radius %v is wider than the domain [%v, %v]: %s; 8 of 255 levels are 8/255 of a domain from 0 to 1", largest(radii), lo, hi, reach)}
}

// scaledTwice says which networks get values of the sample that are made much smaller.
func (r *Region) scaledTwice() string {
	for k, p := range r.preprocessing() {
		mul, div := p.Mul, p.Div
		if mul == 0 {
			mul = 1
		}
		if div == 0 {
			div = 1
		}
		if f := math.Abs(mul / div); f <= 1.0/manyUnits && !p.Mean.given() {
			return fmt.Sprintf("N%d gets them times %v/%v", k+1, mul, div)
		}
	}
	return ""
}

// largest is the largest radius, 0 where there is none.
func largest(radii []float64) float64 {
	e := 0.0
	for _, v := range radii {
		e = max(e, v)
	}
	return e
}

func count(values []float64, is func(float64) bool) int {
	n := 0
	for _, v := range values {
		if is(v) {
			n++
		}
	}
	return n
}
