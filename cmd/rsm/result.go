package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"

	"rsm"
	"rsm/network"
)

// Schema of the result file. The version grows when a field changes its
// meaning or goes away; new fields may come without.
const schemaVersion = 1

// number is a float64 in JSON. Infinities are the strings "+inf" and "-inf".
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsInf(v, 1):
		return []byte(`"+inf"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-inf"`), nil
	case math.IsNaN(v):
		return nil, fmt.Errorf("a result is not a number")
	default:
		return []byte(strconv.FormatFloat(v, 'g', -1, 64)), nil
	}
}

func numbers(x []float64) []number {
	out := make([]number, len(x))
	for i, v := range x {
		out[i] = number(v)
	}
	return out
}

type toolPart = rsm.Tool

type networkPart struct {
	Name       string   `json:"name"`
	File       string   `json:"file"`
	Format     string   `json:"format"`
	SHA256     string   `json:"sha256"`
	Inputs     int      `json:"inputs"`
	Classes    int      `json:"classes"`
	ReLUs      int      `json:"relus"`
	Parameters int      `json:"parameters"`
	Notes      []string `json:"notes,omitempty"`
}

type regionPart struct {
	Source regionSource `json:"source"`
	Lower  []number     `json:"lower"`
	Upper  []number     `json:"upper"`
	// Perturbation says which inputs the region holds where these are not all
	// between lower and upper.
	Perturbation *perturbationPart `json:"perturbation,omitempty"`
}

// writeJSON writes a result file.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// tool says what made a result.
func tool() toolPart { return rsm.NewTool() }

func (r inputRegion) part() regionPart {
	hull := r.Hull()
	return regionPart{Source: r.Source, Lower: numbers(hull.Lo), Upper: numbers(hull.Hi), Perturbation: r.perturbation}
}

func describe(name string, n *network.Network) networkPart {
	return networkPart{Name: name, File: n.File, Format: n.Format, SHA256: n.SHA256, Inputs: n.InputSize(),
		Classes: n.Classes(), ReLUs: n.ReLUs(), Parameters: n.Parameters(), Notes: n.Notes}
}
