package solve

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"rsm/encode"
	"rsm/solve/highs"
)

// ErrContradiction marks a bound that a replayed witness refutes, or a model
// that does not contain a point that it must contain. No result comes of it.
var ErrContradiction = errors.New("contradiction between two methods")

// milp maximizes a functional over the mixed-integer program by HiGHS.
type milp struct {
	*search
	enc   *encode.Encoding
	scale scaling
	blur  float64 // what the tolerance of every column may add to the objective
}

// Tolerances of HiGHS. A phase that is off by mipTolerance moves a
// post-activation by that times its bounds, so it is set well below the gap.
const (
	mipTolerance = 1e-8
	lpTolerance  = 1e-9
	// contradiction is how far a bound may fall short of a witness, relative
	// to the values' scale, before it is an error: what tolerances explain.
	contradiction = 1e-5
)

// run solves, and solves again without presolve where the answer contradicts a
// witness.
func (m *milp) run(ctx context.Context) error {
	model, start, err := m.model()
	if err != nil {
		return err
	}
	model, m.scale = scaled(model)
	start = m.scale.point(start)
	m.blur = 0
	for _, c := range model.Cost {
		m.blur += lpTolerance * math.Abs(c)
	}
	err = m.solve(ctx, model, start, true)
	if errors.Is(err, ErrContradiction) {
		err = m.solve(ctx, model, start, false)
	}
	return err
}

// model builds the program and a start for it. In the encodings other than the
// plain one the objective is a row too, between the witness's value, less the
// gap, and the relaxed bound: presolve and propagation bite on it. The witness
// satisfies it, so the model is feasible, and a solver that says otherwise
// contradicts itself.
func (m *milp) model() (*highs.Model, []float64, error) {
	e := &m.enc.Model
	obj, err := m.enc.Functional(m.f)
	if err != nil {
		return nil, nil, err
	}
	mod := &highs.Model{
		Maximize: true, Offset: obj.Const, Cost: make([]float64, len(e.Lo)),
		Lo: e.Lo, Up: e.Hi, Integer: e.Integer, ColNames: e.Names,
		RowLo: e.RowLo, RowUp: e.RowHi, RowNames: e.RowNames,
		Start: e.Start, Index: e.Index, Value: e.Value,
	}
	for _, t := range obj.Terms {
		mod.Cost[t.Column] = t.Value
	}
	point := m.enc.Point(m.att.ev, m.x)
	if v := e.Violation(point); v > contradiction {
		return nil, nil, fmt.Errorf("%w: the model does not contain the witness of %s (violation %.3g)", ErrContradiction, m.task, v)
	}
	if m.enc.Kind == encode.Plain || len(obj.Terms) == 0 {
		return mod, point, nil
	}
	gap := m.opt.allowed(m.witnessed)
	mod.Start = append(slices.Clone(mod.Start), int32(len(mod.Index)))
	mod.Index, mod.Value = slices.Clone(mod.Index), slices.Clone(mod.Value)
	for _, t := range obj.Terms {
		mod.Index = append(mod.Index, int32(t.Column))
		mod.Value = append(mod.Value, t.Value)
	}
	mod.RowLo = append(slices.Clone(mod.RowLo), m.witnessed-gap-obj.Const)
	mod.RowUp = append(slices.Clone(mod.RowUp), m.proved+gap-obj.Const)
	mod.RowNames = append(slices.Clone(mod.RowNames), "objective_range")
	return mod, point, nil
}

func (m *milp) solve(ctx context.Context, model *highs.Model, start []float64, presolve bool) error {
	s, err := highs.New()
	if err != nil {
		return err
	}
	defer s.Close()
	gap := m.absGap() // of the witness now: a better one may allow less
	if err := m.options(s, presolve, gap); err != nil {
		return err
	}
	if err := s.Pass(model); err != nil {
		return err
	}
	if m.opt.Model != nil && presolve {
		if err := m.opt.Model(m.task, s.WriteModel); err != nil {
			return err
		}
	}
	if err := s.SetStart(start); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	status, err := s.Run(ctx, &highs.Observer{
		Incumbent: func(_, _ float64, x []float64) {
			if m.replay(m.input(x)); m.decided() {
				stop()
			}
		},
		Progress: func(_, _, dual float64, nodes int64) {
			m.tell(dual, m.nodes+nodes)
			if m.threshold != nil && dual+m.blur <= *m.threshold {
				stop()
			}
		},
	})
	if err != nil {
		return err
	}
	m.count(s)
	return m.conclude(s, status, gap)
}

