package query

import (
	"fmt"
	"slices"

	"rsm/network"
	"rsm/region"
)

// Over is the same joint graph over another region with the same maps. Where parameters
// make the points of the region, the nodes that do so come first.
func (j *Joint) Over(r *region.Region) (*Joint, error) {
	plain := j
	if j.Plain != nil {
		plain = j.Plain
	}
	if err := plain.takes(r); err != nil {
		return nil, err
	}
	front, views := r.Graph()
	if front == nil {
		over := *plain
		over.Box, over.Inner, over.Budget, over.Region = r.Box(), r.Inner(), r.Budget(), r
		return &over, nil
	}
	// The nodes of plain that stand for what the networks see.
	seen := map[int]int{0: views[0]}
	first := 1
	if r.Apart() {
		seen, first = map[int]int{1: views[0], 2: views[1]}, 3
	}
	shift := len(front.Nodes) - first
	to := func(v int) int {
		if at, ok := seen[v]; ok {
			return at
		}
		return v + shift
	}
	over := &Joint{Graph: &network.Graph{Nodes: slices.Clone(front.Nodes)}, Out1: to(plain.Out1), Out2: to(plain.Out2),
		Box: r.Box(), Inner: r.Inner(), Budget: r.Budget(), Region: r, Shift: shift, alone: plain.alone, through: plain.through}
	for _, v := range plain.Graph.Nodes[first:] {
		in := make([]int, len(v.Inputs))
		for k, i := range v.Inputs {
			in[k] = to(i)
		}
		v.Inputs = in
		over.Graph.Nodes = append(over.Graph.Nodes, v)
	}
	for _, out := range plain.Graph.Outputs {
		over.Graph.Outputs = append(over.Graph.Outputs, to(out))
	}
	for _, pair := range plain.Pairs {
		over.Pairs = append(over.Pairs, network.Pairing{First: to(pair.First), Second: to(pair.Second), Partner: pair.Partner})
	}
	over.Plain = plain
	return over, nil
}

// takes says whether a joint graph over plain inputs fits the maps of a region.
func (j *Joint) takes(r *region.Region) error {
	if j.alone[0].graph == nil {
		return fmt.Errorf("the joint graph is of no pair of networks: In gives it a box")
	}
	if n := j.alone[0].graph.InputSize(); n != r.Size() {
		return fmt.Errorf("the region has points of %d features, the networks take %d", r.Size(), n)
	}
	if j.through == nil && (r.Front(0) != nil || r.Front(1) != nil || r.Apart()) || j.through != nil && !j.through.SameMaps(r) {
		return fmt.Errorf("the region has other maps than the joint graph: make a new one of the pair and the region")
	}
	return nil
}
