package rsm

// Status says how much of an extremum is known.
type Status string

// The statuses.
const (
	Exact   Status = "exact"   // to within the gap that was asked for
	Bounded Status = "bounded" // the search was ended before
	Decided Status = "decided" // the threshold that was asked for is not in the gap
)

// BoundsInfo is what the relaxation found before any search.
type BoundsInfo struct {
	Method     string `json:"method"`
	Neurons    int    `json:"neurons"`
	Unstable   int    `json:"unstable"`
	Quantized  int    `json:"quantized,omitempty"`
	OpenLevels int    `json:"open_levels,omitempty"`
	Seconds    Float  `json:"seconds"`
}

// PairRange is the range of log RSM of a class pair.
type PairRange struct {
	I   int      `json:"i"`
	J   int      `json:"j"`
	Min Extremum `json:"min"`
	Max Extremum `json:"max"`
}

// Classes is the class pair.
func (p *PairRange) Classes() ClassPair { return ClassPair{I: p.I, J: p.J} }

// Extremum is the least or the greatest log RSM, which lies between Witnessed and
// Proved.
type Extremum struct {
	Witnessed      Float            `json:"witnessed"`
	Proved         Float            `json:"proved"`
	Gap            Float            `json:"gap"`
	Rigor          string           `json:"rigor"`
	Status         Status           `json:"status"`
	Stop           string           `json:"stop"`
	Threshold      Decimal          `json:"threshold,omitempty"`
	Verdict        Verdict          `json:"verdict,omitempty"`
	Relaxed        Float            `json:"relaxed"`
	Engine         string           `json:"engine"`
	Witness        []Float          `json:"witness"`
	Moved          []Float          `json:"moved,omitempty"`
	Parameters     map[string]Float `json:"parameters,omitempty"`
	NearThresholds int              `json:"near_thresholds,omitempty"`
	Nodes          int64            `json:"nodes"`
	LPIterations   int64            `json:"lp_iterations"`
	Seconds        PhaseSeconds     `json:"seconds"`
}

// PhaseSeconds is the time spent on an extremum, by phase.
type PhaseSeconds struct {
	Attack Float `json:"attack"`
	Encode Float `json:"encode"`
	Solve  Float `json:"solve"`
}

// Total is the sum of the phases.
func (s PhaseSeconds) Total() float64 { return float64(s.Attack + s.Encode + s.Solve) }
