package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"rsm/network"
	"rsm/solve"
)

// Schema of the result file of verify.
const (
	verifySchemaName    = "rsm-verify"
	verifySchemaVersion = 1
)

// text prints the answer and the assignment as VNN-LIB says.
func (v *verification) text(w io.Writer) error {
	if _, err := fmt.Fprintln(w, v.answer); err != nil {
		return err
	}
	if v.assignment == nil || v.serialised {
		return nil
	}
	for k := range v.spec.Tensors {
		t := &v.spec.Tensors[k]
		fmt.Fprintf(w, "%s %s %s\n", t.Name, t.Type, t.Dims())
		for i := range t.Shape.Size() {
			if _, err := fmt.Fprintln(w, v.assignment.Text(k, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

type verifyFile struct {
	Schema        string        `json:"schema"`
	SchemaVersion int           `json:"schema_version"`
	Tool          toolPart      `json:"tool"`
	Semantics     string        `json:"semantics"`
	Query         queryPart     `json:"query"`
	Networks      []networkPart `json:"networks"`
	Answer        string        `json:"answer"`
	Certain       *bool         `json:"certain,omitempty"`
	Assignment    []tensorPart  `json:"assignment,omitempty"`
	Cases         []casePart    `json:"cases"`
	Timeout       number        `json:"timeout_seconds"`
	Seconds       number        `json:"seconds"`
	Notes         []string      `json:"notes"`
}

type queryPart struct {
	File    string `json:"file"`
	SHA256  string `json:"sha256"`
	Version string `json:"vnnlib_version"`
}

type tensorPart struct {
	Name    string        `json:"name"`
	Network string        `json:"network"`
	Kind    string        `json:"kind"`
	Type    string        `json:"type"`
	Shape   network.Shape `json:"shape"`
	Values  []json.Number `json:"values"`
}

// casePart is what became of one part of the query.
type casePart struct {
	Answer       string `json:"answer"`
	Stop         string `json:"stop,omitempty"` // of one that is not decided
	Open         number `json:"open"`           // share of the box that is not decided
	Boxes        int64  `json:"boxes"`
	Nodes        int64  `json:"nodes"`
	LPIterations int64  `json:"lp_iterations"`
	Seconds      number `json:"seconds"`
}

// json prints the result file.
func (v *verification) json(w io.Writer) error {
	f := verifyFile{
		Schema: verifySchemaName, SchemaVersion: verifySchemaVersion,
		Tool:      tool(),
		Semantics: "real: weights are exact real numbers, arithmetic is exact; assignments are evaluated in float64",
		Query:     queryPart{v.spec.File, v.spec.SHA256, v.spec.Version},
		Answer:    v.answer, Cases: []casePart{}, Timeout: number(v.timeout.Seconds()),
		Seconds: number(time.Since(v.started).Seconds()), Notes: append([]string{}, v.notes...),
	}
	for i, n := range v.spec.Networks {
		f.Networks = append(f.Networks, describe(n.Name, v.models[i].Network))
	}
	for _, d := range v.cases {
		p := casePart{Answer: d.Answer.String(), Open: number(d.Open), Boxes: d.Boxes, Nodes: d.Nodes, LPIterations: d.LPIterations, Seconds: number(d.Seconds)}
		if d.Answer == solve.Undecided {
			p.Stop = d.Stop.String()
		}
		f.Cases = append(f.Cases, p)
	}
	if v.assignment != nil {
		f.Certain = &v.certain
		for k := range v.spec.Tensors {
			t := &v.spec.Tensors[k]
			p := tensorPart{Name: t.Name, Network: v.spec.Networks[t.Network].Name, Kind: t.Kind.String(), Type: t.Type, Shape: t.Shape, Values: []json.Number{}}
			for i := range t.Shape.Size() {
				p.Values = append(p.Values, json.Number(v.assignment.Text(k, i)))
			}
			f.Assignment = append(f.Assignment, p)
		}
	}
	return writeJSON(w, f)
}

// serialise writes each tensor to FOLDER/NAME.pb. ONNX has no real numbers: the
// elements are doubles.
func (v *verification) serialise(folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	for k := range v.spec.Tensors {
		t := &v.spec.Tensors[k]
		var raw, message []byte
		for i := range t.Shape.Size() {
			x, _ := v.assignment.Values[k][i].Float64()
			raw = protowire.AppendFixed64(raw, math.Float64bits(x))
		}
		// The fields of TensorProto: dims 1, data_type 2 (11 is DOUBLE), name 8, raw_data 9.
		for _, d := range t.Shape {
			message = protowire.AppendVarint(protowire.AppendTag(message, 1, protowire.VarintType), uint64(d))
		}
		message = protowire.AppendVarint(protowire.AppendTag(message, 2, protowire.VarintType), 11)
		message = protowire.AppendString(protowire.AppendTag(message, 8, protowire.BytesType), t.Name)
		message = protowire.AppendBytes(protowire.AppendTag(message, 9, protowire.BytesType), raw)
		err := writeWhole(filepath.Join(folder, t.Name+".pb"), func(w io.Writer) error {
			_, err := w.Write(message)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
