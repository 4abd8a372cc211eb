package rsm

// ClaimResult is what is known of an implication.
type ClaimResult struct {
	Implication
	Finding
	Values // at the witness
}

// EquivResult is what is known of an equivalence: whether the outputs differ by at most
// EpsilonOutput.
type EquivResult struct {
	EpsilonOutput Decimal `json:"epsilon_output"`
	Outputs       []int   `json:"outputs"`
	Finding
	Values // at the witness
}

// Implication is the claim that wherever the one network decides a class by a margin,
// the other has it among its best.
type Implication struct {
	Direction Direction `json:"direction"`
	Class     int       `json:"class"`
	Margin    Decimal   `json:"margin"`
	Top       int       `json:"top"`
}

// Finding is a verdict, and what it took.
type Finding struct {
	Verdict      Verdict          `json:"verdict"`
	Vacuous      bool             `json:"vacuous,omitempty"`
	Reason       string           `json:"reason,omitempty"`
	Open         Float            `json:"open"`
	Witness      []Float          `json:"witness,omitempty"`
	Moved        []Float          `json:"moved,omitempty"`
	Parameters   map[string]Float `json:"parameters,omitempty"`
	Boxes        int64            `json:"boxes"`
	Nodes        int64            `json:"nodes"`
	LPIterations int64            `json:"lp_iterations"`
	Seconds      Float            `json:"seconds"`
}

// Values are those of both networks, N1 and N2, at a witness: logits and decisions, or
// outputs where these are compared.
type Values struct {
	Logits    map[string][]Float `json:"logits,omitempty"`
	Decisions map[string]int     `json:"decisions,omitempty"`
	Compared  map[string][]Float `json:"values,omitempty"`
}
