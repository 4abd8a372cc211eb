package specification

import (
	"context"
	"math"
	"math/big"

	"rsm/formula"
	"rsm/network"
	"rsm/region"
	"rsm/relax"
)

// Assignment is a decimal number for every element of every tensor, with which the
// specification is true. The networks have values at its inputs that make it true as
// well; those of the assignment are these, or near them.
type Assignment struct {
	Values [][]*big.Rat // by tensor
}

// exactWork is how many multiplications of machine words the exact evaluation of a
// network may take: some seconds.
const exactWork = 3e8

// Assignment is the assignment of a point of the joint input, if the specification is
// true there: the point is moved into the bounds as they are written, each network is
// evaluated by itself at its own input in exact arithmetic, and the assertions are
// evaluated at its values, and at those that are printed. Where exact values are out of
// reach, bounds of them must show that the assertions are true.
func (c *Case) Assignment(point []*big.Rat) (*Assignment, bool) {
	if len(point) != len(c.intervals) {
		return nil, false
	}
	joint := make([]*big.Rat, len(point))
	box := region.Box{Lo: make([]float64, len(point)), Hi: make([]float64, len(point))}
	for i, x := range point {
		if joint[i] = c.intervals[i].decimal(x); joint[i] == nil {
			return nil, false
		}
		box.Lo[i], box.Hi[i] = formula.Down(joint[i]), formula.Up(joint[i])
	}
	known, err := relax.Compute(context.Background(), c.Joint, box, relax.Interval)
	if err != nil {
		return nil, false
	}
	open := known.Known(c.Formula)
	if formula.IsFalse(open) {
		return nil, false
	}
	values, exact := c.evaluate(joint, formula.IsTrue(open))
	if values == nil || exact && !c.holds(values) {
		return nil, false
	}
	return c.printed(values)
}

// holds says whether the specification is true at values of all tensors.
func (b *builder) holds(values [][]*big.Rat) bool {
	return formula.And(b.spec.Asserts).Holds(func(e formula.Element) *big.Rat { return values[e.Tensor][e.Index] })
}

// evaluate computes the values of all tensors, each network by itself. Where that is not
// possible in exact arithmetic, and float64 may do, it says so; else there are none.
func (c *Case) evaluate(joint []*big.Rat, float bool) (values [][]*big.Rat, exact bool) {
	values, exact = make([][]*big.Rat, len(c.spec.Tensors)), true
	at := 0
	for n, m := range c.models {
		x := make([]*big.Rat, m.InputSize())
		for i := range x {
			t := c.inputs[at]
			at++
			v := new(big.Rat).Set(joint[t.to.Index])
			if t.sign < 0 {
				v.Neg(v)
			}
			x[i] = v.Add(v, t.shift)
		}
		var nodes []int
		for _, k := range c.spec.Networks[n].Tensors {
			if c.spec.Tensors[k].Kind != Input {
				nodes = append(nodes, c.tensor(k).Node)
			}
		}
		of, ok := m.Graph.Exactly(x, nodes, exactWork)
		if !ok && !float {
			return nil, false
		}
		var e *network.Evaluator
		if !ok {
			exact, e = false, inFloat64(m.Graph, x)
		}
		for _, k := range c.spec.Networks[n].Tensors {
			tensor := &c.spec.Tensors[k]
			if tensor.Kind == Input {
				values[k] = x
				continue
			}
			for i := range tensor.Shape.Size() {
				v := new(big.Rat)
				if ok {
					v = of.Value(c.tensor(k).Node, i)
				} else if v = v.SetFloat64(e.Value(c.tensor(k).Node)[i]); v == nil {
					return nil, false
				}
				values[k] = append(values[k], v)
			}
		}
	}
	return values, exact
}

// inFloat64 evaluates a graph at the float64s nearest to x.
func inFloat64(g *network.Graph, x []*big.Rat) *network.Evaluator {
	near := make([]float64, len(x))
	for i, v := range x {
		near[i], _ = v.Float64()
	}
	e := network.NewEvaluator(g)
	e.Forward(near)
	return e
}

// printedDigits are those after the point that values without end are printed with, the
// first that make the specification true.
var printedDigits = [...]int{40, 120, 360}

// printed is the assignment that is printed: values of networks are the shortest numbers
// that read as the float64s next to them where the specification is true of these, or
// else they are written out.
func (b *builder) printed(values [][]*big.Rat) (*Assignment, bool) {
	for try := -1; try < len(printedDigits); try++ {
		a := &Assignment{Values: make([][]*big.Rat, len(values))}
		for k, list := range values {
			for _, v := range list {
				if _, finite := v.FloatPrec(); b.spec.Tensors[k].Kind == Input || finite && try >= 0 {
					a.Values[k] = append(a.Values[k], v)
					continue
				}
				if try < 0 {
					if x, _ := v.Float64(); !math.IsInf(x, 0) {
						v = formula.Decimal(x)
					}
					a.Values[k] = append(a.Values[k], v)
					continue
				}
				d, _ := new(big.Rat).SetString(v.FloatString(printedDigits[try]))
				a.Values[k] = append(a.Values[k], d)
			}
		}
		if b.holds(a.Values) {
			return a, true
		}
	}
	return nil, false
}

// Text writes a value as a decimal number without exponent.
func (a *Assignment) Text(tensor, index int) string {
	s, _ := formula.Text(a.Values[tensor][index], 0)
	return s
}
