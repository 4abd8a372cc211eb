package specification

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"

	"rsm/formula"
	"rsm/network"
)

// InputBox returns the box of the inputs of a specification's only network, if that is
// what it constrains them to: a conjunction of bounds on single inputs. Bounds may also
// be in a disjunction if all its parts have the same ones, and so in one of a single
// part. Strict bounds are taken as closed, and ends that are no float64s are rounded
// outward. Comparisons with other values than inputs are left out. Notes say what was
// read in another way than it is written.
//
// Errors name the file, where there is one, and those about other constraints of inputs
// wrap network.ErrUnsupported. Bounds are the ends as they are written.
func (s *Specification) InputBox() (lo, hi []float64, bounds [][2]*big.Rat, notes []string, err error) {
	if len(s.Networks) != 1 || len(s.OfKind(0, Input)) != 1 {
		return nil, nil, nil, nil, s.errorf(formula.Position{}, "a region is %w from a query of several networks or inputs: give one of a single input", network.ErrUnsupported)
	}
	b := &builder{spec: s}
	v, err := b.box(formula.And(s.Asserts))
	tensor := s.OfKind(0, Input)[0]
	for i := 0; err == nil && i < s.Tensors[tensor].Shape.Size(); i++ {
		e := formula.Element{Tensor: tensor, Index: i}
		x, end := s.ElementName(e), v.of(e)
		switch {
		case end.lo == nil:
			err = fmt.Errorf("%s has no lower bound: add (assert (>= %s c)) with a number c", x, x)
		case end.hi == nil:
			err = fmt.Errorf("%s has no upper bound: add (assert (<= %s c)) with a number c", x, x)
		case end.lo.Cmp(end.hi) > 0:
			err = fmt.Errorf("the box of the inputs is empty: %s has lower bound %s above upper bound %s", x, end.lo.FloatString(6), end.hi.FloatString(6))
		default:
			lo, hi, bounds = append(lo, formula.Down(end.lo)), append(hi, formula.Up(end.hi)), append(bounds, [2]*big.Rat{end.lo, end.hi})
			if math.IsInf(lo[i], 0) || math.IsInf(hi[i], 0) {
				err = fmt.Errorf("a bound of %s is too large for a float64", x)
			}
		}
	}
	if err != nil {
		return nil, nil, nil, nil, s.errorf(formula.Position{}, "%w", err)
	}
	return lo, hi, bounds, b.boxNotes(), nil
}

// boxNotes say what InputBox leaves out.
func (b *builder) boxNotes() []string {
	strict, outputs := 0, false
	var first formula.Position
	formula.And(b.spec.Asserts).Comparisons(func(c *formula.Comparison) {
		inputs := len(c.Terms) > 0 && b.onlyInputs(c)
		outputs = outputs || len(c.Terms) > 0 && !inputs
		if c.Operator == formula.Above && inputs {
			if strict++; strict == 1 {
				first = c.At
			}
		}
	})
	if strict > 0 {
		b.note("strict bounds of inputs are taken as closed: %d, the first at %v", strict, first)
	}
	if outputs {
		b.note("%s: its constraints of outputs are left out; the region is what it says of inputs", b.spec.File)
	}
	return b.notes
}

// errFalse says that a formula is false whatever the inputs are.
var errFalse = errors.New("the query is false for all inputs: it asserts something false")

// box finds the bounds of a formula that constrains inputs by nothing else.
func (b *builder) box(f formula.Formula) (intervals, error) {
	switch f := f.(type) {
	case formula.And:
		all := intervals{}
		for _, g := range f {
			part, err := b.box(g)
			if err != nil {
				return nil, err
			}
			for e, i := range part {
				all.of(e).meet(i)
			}
		}
		return all, nil
	case formula.Or:
		return b.boxOfAny(f)
	}
	c := f.(*formula.Comparison)
	inputs := 0
	for _, t := range c.Terms {
		if b.spec.Tensors[t.Element.Tensor].Kind == Input {
			inputs++
		}
	}
	switch {
	case inputs == 0 && len(c.Terms) > 0:
		return nil, nil
	case inputs == 0 && formula.OfConstants(c) == formula.True:
		return nil, nil
	case inputs == 0:
		return nil, errFalse
	case !b.boundsOne(c):
		return nil, fmt.Errorf("the constraint at %v relates an input to other variables: this is %w, inputs must be in a box", c.At, network.ErrUnsupported)
	}
	one := intervals{}
	one.of(c.Terms[0].Element).cut(c)
	i := one.of(c.Terms[0].Element)
	i.loOpen, i.hiOpen = false, false
	return one, nil
}

// boxOfAny is the box of a disjunction, all parts of which that are not false have it.
func (b *builder) boxOfAny(f formula.Or) (intervals, error) {
	var first intervals
	for _, g := range f {
		part, err := b.box(g)
		switch {
		case len(f) == 1:
			return part, err
		case errors.Is(err, errFalse):
			continue
		case err != nil:
			return nil, err
		case part == nil:
			part = intervals{}
		}
		if first == nil {
			first = part
		} else if !maps.EqualFunc(first, part, (*interval).equal) {
			return nil, fmt.Errorf("a disjunction%s over different boxes of inputs is %w: write one query for each box", at(f), network.ErrUnsupported)
		}
	}
	if first == nil {
		return nil, errFalse
	}
	return first, nil
}

// equal says whether two intervals have the same ends.
func (v *interval) equal(w *interval) bool {
	return (v.lo == nil) == (w.lo == nil) && (v.hi == nil) == (w.hi == nil) && v.loOpen == w.loOpen && v.hiOpen == w.hiOpen &&
		(v.lo == nil || v.lo.Cmp(w.lo) == 0) && (v.hi == nil || v.hi.Cmp(w.hi) == 0)
}

// at names the place of the first comparison of a formula.
func at(f formula.Formula) string {
	place := ""
	f.Comparisons(func(c *formula.Comparison) {
		if place == "" {
			place = " at " + c.At.String()
		}
	})
	return place
}
