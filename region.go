package rsm

import (
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"strings"

	"rsm/network"
	"rsm/region"
)

// Norm is the norm of a ball.
type Norm string

// The norms.
const (
	LInf Norm = "linf" // no feature differs by more than the radius; the default
	L1   Norm = "l1"   // all differences together are the radius at most
)

// Patch is a rectangle of the pixels of an image. Rows and columns count from 0.
type Patch = region.Patch

// Region says which inputs a question is about: those around a sample, a box, or the
// box of a VNN-LIB file. The inputs x around a sample s are
//
//	x_i = s_i + b + c (s_i - m) + e_i,  clipped to Clip
//
// with |b| <= Brightness, |c| <= Contrast, m the mean of s, and e in the ball of
// Epsilon, which only moves the pixels of Patches where there are any.
type Region struct {
	Sample Sample
	// Epsilon is the radius of the ball. Only Ball makes one of radius 0: without it
	// there must be something else that moves inputs.
	Epsilon float64
	// Radius, where given, is the radius as it is written, such as "8/255", in place of the
	// float64 Epsilon. It goes without Norm l1, Brightness and Contrast.
	Radius Decimal
	// Epsilons, where given, is a radius for each feature in place of Epsilon.
	Epsilons Sample
	Norm     Norm
	// Clip is the domain of the inputs, nil for none. A ball of a norm is cut off there;
	// what brightness and contrast move out of it is clipped, exactly.
	Clip *[2]float64
	// Free lets the pixels of Patches be anything in Clip, in place of a ball.
	Free    bool
	Patches []Patch
	// ImageShape is the sample as an image where networks take it flat: rows and
	// columns, or with channels before or after.
	ImageShape           []int
	Brightness, Contrast float64

	// Lo and Hi are the bounds of a box, all numbers of their files.
	Lo, Hi Sample

	// VNNLIB is the path of a VNN-LIB file whose constraints of inputs are a box.
	VNNLIB string

	// Of1 and Of2 are how N1 and N2 make their inputs of a point of the region.
	// Epsilon, Clip, boxes and Apart are in the units of the points.
	Of1, Of2 Preprocessing
	// Layout is that of the points, which are then transposed to the networks'; where it
	// is empty both networks get the numbers in their order.
	Layout Layout
	// Apart lets N2 see another point of the domain than N1, any that differs from it by
	// at most this: one number, or one for each feature.
	Apart Sample

	radius bool // Epsilon is given, be it 0
}

// Ball is the ball around a sample in the L-infinity norm.
func Ball(s Sample, radius float64) Region { return Region{Sample: s, Epsilon: radius, radius: true} }

// Box is the set of inputs x with lo <= x <= hi.
func Box(lo, hi []float64) Region { return Region{Lo: Point(lo), Hi: Point(hi)} }

// Clipped is the region clipped to the domain from lo to hi.
func (r Region) Clipped(lo, hi float64) Region {
	r.Clip = &[2]float64{lo, hi}
	return r
}

// check finds what is wrong whatever the networks are.
func (r *Region) check() error {
	forms := 0
	for _, given := range [...]bool{r.Sample.given(), r.Lo.given() || r.Hi.given(), r.VNNLIB != ""} {
		if given {
			forms++
		}
	}
	if forms != 1 {
		return &Invalid{"Region", ": give exactly one of a sample, a box and a VNN-LIB file"}
	}
	if !r.Sample.given() {
		if field := r.aroundSample(); field != "" {
			return &Invalid{field, " goes with a sample only"}
		}
		return nil
	}
	ball := r.radius || r.Epsilon != 0 || r.Radius != "" || r.Epsilons.given()
	switch {
	case !ball && !r.Free && len(r.Patches) > 0:
		return &Invalid{"Patches", " needs Epsilon, or Free and Clip"}
	case !ball && !r.Free && r.Brightness == 0 && r.Contrast == 0:
		return &Invalid{"Region", ": nothing moves the sample: give the radius of a ball, brightness or contrast"}
	case r.Radius != "" && (r.Epsilon != 0 || r.Epsilons.given()):
		return &Invalid{"Radius", " takes the place of Epsilon: give one of them"}
	case r.Radius != "" && (r.Norm == L1 || r.Brightness != 0 || r.Contrast != 0):
		return r.noFraction()
	case r.Epsilons.given() && r.Epsilon != 0:
		return &Invalid{"Epsilons", " takes the place of Epsilon: give one of them"}
	case r.Norm != "" && r.Norm != LInf && r.Norm != L1:
		return &Invalid{"Norm", fmt.Sprintf(" %s: give linf or l1", r.Norm)}
	case r.Norm == L1 && r.Epsilons.given():
		return &Invalid{"Norm", " l1 takes one number as Epsilon"}
	case r.Free && len(r.Patches) == 0:
		return &Invalid{"Free", " goes with Patches only"}
	case r.Free && (r.Epsilon != 0 || r.Radius != "" || r.Epsilons.given()):
		return &Invalid{"Free", " takes the place of Epsilon"}
	case r.Free && r.Norm == L1:
		return &Invalid{"Norm", " l1 needs Epsilon"}
	case r.Free && r.Clip == nil:
		return &Invalid{"Free", " needs Clip, the domain in which pixels are free"}
	case len(r.ImageShape) > 0 && len(r.Patches) == 0 && !r.preprocesses():
		return &Invalid{"ImageShape", " goes with Patches, Layout and constants of channels only"}
	}
	return nil
}

