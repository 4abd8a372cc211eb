package vnnlib

import (
	"math/big"
	"strings"

	"rsm/formula"
	"rsm/internal/specification"
	"rsm/network"
)

// linear2 is a linear function of version 2.
type linear2 struct {
	linear
	// typ is the type of its elements, "" where there are none; whole says that
	// all constants are written as integers.
	typ   string
	whole bool
}

// assert reads the rest of (assert FORMULA).
func (r *reader2) assert() error {
	f, err := r.formula()
	if err != nil {
		return err
	}
	r.spec.Asserts = append(r.spec.Asserts, f)
	return r.expect(")")
}

func (r *reader2) deeper() error {
	if r.depth++; r.depth > maxDepth {
		return r.errorf("parentheses are nested more than %d deep", maxDepth)
	}
	return nil
}

// formula reads (and F ...), (or F ...) or a comparison.
func (r *reader2) formula() (formula.Formula, error) {
	at := r.token.offset
	if r.token.atom != "(" {
		return nil, r.unexpected("a formula such as (<= X[0] 1.0)")
	}
	if err := r.deeper(); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	op, err := r.open()
	if err != nil {
		return nil, err
	}
	switch op {
	case "and", "or":
		var parts []formula.Formula
		for r.token.atom != ")" {
			f, err := r.formula()
			if err != nil {
				return nil, err
			}
			parts = append(parts, f)
		}
		if len(parts) == 0 {
			return nil, r.parser.errorf(at, "%q has no formulas", "("+op+")")
		}
		if op == "and" {
			return formula.And(parts), r.next()
		}
		return formula.Or(parts), r.next()
	case "<=", "<", ">=", ">", "==", "!=":
		return r.comparison(at, op)
	case "=":
		return nil, r.parser.errorf(at, `"(=" is not a comparison of VNN-LIB 2.0: write (==`)
	case "not":
		return nil, r.parser.errorf(at, `"(not" is not in VNN-LIB 2.0: turn the comparisons inside around`)
	}
	return nil, r.parser.errorf(at, "%s is not a formula: formulas are and, or, and comparisons with <= < >= > == !=", excerpt("("+op+" ...)"))
}

// comparison reads the rest of a comparison of two terms.
func (r *reader2) comparison(at int, op string) (formula.Formula, error) {
	left, err := r.term()
	if err != nil {
		return nil, err
	}
	right, err := r.term()
	if err != nil {
		return nil, err
	}
	if r.token.atom != ")" {
		return nil, r.unexpected(`")" after two terms of a comparison`)
	}
	if err := r.next(); err != nil {
		return nil, err
	}
	kind := map[string]formula.Operator{
		"<=": formula.AtLeast, ">=": formula.AtLeast, "<": formula.Above, ">": formula.Above,
		"==": formula.Equal, "!=": formula.Unequal,
	}[op]
	if op[0] == '<' {
		left, right = right, left
	}
	if err := r.add(&left, &right, true, at); err != nil {
		return nil, err
	}
	if specification.Integral(left.typ) && !left.whole {
		return nil, r.parser.errorf(at, "a comparison of %s with a constant that is no integer", left.typ)
	}
	return formula.New(left.terms, left.constant, kind, r.position(at)), nil
}

// add adds b to a, or subtracts it.
func (r *reader2) add(a, b *linear2, minus bool, at int) error {
	if a.typ != "" && b.typ != "" && a.typ != b.typ {
		return r.parser.errorf(at, "elements of types %s and %s in one comparison: types are not converted", a.typ, b.typ)
	}
	if a.typ == "" {
		a.typ = b.typ
	}
	a.whole = a.whole && b.whole
	if minus {
		b.scale(negOne)
	}
	if a.linear.add(&b.linear); len(a.terms) > maxTerms {
		return r.parser.errorf(at, "a comparison of more than %d terms", maxTerms)
	}
	return nil
}

