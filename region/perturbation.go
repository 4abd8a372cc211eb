package region

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"

	"rsm/network"
)

// Perturbation describes points x around a sample s,
//
//	x_i = min(max(s_i + b + c (s_i - m) + e_i, lo), hi),
//
// with |b| <= Brightness, |c| <= Contrast, |e_i| <= Epsilon_i and, where L1 is not
// nil, sum |e_i| <= *L1. Clip is lo and hi; where it is nil nothing is clipped. m is
// the mean of the sample, so that contrast is as in ImageNet-C (Hendrycks and
// Dietterich, arXiv 1903.12261), over all features together.
//
// All of it is exact in real arithmetic. Without b, c and L1 it is a box, whose ends
// s_i - Epsilon_i and s_i + Epsilon_i are rounded outward for proofs, and inward for
// witnesses (Region.Inner): the two differ by less than the distance of two float64s.
type Perturbation struct {
	Sample               []float64
	Brightness, Contrast float64
	// Epsilon is one number, or one for each feature. Nil stands for zero; where there
	// is L1, for no limit but that; and else, where there are Patches, for Clip.
	Epsilon []float64
	// Radius, where not nil, is one radius in place of Epsilon that need not be a float64,
	// such as 8/255. It goes without b, c and L1.
	Radius *big.Rat
	L1     *float64
	// Patches, where not nil, hold all features with an e_i.
	Patches *Patches
	Clip    *[2]float64
}

// Region makes the region of a perturbation.
func (p Perturbation) Region() (*Region, error) {
	epsilon, err := p.epsilons()
	if err != nil {
		return nil, err
	}
	p.Sample = slices.Clone(p.Sample)
	if p.Clip != nil {
		p.Clip = &[2]float64{p.Clip[0], p.Clip[1]}
	}
	if p.L1 != nil || p.Brightness > 0 || p.Contrast > 0 {
		p.Epsilon = epsilon
		if err := p.check(); err != nil {
			return nil, err
		}
		return p.parametric()
	}
	larger, smaller := p.around(epsilon)
	box, inner, err := balls(p.Sample, larger, smaller, p.Clip)
	if err != nil {
		return nil, err
	}
	if p.free() {
		for i := range epsilon {
			if p.Patches.Holds(i) {
				box.Lo[i], box.Hi[i] = p.Clip[0], p.Clip[1]
				inner.Lo[i], inner.Hi[i] = p.Clip[0], p.Clip[1]
			}
		}
	}
	r := &Region{box: box, hull: box, size: len(box.Lo), sample: p.Sample, mean: nearest(mean(p.Sample)), clip: p.Clip, epsilon: epsilon}
	if !slices.Equal(box.Lo, inner.Lo) || !slices.Equal(box.Hi, inner.Hi) {
		r.inner = &inner
	}
	return r, nil
}

// around are the float64s next to the radii, above and below: those themselves where they
// are float64s.
func (p *Perturbation) around(epsilon []float64) (above, below []float64) {
	if p.Radius == nil {
		return epsilon, epsilon
	}
	above, below = slices.Clone(epsilon), slices.Clone(epsilon)
	for i, e := range epsilon {
		if e == 0 {
			continue
		}
		switch exact(e).Cmp(p.Radius) {
		case -1:
			above[i] = math.Nextafter(e, math.Inf(1))
		case 1:
			below[i] = math.Nextafter(e, 0)
		}
	}
	return above, below
}

// free says whether pixels of patches may be anything in the domain.
func (p *Perturbation) free() bool {
	return p.Epsilon == nil && p.Radius == nil && p.L1 == nil && p.Patches != nil
}

// epsilons are those of the features, zero outside of the patches.
func (p *Perturbation) epsilons() ([]float64, error) {
	n := len(p.Sample)
	if p.Patches != nil && p.Patches.Image.Size() != n {
		return nil, fmt.Errorf("the patches are of an image of %v, the sample has %d features", p.Patches.Image, n)
	}
	for name, v := range map[string]float64{"brightness": p.Brightness, "contrast": p.Contrast} {
		if !(v >= 0 && v <= network.MaxMagnitude) {
			return nil, fmt.Errorf("the %s is %v: it must be a number from 0 to %.0e", name, v, network.MaxMagnitude)
		}
	}
	given := p.Epsilon
	if p.Radius != nil {
		e := nearest(p.Radius)
		switch {
		case given != nil || p.L1 != nil || p.Brightness > 0 || p.Contrast > 0:
			return nil, errors.New("a radius that is a fraction goes with balls of the L-infinity norm alone")
		case p.Radius.Sign() != 0 && !(e >= network.MinMagnitude && e <= network.MaxMagnitude):
			return nil, fmt.Errorf("the radius is %v: it must be 0, or a number from %.0e to %.0e", e, network.MinMagnitude, network.MaxMagnitude)
		}
		given = []float64{e}
	}
	switch {
	case given != nil:
	case p.L1 != nil:
		given = []float64{*p.L1}
	case p.Patches != nil && p.Clip == nil:
		return nil, fmt.Errorf("patches need epsilon, or the domain in which their pixels are free: a clip range")
	case p.Patches != nil:
		given = []float64{p.Clip[1] - p.Clip[0]}
	default:
		given = []float64{0}
	}
	if len(given) != 1 && len(given) != n {
		return nil, epsilonCount(len(given), n)
	}
	out := make([]float64, n)
	for i := range out {
		if p.Patches == nil || p.Patches.Holds(i) {
			out[i] = given[i%len(given)]
		}
	}
	return out, nil
}

