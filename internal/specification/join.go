package specification

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
)

// mostJoints is how many joint graphs are kept: parts of a query mostly have the same
// one, which has what its inputs have in common.
const mostJoints = 64

// joined is a joint graph and where the parts' nodes are in it.
type joined struct {
	joint *query.Joint
	nodes [][]int // by network, nil for one that no assertion is about
}

// join makes the joint graph of the networks with the given inputs.
func (b *builder) join(inputs []tie, count int) (*joined, error) {
	var name strings.Builder
	for _, t := range inputs {
		name.WriteString(strconv.Itoa(t.to.Index * t.sign))
		if t.sign < 0 || t.shift.Sign() != 0 {
			name.WriteString("-" + t.shift.RatString())
		}
		name.WriteByte(',')
	}
	key := name.String()
	if j := b.joints[key]; j != nil {
		return j, nil
	}
	mentioned := make([][]int, len(b.spec.Networks))
	formula.And(b.spec.Asserts).Comparisons(func(c *formula.Comparison) {
		for _, t := range c.Terms {
			tensor := &b.spec.Tensors[t.Element.Tensor]
			node := b.tensor(t.Element.Tensor).Node
			if tensor.Kind != Input && !slices.Contains(mentioned[tensor.Network], node) {
				mentioned[tensor.Network] = append(mentioned[tensor.Network], node)
			}
		}
	})
	if !slices.ContainsFunc(mentioned, func(nodes []int) bool { return len(nodes) > 0 }) {
		mentioned[0] = []int{b.models[0].Output.Node}
	}
	shape := network.Shape{count}
	var parts []query.Part
	var of []int // the network of each part
	for k, nodes := range mentioned {
		own := inputs[:b.models[k].InputSize()]
		inputs = inputs[len(own):]
		if len(nodes) == 0 {
			continue
		}
		part := query.Part{Graph: b.models[k].Graph, Nodes: nodes}
		if identity(own, count) {
			shape = b.models[k].Input.Shape
		} else {
			part.Input = selection(b.models[k].Input.Shape, own)
		}
		parts, of = append(parts, part), append(of, k)
	}
	var pairs []network.Pairing
	if len(parts) > 1 && parts[0].Graph.InputSize() == parts[1].Graph.InputSize() {
		pairs = network.Align(parts[0].Graph, parts[1].Graph)
	}
	joint, nodes, err := query.Merge(shape, parts, pairs)
	if err != nil {
		return nil, err
	}
	j := &joined{joint: joint, nodes: make([][]int, len(b.spec.Networks))}
	for i, k := range of {
		j.nodes[k] = nodes[i]
	}
	if len(b.joints) >= mostJoints {
		clear(b.joints)
	}
	b.joints[key] = j
	return j, nil
}

// identity says whether a network's input is the whole joint input.
func identity(own []tie, count int) bool {
	if len(own) != count {
		return false
	}
	for i, t := range own {
		if t.to.Index != i || t.sign != 1 || t.shift.Sign() != 0 {
			return false
		}
	}
	return true
}

// selection adds the node that makes a network's input of the joint input.
func selection(shape network.Shape, own []tie) func(g *network.Graph) (int, error) {
	return func(g *network.Graph) (int, error) {
		pick := &network.Gather{}
		var scale, shift []float64
		for i, t := range own {
			pick.Index = append(pick.Index, t.to.Index)
			if t.sign < 0 && scale == nil {
				scale = slices.Repeat([]float64{1}, len(own))
			}
			if t.sign < 0 {
				scale[i] = -1
			}
			if t.shift.Sign() != 0 && shift == nil {
				shift = make([]float64, len(own))
			}
			if shift != nil {
				var exact bool
				if shift[i], exact = t.shift.Float64(); !exact {
					return 0, fmt.Errorf("inputs that differ by %s, which is no float64: this is %w", t.shift.RatString(), network.ErrUnsupported)
				}
			}
		}
		at, err := g.Add("selected inputs", pick, shape, 0)
		if err != nil || scale == nil && shift == nil {
			return at, err
		}
		return g.Add("shifted inputs", &network.Elementwise{Mul: scale, Add: shift}, shape, at)
	}
}
