package vnnlib

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"rsm/formula"
	"rsm/network"
)

// linear adds scale times the term e to l.
func (r *reader) linear(l *linear, e *expression, scale *big.Rat) error {
	if e.constant {
		v, err := r.constant(e)
		if err != nil {
			return err
		}
		l.constant = new(big.Rat).Add(l.constant, v.Mul(v, scale))
		return r.checkConstant(l.constant, e)
	}
	if e.list == nil {
		v, err := r.variable(e)
		if l.terms = append(l.terms, formula.Term{Element: v.element(), Coef: scale}); len(l.terms) > maxTerms {
			return r.parser.errorf(e.offset, "a comparison of more than %d terms", maxTerms)
		}
		return err
	}
	args := e.arguments()
	switch op := e.head(); op {
	case "+", "-":
		minus := new(big.Rat).Neg(scale)
		for i := range args {
			sign := scale
			if op == "-" && (i > 0 || len(args) == 1) {
				sign = minus
			}
			if err := r.linear(l, &args[i], sign); err != nil {
				return err
			}
		}
		return nil
	case "*", "/":
		return r.product(l, e, scale)
	}
	return r.parser.errorf(e.offset, "a term expected, not %s: terms are variables, numbers, and + - * / of them", e)
}

// product adds scale times a product or quotient that is not constant.
func (r *reader) product(l *linear, e *expression, scale *big.Rat) error {
	args := e.arguments()
	if e.head() == "/" && len(args) < 2 {
		return r.parser.errorf(e.offset, "a quotient has two terms at least")
	}
	factor := -1
	for i := range args {
		switch {
		case args[i].constant:
			c, err := r.constant(&args[i])
			switch {
			case err != nil:
				return err
			case e.head() == "/" && i > 0 && c.Sign() == 0:
				return r.parser.errorf(args[i].offset, "division by zero")
			case e.head() == "/" && i > 0:
				scale = c.Quo(scale, c)
			default:
				scale = c.Mul(scale, c)
			}
			if err := r.checkConstant(scale, e); err != nil {
				return err
			}
		case factor >= 0 || e.head() == "/" && i > 0:
			return r.parser.errorf(e.offset, "%s of several variables is %w: constraints must be linear", e, network.ErrUnsupported)
		default:
			factor = i
		}
	}
	return r.linear(l, &args[factor], scale)
}

// constant computes a term without variables.
func (r *reader) constant(e *expression) (*big.Rat, error) {
	if e.list == nil {
		return number(r.parser, e)
	}
	args := e.arguments()
	if len(args) == 0 || !slices.Contains([]string{"+", "-", "*", "/"}, e.head()) {
		return nil, r.parser.errorf(e.offset, "a term expected, not %s: terms are variables, numbers, and + - * / of them", e)
	}
	if e.head() == "/" && len(args) < 2 {
		return nil, r.parser.errorf(e.offset, "a quotient has two terms at least")
	}
	v, err := r.constant(&args[0])
	if err != nil {
		return nil, err
	}
	if e.head() == "-" && len(args) == 1 {
		return v.Neg(v), nil
	}
	for i := 1; i < len(args); i++ {
		c, err := r.constant(&args[i])
		if err != nil {
			return nil, err
		}
		switch e.head() {
		case "+":
			v.Add(v, c)
		case "-":
			v.Sub(v, c)
		case "*":
			v.Mul(v, c)
		case "/":
			if c.Sign() == 0 {
				return nil, r.parser.errorf(args[i].offset, "division by zero")
			}
			v.Quo(v, c)
		}
		if err := r.checkConstant(v, e); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// checkConstant keeps constants from growing without bound.
func (r *reader) checkConstant(v *big.Rat, e *expression) error {
	if long(v) {
		return r.parser.errorf(e.offset, "a constant has more than %d bits", longestConstant)
	}
	return nil
}

// number reads a numeral as the number that it is. Exponents, which version 2 does not
// have, are understood in both versions.
func number(p *parser, e *expression) (*big.Rat, error) {
	v, err := formula.Parse(e.atom)
	if err != nil {
		return nil, p.errorf(e.offset, "%s %w", e, err)
	}
	return v, nil
}

// numeral says whether an atom is meant as a number.
func numeral(atom string) bool {
	unsigned := strings.TrimLeft(atom, "+-")
	return unsigned != "" && (unsigned[0] >= '0' && unsigned[0] <= '9' || unsigned[0] == '.') &&
		strings.Trim(unsigned, "0123456789.eE+-") == ""
}

// variable is X_Index, or Y_Index for an output.
type variable struct {
	output bool
	index  int
}

// element is the variable as an element of one of the two tensors.
func (v variable) element() formula.Element {
	e := formula.Element{Index: v.index}
	if v.output {
		e.Tensor = 1
	}
	return e
}

// String is the name of the variable.
func (v variable) String() string {
	if v.output {
		return "Y_" + strconv.Itoa(v.index)
	}
	return "X_" + strconv.Itoa(v.index)
}

// variable looks up a declared variable.
func (r *reader) variable(e *expression) (variable, error) {
	v, err := r.name(e)
	if err == nil && !r.declared[v] {
		return v, r.parser.errorf(e.offset, "%v is not declared: add (declare-const %v Real) before", v, v)
	}
	return v, err
}

// name decodes the name of a variable.
func (r *reader) name(e *expression) (variable, error) {
	if e.list == nil && len(e.atom) > 2 && (e.atom[:2] == "X_" || e.atom[:2] == "Y_") {
		v := variable{output: e.atom[0] == 'Y'}
		var err error
		if v.index, err = strconv.Atoi(e.atom[2:]); err == nil && v.String() == e.atom && v.index >= 0 {
			return v, nil
		}
	}
	return variable{}, r.parser.errorf(e.offset, "%s is not a variable: inputs are X_0, X_1, ..., outputs Y_0, Y_1, ...", e)
}
