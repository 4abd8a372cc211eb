package rsm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rsm/internal/query"
	"rsm/solve"
)

// Kind says what a Question asks.
type Kind string

// The kinds.
const (
	KindMargin Kind = "margin"
	KindBounds Kind = "bounds"
	KindImply  Kind = "imply"
	KindEquiv  Kind = "equiv"
	KindRadius Kind = "radius"
	KindVerify Kind = "verify"
)

// Pairs says which class pairs are asked about: LabelPairs, RunnerUp, AllPairs, or
// pairs such as "2:1,2:7".
type Pairs string

// The class pairs that have names.
const (
	LabelPairs Pairs = "label"     // the label against each other class; the default
	RunnerUp   Pairs = "runner-up" // the label against the class that N2 has next to it at the sample
	AllPairs   Pairs = "all"
)

// Direction says which network's decisions are to follow from the other's.
type Direction string

// The directions.
const (
	From2To1   Direction = "2=>1" // N1 decides what N2 does; the default
	From1To2   Direction = "1=>2"
	Directions Direction = "both"
)

// Engine is what closes the gap between witnesses and bounds.
type Engine string

// The engines.
const (
	AutoEngine Engine = "auto"  // the default
	BaB        Engine = "bab"   // branch and bound on phases of ReLUs and levels of quantizations
	Split      Engine = "split" // branch and bound on the box of few free inputs
	MILP       Engine = "milp"  // HiGHS alone: margins only, and bounds are not certified
)

// Encoding is that of the mixed-integer program of the milp engine.
type Encoding string

// The encodings.
const (
	AutoEncoding  Encoding = "auto"  // the default
	PlainEncoding Encoding = "plain" // the baseline: big-M with interval bounds
)

// DefaultGap is the absolute gap of log RSM at which an extremum is exact.
const DefaultGap = solve.DefaultGap

// ClassPair is the pair of classes (I, J) of a margin.
type ClassPair = query.ClassPair

// Question is what is asked. Fields that do not belong to its kind must be zero; the
// tags say which belong to which.
type Question struct {
	Kind Kind // Margin and the like set it

	// N1 and N2 are the networks, over the same inputs.
	N1, N2 *Network `asks:"margin bounds imply equiv radius"`
	// Region is where. A radius wants its sample, and its clip and patches if any.
	Region Region `asks:"margin bounds imply equiv radius"`

	// Label is the class of the sample; where it is nil, what N2 decides at it, or at the
	// centre of a region without one.
	Label *int  `asks:"margin bounds imply radius"`
	Pairs Pairs `asks:"margin bounds radius"`
	// AtLeast and AtMost, where given, are all that is asked about the margins: whether
	// log RSM keeps to them everywhere. Of a radius, AtLeast is what margins keep to.
	AtLeast Decimal `asks:"margin radius"`
	AtMost  Decimal `asks:"margin"`

	// Methods are the relaxations of bounds, all where empty; see Methods.
	Methods []string `asks:"bounds"`

	// An implication: wherever the one network decides Class ("label", the default,
	// "all" or a number), by Margin against each other class, the other has it among
	// its Top best. GivenCorrect says that the class is Label, which must be given.
	Direction    Direction `asks:"imply radius"`
	Class        string    `asks:"imply radius"`
	GivenCorrect bool      `asks:"imply radius"`
	Margin       Decimal   `asks:"imply radius"`
	Top          int       `asks:"imply radius"` // 0 is 1

	// An equivalence: Outputs, all where empty, differ by EpsilonOutput at most.
	EpsilonOutput Decimal `asks:"equiv radius"`
	Outputs       []int   `asks:"equiv radius"`

	// Property is what is to hold in a ball: KindImply, the default, KindEquiv, or
	// KindMargin with AtLeast.
	Property   Kind    `asks:"radius"`
	Tolerance  float64 `asks:"radius"` // width of the bracket, 0 for 1e-4
	MaxEpsilon float64 `asks:"radius"` // largest radius of interest, 0 for the width of the clip, or 1

	// Models are the files of the networks of Query by name. AsReal reads the type
	// float32 and the like as real.
	Query  *Query            `asks:"verify"`
	Models map[string]string `asks:"verify"`
	AsReal bool              `asks:"verify"`
	// Files says how the files of Models and of Region.VNNLIB are read.
	Files Reader

	// Timeout limits the time of the call; 0 is no limit.
	Timeout time.Duration
	// Jobs is how many threads are used; 0 is the number of processors.
	Jobs int
	// Nodes ends each branch and bound after so many nodes; 0 is no limit.
	Nodes  int    `asks:"margin imply equiv radius"`
	Engine Engine `asks:"margin imply equiv radius"`
	// Gap is the absolute gap of log RSM at which an extremum is exact, 0 for 1e-6.
	// RelativeGap also accepts that share of the value.
	Gap         float64 `asks:"margin"`
	RelativeGap float64 `asks:"margin"`
	// Seed is that of the random starts of attacks.
	Seed     uint64            `asks:"margin imply equiv radius"`
	Encoding Encoding          `asks:"margin"`
	HiGHS    map[string]string `asks:"margin"` // options of the solver by name
	// WriteModel, if not nil, is called for every program of the milp engine before it
	// is solved; write writes it to a file whose name ends in .mps or .lp.
	WriteModel func(pair ClassPair, sense string, write func(path string) error) error `asks:"margin"`

	// Progress, if not nil, hears how far the search is, one call at a time.
	Progress func(Progress)
	// Note, if not nil, hears the result's notes before the search begins.
	Note func(string)
	// Command is the command line that asks, for the result.
	Command []string
}

// Progress is how far a search is.
type Progress struct {
	Task    string        // such as "2:1 max", "2=>1 for class 2" or "equiv"
	Elapsed time.Duration // of this task
	Done    bool          // the task has ended
	// Extremum says that the task is an extremum of a margin, which lies between
	// Witnessed and Proved. Elsewhere Open is the share of the region that is open.
	Extremum          bool
	Witnessed, Proved float64
	Open              float64
	Boxes, Nodes      int64
}

// askAs answers the question as one of a kind.
func (q Question) askAs(ctx context.Context, k Kind) (*Result, error) {
	if q.Kind != "" && q.Kind != k {
		return nil, &Invalid{"Kind", fmt.Sprintf(" %s does not go with the function that asks for %s", q.Kind, k)}
	}
	q.Kind = k
	return q.Ask(ctx)
}

// Ask answers the question.
func (q *Question) Ask(ctx context.Context) (*Result, error) {
	if ctx == nil {
		return nil, errors.New("the context is nil")
	}
	started := time.Now()
	p, err := q.prepare()
	if err != nil {
		return nil, err
	}
	if q.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, started.Add(q.Timeout))
		defer cancel()
	}
	r := p.envelope(started)
	if q.Note != nil {
		for _, n := range r.Notes {
			q.Note(n)
		}
	}
	if err := p.ask(ctx, r); err != nil {
		return nil, failure(err)
	}
	r.Seconds = Float(time.Since(started).Seconds())
	return r, nil
}

// Validate finds the mistakes of the question without answering it.
func (q *Question) Validate() error {
	_, err := q.prepare()
	return err
}
