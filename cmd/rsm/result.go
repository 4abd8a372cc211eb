package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"

	"rsm/network"
	"rsm/solve"
	"rsm/solve/highs"
)

// Schema of the result file. The version grows when a field changes its
// meaning or goes away; new fields may come without.
const (
	schemaName    = "rsm-margin"
	schemaVersion = 1
)

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

type resultFile struct {
	Schema        string          `json:"schema"`
	SchemaVersion int             `json:"schema_version"`
	Tool          toolPart        `json:"tool"`
	Semantics     string          `json:"semantics"`
	Networks      []networkPart   `json:"networks"`
	Region        regionPart      `json:"region"`
	Label         int             `json:"label"`
	Options       optionsPart     `json:"options"`
	Bounds        boundsPart      `json:"bounds"`
	Pairs         []classPairPart `json:"pairs"`
	Notes         []string        `json:"notes"`
	Seconds       number          `json:"seconds"`
}

type toolPart struct {
	Name     string            `json:"name"`
	Version  string            `json:"version"`
	Build    map[string]string `json:"build"`
	Solver   string            `json:"solver"`
	SolverV  string            `json:"solver_version"`
	Provider string            `json:"solver_provider"`
	Platform string            `json:"platform"`
}

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

type optionsPart struct {
	Encoding    string            `json:"encoding"`
	Engine      string            `json:"engine"`
	Gap         number            `json:"gap"`
	RelativeGap number            `json:"relative_gap"`
	Timeout     number            `json:"timeout_seconds"`
	NodeLimit   int               `json:"node_limit"`
	Jobs        int               `json:"jobs"`
	Seed        uint64            `json:"seed"`
	HiGHS       map[string]string `json:"highs"`
}

type boundsPart struct {
	Method   string `json:"method"`
	Neurons  int    `json:"neurons"`
	Unstable int    `json:"unstable"`
	// Quantized values, and those of more than one level.
	Quantized  int    `json:"quantized,omitempty"`
	OpenLevels int    `json:"open_levels,omitempty"`
	Seconds    number `json:"seconds"`
}

type classPairPart struct {
	I   int          `json:"i"`
	J   int          `json:"j"`
	Min extremumPart `json:"min"`
	Max extremumPart `json:"max"`
}

type extremumPart struct {
	Witnessed number   `json:"witnessed"`
	Proved    number   `json:"proved"`
	Gap       number   `json:"gap"`
	Rigor     string   `json:"rigor"`
	Status    string   `json:"status"`
	Stop      string   `json:"stop"`
	Threshold *number  `json:"threshold,omitempty"`
	Verdict   string   `json:"verdict,omitempty"`
	Relaxed   number   `json:"relaxed"`
	Engine    string   `json:"engine"`
	Witness   []number `json:"witness"`
	// Parameters are those of the witness that belong to all features.
	Parameters map[string]number `json:"parameters,omitempty"`
	// Quantized values that float32 arithmetic may round otherwise at the witness.
	NearThresholds int         `json:"near_thresholds,omitempty"`
	Nodes          int64       `json:"nodes"`
	LPIterations   int64       `json:"lp_iterations"`
	Seconds        secondsPart `json:"seconds"`
}

type secondsPart struct {
	Attack number `json:"attack"`
	Encode number `json:"encode"`
	Solve  number `json:"solve"`
}

// json prints the result file.
func (r *report) json(w io.Writer) error {
	f := resultFile{
		Schema: schemaName, SchemaVersion: schemaVersion,
		Tool:      tool(),
		Semantics: "real: weights are exact real numbers, arithmetic is exact; witnesses are evaluated in float64",
		Networks:  []networkPart{describe("N1", r.pair.N1), describe("N2", r.pair.N2)},
		Region:    r.region.part(),
		Label:     r.label,
		Options: optionsPart{Encoding: r.options.Encoding.String(), Engine: r.options.Engine.String(), Gap: number(r.options.Gap), RelativeGap: number(r.options.RelativeGap),
			Timeout: number(r.timeout.Seconds()), NodeLimit: r.options.NodeLimit, Jobs: r.result.Jobs, Seed: r.options.Seed, HiGHS: r.options.HiGHS},
		Bounds: boundsPart{Method: r.result.Method.String(), Neurons: r.result.Neurons, Unstable: r.result.Unstable, Quantized: r.result.Quantized, OpenLevels: r.result.OpenLevels,
			Seconds: number(r.result.BoundsSeconds)},
		Notes:   append([]string{}, r.notes...),
		Seconds: number(r.result.Seconds),
	}
	for k := range r.result.Min {
		lo, hi := &r.result.Min[k], &r.result.Max[k]
		f.Pairs = append(f.Pairs, classPairPart{I: lo.Classes.I, J: lo.Classes.J, Min: r.extremum(lo), Max: r.extremum(hi)})
	}
	return writeJSON(w, f)
}

// writeJSON writes a result file.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// tool says what made a result.
func tool() toolPart {
	return toolPart{Name: "rsm", Version: version(), Build: buildSettings(), Solver: "HiGHS",
		SolverV: highs.Version(), Provider: highs.Provider, Platform: runtime.GOOS + "/" + runtime.GOARCH}
}

func (r inputRegion) part() regionPart {
	hull := r.Hull()
	return regionPart{Source: r.Source, Lower: numbers(hull.Lo), Upper: numbers(hull.Hi), Perturbation: r.perturbation}
}

func describe(name string, n *network.Network) networkPart {
	return networkPart{Name: name, File: n.File, Format: n.Format, SHA256: n.SHA256, Inputs: n.InputSize(),
		Classes: n.Classes(), ReLUs: n.ReLUs(), Parameters: n.Parameters(), Notes: n.Notes}
}

func (r *report) extremum(e *solve.Extremum) extremumPart {
	p := extremumPart{
		Witnessed: number(e.Witnessed), Proved: number(e.Proved), Gap: number(e.Gap()), Rigor: e.Rigor.String(),
		Status: e.Status.String(), Stop: e.Stop.String(), Relaxed: number(e.Relaxed), Engine: e.Engine,
		Witness: numbers(e.Witness), Parameters: r.region.named(e.Parameters), NearThresholds: e.NearThresholds, Nodes: e.Nodes, LPIterations: e.LPIterations,
		Seconds: secondsPart{Attack: number(e.Seconds.Attack), Encode: number(e.Seconds.Encode), Solve: number(e.Seconds.Solve)},
	}
	if e.Threshold != nil {
		c := number(*e.Threshold)
		p.Threshold, p.Verdict = &c, e.Verdict.String()
	}
	return p
}
