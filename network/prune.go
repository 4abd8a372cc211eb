package network

// Prune removes the nodes on which neither an output nor a node of keep depends.
// It returns the new index of every node, -1 where it is gone.
func (g *Graph) Prune(keep ...int) []int {
	outputs := g.Outputs
	g.Outputs = append(append([]int(nil), outputs...), keep...)
	used := g.Used()
	g.Outputs = outputs
	moved, kept := make([]int, len(g.Nodes)), g.Nodes[:0]
	for i, v := range g.Nodes {
		moved[i] = -1
		if !used[i] {
			continue
		}
		for k, in := range v.Inputs {
			v.Inputs[k] = moved[in]
		}
		moved[i] = len(kept)
		kept = append(kept, v)
	}
	clear(g.Nodes[len(kept):])
	g.Nodes = kept
	for k, o := range g.Outputs {
		g.Outputs[k] = moved[o]
	}
	return moved
}
