package region

import (
	"fmt"
	"slices"

	"rsm/network"
)

// Region is a set of points, and how each of two networks sees them. It is made by
// OfBox or Perturbation.Region, and Through; it is not changed after.
type Region struct {
	box    Box     // of the parameters
	inner  *Box    // the float64s of box in the region, where ends of it are rounded
	budget *Budget // of the parameters, or nil
	names  []string

	// graph makes points of parameters; nil where they are the same.
	graph *network.Graph
	// point is the node of x, views those of what the networks see.
	point int
	views [2]int

	size    int // of a point
	hull    Box // of the points
	clip    *[2]float64
	sample  []float64
	around  bool // points are made of parameters around the sample
	mean    float64
	clipped int
	epsilon []float64 // by feature

	maps   Maps
	fronts [2]*network.Graph // from a view to an input; nil for the identity
	apart  [2][]float64      // by feature; nil for none
}

// OfBox is the region of all points of a box.
func OfBox(b Box) (*Region, error) {
	b, err := NewBox(slices.Clone(b.Lo), slices.Clone(b.Hi))
	if err != nil {
		return nil, err
	}
	return &Region{box: b, hull: b, size: len(b.Lo)}, nil
}

// Size is the number of features of a point.
func (r *Region) Size() int { return r.size }

// Box is the box of the parameters, or of the points where Parametric says no.
func (r *Region) Box() Box { return r.box }

// Inner is nil where the box is the region, or makes it. Else the ends of the box are
// rounded outward, as for proofs, and Inner has them rounded inward: witnesses are in it.
func (r *Region) Inner() *Box { return r.inner }

// Holds says whether a point of float64s is in the region, as far as its box, or the box
// around it, says.
func (r *Region) Holds(x []float64) bool {
	if r.inner != nil { // its first parameters are the point, disturbances follow
		return Box{Lo: r.inner.Lo[:r.size], Hi: r.inner.Hi[:r.size]}.Contains(x)
	}
	return r.hull.Contains(x)
}

// Budget is the condition on the parameters beside their box, or nil.
func (r *Region) Budget() *Budget { return r.budget }

// Parametric says whether points are made of parameters.
func (r *Region) Parametric() bool { return r.graph != nil }

// Names are the names of the parameters, nil where points have none.
func (r *Region) Names() []string { return r.names }

// Hull is a box around the points.
func (r *Region) Hull() Box { return r.hull }

// Clip is the domain of the points, or nil.
func (r *Region) Clip() *[2]float64 { return r.clip }

// Clipped is the number of features whose values are clipped, by ReLUs.
func (r *Region) Clipped() int { return r.clipped }

// Sample is what the region is around, or nil.
func (r *Region) Sample() []float64 { return r.sample }

// Mean is the mean of the sample, as it was computed.
func (r *Region) Mean() float64 { return r.mean }

// Center is a point in the middle: the centre of a box, or the sample where brightness,
// contrast or an L1 ball make points.
func (r *Region) Center() []float64 {
	if r.around {
		return slices.Clone(r.sample)
	}
	return r.hull.Center()
}

// Maps are the maps that Through was given.
func (r *Region) Maps() Maps { return r.maps }

// Apart says whether the networks see different points. Disturbed is the network,
// 0 or 1, that sees another point than x, and -1 where there is none.
func (r *Region) Apart() bool { return r.Disturbed() >= 0 }

// Disturbed is described at Apart.
func (r *Region) Disturbed() int {
	for k, a := range r.apart {
		if a != nil {
			return k
		}
	}
	return -1
}

// Front returns the graph of the map from what network k, 0 or 1, sees to its input,
// the last node; nil for the identity.
func (r *Region) Front(k int) *network.Graph { return r.fronts[k] }

// SameMaps says whether networks see the points of both regions in the same way.
func (r *Region) SameMaps(s *Region) bool {
	if r.size != s.size || r.Disturbed() != s.Disturbed() {
		return false
	}
	for k := range r.fronts {
		if !sameFront(r.fronts[k], s.fronts[k]) {
			return false
		}
	}
	return true
}

func sameFront(a, b *network.Graph) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.EqualFunc(a.Nodes[1:], b.Nodes[1:], func(v, w network.Node) bool { return v.Op.Equal(w.Op) })
}

// Composed is network k, 0 or 1, as a function of what it sees: the nodes of its map,
// and then its own, each shift later than in the network.
func (r *Region) Composed(k int, n *network.Graph) (composed *network.Graph, shift int, err error) {
	if n.InputSize() != r.size {
		return nil, 0, fmt.Errorf("the region does not fit N%d: %s are of %d features, N%d takes %v (%d features)",
			k+1, r.what(k), r.size, k+1, n.Nodes[0].Shape, n.InputSize())
	}
	front := r.fronts[k]
	if front == nil {
		return n, 0, nil
	}
	return after(front, n), len(front.Nodes) - 1, nil
}

// what names what network k sees.
func (r *Region) what(k int) string {
	if r.fronts[k] == nil {
		return "its points"
	}
	return fmt.Sprintf("the results of the map of N%d", k+1)
}

// after is g after front: the last node of front is the input of g.
func after(front, g *network.Graph) *network.Graph {
	shift := len(front.Nodes) - 1
	out := &network.Graph{Nodes: slices.Clone(front.Nodes)}
	for _, v := range g.Nodes[1:] {
		in := make([]int, len(v.Inputs))
		for k, i := range v.Inputs {
			in[k] = i + shift
		}
		v.Inputs = in
		out.Nodes = append(out.Nodes, v)
	}
	for _, o := range g.Outputs {
		out.Outputs = append(out.Outputs, o+shift)
	}
	return out
}

// Epsilon is by how much each feature may differ from the sample, by itself; nil where
// the region is not around one.
func (r *Region) Epsilon() []float64 { return r.epsilon }
