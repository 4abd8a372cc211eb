package rsm

import (
	"fmt"
	"math/big"
	"strings"

	"rsm/region"
)

// inputs is a Region for networks with inputs of a known shape.
type inputs struct {
	*region.Region
	around region.Perturbation // what the region of a sample is made of
	info   RegionInfo
	bounds [][2]*big.Rat // of a query, as they are written
	notes  []string
}

// inputs makes the region for networks, which take inputs of the same size.
func (r *Region) inputs(nets [2]*Network, files Reader) (*inputs, error) {
	shape := nets[0].Nodes[0].Shape
	if err := r.check(); err != nil {
		return nil, err
	}
	in := &inputs{info: RegionInfo{Source: r.source()}}
	var err error
	switch {
	case r.Sample.given():
		err = in.perturbation(r, nets)
	case r.VNNLIB != "":
		err = in.query(r.VNNLIB, files)
	default:
		if in.Region, err = region.OfBox(region.Box{Lo: r.Lo.all(), Hi: r.Hi.all()}); err != nil && in.info.Source.Box != "" {
			err = fmt.Errorf("%s: %w", in.info.Source.Box, err)
		}
	}
	if err == nil && in.Size() != shape.Size() {
		err = fmt.Errorf("the region has %d features, the networks take %d", in.Size(), shape.Size())
	}
	if err != nil {
		return nil, err
	}
	hull := in.Hull()
	in.info.Lower, in.info.Upper = FloatsOf(hull.Lo), FloatsOf(hull.Hi)
	if in.info.Description == "" {
		in.info.Description = r.describe(shape, nil)
	}
	return in, in.view(r, nets)
}

// query takes the input box of a VNN-LIB file.
func (in *inputs) query(path string, files Reader) error {
	s, err := files.specification(path)
	if err != nil {
		return err
	}
	lo, hi, bounds, notes, err := s.InputBox()
	if err != nil {
		return err
	}
	in.info.Source.VNNLIBSHA256 = s.SHA256
	in.bounds = bounds
	in.notes = append(in.notes, notes...)
	if in.Region, err = region.OfBox(region.Box{Lo: lo, Hi: hi}); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// perturbation takes the inputs around a sample.
func (in *inputs) perturbation(r *Region, nets [2]*Network) (err error) {
	shape := nets[0].Nodes[0].Shape
	how := region.Perturbation{Brightness: r.Brightness, Contrast: r.Contrast, Clip: r.Clip}
	if how.Sample, err = r.Sample.Features(shape.Size()); err != nil {
		return err
	}
	note := ""
	if how.Sample, note, err = r.Sample.fromIntegers(how.Sample, r, nets); err != nil {
		return err
	}
	if note != "" {
		in.notes = append(in.notes, note)
	}
	switch {
	case r.Radius != "":
		if how.Radius, err = r.exact(); err != nil {
			return err
		}
	case r.Epsilons.given():
		if how.Epsilon, err = r.Epsilons.Features(shape.Size()); err != nil {
			return err
		}
	case !r.Free:
		how.Epsilon = []float64{r.Epsilon}
	}
	if r.Norm == L1 {
		how.L1 = &r.Epsilon
	}
	if how.Patches, err = r.patches(nets); err != nil {
		return err
	}
	in.around = how
	if in.Region, err = how.Region(); err != nil {
		return err
	}
	in.info.Description = r.describe(shape, how.Patches)
	if r.Clip == nil && (r.Brightness > 0 || r.Contrast > 0) {
		in.notes = append(in.notes, "brightness and contrast may move inputs out of their domain: clip the region to it")
	}
	in.notes = append(in.notes, r.units(how.Sample, in.Epsilon())...)
	if in.Parametric() {
		in.perturbed(how)
	}
	return nil
}

// perturbed says which points the region of a perturbation holds, where it is no box.
func (in *inputs) perturbed(how region.Perturbation) {
	p := &PerturbationInfo{Formula: "x_i = s_i", Sample: FloatsOf(how.Sample), Brightness: Float(how.Brightness), Contrast: Float(how.Contrast),
		Parameters: len(in.Names()), Clipped: in.Clipped()}
	if how.Brightness > 0 {
		p.Formula += " + b"
	}
	if how.Contrast > 0 {
		mean := Float(in.Mean())
		p.Mean = &mean
		p.Formula += " + c (s_i - mean)"
	}
	var where []string
	epsilon := in.Epsilon()
	for _, e := range epsilon {
		if e > 0 {
			p.Epsilon = FloatsOf(epsilon)
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
		l1 := Float(*how.L1)
		p.L1 = &l1
		where = append(where, "sum |e_i| at most l1")
	}
	p.Formula += ", " + strings.Join(where, ", ")
	in.info.Perturbation = p
}

// named are the parameters of a witness that belong to all features.
func (in *inputs) named(parameters []float64) map[string]Float {
	var out map[string]Float
	for k, v := range parameters {
		if n := in.Names()[k]; n == "brightness" || n == "contrast" {
			if out == nil {
				out = map[string]Float{}
			}
			out[n] = Float(v)
		}
	}
	return out
}
