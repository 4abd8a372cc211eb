package vnnlib

import (
	"slices"
	"strconv"
	"strings"

	"rsm/internal/specification"
	"rsm/network"
)

// tensor reads the rest of
//
//	(declare-input NAME TYPE SHAPE [initialized])  (declare-output NAME TYPE SHAPE)
//	(declare-hidden NAME TYPE SHAPE "NODE")
func (r *reader2) tensor(at int, kind specification.Kind, network int) error {
	t := specification.Tensor{Kind: kind, Network: network, At: r.position(at)}
	var err error
	if t.Name, err = r.newName("an " + kind.String()); err != nil {
		return err
	}
	typeAt := r.token.offset
	if t.Type, err = r.name("a type"); err != nil {
		return err
	}
	if !specification.Real(t.Type) && !specification.Floating(t.Type) && !specification.Integral(t.Type) &&
		!slices.Contains([]string{"bool", "string", "complex64", "complex128"}, t.Type) {
		return r.parser.errorf(typeAt, "%s is not an element type: types are real, and those of ONNX such as float32", excerpt(t.Type))
	}
	if t.Shape, err = r.shape(t.Name); err != nil {
		return err
	}
	switch a := r.token.atom; {
	case kind == specification.Hidden:
		if len(a) < 2 || a[0] != '"' {
			return r.unexpected("the name of the value in the model file, in quotes,")
		}
		if t.Node, err = unquoted(a[1 : len(a)-1]); err != nil {
			return r.errorf("%s: %v", &r.token, err)
		}
		err = r.next()
	case kind == specification.Input && a == "initialized":
		t.Initialized = true
		err = r.next()
	}
	if err != nil {
		return err
	}
	r.tensors[t.Name] = len(r.spec.Tensors)
	r.spec.Tensors = append(r.spec.Tensors, t)
	return r.expect(")")
}

// unquoted replaces the escapes of a text: \" \\ \n \t.
func unquoted(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		i++
		k := -1
		if i < len(s) {
			k = strings.IndexByte(`"\nt`, s[i])
		}
		if k < 0 {
			return "", errorString(`a \ in a text is followed by one of " \ n t`)
		}
		b.WriteByte("\"\\\n\t"[k])
	}
	return b.String(), nil
}

// shape reads [1,28,28], or [] for a scalar.
func (r *reader2) shape(name string) (network.Shape, error) {
	at := r.token.offset
	dims, err := r.integers()
	if err != nil {
		return nil, err
	}
	shape, size := network.Shape{}, 1
	for _, d := range dims {
		if d < 1 {
			return nil, r.parser.errorf(at, "%s has a dimension of %d: dimensions are 1 or more", name, d)
		}
		if d > maxElements/size {
			return nil, r.parser.errorf(at, "%s has more than %d elements", name, maxElements)
		}
		size *= d
		shape = append(shape, d)
	}
	if r.elements += size; r.elements > maxElements {
		return nil, r.parser.errorf(at, "the tensors have more than %d elements", maxElements)
	}
	return shape, nil
}

// integers reads a list in brackets, separated by commas.
func (r *reader2) integers() ([]int, error) {
	if err := r.expect("["); err != nil {
		return nil, err
	}
	var list []int
	for r.token.atom != "]" {
		if len(list) > 0 {
			if err := r.expect(","); err != nil {
				return nil, err
			}
		}
		v, err := strconv.Atoi(r.token.atom)
		if err != nil {
			return nil, r.unexpected("a whole number")
		}
		list = append(list, v)
		if err := r.next(); err != nil {
			return nil, err
		}
	}
	return list, r.next()
}
