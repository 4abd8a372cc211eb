package network

// Pairing says which neurons of two ReLU layers correspond: neuron i of node
// First to neuron Partner[i] of node Second, or to none where Partner[i] is
// -1. A pairing is advice: it decides how tight bounds are, never whether they
// hold.
type Pairing struct {
	First, Second int
	Partner       []int
}

// Align pairs the ReLU layers of two graphs: the k-th with the k-th, neuron by
// neuron, as long as their sizes agree. First is a node of a, Second of b.
func Align(a, b *Graph) []Pairing {
	ra, rb := a.activations(), b.activations()
	var pairs []Pairing
	for k := 0; k < len(ra) && k < len(rb); k++ {
		n := a.Nodes[ra[k]].Size
		if n != b.Nodes[rb[k]].Size {
			break
		}
		partner := make([]int, n)
		for i := range partner {
			partner[i] = i
		}
		pairs = append(pairs, Pairing{First: ra[k], Second: rb[k], Partner: partner})
	}
	return pairs
}

// activations lists the used ReLU nodes in topological order.
func (g *Graph) activations() []int {
	used := g.Used()
	var nodes []int
	for i, v := range g.Nodes {
		if _, ok := v.Op.(ReLU); ok && used[i] {
			nodes = append(nodes, i)
		}
	}
	return nodes
}
