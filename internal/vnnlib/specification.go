package vnnlib

import (
	"errors"
	"fmt"
	"strings"

	"rsm/internal/specification"
	"rsm/network"
)

// ReadSpecification reads a VNN-LIB file of version 1.0 or 2. Errors are one
// line that names the file, line and column; those about parts of the language
// that are well formed but cannot be treated wrap network.ErrUnsupported.
func ReadSpecification(path string) (*specification.Specification, error) {
	data, sum, err := network.ReadFile(path, maxFileSize)
	if err != nil {
		return nil, err
	}
	s, err := DecodeSpecification(data)
	if err != nil {
		var at *syntaxError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("%s:%w", path, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.File, s.SHA256 = path, sum
	return s, nil
}

// DecodeSpecification reads the content of a VNN-LIB file of version 1.0 or 2.
func DecodeSpecification(data []byte) (*specification.Specification, error) {
	if version2(string(data)) {
		return decode2(string(data))
	}
	q, err := Decode(data)
	if err != nil {
		return nil, err
	}
	return q.Specification(), nil
}

// version2 says whether a text is meant as VNN-LIB 2: its first command gives a
// version other than 1, or declares a network.
func version2(text string) bool {
	p := newParser(text)
	p.space()
	if p.at == len(p.text) || p.text[p.at] != '(' {
		return false
	}
	p.at++
	p.space()
	if p.at == len(p.text) || delimiter(p.text[p.at]) {
		return false
	}
	keyword, err := p.symbol()
	if err != nil || keyword.atom != "vnnlib-version" {
		return err == nil && keyword.atom == "declare-network"
	}
	p.space()
	return !strings.HasPrefix(p.text[p.at:], "<1.")
}

// Specification is the query as one of a single network without a name, with an
// input X and an output Y. Constants are the shortest decimal numbers that read
// as the query's: for those of bounds, the numbers that the file writes.
func (q *Query) Specification() *specification.Specification {
	s := &specification.Specification{
		Version:  "1.0",
		Networks: []specification.Network{{Tensors: []int{0, 1}}},
		Tensors: []specification.Tensor{
			{Name: "X", Type: "real", Shape: network.Shape{q.Inputs}, Kind: specification.Input},
			{Name: "Y", Type: "real", Shape: network.Shape{q.Outputs}, Kind: specification.Output},
		},
		File: q.File, SHA256: q.SHA256,
	}
	for _, f := range q.Asserts {
		s.Asserts = append(s.Asserts, exact(f))
	}
	return s
}

func exact(f Formula) specification.Formula {
	switch f := f.(type) {
	case And:
		out := make(specification.And, len(f))
		for i, g := range f {
			out[i] = exact(g)
		}
		return out
	case Or:
		out := make(specification.Or, len(f))
		for i, g := range f {
			out[i] = exact(g)
		}
		return out
	}
	c := f.(*Constraint) // Terms + Const <= 0
	var terms []specification.Term
	for _, t := range c.Terms {
		e := specification.Element{Index: t.Variable.Index}
		if t.Variable.Output {
			e.Tensor = 1
		}
		terms = append(terms, specification.Term{Element: e, Coef: specification.Decimal(0 - t.Coef)})
	}
	op := specification.AtLeast
	if c.Strict {
		op = specification.Above
	}
	return specification.NewComparison(terms, specification.Decimal(0-c.Const), op, c.At)
}
