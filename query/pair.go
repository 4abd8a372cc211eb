package query

import (
	"fmt"

	"rsm/network"
)

// Pair is two classifiers over the same inputs and the same classes.
type Pair struct {
	N1, N2 *network.Network
}

// NewPair checks that the networks agree on inputs and classes.
func NewPair(n1, n2 *network.Network) (Pair, error) {
	if n1.InputSize() != n2.InputSize() {
		return Pair{}, fmt.Errorf("the networks take different inputs: %s takes %v (%d features), %s takes %v (%d features)",
			n1.File, n1.Nodes[0].Shape, n1.InputSize(), n2.File, n2.Nodes[0].Shape, n2.InputSize())
	}
	if n1.Classes() != n2.Classes() {
		return Pair{}, fmt.Errorf("the networks have different classes: %s has %d logits, %s has %d",
			n1.File, n1.Classes(), n2.File, n2.Classes())
	}
	return Pair{n1, n2}, nil
}

// Joint is one graph that computes both networks of a pair.
type Joint struct {
	Graph *network.Graph
	// Out1 and Out2 are the nodes of the logits of N1 and N2. They are one
	// node where the networks are the same function.
	Out1, Out2 int
	// Pairs are aligned ReLU nodes of the joint graph. Second is First+1, and
	// nothing between their operands and them depends on either.
	Pairs []network.Pairing
}

// Joint merges the two graphs, aligned as network.Align says. Equal nodes of
// equal operands become one node.
func (p Pair) Joint() (*Joint, error) {
	return p.Aligned(network.Align(p.N1.Graph, p.N2.Graph))
}

// Aligned merges the two graphs with the given pairings of their ReLU nodes,
// First of N1 and Second of N2. All bounds hold for any pairings whatever.
// Pairings of layers that the networks share, or that come in another order than
// the layers, have no place in the joint graph and are left out.
func (p Pair) Aligned(pairs []network.Pairing) (*Joint, error) {
	for _, pair := range pairs {
		if err := p.check(pair); err != nil {
			return nil, err
		}
	}
	m := merger{out: network.NewGraph(p.N1.Nodes[0].Shape), from: [2]*network.Graph{p.N1.Graph, p.N2.Graph}}
	for t, g := range m.from {
		m.node[t] = make([]int, len(g.Nodes))
		for i := range m.node[t] {
			m.node[t][i] = -1
		}
		m.node[t][0] = 0
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
	j.Out1 = m.emit(0, p.N1.Output())
	j.Out2 = m.emit(1, p.N2.Output())
	m.out.Outputs = []int{j.Out1, j.Out2}
	return j, m.err
}

// check says what is wrong with a pairing of nodes of N1 and N2.
func (p Pair) check(pair network.Pairing) error {
	for t, v := range [2]int{pair.First, pair.Second} {
		g := [2]*network.Graph{p.N1.Graph, p.N2.Graph}[t]
		if v < 0 || v >= len(g.Nodes) || g.Nodes[v].Op != (network.ReLU{}) {
			return fmt.Errorf("pairing of nodes %d and %d: node %d of N%d is no ReLU", pair.First, pair.Second, v, t+1)
		}
	}
	n, m := p.N1.Nodes[pair.First].Size, p.N2.Nodes[pair.Second].Size
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

// merger copies nodes of two graphs into one, each once.
type merger struct {
	out  *network.Graph
	from [2]*network.Graph
	node [2][]int // index in out, -1 while not copied
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

// ClassPair is the pair of classes (I, J) of a margin.
type ClassPair struct{ I, J int }

// String writes the pair as I:J.
func (c ClassPair) String() string { return fmt.Sprintf("%d:%d", c.I, c.J) }

// Margin is the log relative safety margin r of the classes as a functional of
// the joint graph.
func (j *Joint) Margin(c ClassPair) network.Functional {
	var f network.Functional
	n := j.Graph.Nodes[j.Out1].Size
	f.Add(j.Out1, n, c.I, 1)
	f.Add(j.Out1, n, c.J, -1)
	f.Add(j.Out2, n, c.I, -1)
	f.Add(j.Out2, n, c.J, 1)
	return f
}
