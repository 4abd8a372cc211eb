package onnx

import (
	"fmt"
	"slices"
	"strings"

	"rsm/network"
)

// buildEinsum reads Einsum of an activation, alone or with one constant: indices of equal
// letters run together, and those that the result does not have are summed over.
func buildEinsum(c *call) (value, error) {
	if err := c.numeric(); err != nil {
		return value{}, err
	}
	at := slices.IndexFunc(c.in, func(v value) bool { return v.constant == nil })
	switch {
	case len(c.in) > 2:
		return value{}, unsupportedf("it has %d operands; one or two are supported", len(c.in))
	case at < 0:
		return value{}, unsupportedf("all operands are constants; fold constants first")
	case len(c.in) == 2 && c.in[1-at].constant == nil:
		return value{}, unsupportedf("both operands, %s and %s, depend on the input; one must be a constant", quoted(c.in[0].name), quoted(c.in[1].name))
	}
	terms, result, err := einsumTerms(c.text("equation", ""), len(c.in))
	if err != nil {
		return value{}, err
	}
	sizes, strides := map[rune]int{}, make([]map[rune]int, len(terms))
	for k, term := range terms {
		shape := c.in[k].shape
		if len(term) != len(shape) {
			return value{}, fmt.Errorf("operand %s of shape %v has the indices %q", quoted(c.in[k].name), shape, string(term))
		}
		strides[k] = map[rune]int{}
		for i, step := range rowMajor(shape) {
			letter := term[i]
			if d, known := sizes[letter]; known && d != shape[i] {
				return value{}, fmt.Errorf("index %q runs over %d and over %d elements", letter, d, shape[i])
			}
			sizes[letter] = shape[i]
			strides[k][letter] += step // twice in one operand: along the diagonal
		}
	}
	var p contraction
	var letters []rune
	for _, letter := range result {
		if _, known := sizes[letter]; !known || slices.Contains(letters, letter) {
			return value{}, fmt.Errorf("the result has the index %q, which no operand has, or twice", letter)
		}
		p.outer, letters = append(p.outer, sizes[letter]), append(letters, letter)
	}
	for _, letter := range slices.Concat(terms...) {
		if !slices.Contains(letters, letter) {
			p.inner, letters = append(p.inner, sizes[letter]), append(letters, letter)
		}
	}
	for _, letter := range letters {
		p.x = append(p.x, strides[at][letter])
		if len(c.in) == 2 {
			p.w = append(p.w, strides[1-at][letter])
		} else {
			p.w = append(p.w, 0)
		}
	}
	var weights []float64
	if len(c.in) == 2 {
		if weights, err = c.weights(c.in[1-at]); err != nil {
			return value{}, err
		}
	}
	return c.contract(p, c.in[at], weights, append(network.Shape{}, p.outer...))
}

// einsumTerms are the indices of so many operands and of the result, which are by default
// those that occur once, in alphabetical order.
func einsumTerms(equation string, operands int) (terms [][]rune, result []rune, err error) {
	left, right, explicit := strings.Cut(strings.ReplaceAll(equation, " ", ""), "->")
	for _, letter := range left + right {
		switch {
		case letter == '.':
			return nil, nil, unsupportedf("attribute \"equation\" is %s: ... is not supported; give each index a letter", quoted(equation))
		case letter != ',' && (letter < 'a' || letter > 'z') && (letter < 'A' || letter > 'Z'):
			return nil, nil, fmt.Errorf("attribute \"equation\" is %s, where %q is no index", quoted(equation), letter)
		}
	}
	for _, term := range strings.Split(left, ",") {
		terms = append(terms, []rune(term))
	}
	if len(terms) != operands || strings.Contains(right, ",") {
		return nil, nil, fmt.Errorf("attribute \"equation\" is %s, which is not for %d operands", quoted(equation), operands)
	}
	result = []rune(right)
	if !explicit {
		for _, letter := range strings.ReplaceAll(left, ",", "") {
			if strings.Count(left, string(letter)) == 1 {
				result = append(result, letter)
			}
		}
		slices.Sort(result)
	}
	return terms, result, nil
}