// parametric makes the region where its points are made of parameters.
func (p *Perturbation) parametric() (*Region, error) {
	m := mean(p.Sample)
	s := &Region{size: len(p.Sample), sample: p.Sample, around: true, mean: nearest(m), clip: p.Clip, epsilon: p.Epsilon}
	away, divisor, err := p.directions(m)
	if err != nil {
		return nil, err
	}
	params := p.parameters(away)
	if len(params) == 0 {
		return nil, fmt.Errorf("the region is the sample alone: nothing is free")
	}
	matrix := []element{}
	divisors := slices.Repeat([]float64{1}, len(params))
	budget := &Budget{In: make([]bool, len(params))}
	for k, q := range params {
		s.names = append(s.names, q.name)
		s.box.Lo, s.box.Hi = append(s.box.Lo, q.lo), append(s.box.Hi, q.hi)
		for _, e := range q.elements {
			matrix = append(matrix, element{row: e.row, col: k, value: e.value})
		}
		budget.In[k] = q.budgeted
		if q.name == contrast {
			divisors[k] = divisor
		}
	}
	slices.SortStableFunc(matrix, func(a, b element) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	if p.L1 != nil {
		budget.Most = *p.L1
		for i, v := range p.Sample {
			budget.Reserve += 0x1p-51 * (math.Abs(v) + p.epsilon(i))
		}
		s.budget = budget
	}
	s.graph = network.NewGraph(network.Shape{len(params)})
	at := 0
	if divisor != 1 {
		if at, err = s.graph.Add("divided", &network.Elementwise{Div: divisors}, nil, at); err != nil {
			return nil, err
		}
	}
	if at, err = s.graph.Add("perturbed", sparse([]int{len(params)}, [][]element{matrix}, p.Sample), nil, at); err != nil {
		return nil, err
	}
	if at, err = p.clamp(s, at, matrix, divisors); err != nil {
		return nil, err
	}
	s.point, s.views = at, [2]int{at, at}
	return s, nil
}

func (p *Perturbation) check() error {
	if p.L1 != nil && !(*p.L1 >= 0 && *p.L1 <= network.MaxMagnitude) {
		return fmt.Errorf("epsilon is %v: it must be a number from 0 to %.0e", *p.L1, network.MaxMagnitude)
	}
	if _, err := Ball(p.Sample, []float64{0}, p.Clip); err != nil {
		return err
	}
	for i := range p.Epsilon {
		if v := p.Epsilon[i]; !(v >= 0 && v <= network.MaxMagnitude) {
			return fmt.Errorf("epsilon of feature %d is %v: it must be a number from 0 to %.0e", i, v, network.MaxMagnitude)
		}
	}
	return nil
}

// epsilon is that of a feature, once they are known.
func (p *Perturbation) epsilon(i int) float64 {
	if p.L1 != nil {
		return min(p.Epsilon[i], *p.L1)
	}
	return p.Epsilon[i]
}

// parameter is one of a perturbation: what it adds to the inputs.
type parameter struct {
	name     string
	lo, hi   float64
	elements []element
	budgeted bool
}

// global says whether a parameter moves all features.
func (p *Perturbation) global() bool { return p.Brightness > 0 || p.Contrast > 0 }

// parameters lists the parameters that are not fixed. That of the contrast moves features
// by the given elements.
func (p *Perturbation) parameters(away []element) []parameter {
	var all []parameter
	add := func(q parameter) {
		if q.lo < q.hi && len(q.elements) > 0 {
			all = append(all, q)
		}
	}
	bright := make([]element, len(p.Sample))
	for i := range bright {
		bright[i] = element{row: i, value: 1}
	}
	add(parameter{name: "brightness", lo: -p.Brightness, hi: p.Brightness, elements: bright})
	add(parameter{name: contrast, lo: -p.Contrast, hi: p.Contrast, elements: away})
	for i, v := range p.Sample {
		e := p.epsilon(i)
		below, above := e, e
		if p.Clip != nil && !p.global() { // what is clipped is of no use, and need not be clamped
			below, above = min(e, reach(-v, -p.Clip[0])), min(e, reach(v, p.Clip[1]))
		}
		if p.L1 == nil {
			add(parameter{name: fmt.Sprintf("e%d", i), lo: -below, hi: above, elements: []element{{row: i, value: 1}}})
			continue
		}
		add(parameter{name: fmt.Sprintf("e%d+", i), hi: above, elements: []element{{row: i, value: 1}}, budgeted: true})
		add(parameter{name: fmt.Sprintf("e%d-", i), hi: below, elements: []element{{row: i, value: -1}}, budgeted: true})
	}
	return all
}
