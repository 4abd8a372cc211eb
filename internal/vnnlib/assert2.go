package vnnlib

import (
	"math/big"
	"strings"

	"rsm/internal/specification"
	"rsm/network"
)

// linear2 is a linear function while it is read.
type linear2 struct {
	terms    []specification.Term
	constant *big.Rat
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
func (r *reader2) formula() (specification.Formula, error) {
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
		var parts []specification.Formula
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
			return specification.And(parts), r.next()
		}
		return specification.Or(parts), r.next()
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
func (r *reader2) comparison(at int, op string) (specification.Formula, error) {
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
	kind := map[string]specification.Operator{
		"<=": specification.AtLeast, ">=": specification.AtLeast, "<": specification.Above, ">": specification.Above,
		"==": specification.Equal, "!=": specification.Unequal,
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
	return specification.NewComparison(left.terms, left.constant, kind, r.position(at)), nil
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
		b.scale(big.NewRat(-1, 1))
	}
	if a.terms = append(a.terms, b.terms...); len(a.terms) > maxTerms {
		return r.parser.errorf(at, "a comparison of more than %d terms", maxTerms)
	}
	a.constant = new(big.Rat).Add(a.constant, b.constant)
	return nil
}

// scale multiplies by a constant.
func (a *linear2) scale(by *big.Rat) {
	for i, t := range a.terms {
		a.terms[i].Coef = new(big.Rat).Mul(t.Coef, by)
	}
	a.constant = new(big.Rat).Mul(a.constant, by)
}

var one = big.NewRat(1, 1)

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
		return linear2{constant: v, whole: !strings.ContainsAny(atom, ".eE")}, err
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
		sum.scale(big.NewRat(-1, 1))
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
			if err := r.add(&sum, &linear2{constant: new(big.Rat), typ: t.typ, whole: whole}, false, at); err != nil {
				return linear2{}, err
			}
			sum.scale(t.constant)
			if err := r.checkLength(&sum, at); err != nil {
				return linear2{}, err
			}
		} else if err := r.add(&sum, &t, op == "-", at); err != nil {
			return linear2{}, err
		}
	}
	return sum, r.next()
}

const (
	longestNumeral  = 400
	longestConstant = 1 << 12 // bits
)

// checkLength keeps products of constants from growing without bound.
func (r *reader2) checkLength(l *linear2, at int) error {
	long := func(v *big.Rat) bool {
		return v.Num().BitLen() > longestConstant || v.Denom().BitLen() > longestConstant
	}
	bad := long(l.constant)
	for _, t := range l.terms {
		bad = bad || long(t.Coef)
	}
	if bad {
		return r.parser.errorf(at, "a product has more than %d bits", longestConstant)
	}
	return nil
}

// number reads a numeral exactly. Exponents, which other tools write though the
// standard has none, are understood.
func (r *reader2) number() (*big.Rat, error) {
	atom := r.token.atom
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(atom), "e")
	digits := strings.TrimPrefix(mantissa, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	isDigits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	ok := isDigits(whole) && (!point || isDigits(fraction))
	if hasExponent {
		ok = ok && isDigits(strings.TrimLeft(exponent, "+-")) && len(exponent) > 0 && !strings.ContainsAny(exponent[1:], "+-")
	}
	if !ok {
		return nil, r.errorf("%s is not a number: write it like -12.5", &r.token)
	}
	if len(mantissa) > longestNumeral || hasExponent && len(strings.TrimLeft(exponent, "+-0")) > 3 {
		return nil, r.errorf("%s has more than %d digits", &r.token, longestNumeral)
	}
	v, good := new(big.Rat).SetString(atom)
	if !good {
		return nil, r.errorf("%s is not a number: write it like -12.5", &r.token)
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
	e := specification.Element{Tensor: i, Index: index}
	return linear2{terms: []specification.Term{{Element: e, Coef: one}}, constant: new(big.Rat), typ: t.Type, whole: true}, nil
}
