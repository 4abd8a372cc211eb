package vnnlib

import (
	"errors"
	"fmt"
	"maps"
	"math"

	"rsm/network"
)

// Box returns the box lo <= x <= hi of the inputs, if that is what the query
// constrains them to: a conjunction of bounds on single inputs. Bounds may also
// be in a disjunction if all its parts have the same ones, and so in one of a
// single part. Strict bounds are taken as closed. Constraints of the outputs
// are left out.
//
// Errors name the file, where the query has one, and those about other
// constraints of inputs wrap network.ErrUnsupported.
func (q *Query) Box() (lo, hi []float64, err error) {
	lo, hi, err = q.box()
	if err != nil && q.File != "" {
		err = fmt.Errorf("%s: %w", q.File, err)
	}
	return lo, hi, err
}

func (q *Query) box() (lo, hi []float64, err error) {
	b := bounds{}
	if err := b.add(And(q.Asserts)); err != nil {
		return nil, nil, err
	}
	lo, hi = make([]float64, q.Inputs), make([]float64, q.Inputs)
	for i := range q.Inputs {
		v, ok := b[i]
		if !ok {
			v = unbounded
		}
		x := Variable{Index: i}
		switch {
		case math.IsInf(v.lo, -1):
			return nil, nil, fmt.Errorf("%v has no lower bound: add (assert (>= %v c)) with a number c", x, x)
		case math.IsInf(v.hi, 1):
			return nil, nil, fmt.Errorf("%v has no upper bound: add (assert (<= %v c)) with a number c", x, x)
		case v.lo > v.hi:
			return nil, nil, fmt.Errorf("the box of the inputs is empty: %v has lower bound %v above upper bound %v", x, v.lo, v.hi)
		}
		lo[i], hi[i] = v.lo, v.hi
	}
	return lo, hi, nil
}

type interval struct{ lo, hi float64 }

var unbounded = interval{math.Inf(-1), math.Inf(1)}

// bounds are the intervals of the inputs that have bounds.
type bounds map[int]interval

func (b bounds) intersect(i int, v interval) {
	if old, ok := b[i]; ok {
		v = interval{max(old.lo, v.lo), min(old.hi, v.hi)}
	}
	b[i] = v
}

// add intersects the bounds with those of a formula.
func (b bounds) add(f Formula) error {
	switch f := f.(type) {
	case And:
		for _, g := range f {
			if err := b.add(g); err != nil {
				return err
			}
		}
		return nil
	case Or:
		return b.disjunction(f)
	default:
		return b.constraint(f.(*Constraint))
	}
}

func (b bounds) disjunction(f Or) error {
	switch {
	case len(f) == 0:
		return errFalse
	case len(f) == 1:
		return b.add(f[0])
	}
	var first bounds
	for _, g := range f {
		part := bounds{}
		if err := part.add(g); errors.Is(err, errFalse) {
			continue
		} else if err != nil {
			return err
		}
		if first == nil {
			first = part
		} else if !maps.Equal(first, part) {
			return fmt.Errorf("a disjunction%s over different boxes of inputs is %w: write one query for each box", at(f), network.ErrUnsupported)
		}
	}
	if first == nil {
		return errFalse
	}
	for i, v := range first {
		b.intersect(i, v)
	}
	return nil
}

// errFalse says that a formula is false whatever the variables are.
var errFalse = errors.New("the query is false for all inputs: it asserts something false")

// at names the place of the first constraint of a formula.
func at(f Formula) string {
	place := ""
	constraints(f, func(c *Constraint) {
		if place == "" {
			place = " at " + c.At.String()
		}
	})
	return place
}

func (b bounds) constraint(c *Constraint) error {
	input, output := c.Mentions()
	switch {
	case !input && output:
		return nil
	case !input:
		if !c.Holds(nil, nil) {
			return errFalse
		}
		return nil
	case output || len(c.Terms) > 1:
		return fmt.Errorf("the constraint at %v relates an input to other variables: this is %w, inputs must be in a box", c.At, network.ErrUnsupported)
	}
	t := c.Terms[0]
	v := unbounded
	bound := (0-c.Const)/t.Coef + 0 // no -0
	if math.IsInf(bound, 0) {
		return fmt.Errorf("the bound of %v at %v is too large for a float64", t.Variable, c.At)
	}
	if t.Coef > 0 {
		v.hi = bound
	} else {
		v.lo = bound
	}
	b.intersect(t.Variable.Index, v)
	return nil
}
