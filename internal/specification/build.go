package specification

import (
	"fmt"
	"iter"
	"math"
	"math/big"
	"slices"

	"rsm/formula"
	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// Plan is a specification as problems: it has a satisfying assignment if one of
// them has a solution, and none if none has.
type Plan struct {
	// Count is how many problems there are.
	Count int
	// Notes say what was read in another way than it is written, and which parts
	// of the specification contradict themselves.
	Notes []string
	*builder
	formula formula.Formula
}

// Case is one problem of a plan.
type Case struct {
	Number int // from 0
	query.Problem
	Box region.Box // of the joint input
	*builder
	inputs    []tie       // of each input element of all networks, in order: to Element{0, joint index}
	intervals []*interval // of each element of the joint input, as the bounds are written
}

// builder makes problems of a specification.
type builder struct {
	spec   *Specification
	models []*network.Model
	notes  []string
	joints map[string]*joined
}

func (b *builder) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(b.notes, n) {
		b.notes = append(b.notes, n)
	}
}

// Build plans the problems, and says what is wrong with any of them. There is a model
// for each network, the same for networks that are equal.
func Build(spec *Specification, models []*network.Model, opt Options) (*Plan, error) {
	b := &builder{spec: spec, models: models, notes: slices.Clone(spec.Notes), joints: map[string]*joined{}}
	if err := spec.CheckTypes(opt); err != nil {
		return nil, err
	}
	if err := b.checkModels(); err != nil {
		return nil, err
	}
	p := &Plan{builder: b, formula: formula.Simplify(formula.And(spec.Asserts), formula.OfConstants)}
	if formula.IsFalse(p.formula) {
		b.note("the query contradicts itself: it asserts something false")
	} else {
		empty := 0
		for parts := range b.cases(p.formula) {
			switch bounded, err := b.bounded(parts); {
			case err != nil:
				return nil, err
			case bounded == nil:
				empty++
			default:
				p.Count++
			}
		}
		switch {
		case p.Count == 0:
			b.note("the query contradicts itself: no input is in its bounds")
		case empty > 0:
			b.note("%d of %d parts of the query contradict themselves: no input is in their bounds", empty, empty+p.Count)
		}
	}
	p.Notes = b.notes
	return p, nil
}

// Cases makes the problems one after another, but for those that are to be left out, by
// their numbers from 0 to Count - 1. One is not needed when the next is made.
func (p *Plan) Cases(leaveOut func(k int) bool) iter.Seq2[*Case, error] {
	return func(yield func(*Case, error) bool) {
		k := -1
		for parts := range p.cases(p.formula) {
			bounded, err := p.bounded(parts)
			if err != nil || bounded == nil { // Build has said so
				continue
			}
			if k++; leaveOut != nil && leaveOut(k) {
				continue
			}
			c, err := p.problem(bounded)
			if err == nil {
				c.Number = k
			}
			if !yield(c, err) {
				return
			}
		}
	}
}

// bounded is a conjunction with the bounds of its inputs.
type bounded struct {
	ties      ties
	intervals intervals               // of the roots
	rest      []formula.Formula       // what bounds do not say
	roots     []formula.Element       // the joint input
	index     map[formula.Element]int // in it
}

// bounded finds the bounds of a conjunction; nil where no input is in them.
func (b *builder) bounded(parts []formula.Formula) (*bounded, error) {
	c := &bounded{ties: b.tied(parts), index: map[formula.Element]int{}}
	f := formula.Simplify(b.substituted(formula.And(parts), c.ties), formula.OfConstants)
	if formula.IsFalse(f) {
		return nil, nil
	}
	var constraints []*formula.Comparison
	for _, g := range conjuncts(f) {
		one, ok := g.(*formula.Comparison)
		if ok && b.boundsOne(one) {
			continue
		}
		if c.rest = append(c.rest, g); ok && b.onlyInputs(one) {
			constraints = append(constraints, one)
		}
	}
	if c.intervals, _ = b.bounds(f); c.intervals == nil {
		return nil, nil
	}
	if c.intervals.propagate(constraints); c.intervals.empty() {
		return nil, nil
	}
	for _, n := range b.spec.Networks {
		for _, k := range n.Tensors {
			if b.spec.Tensors[k].Kind != Input {
				continue
			}
			for i := range b.spec.Tensors[k].Shape.Size() {
				e := c.ties.root(formula.Element{Tensor: k, Index: i}).to
				if _, ok := c.index[e]; !ok {
					if err := b.checkBounds(e, c.intervals.of(e)); err != nil {
						return nil, err
					}
					c.index[e] = len(c.roots)
					c.roots = append(c.roots, e)
				}
			}
		}
	}
	return c, nil
}

// checkBounds says whether an input has bounds, and such that float64 can be trusted.
func (b *builder) checkBounds(e formula.Element, v *interval) error {
	name := b.spec.ElementName(e)
	for k, end := range [...]*big.Rat{v.lo, v.hi} {
		if end == nil {
			return b.spec.errorf(formula.Position{}, "input %s has no %s bound, which is %w: add (assert (%s %s c)) with a number c",
				name, [...]string{"lower", "upper"}[k], network.ErrUnsupported, [...]string{">=", "<="}[k], name)
		}
	}
	for _, x := range [...]float64{formula.Down(v.lo), formula.Up(v.hi)} {
		if !(math.Abs(x) <= network.MaxMagnitude) {
			return b.spec.errorf(formula.Position{}, "the bound %v of input %s is %w: bounds have a magnitude of at most %.0e", x, name, network.ErrUnsupported, network.MaxMagnitude)
		}
	}
	return nil
}

// problem makes the problem of a conjunction.
func (b *builder) problem(from *bounded) (*Case, error) {
	c := &Case{builder: b}
	for _, e := range from.roots {
		v := from.intervals[e]
		c.intervals, c.Bounds = append(c.intervals, v), append(c.Bounds, [2]*big.Rat{v.lo, v.hi})
		c.Box.Lo, c.Box.Hi = append(c.Box.Lo, formula.Down(v.lo)), append(c.Box.Hi, formula.Up(v.hi))
	}
	for _, n := range b.spec.Networks {
		for _, k := range n.Tensors {
			if b.spec.Tensors[k].Kind != Input {
				continue
			}
			for i := range b.spec.Tensors[k].Shape.Size() {
				r := from.ties.root(formula.Element{Tensor: k, Index: i})
				r.to = formula.Element{Index: from.index[r.to]}
				c.inputs = append(c.inputs, r)
			}
		}
	}
	j, err := b.join(c.inputs, len(from.roots))
	if err != nil {
		return nil, err
	}
	c.Joint = j.joint.In(c.Box)
	one := big.NewRat(1, 1)
	c.Formula = formula.Substituted(formula.And(from.rest), func(e formula.Element) *formula.Linear {
		at := formula.Element{Index: from.index[e]}
		if t := &b.spec.Tensors[e.Tensor]; t.Kind != Input {
			at = formula.Element{Tensor: j.nodes[t.Network][b.tensor(e.Tensor).Node], Index: e.Index}
		}
		return &formula.Linear{Terms: []formula.Term{{Element: at, Coef: one}}, Const: new(big.Rat)}
	})
	c.Accept = func(x []*big.Rat) bool { _, ok := c.Assignment(x); return ok }
	return c, nil
}
