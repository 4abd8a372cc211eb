package solve

import "rsm/solve/witness"

// Status says how much of an extremum is known.
type Status int

// The statuses.
const (
	// Exact: witnessed and proved are within the gap that was asked for.
	Exact Status = iota
	// Bounded: they are not; the run was ended before.
	Bounded
	// Decided: they are not, and the threshold is not between them.
	Decided
)

// String returns the status's name in results.
func (s Status) String() string { return [...]string{"exact", "bounded", "decided"}[s] }

// Sense is the side of the range that an extremum is.
type Sense int

// The senses.
const (
	Minimum Sense = iota
	Maximum
)

// String returns the sense's name.
func (s Sense) String() string { return [...]string{"min", "max"}[s] }

// Extremum is the minimum or the maximum of a log relative margin over a box.
// It lies between Witnessed and Proved.
type Extremum struct {
	Task
	// Witnessed is the margin at Witness, evaluated by both networks.
	Witnessed float64
	witness.Point
	// Proved bounds the extremum from the other side, with the given rigor.
	Proved float64
	Rigor  Rigor
	// Threshold, if not nil, is all that is asked: whether the minimum is at least
	// this, or the maximum at most. Verdict is the answer.
	Threshold *float64
	Verdict   Verdict
	// NearThresholds counts the quantized values that are so near to a threshold at the
	// witness that arithmetic in float32 may give them another level (within
	// SingleShare of a step).
	NearThresholds int
	// Relaxed is the certified bound before any search.
	Relaxed float64
	Status  Status
	Stop    Stop
	// Engine is what worked on the gap: "bounds" where the relaxations closed it,
	// "bab" or "milp".
	Engine       string
	Nodes        int64
	LPIterations int64
	Seconds      Seconds
}

// SingleShare is the share of a step, of levels up to 8 bits, that float32 resolves.
const SingleShare = 0x1p-15

// Gap is the width of what is not known about the extremum, zero or more.
func (e *Extremum) Gap() float64 { return max(0, e.sign()*(e.Proved-e.Witnessed)) }

// Verdict answers the question about a threshold.
type Verdict int

// The verdicts.
const (
	// Unknown: the witness is on one side of the threshold, the bound on the other.
	Unknown Verdict = iota
	// Holds: the bound proves that no input is beyond the threshold.
	Holds
	// Violated: the witness is beyond it.
	Violated
)

// String returns the verdict's name in results.
func (v Verdict) String() string { return [...]string{"unknown", "holds", "violated"}[v] }

// verdict says whether the extremum keeps to its threshold, which it must have,
// as far as the values in float64 tell.
func (e *Extremum) verdict() Verdict {
	switch {
	case e.sign()*(*e.Threshold-e.Proved) >= 0:
		return Holds
	case e.sign()*(e.Witnessed-*e.Threshold) > 0:
		return Violated
	}
	return Unknown
}

func (e *Extremum) sign() float64 {
	if e.Sense == Minimum {
		return -1
	}
	return 1
}

// Seconds is the time spent on an extremum, by phase. The bounds are shared by
// all extremes of a region and counted there.
type Seconds struct {
	Attack, Encode, Solve float64
}
