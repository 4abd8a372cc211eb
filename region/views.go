package region

import (
	"slices"

	"rsm/network"
)

// Graph is the function from parameters to what the networks see, with the nodes of
// both views; nil where parameters, points and views are the same.
func (r *Region) Graph() (g *network.Graph, views [2]int) { return r.graph, r.views }

// At is what the networks see at parameters, as float64 has it, in the domain and no
// further apart than the region says: the view of both, or that of N1 and then that of
// N2 where they see different points.
func (r *Region) At(parameters []float64) []float64 {
	if r.graph == nil {
		return parameters
	}
	value := evaluate(r.graph, parameters)
	for _, v := range append(r.views[:], r.point) {
		r.keepIn(value[v])
	}
	d := r.Disturbed()
	if d < 0 {
		return value[r.point]
	}
	x, moved := value[r.point], value[r.views[d]]
	for i, a := range r.apart[d] {
		_, least := ends(x[i], -a)
		greatest, _ := ends(x[i], a)
		moved[i] = min(max(moved[i], least), greatest)
	}
	return slices.Concat(value[r.views[0]], value[r.views[1]])
}

// keepIn clips a point to the domain.
func (r *Region) keepIn(x []float64) {
	if r.clip != nil {
		for i, v := range x {
			x[i] = min(max(v, r.clip[0]), r.clip[1])
		}
	}
}

// View is what network k sees, of what At returned: in the units of the region.
func (r *Region) View(k int, at []float64) []float64 {
	if r.Apart() {
		return at[k*r.size : (k+1)*r.size]
	}
	return at
}

// Shared is the point x, of what At returned.
func (r *Region) Shared(at []float64) []float64 {
	if r.Disturbed() == 0 {
		return r.View(1, at)
	}
	return r.View(0, at)
}

// Moved is the point that the disturbed network sees, of what At returned, and nil where
// both networks see the same.
func (r *Region) Moved(at []float64) []float64 {
	if k := r.Disturbed(); k >= 0 {
		return r.View(k, at)
	}
	return nil
}

// Input is the input of network k for a view of it, as float64 has it.
func (r *Region) Input(k int, view []float64) []float64 {
	if r.fronts[k] == nil {
		return view
	}
	value := evaluate(r.fronts[k], view)
	return value[len(value)-1]
}

// evaluate returns the values of all nodes of a graph.
func evaluate(g *network.Graph, x []float64) [][]float64 {
	value := make([][]float64, len(g.Nodes))
	value[0] = x
	for v := 1; v < len(g.Nodes); v++ {
		node := &g.Nodes[v]
		in := make([][]float64, len(node.Inputs))
		for k, i := range node.Inputs {
			in[k] = value[i]
		}
		value[v] = make([]float64, node.Size)
		node.Op.Eval(value[v], in)
	}
	return value
}
