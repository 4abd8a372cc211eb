package query

import (
	"fmt"
	"math/big"

	"rsm/formula"
	"rsm/network"
	"rsm/region"
)

// Joint is one graph that computes several networks, mostly the two of a pair, and the
// region of its inputs that a question is about.
type Joint struct {
	Graph *network.Graph
	// Out1 and Out2 are the nodes of the logits of N1 and N2. They are one
	// node where the networks are the same function.
	Out1, Out2 int
	// Pairs are aligned ReLU nodes of the joint graph. Second is First+1, and
	// nothing between their operands and them depends on either.
	Pairs []network.Pairing

	// Box and Budget are the region of the graph's inputs. A joint graph without a
	// box has no region yet: Over or In gives it one.
	Box    region.Box
	Budget *region.Budget
	// Inner, where not nil, is what witnesses are in, of a box whose ends are rounded
	// outward: region.Region.Inner.
	Inner *region.Box
	// Region is what Over was given; nil for a box of In alone.
	Region *region.Region
	// Plain, where not nil, is the joint graph whose inputs are what the networks
	// see (region.Region.At); here those are functions of parameters, and the
	// networks' nodes come Shift later.
	Plain *Joint
	Shift int

	alone [2]alone
	// through is the region whose maps the networks have; nil for none.
	through *region.Region
}

// alone is a network of a pair by itself, as a function of what it sees.
type alone struct {
	graph  *network.Graph
	output int
}

// NewJoint merges the graphs of a pair over a region, each after its map, aligned as
// network.Align says. Equal nodes of equal operands become one node.
func NewJoint(p Pair, r *region.Region) (*Joint, error) {
	return NewJointAt(p, [2]int{p.N1.Output(), p.N2.Output()}, r)
}

// NewJointAt is NewJoint with other nodes as outputs of the networks. They need not
// have the same number of elements.
func NewJointAt(p Pair, nodes [2]int, r *region.Region) (*Joint, error) {
	j, err := p.merge(nodes, r, nil)
	if err != nil {
		return nil, err
	}
	return j.Over(r)
}

// Joint merges the two graphs over plain inputs, without a region.
func (p Pair) Joint() (*Joint, error) {
	return p.Aligned(network.Align(p.N1.Graph, p.N2.Graph))
}

// Aligned is Joint with the given pairings of ReLU nodes, First of N1 and Second of
// N2, as Merge has them.
func (p Pair) Aligned(pairs []network.Pairing) (*Joint, error) {
	return p.merge([2]int{p.N1.Output(), p.N2.Output()}, nil, func(a, b *network.Graph) []network.Pairing { return pairs })
}

// merge makes the joint graph over what the networks see in a region, or over plain
// inputs where that is nil.
func (p Pair) merge(nodes [2]int, r *region.Region, align func(a, b *network.Graph) []network.Pairing) (*Joint, error) {
	if align == nil {
		align = network.Align
	}
	input := p.N1.Nodes[0].Shape
	var parts []Part
	var both [2]alone
	for k, n := range [2]*network.Network{p.N1, p.N2} {
		a := alone{graph: n.Graph, output: nodes[k]}
		if r != nil {
			g, shift, err := r.Composed(k, n.Graph)
			if err != nil {
				return nil, err
			}
			a = alone{graph: g, output: nodes[k] + shift}
		}
		both[k] = a
		parts = append(parts, Part{Graph: a.graph, Nodes: []int{a.output}})
	}
	if r != nil && r.Apart() {
		input = network.Shape{2, r.Size()}
		for k := range parts {
			half := make([]int, r.Size())
			for i := range half {
				half[i] = k*r.Size() + i
			}
			parts[k].Input = func(g *network.Graph) (int, error) {
				return g.Add(fmt.Sprintf("view of N%d", k+1), &network.Gather{Index: half}, nil, 0)
			}
		}
	}
	j, _, err := Merge(input, parts, align(both[0].graph, both[1].graph))
	if err != nil {
		return nil, err
	}
	j.alone, j.through = both, r
	return j, nil
}

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

// In is the same joint graph over a box of its inputs.
func (j *Joint) In(box region.Box) *Joint {
	in := *j
	in.Box, in.Inner = box, nil
	return &in
}

// Attained is the box of the inputs that certainly are in the region, where they keep to
// its budget.
func (j *Joint) Attained() region.Box {
	if j.Inner != nil {
		return *j.Inner
	}
	return j.Box
}

// Check says whether the joint graph has a region, and one that fits.
func (j *Joint) Check() error {
	if j == nil || j.Graph == nil {
		return fmt.Errorf("there is no joint graph")
	}
	switch n := j.Graph.InputSize(); {
	case len(j.Box.Lo) == 0:
		return fmt.Errorf("the joint graph has no region")
	case len(j.Box.Lo) != n || len(j.Box.Hi) != n:
		return fmt.Errorf("the region has %d lower and %d upper bounds, the networks take %d features", len(j.Box.Lo), len(j.Box.Hi), n)
	}
	return nil
}

// Evaluator returns a function that evaluates each network by itself at what At
// returned. Its results are overwritten by the next call; it is for one goroutine.
func (j *Joint) Evaluator() func(at []float64) (y1, y2 []float64) {
	var ev [2]*network.Evaluator
	for k, a := range j.alone {
		ev[k] = network.NewEvaluator(a.graph)
	}
	return func(at []float64) (y1, y2 []float64) {
		for k := range ev {
			ev[k].Forward(j.View(k, at))
		}
		return ev[0].Value(j.alone[0].output), ev[1].Value(j.alone[1].output)
	}
}

// View is what network k sees of what At returned.
func (j *Joint) View(k int, at []float64) []float64 {
	if j.Region == nil {
		return at
	}
	return j.Region.View(k, at)
}

// At is what the networks see at an input of the joint graph, as float64 has it:
// region.Region.At.
func (j *Joint) At(x []float64) []float64 {
	if j.Region == nil {
		return x
	}
	return j.Region.At(x)
}

// Plainly is a formula over the nodes of the networks, in terms of Plain.
func (j *Joint) Plainly(f formula.Formula) formula.Formula {
	return formula.Substituted(f, func(e formula.Element) *formula.Linear {
		e.Tensor -= j.Shift
		return &formula.Linear{Terms: []formula.Term{{Element: e, Coef: big.NewRat(1, 1)}}, Const: new(big.Rat)}
	})
}
