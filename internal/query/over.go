package query

import (
	"fmt"
	"slices"

	"rsm/network"
	"rsm/region"
)

// Over is a joint graph with the parameters as its inputs: the nodes of the set, and
// then those of a joint graph over plain inputs.
func Over(s *region.InputSet, plain *Joint) (*Joint, error) {
	if plain.Plain != nil {
		return nil, fmt.Errorf("the joint graph has parameters already")
	}
	if n, k := s.Graph.Nodes[len(s.Graph.Nodes)-1].Size, plain.Graph.InputSize(); n != k {
		return nil, fmt.Errorf("the set has inputs of %d features, the networks take %d", n, k)
	}
	shift := len(s.Graph.Nodes) - 1
	j := &Joint{Graph: &network.Graph{Nodes: slices.Clone(s.Graph.Nodes)}, Plain: plain, Input: shift, Clip: s.Clip, Budget: s.Budget,
		Out1: plain.Out1 + shift, Out2: plain.Out2 + shift}
	for _, v := range plain.Graph.Nodes[1:] {
		in := make([]int, len(v.Inputs))
		for k, i := range v.Inputs {
			in[k] = i + shift
		}
		v.Inputs = in
		j.Graph.Nodes = append(j.Graph.Nodes, v)
	}
	for _, out := range plain.Graph.Outputs {
		j.Graph.Outputs = append(j.Graph.Outputs, out+shift)
	}
	for _, pair := range plain.Pairs {
		j.Pairs = append(j.Pairs, network.Pairing{First: pair.First + shift, Second: pair.Second + shift, Partner: pair.Partner})
	}
	return j, nil
}

// At is the input of the networks at an input of the joint graph, as float64 has it,
// in the domain.
func (j *Joint) At(x []float64) []float64 {
	if j.Plain == nil {
		return x
	}
	value := make([][]float64, j.Input+1)
	value[0] = x
	for v := 1; v <= j.Input; v++ {
		node := &j.Graph.Nodes[v]
		in := make([][]float64, len(node.Inputs))
		for k, i := range node.Inputs {
			in[k] = value[i]
		}
		value[v] = make([]float64, node.Size)
		node.Op.Eval(value[v], in)
	}
	if j.Clip != nil {
		for i, v := range value[j.Input] {
			value[j.Input][i] = min(max(v, j.Clip[0]), j.Clip[1])
		}
	}
	return value[j.Input]
}

// Plainly is a formula over the nodes of the networks, in terms of the joint graph
// over plain inputs.
func (j *Joint) Plainly(f Formula) Formula {
	return mapped(f, func(c Condition) Condition {
		nodes := make([]int, len(c.F.Nodes))
		for k, v := range c.F.Nodes {
			nodes[k] = v - j.Input
		}
		c.F.Nodes = nodes
		return c
	})
}
