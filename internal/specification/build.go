package specification

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// Plan is a specification as problems: it has a satisfying assignment if one of
// them has a solution, and none if none has.
type Plan struct {
	Cases []*Case
	// Notes say what was read in another way than it is written, and which parts
	// of the specification contradict themselves.
	Notes []string
	*builder
}

// Case is one problem of a plan.
type Case struct {
	query.Problem
	Box    region.Box   // of the joint inputs
	inputs []tie        // of each input element of all networks, in order: to Element{0, joint index}
	inner  [][2]float64 // the float64s in the bounds as they are written
}

// builder makes problems of a specification.
type builder struct {
	spec   *Specification
	models []*network.Model
	notes  []string
	joints map[string]*joined
	// rounded are the comparisons whose coefficients are not exact.
	rounded []Position
}

func (b *builder) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(b.notes, n) {
		b.notes = append(b.notes, n)
	}
}

// Build makes the problems. There is a model for each network, the same for
// networks that are equal.
func Build(spec *Specification, models []*network.Model, opt Options) (*Plan, error) {
	b := &builder{spec: spec, models: models, notes: slices.Clone(spec.Notes), joints: map[string]*joined{}}
	if err := spec.CheckTypes(opt); err != nil {
		return nil, err
	}
	if err := b.checkModels(); err != nil {
		return nil, err
	}
	p := &Plan{builder: b}
	f := simplified(And(spec.Asserts))
	if or, ok := f.(Or); ok && len(or) == 0 {
		b.note("the query contradicts itself: it asserts something false")
	} else {
		empty := 0
		cases := b.cases(f)
		for _, parts := range cases {
			c, err := b.build(parts)
			if err != nil {
				return nil, err
			}
			if c == nil {
				empty++
				continue
			}
			p.Cases = append(p.Cases, c)
		}
		switch {
		case empty == len(cases):
			b.note("the query contradicts itself: no input is in its bounds")
		case empty > 0:
			b.note("%d of %d parts of the query contradict themselves: no input is in their bounds", empty, len(cases))
		}
	}
	if k := len(b.rounded); k > 0 {
		b.note("coefficients are rounded to float64, for no multiple of them is exact: %d comparisons, the first at %v", k, b.rounded[0])
	}
	p.Notes = b.notes
	return p, nil
}

// build makes the problem of a conjunction, or nil if it has no solution.
func (b *builder) build(parts []Formula) (*Case, error) {
	t := b.tied(parts)
	f := simplified(b.substituted(And(parts), t))
	bounds := map[Element]*bound{}
	var rest And
	for _, g := range conjuncts(f) {
		if or, ok := g.(Or); ok && len(or) == 0 {
			return nil, nil
		}
		c, ok := g.(*Comparison)
		if !ok || len(c.Terms) != 1 || !b.onlyInputs(c) || c.Operator == Unequal {
			rest = append(rest, g)
			continue
		}
		e := c.Terms[0].Element
		if bounds[e] == nil {
			bounds[e] = &bound{}
		}
		bounds[e].cut(c)
	}
	for _, v := range bounds {
		if v.empty() {
			return nil, nil
		}
	}
	c := &Case{}
	index := map[Element]int{}
	for _, n := range b.spec.Networks {
		for _, k := range n.Tensors {
			tensor := &b.spec.Tensors[k]
			if tensor.Kind != Input {
				continue
			}
			for i := range tensor.Shape.Size() {
				r := t.root(Element{k, i})
				if _, ok := index[r.to]; !ok {
					if err := b.box(c, r.to, bounds[r.to]); err != nil {
						return nil, err
					}
					index[r.to] = len(index)
				}
				r.to = Element{0, index[r.to]}
				c.inputs = append(c.inputs, r)
			}
		}
	}
	j, err := b.join(c.inputs, len(index))
	if err != nil {
		return nil, err
	}
	c.Joint = j.joint.In(c.Box)
	c.Formula, err = b.conditions(rest, j, index)
	return c, err
}

// box adds an element of the joint input.
func (b *builder) box(c *Case, e Element, v *bound) error {
	name := b.spec.ElementName(e)
	for k, end := range []string{"lower", "upper"} {
		if v == nil || k == 0 && v.lo == nil || k == 1 && v.hi == nil {
			return b.spec.errorf(Position{}, "input %s has no %s bound, which is %w: add (assert (%s %s c)) with a number c",
				name, end, network.ErrUnsupported, [2]string{">=", "<="}[k], name)
		}
	}
	lo, hi := rounded(v.lo, -1), rounded(v.hi, 1)
	for _, x := range []float64{lo, hi} {
		if !(math.Abs(x) <= network.MaxMagnitude) {
			return b.spec.errorf(Position{}, "the bound %v of input %s is %w: bounds have a magnitude of at most %.0e", x, name, network.ErrUnsupported, network.MaxMagnitude)
		}
	}
	c.Box.Lo, c.Box.Hi = append(c.Box.Lo, lo), append(c.Box.Hi, hi)
	c.inner = append(c.inner, [2]float64{within(v.lo, v.loOpen, 1), within(v.hi, v.hiOpen, -1)})
	return nil
}

// rounded is the float64 nearest to v that is not above it (direction -1) or not
// below it (1).
func rounded(v *big.Rat, direction int) float64 {
	x, exact := v.Float64()
	if exact || math.IsInf(x, 0) {
		return x
	}
	if new(big.Rat).SetFloat64(x).Cmp(v) == -direction {
		return math.Nextafter(x, math.Inf(direction))
	}
	return x
}

// within is the float64 nearest to the end of an interval that lies in it as the
// decimal number it is printed as. The interval is on the side of direction.
func within(end *big.Rat, open bool, direction int) float64 {
	x, _ := end.Float64()
	for range 4 {
		if c := Decimal(x).Cmp(end) * direction; c > 0 || c == 0 && !open {
			break
		}
		x = math.Nextafter(x, math.Inf(direction))
	}
	return x
}

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
	And(b.spec.Asserts).Comparisons(func(c *Comparison) {
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