// term reads a number, an element of a tensor, or a sum, difference or product.
func (r *reader2) term() (linear2, error) {
	at, atom := r.token.offset, r.token.atom
	switch {
	case atom == "(":
		if err := r.deeper(); err != nil {
			return linear2{}, err
		}
		defer func() { r.depth-- }()
		return r.operation(at)
	case numeral(atom):
		v, err := r.number()
		return linear2{linear: linear{constant: v}, whole: !strings.ContainsAny(atom, ".eE")}, err
	case isName(atom):
		return r.element()
	}
	return linear2{}, r.unexpected("a term: a number, an element such as X[0], or + - * of terms,")
}

// operation reads (+ T ...), (- T ...) or (* T ...).
func (r *reader2) operation(at int) (linear2, error) {
	op, err := r.open()
	if err != nil {
		return linear2{}, err
	}
	switch op {
	case "+", "-", "*":
	case "/":
		return linear2{}, r.parser.errorf(at, `"(/" is not in VNN-LIB 2.0: multiply by the reciprocal`)
	default:
		return linear2{}, r.parser.errorf(at, "%s is not a term: terms are numbers, elements of tensors, and + - * of terms", excerpt("("+op+" ...)"))
	}
	sum, err := r.term()
	if err != nil {
		return linear2{}, err
	}
	if op == "-" && r.token.atom == ")" {
		sum.scale(negOne)
		return sum, r.next()
	}
	for r.token.atom != ")" {
		t, err := r.term()
		if err != nil {
			return linear2{}, err
		}
		if op == "*" {
			if len(sum.terms) > 0 && len(t.terms) > 0 {
				return linear2{}, r.parser.errorf(at, "a product of two elements of tensors is %w: comparisons must be linear", network.ErrUnsupported)
			}
			if len(sum.terms) == 0 {
				sum, t = t, sum
			}
			whole := sum.whole && t.whole
			if err := r.add(&sum, &linear2{linear: linear{constant: new(big.Rat)}, typ: t.typ, whole: whole}, false, at); err != nil {
				return linear2{}, err
			}
			sum.scale(t.constant)
			if err := sum.check(r.parser, at); err != nil {
				return linear2{}, err
			}
		} else if err := r.add(&sum, &t, op == "-", at); err != nil {
			return linear2{}, err
		}
	}
	return sum, r.next()
}

// number reads a numeral. Version 2 has no plus sign, and digits on both sides of a
// point; exponents, which it has not either, are written by other tools.
func (r *reader2) number() (*big.Rat, error) {
	mantissa, _, _ := strings.Cut(strings.ToLower(r.token.atom), "e")
	whole, fraction, point := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	if strings.HasPrefix(whole, "+") || whole == "" || point && fraction == "" {
		return nil, r.errorf("%s is not a number: write it like -12.5", &r.token)
	}
	v, err := number(r.parser, &r.token)
	if err != nil {
		return nil, err
	}
	return v, r.next()
}

// element reads X[0,3], or Y for a scalar.
func (r *reader2) element() (linear2, error) {
	at, name := r.token.offset, r.token.atom
	i, ok := r.tensors[name]
	if !ok {
		return linear2{}, r.errorf("no tensor %s is declared", &r.token)
	}
	t := &r.spec.Tensors[i]
	if err := r.next(); err != nil {
		return linear2{}, err
	}
	var indices []int
	if r.token.atom == "[" {
		var err error
		if indices, err = r.integers(); err != nil {
			return linear2{}, err
		}
	}
	if len(indices) != len(t.Shape) {
		return linear2{}, r.parser.errorf(at, "%s has shape %s: give %d indices, not %d", name, t.Dims(), len(t.Shape), len(indices))
	}
	index := 0
	for k, d := range t.Shape {
		if indices[k] < 0 || indices[k] >= d {
			return linear2{}, r.parser.errorf(at, "index %d of %s is %d: the shape is %s, indices count from 0", k, name, indices[k], t.Dims())
		}
		index = index*d + indices[k]
	}
	e := formula.Element{Tensor: i, Index: index}
	return linear2{linear: linear{[]formula.Term{{Element: e, Coef: one}}, new(big.Rat)}, typ: t.Type, whole: true}, nil
}
