package vnnlib

import (
	"errors"
	"fmt"
	"math/big"

	"rsm/formula"
	"rsm/internal/specification"
	"rsm/network"
)

// decode1 reads a query of version 1.0: a specification of one network without a name,
// with an input X and an output Y.
func decode1(text string) (*specification.Specification, error) {
	r := &reader{parser: newParser(text), declared: map[variable]bool{}}
	for {
		e, err := r.parser.command()
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		if err := r.command(e); err != nil {
			return nil, err
		}
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	return &specification.Specification{
		Version:  "1.0",
		Networks: []specification.Network{{Tensors: []int{0, 1}}},
		Tensors: []specification.Tensor{
			{Name: "X", Type: "real", Shape: network.Shape{r.count[0]}, Kind: specification.Input},
			{Name: "Y", Type: "real", Shape: network.Shape{r.count[1]}, Kind: specification.Output},
		},
		Asserts: r.asserts,
	}, nil
}

// reader understands the commands of VNN-LIB 1.0.
type reader struct {
	parser   *parser
	declared map[variable]bool
	count    [2]int // inputs and outputs
	asserts  []formula.Formula
}

func (r *reader) command(e *expression) error {
	switch e.head() {
	case "declare-const", "declare-fun":
		return r.declare(e)
	case "assert":
		if len(e.list) != 2 {
			return r.parser.errorf(e.offset, "assert takes one formula, not %d", len(e.list)-1)
		}
		f, err := r.formula(&e.list[1], false)
		if err != nil {
			return err
		}
		r.asserts = append(r.asserts, f)
		return nil
	case "set-logic", "set-info", "set-option", "check-sat", "get-model", "exit":
		return nil
	case "vnnlib-version": // one of version 1: see version2
		return nil
	case "declare-network":
		return r.parser.errorf(e.offset, "declare-network in a file of VNN-LIB 1.0: begin with (vnnlib-version <2.0>)")
	}
	if len(e.list) == 0 {
		return r.parser.errorf(e.offset, "%s is not a command of VNN-LIB: it should begin like (declare-const or (assert", e)
	}
	return r.parser.errorf(e.offset, "the command %s is %w: VNN-LIB 1.0 has declare-const, declare-fun and assert", e, network.ErrUnsupported)
}

// declare reads (declare-const NAME Real) or (declare-fun NAME () Real).
func (r *reader) declare(e *expression) error {
	args := e.arguments()
	if e.head() == "declare-fun" && len(args) == 3 {
		if args[1].list == nil || len(args[1].list) > 0 {
			return r.parser.errorf(args[1].offset, "functions with arguments are %w: write () here", network.ErrUnsupported)
		}
		args = []expression{args[0], args[2]}
	}
	if len(args) != 2 {
		return r.parser.errorf(e.offset, "a declaration is (declare-const X_0 Real) or (declare-fun X_0 () Real)")
	}
	v, err := r.name(&args[0])
	if err != nil {
		return err
	}
	if args[1].atom != "Real" {
		return r.parser.errorf(args[1].offset, "the type %s of %v is %w: write Real", &args[1], v, network.ErrUnsupported)
	}
	if r.declared[v] {
		return r.parser.errorf(args[0].offset, "%v is declared twice", v)
	}
	r.declared[v] = true
	r.count[v.element().Tensor]++
	return nil
}

// finish checks that the variables are numbered without gaps.
func (r *reader) finish() error {
	for tensor, count := range r.count {
		for i := range count {
			if v := (variable{tensor == 1, i}); !r.declared[v] {
				return fmt.Errorf("%v is not declared, but %d variables of its kind are: they are numbered from 0 without gaps", v, count)
			}
		}
	}
	if r.count[0] == 0 {
		return errors.New("no input X_0 is declared: the file is empty, incomplete or not a VNN-LIB file")
	}
	return nil
}

// formula reads a formula, or its negation.
func (r *reader) formula(e *expression, negated bool) (formula.Formula, error) {
	args := e.arguments()
	switch op := e.head(); op {
	case "and", "or":
		if len(args) == 0 {
			return nil, r.parser.errorf(e.offset, "%s has no formulas", e)
		}
		parts := make([]formula.Formula, len(args))
		for i := range args {
			var err error
			if parts[i], err = r.formula(&args[i], negated); err != nil {
				return nil, err
			}
		}
		return junction(op == "and" != negated, parts), nil
	case "not":
		if len(args) != 1 {
			return nil, r.parser.errorf(e.offset, "not takes one formula, not %d", len(args))
		}
		return r.formula(&args[0], !negated)
	case "=>": // of several, a => (b => c): or(not a, not b, c)
		if len(args) < 2 {
			return nil, r.parser.errorf(e.offset, "=> takes two formulas, not %d", len(args))
		}
		parts := make([]formula.Formula, len(args))
		for i := range args {
			var err error
			if parts[i], err = r.formula(&args[i], negated != (i < len(args)-1)); err != nil {
				return nil, err
			}
		}
		return junction(negated, parts), nil
	case "<=", ">=", "<", ">", "=":
		return r.comparison(e, negated)
	case "xor", "ite", "let", "forall", "exists", "distinct":
		return nil, r.parser.errorf(e.offset, "%s is %w: write it with and, or and not", e, network.ErrUnsupported)
	}
	if e.list == nil && (e.atom == "true" || e.atom == "false") {
		return junction(e.atom == "true" != negated, nil), nil
	}
	return nil, r.parser.errorf(e.offset, "a formula expected, not %s: formulas are and, or, not, =>, and comparisons with <= >= < > =", e)
}

func junction(and bool, parts []formula.Formula) formula.Formula {
	if and {
		return formula.And(parts)
	}
	return formula.Or(parts)
}

// comparison reads a comparison of two terms, or a chain of such: (<= a b c) is
// a <= b and b <= c.
func (r *reader) comparison(e *expression, negated bool) (formula.Formula, error) {
	args := e.arguments()
	if len(args) < 2 {
		return nil, r.parser.errorf(e.offset, "%s takes two terms, not %d", e, len(args))
	}
	var parts []formula.Formula
	for i := range len(args) - 1 {
		left, right := &args[i], &args[i+1]
		var pairs [][2]*expression // left <= right
		switch e.head() {
		case "<=", "<":
			pairs = [][2]*expression{{left, right}}
		case ">=", ">":
			pairs = [][2]*expression{{right, left}}
		default:
			pairs = [][2]*expression{{left, right}, {right, left}}
		}
		strict := e.head() == "<" || e.head() == ">"
		for _, p := range pairs {
			low, high := p[0], p[1]
			if negated { // not (low <= high) is high < low
				low, high = high, low
			}
			l := linear{constant: new(big.Rat)}
			if err := r.linear(&l, low, negOne); err != nil {
				return nil, err
			}
			if err := r.linear(&l, high, one); err != nil {
				return nil, err
			}
			op := formula.AtLeast
			if strict != negated {
				op = formula.Above
			}
			parts = append(parts, formula.New(l.terms, l.constant, op, r.parser.position(e.offset)))
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return junction(!negated, parts), nil
}
