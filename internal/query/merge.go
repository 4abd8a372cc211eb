package query

import (
	"fmt"

	"rsm/network"
)

// Part is one network of a joint graph.
type Part struct {
	Graph *network.Graph
	// Input makes the node of the joint graph that is this network's input; nil
	// where that is the joint graph's own.
	Input func(g *network.Graph) (int, error)
	// Nodes are the nodes of Graph that are of interest, its outputs for example.
	Nodes []int
}

// Merge makes one graph of several, over one input of the given shape. It
// returns for each part the node of the joint graph that each of its nodes became,
// -1 for one on which no node of interest depends. Equal nodes of equal operands
// become one node. The first two parts are aligned by the given pairings, First an
// activation of part 0 and Second one of part 1; all bounds hold for any pairings
// whatever. Pairings of layers that the networks share, or that come in another
// order than the layers, have no place in the joint graph and are left out.
//
// Out1 and Out2 are the first nodes of interest of the first two parts, the same
// where there is one part.
func Merge(input network.Shape, parts []Part, pairs []network.Pairing) (*Joint, [][]int, error) {
	if len(parts) == 0 || len(parts) == 1 && len(pairs) > 0 {
		return nil, nil, fmt.Errorf("%d pairings of %d networks", len(pairs), len(parts))
	}
	m := merger{out: network.NewGraph(input)}
	for t, part := range parts {
		if len(part.Nodes) == 0 {
			return nil, nil, fmt.Errorf("nothing of network %d is asked for", t+1)
		}
		m.from = append(m.from, part.Graph)
		node := make([]int, len(part.Graph.Nodes))
		for i := range node {
			node[i] = -1
		}
		node[0] = 0
		if part.Input != nil {
			var err error
			if node[0], err = part.Input(m.out); err != nil {
				return nil, nil, err
			}
		}
		if n, k := m.out.Nodes[node[0]].Size, part.Graph.InputSize(); n != k {
			return nil, nil, fmt.Errorf("network %d takes %d features, not %d", t+1, k, n)
		}
		m.node = append(m.node, node)
	}
	for _, pair := range pairs {
		if err := check(m.from, pair); err != nil {
			return nil, nil, err
		}
	}
	j := &Joint{Graph: m.out}
	for _, pair := range pairs {
		m.operands(0, pair.First)
		m.operands(1, pair.Second)
		end := len(m.out.Nodes)
		first, second := m.emit(0, pair.First), m.emit(1, pair.Second)
		if first == end && second == end+1 { // both are new
			j.Pairs = append(j.Pairs, network.Pairing{First: first, Second: second, Partner: pair.Partner})
		}
	}
	for t, part := range parts {
		for k, i := range part.Nodes {
			at := m.emit(t, i)
			m.out.Outputs = append(m.out.Outputs, at)
			if k == 0 && t == 0 {
				j.Out1, j.Out2 = at, at
			}
			if k == 0 && t == 1 {
				j.Out2 = at
			}
		}
	}
	return j, m.node, m.err
}

// check says what is wrong with a pairing of nodes of the first two graphs.
func check(graphs []*network.Graph, pair network.Pairing) error {
	for t, v := range [2]int{pair.First, pair.Second} {
		g := graphs[t]
		if v < 0 || v >= len(g.Nodes) || !network.IsActivation(g.Nodes[v].Op) {
			return fmt.Errorf("pairing of nodes %d and %d: node %d of N%d is no activation", pair.First, pair.Second, v, t+1)
		}
	}
	first, second := graphs[0].Nodes[pair.First].Op.(network.Activation), graphs[1].Nodes[pair.Second].Op.(network.Activation)
	if !first.Pairs(second) {
		return fmt.Errorf("pairing of nodes %d and %d: nothing is known of a %s and a %s together", pair.First, pair.Second, first.Kind(), second.Kind())
	}
	n, m := graphs[0].Nodes[pair.First].Size, graphs[1].Nodes[pair.Second].Size
	if len(pair.Partner) != n {
		return fmt.Errorf("pairing of nodes %d and %d: %d partners for %d neurons", pair.First, pair.Second, len(pair.Partner), n)
	}
	taken := make([]bool, m)
	for i, j := range pair.Partner {
		if j < -1 || j >= m || j >= 0 && taken[j] {
			return fmt.Errorf("pairing of nodes %d and %d: neuron %d has partner %d, which is none of %d or has another", pair.First, pair.Second, i, j, m)
		}
		if j >= 0 {
			taken[j] = true
		}
	}
	return nil
}

// merger copies nodes of some graphs into one, each once.
type merger struct {
	out  *network.Graph
	from []*network.Graph
	node [][]int // index in out, -1 while not copied
	err  error
}

func (m *merger) operands(t, i int) []int {
	var in []int
	for _, k := range m.from[t].Nodes[i].Inputs {
		in = append(in, m.emit(t, k))
	}
	return in
}

func (m *merger) emit(t, i int) int {
	if m.node[t][i] >= 0 {
		return m.node[t][i]
	}
	v := m.from[t].Nodes[i]
	in := m.operands(t, i)
	at := m.find(v.Op, in)
	if at < 0 {
		var err error
		if at, err = m.out.Add(v.Name, v.Op, v.Shape, in...); err != nil {
			m.err = err
			at = 0
		}
	}
	m.node[t][i] = at
	return at
}

// find returns the node that already applies op to the operands in, or -1.
func (m *merger) find(op network.Op, in []int) int {
	for i, w := range m.out.Nodes {
		if w.Op == nil || len(w.Inputs) != len(in) {
			continue
		}
		same := true
		for k := range in {
			same = same && w.Inputs[k] == in[k]
		}
		if same && w.Op.Equal(op) {
			return i
		}
	}
	return -1
}