// exact is Radius as a number.
func (r *Region) exact() (*big.Rat, error) {
	v, err := r.Radius.Rat()
	if err == nil && v.Sign() < 0 {
		err = errors.New("is below zero: it must be zero or more")
	}
	if err != nil {
		return nil, &Invalid{"Radius", fmt.Sprintf(" %s: %v", r.Radius, err)}
	}
	return v, nil
}

// noFraction says how to write a radius where it must be a float64.
func (r *Region) noFraction() error {
	v, err := r.exact()
	if err != nil {
		return err
	}
	e, _ := v.Float64()
	return &Invalid{"Radius", fmt.Sprintf(" %s: a radius as a fraction goes with no other change and no other norm; give the number %v", r.Radius, e)}
}

// aroundSample names a field that is set and goes with samples.
func (r *Region) aroundSample() string {
	for _, f := range [...]struct {
		name string
		set  bool
	}{
		{"Epsilon", r.Epsilon != 0 || r.Epsilons.given()}, {"Radius", r.Radius != ""}, {"Norm", r.Norm != ""}, {"Clip", r.Clip != nil}, {"Free", r.Free},
		{"Patches", len(r.Patches) > 0}, {"ImageShape", len(r.ImageShape) > 0 && !r.preprocesses()}, {"Brightness", r.Brightness != 0}, {"Contrast", r.Contrast != 0},
	} {
		if f.set {
			return f.name
		}
	}
	return ""
}

// source is where the region comes from, for results.
func (r *Region) source() RegionSource {
	s := RegionSource{VNNLIB: r.VNNLIB, Brightness: Float(r.Brightness), Contrast: Float(r.Contrast)}
	if r.Lo.from != nil && r.Hi.from != nil {
		s.Box, s.BoxSHA256 = r.Lo.file()+","+r.Hi.file(), []string{r.Lo.sum(), r.Hi.sum()}
	}
	if !r.Sample.given() {
		return s
	}
	s.Input, s.InputSHA256, s.Epsilon = r.Sample.file(), r.Sample.sum(), r.radiusText()
	if r.Sample.from != nil {
		index := r.Sample.index
		s.Index = &index
	}
	s.EpsilonSHA256 = r.Epsilons.sum()
	if r.Clip != nil {
		s.Clip = &[2]Float{Float(r.Clip[0]), Float(r.Clip[1])}
	}
	if r.Norm == L1 {
		s.Norm = "l1"
	}
	for _, p := range r.Patches {
		s.Patch = strings.TrimPrefix(fmt.Sprintf("%s,%d,%d,%d,%d", s.Patch, p.Row, p.Column, p.Height, p.Width), ",")
	}
	s.ImageShape = strings.ReplaceAll(strings.Trim(fmt.Sprint(r.ImageShape), "[]"), " ", ",")
	return s
}

// radiusText writes the radius, or names the file of the radii.
func (r *Region) radiusText() string {
	switch {
	case r.Free:
		return ""
	case r.Radius != "":
		return string(r.Radius)
	case r.Epsilons.given() && r.Epsilons.file() == "":
		return "of each feature"
	case r.Epsilons.given():
		return r.Epsilons.file()
	case r.Epsilon == 0 && (r.Brightness != 0 || r.Contrast != 0):
		return ""
	}
	return fmt.Sprint(r.Epsilon)
}

// describe says in words what the region is. The patches are those for networks with
// inputs of the given shape.
func (r *Region) describe(shape network.Shape, p *region.Patches) string {
	switch {
	case r.VNNLIB != "":
		return fmt.Sprintf("%d features, box of %s", shape.Size(), filepath.Base(r.VNNLIB))
	case !r.Sample.given() && (r.Lo.from == nil || r.Hi.from == nil):
		return fmt.Sprintf("%d features, box", shape.Size())
	case !r.Sample.given():
		return fmt.Sprintf("%d features, box of %s and %s", shape.Size(), filepath.Base(r.Lo.file()), filepath.Base(r.Hi.file()))
	}
	var what []string
	switch text := r.radiusText(); {
	case text == "":
	case r.Norm == L1:
		what = append(what, "L1 ball of radius "+text)
	default:
		what = append(what, "epsilon "+text)
	}
	if p != nil {
		what = append(what, p.String())
	}
	if r.Brightness != 0 {
		what = append(what, fmt.Sprintf("brightness %v", r.Brightness))
	}
	if r.Contrast != 0 {
		what = append(what, fmt.Sprintf("contrast %v", r.Contrast))
	}
	s := fmt.Sprintf("%d features, %s around %s", shape.Size(), strings.Join(what, ", "), r.Sample.name())
	if r.Clip != nil {
		s += fmt.Sprintf(", clipped to [%v, %v]", r.Clip[0], r.Clip[1])
	}
	return s
}

// describeBalls says in words which balls a radius is of.
func (r *Region) describeBalls(features int, p *region.Patches) string {
	s := fmt.Sprintf("%s, %d features", r.Sample.name(), features)
	if p != nil {
		s += ", " + p.String()
	}
	if r.Clip != nil {
		s += fmt.Sprintf(", balls clipped to [%v, %v]", r.Clip[0], r.Clip[1])
	}
	return s
}
