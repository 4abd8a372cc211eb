package vnnlib

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"rsm/network"
)

// sum is a linear term on its way to a constraint. Variables may occur twice.
type sum struct {
	terms    []Term
	constant float64
}

// linear adds scale times the term e to s.
func (r *reader) linear(s *sum, e *expression, scale float64) error {
	if e.constant {
		v, err := r.constant(e)
		s.constant += scale * v
		return err
	}
	if e.list == nil {
		v, err := r.variable(e)
		s.terms = append(s.terms, Term{v, scale})
		return err
	}
	args := e.arguments()
	switch op := e.head(); op {
	case "+", "-":
		for i := range args {
			sign := scale
			if op == "-" && (i > 0 || len(args) == 1) {
				sign = -scale
			}
			if err := r.linear(s, &args[i], sign); err != nil {
				return err
			}
		}
		return nil
	case "*", "/":
		return r.product(s, e, scale)
	}
	return r.parser.errorf(e.offset, "a term expected, not %s: terms are variables, numbers, and + - * / of them", e)
}

// product adds scale times a product or quotient that is not constant.
func (r *reader) product(s *sum, e *expression, scale float64) error {
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
			case e.head() == "/" && i > 0 && c == 0:
				return r.parser.errorf(args[i].offset, "division by zero")
			case e.head() == "/" && i > 0:
				scale /= c
			default:
				scale *= c
			}
		case factor >= 0 || e.head() == "/" && i > 0:
			return r.parser.errorf(e.offset, "%s of several variables is %w: constraints must be linear", e, network.ErrUnsupported)
		default:
			factor = i
		}
	}
	return r.linear(s, &args[factor], scale)
}

// constant computes a term without variables.
func (r *reader) constant(e *expression) (float64, error) {
	if e.list == nil {
		return r.number(e)
	}
	args := e.arguments()
	if len(args) == 0 || !slices.Contains([]string{"+", "-", "*", "/"}, e.head()) {
		return 0, r.parser.errorf(e.offset, "a term expected, not %s: terms are variables, numbers, and + - * / of them", e)
	}
	if e.head() == "/" && len(args) < 2 {
		return 0, r.parser.errorf(e.offset, "a quotient has two terms at least")
	}
	v, err := r.constant(&args[0])
	if err == nil && e.head() == "-" && len(args) == 1 {
		return 0 - v, nil
	}
	for i := 1; i < len(args) && err == nil; i++ {
		var c float64
		c, err = r.constant(&args[i])
		switch e.head() {
		case "+":
			v += c
		case "-":
			v -= c
		case "*":
			v *= c
		case "/":
			if err == nil && c == 0 {
				err = r.parser.errorf(args[i].offset, "division by zero")
			}
			v /= c
		}
	}
	return v, err
}

// number reads a numeral as the nearest float64. One that is too small for a
// float64 is an error, for it would silently become zero.
func (r *reader) number(e *expression) (float64, error) {
	v, err := strconv.ParseFloat(e.atom, 64)
	mantissa, _, _ := strings.Cut(strings.ToLower(e.atom), "e")
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, r.parser.errorf(e.offset, "%s is larger than any float64", e)
	case err != nil:
		return 0, r.parser.errorf(e.offset, "%s is not a number", e)
	case v == 0 && strings.ContainsAny(mantissa, "123456789"):
		return 0, r.parser.errorf(e.offset, "%s is too small for a float64: write 0", e)
	}
	return v, nil
}

// numeral says whether an atom is meant as a number.
func numeral(atom string) bool {
	unsigned := strings.TrimLeft(atom, "+-")
	return unsigned != "" && (unsigned[0] >= '0' && unsigned[0] <= '9' || unsigned[0] == '.') &&
		strings.Trim(unsigned, "0123456789.eE+-") == ""
}

// variable looks up a declared variable.
func (r *reader) variable(e *expression) (Variable, error) {
	v, err := r.name(e)
	if err == nil && !r.declared[v] {
		return v, r.parser.errorf(e.offset, "%v is not declared: add (declare-const %v Real) before", v, v)
	}
	return v, err
}

// name decodes the name of a variable.
func (r *reader) name(e *expression) (Variable, error) {
	if e.list == nil && len(e.atom) > 2 && (e.atom[:2] == "X_" || e.atom[:2] == "Y_") {
		v := Variable{Output: e.atom[0] == 'Y'}
		var err error
		if v.Index, err = strconv.Atoi(e.atom[2:]); err == nil && v.String() == e.atom && v.Index >= 0 {
			return v, nil
		}
	}
	return Variable{}, r.parser.errorf(e.offset, "%s is not a variable: inputs are X_0, X_1, ..., outputs Y_0, Y_1, ...", e)
}

// constraint makes s <= 0, or s < 0.
func (r *reader) constraint(s *sum, strict bool, offset int) (*Constraint, error) {
	slices.SortStableFunc(s.terms, func(a, b Term) int { return a.Variable.compare(b.Variable) })
	c := &Constraint{Const: s.constant, Strict: strict, At: r.parser.position(offset)}
	for _, t := range s.terms {
		if n := len(c.Terms); n > 0 && c.Terms[n-1].Variable == t.Variable {
			c.Terms[n-1].Coef += t.Coef
		} else {
			c.Terms = append(c.Terms, t)
		}
	}
	finite := !math.IsInf(c.Const, 0) && !math.IsNaN(c.Const)
	for _, t := range c.Terms {
		finite = finite && !math.IsInf(t.Coef, 0) && !math.IsNaN(t.Coef)
	}
	if !finite {
		return nil, r.parser.errorf(offset, "constants of the comparison are too large for float64")
	}
	c.Const += 0 // no -0
	c.Terms = slices.DeleteFunc(c.Terms, func(t Term) bool { return t.Coef == 0 })
	if len(c.Terms) == 0 {
		c.Terms = nil
	}
	return c, nil
}
