package rsm

import (
	"strconv"
	"strings"
)

// QueryInfo is a query that was asked about.
type QueryInfo struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Version string `json:"vnnlib_version"`
}

// TensorValues are the values of one tensor of a query: those of inputs are exact.
type TensorValues struct {
	Name    string    `json:"name"`
	Network string    `json:"network"`
	Kind    string    `json:"kind"`
	Type    string    `json:"type"`
	Shape   []int     `json:"shape"`
	Values  []Decimal `json:"values"`
}

// Dims writes the shape as VNN-LIB does: [1,28,28].
func (t *TensorValues) Dims() string {
	parts := make([]string, len(t.Shape))
	for i, d := range t.Shape {
		parts[i] = strconv.Itoa(d)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// CaseResult is what became of one part of a query.
type CaseResult struct {
	Answer       string `json:"answer"`
	Stop         string `json:"stop,omitempty"` // of one that is not decided
	Open         Float  `json:"open"`           // share of the box that is not decided
	Boxes        int64  `json:"boxes"`
	Nodes        int64  `json:"nodes"`
	LPIterations int64  `json:"lp_iterations"`
	Seconds      Float  `json:"seconds"`
}
