package vnnlib

import (
	"slices"
	"strconv"
)

// Formula is a formula in negation normal form: And, Or or *Constraint.
type Formula interface {
	// Holds says whether the formula is true, computed in float64.
	Holds(x, y []float64) bool
	// Mentions says whether an input and whether an output occurs in it.
	Mentions() (input, output bool)
}

// And is a conjunction. The empty one is true.
type And []Formula

// Or is a disjunction. The empty one is false.
type Or []Formula

// Constraint is Terms + Const <= 0, or < 0 if it is strict.
type Constraint struct {
	Terms  []Term // in the order of the variables, inputs first; none twice
	Const  float64
	Strict bool
	At     Position // of its comparison in the file
}

// Term is a variable times a constant other than zero.
type Term struct {
	Variable Variable
	Coef     float64
}

// Variable is X_Index, or Y_Index for an output.
type Variable struct {
	Output bool
	Index  int
}

// String is the name of the variable.
func (v Variable) String() string {
	if v.Output {
		return "Y_" + strconv.Itoa(v.Index)
	}
	return "X_" + strconv.Itoa(v.Index)
}

func (v Variable) compare(w Variable) int {
	switch {
	case v.Output == w.Output:
		return v.Index - w.Index
	case v.Output:
		return 1
	}
	return -1
}

// Holds implements Formula.
func (f And) Holds(x, y []float64) bool {
	return !slices.ContainsFunc(f, func(g Formula) bool { return !g.Holds(x, y) })
}

// Holds implements Formula.
func (f Or) Holds(x, y []float64) bool {
	return slices.ContainsFunc(f, func(g Formula) bool { return g.Holds(x, y) })
}

// Holds implements Formula.
func (c *Constraint) Holds(x, y []float64) bool {
	s := 0.0
	for _, t := range c.Terms {
		v := x
		if t.Variable.Output {
			v = y
		}
		s += float64(t.Coef * v[t.Variable.Index])
	}
	// The constant is on the other side, so that bounds compare exactly.
	return s < 0-c.Const || !c.Strict && s == 0-c.Const
}

// Mentions implements Formula.
func (f And) Mentions() (input, output bool) { return mentions(f) }

// Mentions implements Formula.
func (f Or) Mentions() (input, output bool) { return mentions(f) }

// Mentions implements Formula.
func (c *Constraint) Mentions() (input, output bool) {
	for _, t := range c.Terms {
		input = input || !t.Variable.Output
		output = output || t.Variable.Output
	}
	return input, output
}

func mentions(parts []Formula) (input, output bool) {
	for _, f := range parts {
		i, o := f.Mentions()
		input, output = input || i, output || o
		if input && output {
			break
		}
	}
	return input, output
}

// constraints calls do for every constraint of the formula.
func constraints(f Formula, do func(*Constraint)) {
	switch f := f.(type) {
	case *Constraint:
		do(f)
	case And:
		for _, g := range f {
			constraints(g, do)
		}
	case Or:
		for _, g := range f {
			constraints(g, do)
		}
	}
}
