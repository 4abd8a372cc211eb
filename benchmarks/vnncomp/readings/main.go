// Readings prints how rsm reads VNN-LIB files, one line of JSON for each: the
// tensors, and the assertions with constants as fractions. readings.py compares it
// with another reader.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"rsm/formula"
	"rsm/internal/specification"
	"rsm/internal/vnnlib"
	"rsm/network"
)

type reading struct {
	File    string   `json:"file"`
	Error   string   `json:"error,omitempty"`
	Tensors []tensor `json:"tensors,omitempty"`
	Asserts []any    `json:"asserts,omitempty"`
}

type tensor struct {
	Name    string        `json:"name"`
	Network string        `json:"network"`
	Type    string        `json:"type"`
	Shape   network.Shape `json:"shape"`
	Kind    string        `json:"kind"`
	Node    string        `json:"node,omitempty"`
}

func main() {
	e := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[1:] {
		r := reading{File: path}
		if s, err := vnnlib.ReadSpecification(path); err != nil {
			r.Error = err.Error()
		} else {
			for _, t := range s.Tensors {
				r.Tensors = append(r.Tensors, tensor{t.Name, s.Networks[t.Network].Name, t.Type, t.Shape, t.Kind.String(), t.Node})
			}
			for _, f := range s.Asserts {
				r.Asserts = append(r.Asserts, plain(s, f))
			}
		}
		if err := e.Encode(r); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// plain is ["and", ...], ["or", ...] or [">=", constant, [coefficient, element], ...].
func plain(s *specification.Specification, f formula.Formula) []any {
	var out []any
	switch f := f.(type) {
	case formula.And:
		out = append(out, "and")
		for _, g := range f {
			out = append(out, plain(s, g))
		}
	case formula.Or:
		out = append(out, "or")
		for _, g := range f {
			out = append(out, plain(s, g))
		}
	case *formula.Comparison:
		out = append(out, f.Operator.String(), f.Const.RatString())
		for _, t := range f.Terms {
			out = append(out, []string{t.Coef.RatString(), s.ElementName(t.Element)})
		}
	}
	return out
}
