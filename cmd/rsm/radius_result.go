package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"

	"github.com/urfave/cli/v2"

	"rsm/internal/query"
	"rsm/solve"
)

// radiusReport is what a radius run found, with what it was asked.
type radiusReport struct {
	c *cli.Context
	*property
	pair     query.Pair
	question solve.RadiusQuestion
	source   regionSource
	options  solve.Options
	bracket  *solve.Bracket
	notes    []string
	seconds  float64
}

// bracketText is the bracket, rounded outward.
func bracketText(b *solve.Bracket) string {
	safe, unsafe := "none", "none"
	if b.Safe >= 0 {
		safe = outward(b.Safe, math.Floor)
	}
	if !math.IsInf(b.Unsafe, 1) {
		unsafe = outward(b.Unsafe, math.Ceil)
	}
	return fmt.Sprintf("[%s, %s]", safe, unsafe)
}

// outward writes a radius with six significant digits, rounded by the given
// function.
func outward(v float64, round func(float64) float64) string {
	if v == 0 {
		return "0"
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(v)))
	s := fmt.Sprintf("%.6g", round(v*scale)/scale)
	if w, err := strconv.ParseFloat(s, 64); err != nil || round(-1.5) == -2 && w > v || round(-1.5) == -1 && w < v {
		return fmt.Sprint(v)
	}
	return s
}

// text prints the bracket for people.
func (r *radiusReport) text(w io.Writer) error {
	b := r.bracket
	fmt.Fprintf(w, "N1        %s\nN2        %s\n", r.pair.N1.File, r.pair.N2.File)
	fmt.Fprintf(w, "sample    %d of %s, %d features%s", *r.source.Index, filepath.Base(r.source.Input), len(r.question.Around.Sample), r.source.describe)
	if k := r.question.Around.Clip; k != nil {
		fmt.Fprintf(w, ", balls clipped to [%v, %v]", k[0], k[1])
	}
	fmt.Fprintf(w, "\nproperty  %s\n\nradius    %s\n\n", r.describe, bracketText(b))
	switch {
	case b.Unsafe == 0:
		fmt.Fprintln(w, "The property fails at the sample itself.")
	case b.Safe >= r.question.Most:
		fmt.Fprintf(w, "The property is proved up to the largest radius of interest, %v.\n", r.question.Most)
	default:
		if b.Safe < 0 {
			fmt.Fprintln(w, "The property is proved in no ball, not even at the sample.")
		} else {
			fmt.Fprintf(w, "The property is proved in the ball of radius %s.\n", outward(b.Safe, math.Floor))
		}
		if math.IsInf(b.Unsafe, 1) {
			fmt.Fprintf(w, "No input at which it fails is known, up to radius %v.\n", r.question.Most)
		} else {
			fmt.Fprintf(w, "It fails at an input in the ball of radius %s.\n", outward(b.Unsafe, math.Ceil))
		}
		if b.Reason != "" {
			fmt.Fprintf(w, "The bracket is wider than the tolerance %v: %s.\n", r.question.Tolerance, b.Reason)
		}
	}
	if b.Witness != nil {
		fmt.Fprintf(w, "\nwitness %s\n", inputText(b.Witness, r.question.Around.Sample, "the sample"))
		if r.equiv == nil {
			printDecisions(w, r.joint, b.At)
		} else if err := r.equiv.print(w, b.At); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%d balls, %d boxes, %d nodes, in all %s\n", len(b.Steps), b.Boxes, b.Nodes, seconds(r.seconds))
	return err
}

// Schema of the result file of radius.
const (
	radiusSchemaName    = "rsm-radius"
	radiusSchemaVersion = 1
)

type radiusFile struct {
	Schema        string         `json:"schema"`
	SchemaVersion int            `json:"schema_version"`
	Tool          toolPart       `json:"tool"`
	Semantics     string         `json:"semantics"`
	Networks      []networkPart  `json:"networks"`
	Source        regionSource   `json:"source"`
	Sample        []number       `json:"sample"`
	Property      propertyPart   `json:"property"`
	Options       limitsPart     `json:"options"`
	Tolerance     number         `json:"tolerance"`
	MaxEpsilon    number         `json:"max_epsilon"`
	Safe          *number        `json:"safe"`   // null: not even the sample is proved
	Unsafe        *number        `json:"unsafe"` // null: there is no witness
	Reason        string         `json:"reason,omitempty"`
	Witness       []number       `json:"witness,omitempty"`
	Values        *decisionsPart `json:"values,omitempty"` // at the witness
	Steps         []radiusStep   `json:"steps"`
	Boxes         int64          `json:"boxes"`
	Nodes         int64          `json:"nodes"`
	LPIterations  int64          `json:"lp_iterations"`
	Notes         []string       `json:"notes"`
	Seconds       number         `json:"seconds"`
}

// propertyPart has what its property needs.
type propertyPart struct {
	Name    string            `json:"name"` // imply, margin or equiv
	Claims  []implicationPart `json:"claims,omitempty"`
	Pairs   [][2]int          `json:"class_pairs,omitempty"`
	AtLeast *number           `json:"at_least,omitempty"`
	Epsilon *number           `json:"epsilon_output,omitempty"`
	Outputs []int             `json:"outputs,omitempty"`
}

type radiusStep struct {
	Epsilon number `json:"epsilon"`
	findingPart
}

// json prints the result file.
func (r *radiusReport) json(w io.Writer) error {
	b := r.bracket
	f := radiusFile{
		Schema: radiusSchemaName, SchemaVersion: radiusSchemaVersion, Tool: tool(), Semantics: claimSemantics,
		Networks: []networkPart{describe("N1", r.pair.N1), describe("N2", r.pair.N2)},
		Source:   r.source, Sample: numbers(r.question.Around.Sample), Property: r.part,
		Options: limitsOf(r.c, r.options), Tolerance: number(r.question.Tolerance), MaxEpsilon: number(r.question.Most),
		Reason: b.Reason, Boxes: b.Boxes, Nodes: b.Nodes, LPIterations: b.LPIterations,
		Steps: []radiusStep{}, Notes: append([]string{}, r.notes...), Seconds: number(r.seconds),
	}
	if b.Safe >= 0 {
		v := number(b.Safe)
		f.Safe = &v
	}
	if !math.IsInf(b.Unsafe, 1) {
		v := number(b.Unsafe)
		f.Unsafe, f.Witness = &v, numbers(b.Witness)
		f.Values = decisionsAt(r.joint.Evaluator()(b.At))
	}
	for _, s := range b.Steps {
		s.Witness = nil // those that count are in the bracket
		f.Steps = append(f.Steps, radiusStep{number(s.Epsilon), findingOf(&s.Finding)})
	}
	return writeJSON(w, f)
}
