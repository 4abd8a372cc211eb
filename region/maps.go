package region

import (
	"fmt"
	"math"
	"slices"

	"rsm/network"
)

// Maps say how two networks see the points of a region.
type Maps struct {
	// Image says how points are images, where maps have constants for channels, or
	// layouts; nil elsewhere.
	Image *Image
	Of    [2]Map // of N1 and of N2
}

// Map is how one network sees the points of a region: doc.go has the formula. The
// zero value is the identity.
type Map struct {
	// Mul and Div scale by Mul / Div; 0 stands for 1.
	Mul, Div float64
	// Mean and Std are one number, one for each channel, or one for each feature of
	// a point; nil stands for 0 and 1.
	Mean, Std []float64
	// Layout is the network's, AsGiven where that is the points'.
	Layout Layout
	// Apart is by how much the point that the network sees may differ from the other
	// network's, in the units of the region: one number, or one for each feature.
	// One of two maps may have it.
	Apart []float64
}

// Through is the region with maps for both networks. Errors name the map and what
// does not fit.
func (r *Region) Through(maps Maps) (*Region, error) {
	if r.maps.Image != nil || r.fronts != [2]*network.Graph{} || r.Apart() {
		return nil, fmt.Errorf("the region has maps already")
	}
	if m := maps.Image; m != nil {
		if err := m.Check(); err != nil {
			return nil, err
		}
		if m.Size() != r.size {
			return nil, fmt.Errorf("points of %d features are no images of %v: these have %d", r.size, *m, m.Size())
		}
	}
	s := *r
	s.maps = maps
	for k := range maps.Of {
		name := fmt.Sprintf("the map of N%d", k+1)
		var err error
		if s.apart[k], err = r.disturbance(maps.Of[k].Apart); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if s.fronts[k], err = r.front(&maps.Of[k], maps.Image, s.apart[k]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if s.apart[0] != nil && s.apart[1] != nil {
		return nil, fmt.Errorf("the maps of N1 and of N2 both say how far apart points are: one of them is enough")
	}
	if k := s.Disturbed(); k >= 0 {
		return &s, s.disturb(k)
	}
	return &s, nil
}

// disturbance is Apart by feature, nil where it is zero.
func (r *Region) disturbance(apart []float64) ([]float64, error) {
	all, err := r.spread("apart", apart, nil)
	if err != nil || all == nil {
		return nil, err
	}
	for i, v := range all {
		if !(v >= 0 && v <= network.MaxMagnitude) || v > 0 && v < network.MinMagnitude {
			return nil, fmt.Errorf("points differ by at most %v in feature %d: it must be zero, or a number from %.0e to %.0e", v, i, network.MinMagnitude, network.MaxMagnitude)
		}
	}
	if !slices.ContainsFunc(all, func(v float64) bool { return v > 0 }) {
		return nil, nil
	}
	return all, nil
}

// spread is one value for each feature; nil for none.
func (r *Region) spread(what string, given []float64, image *Image) ([]float64, error) {
	if given == nil {
		return nil, nil
	}
	out := make([]float64, r.size)
	switch {
	case len(given) == 1 || len(given) == r.size:
		for i := range out {
			out[i] = given[i%len(given)]
		}
	case image == nil:
		return nil, fmt.Errorf("%s has %d numbers for points of %d features: give one number, or one for each feature; for numbers by channel, give the shape of the image", what, len(given), r.size)
	case image.Layout == AsGiven && image.Channels > 1:
		return nil, fmt.Errorf("%s has %d numbers, one for each channel: say whether points are nchw or nhwc", what, len(given))
	case len(given) != image.Channels:
		return nil, fmt.Errorf("%s has %d numbers for an image of %v: give one number, one for each of the %d channels, or one for each feature", what, len(given), *image, image.Channels)
	default:
		for i := range out {
			out[i] = given[image.Channel(i)]
		}
	}
	return out, nil
}

// front makes the graph from what a network sees to its input, nil for the identity.
func (r *Region) front(m *Map, image *Image, apart []float64) (*network.Graph, error) {
	mean, err := r.spread("the mean", m.Mean, image)
	if err != nil {
		return nil, err
	}
	std, err := r.spread("the standard deviation", m.Std, image)
	if err != nil {
		return nil, err
	}
	mul, div := orOne(m.Mul), orOne(m.Div)
	if err := magnitudes(mul, div, mean, std); err != nil {
		return nil, err
	}
	if err := r.fits(mul, div, mean, std, apart); err != nil {
		return nil, err
	}
	g := network.NewGraph(network.Shape{r.size})
	if mul != 1 || div != 1 || mean != nil {
		op := &network.Elementwise{}
		if mul != 1 {
			op.Mul = slices.Repeat([]float64{mul}, r.size)
		}
		if div != 1 {
			op.Div = slices.Repeat([]float64{div}, r.size)
		}
		if mean != nil {
			op.Add = make([]float64, r.size)
			for i, v := range mean {
				op.Add[i] = 0 - v
			}
		}
		if _, err := g.Add("scaled", op, nil, 0); err != nil {
			return nil, err
		}
	}
	if std != nil {
		if _, err := g.Add("standardized", &network.Elementwise{Div: std}, nil, len(g.Nodes)-1); err != nil {
			return nil, err
		}
	}
	if m.Layout != AsGiven {
		if image == nil || image.Layout == AsGiven && image.Channels > 1 {
			return nil, fmt.Errorf("the layout of the network is %v, and it is not known that of the points: say what the image is, and its layout", m.Layout)
		}
		if index := image.permutation(m.Layout); index != nil {
			if _, err := g.Add("transposed", &network.Gather{Index: index}, nil, len(g.Nodes)-1); err != nil {
				return nil, err
			}
		}
	}
	if len(g.Nodes) == 1 {
		return nil, nil
	}
	return g, nil
}

// orOne is v, and 1 where that is 0.
func orOne(v float64) float64 {
	if v == 0 {
		return 1
	}
	return v
}

// magnitudes says which constants of a map rsm cannot compute with.
func magnitudes(mul, div float64, mean, std []float64) error {
	good := func(v float64) bool {
		return math.Abs(v) <= network.MaxMagnitude && math.Abs(v) >= network.MinMagnitude
	}
	switch {
	case !good(mul):
		return fmt.Errorf("the scale multiplies by %v: its magnitude must be from %.0e to %.0e", mul, network.MinMagnitude, network.MaxMagnitude)
	case !good(div):
		return fmt.Errorf("the scale divides by %v: its magnitude must be from %.0e to %.0e", div, network.MinMagnitude, network.MaxMagnitude)
	}
	for i, v := range mean {
		if v != 0 && !good(v) {
			return fmt.Errorf("the mean of feature %d is %v: its magnitude must be zero, or from %.0e to %.0e", i, v, network.MinMagnitude, network.MaxMagnitude)
		}
	}
	for i, v := range std {
		if !(v > 0) || !good(v) {
			return fmt.Errorf("the standard deviation of feature %d is %v: it must be a number from %.0e to %.0e", i, v, network.MinMagnitude, network.MaxMagnitude)
		}
	}
	return nil
}

// fits says whether inputs have magnitudes that rsm can compute with.
func (r *Region) fits(mul, div float64, mean, std, apart []float64) error {
	for i := range r.size {
		lo, hi := r.hull.Lo[i], r.hull.Hi[i]
		if apart != nil {
			lo, hi = lo-apart[i], hi+apart[i]
		}
		for _, v := range [...]float64{lo, hi} {
			v = v * mul / div
			if mean != nil {
				v -= mean[i]
			}
			if std != nil {
				v /= std[i]
			}
			if !(math.Abs(v) <= network.MaxMagnitude) {
				return fmt.Errorf("feature %d of the network's input would be %v: magnitudes are at most %.0e", i, v, network.MaxMagnitude)
			}
		}
	}
	return nil
}
