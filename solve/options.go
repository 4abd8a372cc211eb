package solve

import (
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/solve/highs"
	"rsm/solve/search"
)

// Options of Margins. The zero value asks for the defaults.
type Options struct {
	// Gap is the absolute gap of the log relative margin at which an extremum
	// counts as exact. 0 means DefaultGap.
	Gap float64
	// RelativeGap, where above zero, also accepts a gap of this share of the
	// witnessed value's magnitude.
	RelativeGap float64
	// AtLeast and AtMost, where not nil, are thresholds: only whether the minimum
	// is at least AtLeast, and the maximum at most AtMost, is asked. The work on
	// an extremum ends when that is decided, and an extremum without a threshold
	// is left as the relaxations and the attack bound it.
	AtLeast, AtMost *float64
	// Encoding of the mixed-integer program. Plain also leaves out every
	// relaxation but intervals, the row of the incumbent and the options that
	// suit twins: it is the baseline.
	Encoding encode.Kind
	// Engine is what closes gaps.
	Engine Engine
	// Jobs is how many solves run at the same time, each with one thread of
	// HiGHS. 0 means the number of processors.
	Jobs int
	// NodeLimit ends each solve after so many branch-and-bound nodes. 0 means
	// no limit.
	NodeLimit int
	// Seed of the random starts of the attack.
	Seed uint64
	// HiGHS holds options of the solver by name, set after rsm's own.
	HiGHS map[string]string
	// Progress, if not nil, hears of every solve, one call at a time.
	Progress func(Progress)
	// Deciding, if not nil, hears of decisions, one call at a time.
	Deciding func(Deciding)
	// Model, if not nil, is called for every model right before it is solved;
	// write writes it to a file whose name ends in .mps or .lp.
	Model func(task Task, write func(path string) error) error
}

// Task is one extremum of one class pair.
type Task struct {
	Classes query.ClassPair
	Sense   Sense
}

// String names the task in messages.
func (t Task) String() string { return fmt.Sprintf("%v r for classes %v", t.Sense, t.Classes) }

// Progress is what is known of an extremum while it is being searched.
type Progress struct {
	Task
	Elapsed   time.Duration // of this solve
	Witnessed float64
	Proved    float64
	Nodes     int64
	Done      bool
}

// Gap is the width of what is not known.
func (p Progress) Gap() float64 { return math.Abs(p.Proved - p.Witnessed) }

func (o *Options) withDefaults() (Options, error) {
	d := *o
	if d.Gap == 0 {
		d.Gap = DefaultGap
	}
	if d.Jobs == 0 {
		d.Jobs = runtime.GOMAXPROCS(0)
	}
	switch {
	case !(d.Gap > 0) || math.IsInf(d.Gap, 1):
		return d, fmt.Errorf("the gap is %v: it must be finite and above zero", o.Gap)
	case !(d.RelativeGap >= 0) || math.IsInf(d.RelativeGap, 1): // infinity times a value of zero is not a number
		return d, fmt.Errorf("the relative gap is %v: it must be finite, zero or more", o.RelativeGap)
	case o.AtLeast != nil && !finite(*o.AtLeast) || o.AtMost != nil && !finite(*o.AtMost):
		return d, fmt.Errorf("a threshold must be finite")
	case d.Jobs < 1:
		return d, fmt.Errorf("%d jobs: there must be one at least", o.Jobs)
	case d.NodeLimit < 0:
		return d, fmt.Errorf("the node limit is %d: it must be zero or more", o.NodeLimit)
	}
	return d, nil
}

// refusedHiGHS are options of HiGHS that would make an answer wrong, or that rsm
// sets itself; an entry that ends in * stands for all that begin with it.
var refusedHiGHS = []string{
	"objective_bound", "objective_target", "small_matrix_value", "large_matrix_value", "infinite_bound", "infinite_cost",
	"mip_abs_gap", "mip_rel_gap", "mip_max_nodes", "mip_max_leaves", "mip_max_improving_sols",
	"mip_feasibility_tolerance", "primal_*", "dual_*", "optimality_tolerance", "kkt_tolerance", "complementarity_tolerance",
	"time_limit", "simplex_iteration_limit", "threads", "parallel", "solver", "user_*", "icrash*", "pdlp_*", "ipm_*", "qp_*",
	"read_*", "write_*", "solution_file", "glpsol_*", "allow_unbounded_or_infeasible",
	"run_centring", "max_centring_steps", "ranging",
}

// CheckHiGHS says which of the given options HiGHS does not take, or must not
// be given here.
func CheckHiGHS(options map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(options)) {
		for _, refused := range refusedHiGHS {
			if prefix, all := strings.CutSuffix(refused, "*"); name == refused || all && strings.HasPrefix(name, prefix) {
				return fmt.Errorf("option %s is not for users: it could make answers wrong, or rsm sets it itself", name)
			}
		}
	}
	s, err := highs.New()
	if err != nil {
		return err
	}
	defer s.Close()
	return s.SetOptions(options)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// thresholds says whether only thresholds are asked.
func (o *Options) thresholds() bool { return o.AtLeast != nil || o.AtMost != nil }

// search are the options of the searches.
func (o *Options) search() *search.Options {
	return &search.Options{Gap: o.Gap, RelativeGap: o.RelativeGap, NodeLimit: o.NodeLimit, Seed: o.Seed, HiGHS: o.HiGHS}
}
