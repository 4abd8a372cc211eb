package rsm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Schema names the form of results, and SchemaVersion its version, which grows when a
// field changes its meaning or goes away. New fields may come without.
const (
	Schema        = "rsm-result"
	SchemaVersion = 2
)

// Verdict is the answer to a question that has one.
type Verdict string

// The verdicts.
const (
	Holds    Verdict = "holds"    // proved
	Violated Verdict = "violated" // there is a witness
	Unknown  Verdict = "unknown"
)

// Result is the answer to a Question. The fields that are there depend on its kind;
// docs/results.md documents all.
type Result struct {
	Schema        string        `json:"schema"`
	SchemaVersion int           `json:"schema_version"`
	Kind          Kind          `json:"kind"`
	Tool          Tool          `json:"tool"`
	Date          time.Time     `json:"date"`
	Command       []string      `json:"command"`
	Semantics     string        `json:"semantics"`
	Networks      []NetworkInfo `json:"networks"`
	Region        *RegionInfo   `json:"region,omitempty"`
	Label         *int          `json:"label,omitempty"`
	LabelGiven    bool          `json:"label_given,omitempty"`
	ClassNames    []string      `json:"class_names,omitempty"`
	Options       Options       `json:"options"`

	// Of margin.
	Bounds *BoundsInfo `json:"bounds,omitempty"`
	Pairs  []PairRange `json:"pairs,omitempty"`

	// Of bounds.
	Rows []BoundsRow `json:"rows,omitempty"`

	// Of imply and equiv.
	Verdict Verdict       `json:"verdict,omitempty"`
	Claims  []ClaimResult `json:"claims,omitempty"`
	Equiv   *EquivResult  `json:"equiv,omitempty"`

	// Of radius.
	Radius *RadiusResult `json:"radius,omitempty"`

	// Of verify.
	Query      *QueryInfo     `json:"query,omitempty"`
	Answer     Answer         `json:"answer,omitempty"`
	Assignment []TensorValues `json:"assignment,omitempty"`
	Parts      int            `json:"parts,omitempty"` // of the query: Cases are of the first ones
	Cases      []CaseResult   `json:"cases,omitzero"`

	Notes   []string `json:"notes"`
	Seconds Float    `json:"seconds"`
}

// Write writes the result as JSON.
func (r *Result) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false) // for "2=>1"
	return e.Encode(r)
}

// Decode reads a result that Write wrote.
func Decode(data []byte) (*Result, error) {
	r := &Result{}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("is no JSON that rsm writes: %w", err)
	}
	switch {
	case r.Schema != Schema:
		return nil, fmt.Errorf("is no result of rsm: schema %q", r.Schema)
	case r.SchemaVersion != SchemaVersion:
		return nil, fmt.Errorf("has version %d of its schema: this is version %d", r.SchemaVersion, SchemaVersion)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the result")
	}
	return r, nil
}
