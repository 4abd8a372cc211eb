package logic

import "rsm/network"

// Formula is a formula over the values of a graph's nodes, in negation normal
// form, as float64 computes it: And, Or or *Condition.
type Formula interface {
	// Conditions calls do for each condition of the formula.
	Conditions(do func(*Condition))
}

// And is a conjunction. The empty one is true.
type And []Formula

// Or is a disjunction. The empty one is false.
type Or []Formula

// Condition is F >= 0, or F > 0 where Strict is set.
type Condition struct {
	F      network.Functional
	Strict bool
}

// Conditions implements Formula.
func (f And) Conditions(do func(*Condition)) { conditions(f, do) }

// Conditions implements Formula.
func (f Or) Conditions(do func(*Condition)) { conditions(f, do) }

// Conditions implements Formula.
func (c *Condition) Conditions(do func(*Condition)) { do(c) }

func conditions(parts []Formula, do func(*Condition)) {
	for _, f := range parts {
		f.Conditions(do)
	}
}