// input returns the network input of a point of the scaled model.
func (m *milp) input(point []float64) []float64 { return m.enc.Input(m.scale.original(point)) }

func (m *milp) count(s *highs.Solver) {
	m.nodes += s.Nodes()
	m.lpIterations += s.LPIterations()
}

// conclude turns the status of HiGHS, which was told to stop at a gap, into a bound.
func (m *milp) conclude(s *highs.Solver, status highs.Status, gap float64) error {
	if s.PrimalFeasible() {
		x, _, _, _, err := s.Solution()
		if err != nil {
			return err
		}
		m.replay(m.input(x))
	}
	bound := math.Inf(1)
	switch status {
	case highs.Optimal:
		// Nodes within the pruning tolerance of the incumbent were cut off.
		if bound = s.DualBound() + mipTolerance + gap; len(m.enc.Binaries()) == 0 {
			bound = s.Objective() + mipTolerance // an LP: no MIP bound is set
		}
	case highs.Infeasible:
		return fmt.Errorf("%w: HiGHS calls the model of %s infeasible, but the witness satisfies it", ErrContradiction, m.task)
	case highs.TimeLimit, highs.Interrupted, highs.SolutionLimit, highs.IterationLimit:
		if len(m.enc.Binaries()) > 0 {
			bound = s.DualBound()
		}
	case highs.ModelEmpty: // a point, of which HiGHS tells nothing
	default:
		return fmt.Errorf("HiGHS ended %s with status %v", m.task, status)
	}
	m.stop = stopOf(status)
	bound += m.blur
	if math.IsNaN(bound) {
		bound = math.Inf(1)
	}
	if err := m.refuted(bound, "HiGHS"); err != nil {
		return err
	}
	if bound < m.seen-contradiction*(1+math.Abs(m.seen)) {
		// Beside a threshold that input may have another level than float64 says, and a
		// bound of this rigor is not to be preferred to it.
		return nil
	}
	if bound = max(bound, m.witnessed); bound < m.proved {
		m.proved, m.rigor = bound, Solver
	}
	return nil
}

func stopOf(s highs.Status) Stop {
	switch s {
	case highs.TimeLimit:
		return TimeLimit
	case highs.Interrupted:
		return Interrupted
	case highs.SolutionLimit, highs.IterationLimit:
		return NodeLimit
	}
	return SolverLimit // replaced where the gap is closed
}

// absGap is the gap at which HiGHS stops and prunes.
func (m *milp) absGap() float64 { return m.opt.allowed(m.witnessed) / 4 }

func (m *milp) options(s *highs.Solver, presolve bool, gap float64) error {
	set := map[string]string{
		"mip_rel_gap":                  "0",
		"mip_abs_gap":                  number(gap),
		"mip_feasibility_tolerance":    number(mipTolerance),
		"primal_feasibility_tolerance": number(lpTolerance),
		"dual_feasibility_tolerance":   number(lpTolerance),
	}
	if m.enc.Kind != encode.Plain && m.joint.Graph.Quantized() == 0 {
		// The witness is there already: do not search for one. Among the levels of quantized
		// values better ones are hard to find otherwise.
		set["mip_heuristic_effort"] = "0"
		set["mip_heuristic_run_rins"] = "false"
		set["mip_heuristic_run_rens"] = "false"
		set["mip_heuristic_run_root_reduced_cost"] = "false"
		set["mip_allow_restart"] = "false"
		set["mip_detect_symmetry"] = "false"
	}
	if !presolve {
		set["presolve"] = "off"
	}
	if m.opt.NodeLimit > 0 {
		set["mip_max_nodes"] = strconv.Itoa(m.opt.NodeLimit)
	}
	if !m.limit.IsZero() {
		set["time_limit"] = number(max(0.01, time.Until(m.limit).Seconds()))
	}
	if err := setOptions(s, set); err != nil {
		return err
	}
	return setOptions(s, m.opt.HiGHS)
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
