package specification

import (
	"fmt"
	"math"
	"math/big"
	"strconv"

	"rsm/network"
)

// Assignment is a number for every element of every tensor.
type Assignment struct {
	Values [][]*big.Rat // by tensor
	spec   *Specification
}

// Agreement says how a specification and an assignment fit.
type Agreement int

// How they fit: all assertions hold in exact arithmetic on the values; they would
// hold if constants changed by no more than rounding does (near); or neither.
const (
	Violated Agreement = iota
	Nearly
	Satisfied
)

// near is how far from true a comparison may be, relative to the sum of the
// magnitudes of its terms, for rounding to be the reason.
const near = 1e-6

// Witness is the assignment of a solution of case k, and whether it satisfies the
// specification. The point is moved into the bounds as they are written, each
// network is evaluated by itself in float64 at its own input, and the assertions
// are evaluated exactly at the values.
func (p *Plan) Witness(k int, point []float64) (*Assignment, Agreement, error) {
	c := p.Cases[k]
	if len(point) != len(c.inner) {
		return nil, Violated, fmt.Errorf("a solution of %d elements for %d inputs", len(point), len(c.inner))
	}
	joint := make([]*big.Rat, len(point))
	for i, x := range point {
		lo, hi := c.inner[i][0], c.inner[i][1]
		if math.IsNaN(x) || lo > hi {
			return nil, Nearly, nil
		}
		joint[i] = Decimal(min(max(x, lo), hi))
	}
	a := &Assignment{Values: make([][]*big.Rat, len(p.spec.Tensors)), spec: p.spec}
	at := 0
	for n, m := range p.models {
		x := make([]float64, m.InputSize())
		exact := make([]*big.Rat, len(x))
		for i := range x {
			t := c.inputs[at]
			at++
			v := new(big.Rat).Set(joint[t.to.Index])
			if t.sign < 0 {
				v.Neg(v)
			}
			exact[i] = v.Add(v, t.shift)
			x[i], _ = exact[i].Float64()
		}
		e := network.NewEvaluator(m.Graph)
		e.Forward(x)
		for _, k := range p.spec.Networks[n].Tensors {
			if p.spec.Tensors[k].Kind == Input {
				a.Values[k] = exact
				continue
			}
			for _, y := range e.Value(p.tensor(k).Node) {
				v := new(big.Rat).SetFloat64(y)
				if v == nil {
					return nil, Violated, fmt.Errorf("network %q has the value %v at a solution", m.File, y)
				}
				a.Values[k] = append(a.Values[k], v)
			}
		}
	}
	value := func(e Element) *big.Rat { return a.Values[e.Tensor][e.Index] }
	all := And(p.spec.Asserts)
	switch {
	case all.Holds(value):
		return a, Satisfied, nil
	case nearly(all, value):
		return a, Nearly, nil
	}
	return a, Violated, nil
}

func nearly(f Formula, v Values) bool {
	switch f := f.(type) {
	case And:
		for _, g := range f {
			if !nearly(g, v) {
				return false
			}
		}
		return true
	case Or:
		for _, g := range f {
			if nearly(g, v) {
				return true
			}
		}
		return false
	}
	c := f.(*Comparison)
	scale := new(big.Rat).Abs(c.Const)
	for _, t := range c.Terms {
		term := new(big.Rat).Mul(t.Coef, v(t.Element))
		scale.Add(scale, term.Abs(term))
	}
	value, _ := c.Value(v).Float64()
	size, _ := scale.Float64()
	if c.Operator == Equal {
		value = -math.Abs(value)
	}
	return c.Operator == Unequal || value >= -near*max(size, near)
}

// Text writes a value as a decimal number without exponent: an input exactly, a
// value of a network as the shortest that reads as its float64.
func (a *Assignment) Text(tensor, index int) string {
	v := a.Values[tensor][index]
	if a.spec.Tensors[tensor].Kind == Input {
		if digits, exact := v.FloatPrec(); exact {
			return v.FloatString(digits)
		}
	}
	x, _ := v.Float64()
	return strconv.FormatFloat(x+0, 'f', -1, 64)
}

// Decimal is the shortest decimal number that reads as v.
func Decimal(v float64) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
	return r
}
