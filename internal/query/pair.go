package query

import (
	"fmt"

	"rsm/network"
	"rsm/region"
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

// Joint is one graph that computes several networks, mostly the two of a pair.
type Joint struct {
	Graph *network.Graph
	// Out1 and Out2 are the nodes of the logits of N1 and N2. They are one
	// node where the networks are the same function.
	Out1, Out2 int
	// Pairs are aligned ReLU nodes of the joint graph. Second is First+1, and
	// nothing between their operands and them depends on either.
	Pairs []network.Pairing
	// Budget, where not nil, is a condition that inputs of interest satisfy, beside
	// their box.
	Budget *region.Budget
	// Plain, where not nil, is the joint graph whose inputs are those of the
	// networks; here they are node Input, a function of parameters (InputSet.Over).
	// Clip, where not nil, is the domain in which they are.
	Plain *Joint
	Input int
	Clip  *[2]float64
}

// Joint merges the two graphs, aligned as network.Align says. Equal nodes of
// equal operands become one node.
func (p Pair) Joint() (*Joint, error) {
	return p.Aligned(network.Align(p.N1.Graph, p.N2.Graph))
}

// Aligned merges the two graphs with the given pairings of their ReLU nodes,
// First of N1 and Second of N2, as Merge does.
func (p Pair) Aligned(pairs []network.Pairing) (*Joint, error) {
	j, _, err := Merge(p.N1.Nodes[0].Shape, []Part{
		{Graph: p.N1.Graph, Nodes: []int{p.N1.Output()}},
		{Graph: p.N2.Graph, Nodes: []int{p.N2.Output()}},
	}, pairs)
	return j, err
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
