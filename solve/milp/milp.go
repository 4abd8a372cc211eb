package milp

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
	"rsm/solve/lp"
	"rsm/solve/search"
)

// Run narrows a search by the mixed-integer program of an encoding. It ends where HiGHS
// does. write, if not nil, is given what writes the model to a file, right before it is
// solved.
func Run(ctx context.Context, s *search.State, program *encode.Encoding, write func(save func(path string) error) error) error {
	return (&milp{State: s, enc: program, write: write}).run(ctx)
}

// milp maximizes a functional over the mixed-integer program by HiGHS.
type milp struct {
	*search.State
	enc   *encode.Encoding
	scale lp.Scaling
	blur  float64 // what the tolerance of every column may add to the objective
	write func(save func(path string) error) error
}

// tolerance of HiGHS for phases. One that is off by it moves a post-activation by that
// times its bounds, so it is set well below the gap.
const tolerance = 1e-8

// run solves, and solves again without presolve where the answer contradicts a
// witness.
func (m *milp) run(ctx context.Context) error {
	model, start, err := m.model()
	if err != nil {
		return err
	}
	model, m.scale = lp.Scaled(model)
	start = m.scale.Point(start)
	m.blur = 0
	for _, c := range model.Cost {
		m.blur += lp.Tolerance * math.Abs(c)
	}
	err = m.solve(ctx, model, start, true)
	if errors.Is(err, search.ErrContradiction) {
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
	e := &m.enc.Program
	obj, err := m.enc.Functional(m.F)
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
	point := m.enc.Point(m.Attacker.Evaluator, m.Witness)
	if v := e.Violation(point); v > search.Contradiction {
		return nil, nil, fmt.Errorf("%w: the model does not contain the witness of %s (violation %.3g)", search.ErrContradiction, m.Name, v)
	}
	if m.enc.Kind == encode.Plain || len(obj.Terms) == 0 {
		return mod, point, nil
	}
	gap := m.Options.Allowed(m.Witnessed)
	mod.Start = append(slices.Clone(mod.Start), int32(len(mod.Index)))
	mod.Index, mod.Value = slices.Clone(mod.Index), slices.Clone(mod.Value)
	for _, t := range obj.Terms {
		mod.Index = append(mod.Index, int32(t.Column))
		mod.Value = append(mod.Value, t.Value)
	}
	mod.RowLo = append(slices.Clone(mod.RowLo), m.Witnessed-gap-obj.Const)
	mod.RowUp = append(slices.Clone(mod.RowUp), m.Proved+gap-obj.Const)
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
	if err := m.options(ctx, s, presolve, gap); err != nil {
		return err
	}
	if err := s.Pass(model); err != nil {
		return err
	}
	if m.write != nil && presolve {
		if err := m.write(s.WriteModel); err != nil {
			return err
		}
	}
	if err := s.SetStart(start); err != nil {
		return err
	}
	run, stop := context.WithCancel(ctx)
	defer stop()
	status, err := s.Run(run, &highs.Observer{
		Incumbent: func(_, _ float64, x []float64) {
			if m.Replay(m.input(x)); m.Decided() {
				stop()
			}
		},
		Progress: func(_, _, dual float64, nodes int64) {
			m.Report(dual, m.Nodes+nodes)
			if m.Threshold != nil && dual+m.blur <= *m.Threshold {
				stop()
			}
		},
	})
	if err != nil {
		return err
	}
	m.count(s)
	return m.conclude(ctx, s, status, gap)
}

// input returns the network input of a point of the scaled model.
func (m *milp) input(point []float64) []float64 { return m.enc.Input(m.scale.Original(point)) }

func (m *milp) count(s *highs.Solver) {
	m.Nodes += s.Nodes()
	m.LPIterations += s.LPIterations()
}

// conclude turns the status of HiGHS, which was told to stop at a gap, into a bound.
func (m *milp) conclude(ctx context.Context, s *highs.Solver, status highs.Status, gap float64) error {
	if s.PrimalFeasible() {
		x, _, _, _, err := s.Solution()
		if err != nil {
			return err
		}
		m.Replay(m.input(x))
	}
	bound := math.Inf(1)
	switch status {
	case highs.Optimal:
		// Nodes within the pruning tolerance of the incumbent were cut off.
		if bound = s.DualBound() + tolerance + gap; len(m.enc.Binaries()) == 0 {
			bound = s.Objective() + tolerance // an LP: no MIP bound is set
		}
	case highs.Infeasible:
		return fmt.Errorf("%w: HiGHS calls the model of %s infeasible, but the witness satisfies it", search.ErrContradiction, m.Name)
	case highs.TimeLimit, highs.Interrupted, highs.SolutionLimit, highs.IterationLimit:
		if len(m.enc.Binaries()) > 0 {
			bound = s.DualBound()
		}
	case highs.ModelEmpty: // a point, of which HiGHS tells nothing
	default:
		return fmt.Errorf("%w: it ended %s with status %v", highs.ErrRejected, m.Name, status)
	}
	m.Stop = stopOf(ctx, status)
	bound += m.blur
	if math.IsNaN(bound) || math.IsInf(bound, -1) { // it has none
		bound = math.Inf(1)
	}
	if err := m.Refuted(bound, "HiGHS"); err != nil {
		return err
	}
	if bound < m.Seen-search.Explained(m.Seen) {
		// Beside a threshold that input may have another level than float64 says, and a
		// bound of this rigor is not to be preferred to it.
		return nil
	}
	if bound = max(bound, m.Witnessed); bound < m.Proved {
		m.Proved, m.Rigor = bound, search.Solver
	}
	return nil
}

// stopOf says why HiGHS ended.
func stopOf(ctx context.Context, s highs.Status) search.Stop {
	switch s {
	case highs.TimeLimit:
		return search.TimeLimit
	case highs.Interrupted:
		return search.Reason(ctx)
	case highs.SolutionLimit, highs.IterationLimit:
		return search.NodeLimit
	}
	return search.SolverLimit // replaced where the gap is closed
}

// absGap is the gap at which HiGHS stops and prunes.
func (m *milp) absGap() float64 { return m.Options.Allowed(m.Witnessed) / 4 }

func (m *milp) options(ctx context.Context, s *highs.Solver, presolve bool, gap float64) error {
	set := map[string]string{
		"mip_rel_gap":                  "0",
		"mip_abs_gap":                  highs.Number(gap),
		"mip_feasibility_tolerance":    highs.Number(tolerance),
		"primal_feasibility_tolerance": highs.Number(lp.Tolerance),
		"dual_feasibility_tolerance":   highs.Number(lp.Tolerance),
	}
	if m.enc.Kind != encode.Plain && m.Joint.Graph.Quantized() == 0 {
		// The witness is there already: do not search for one. Among the levels of quantized
		// values better ones are hard to find otherwise.
		set["mip_heuristic_effort"] = "0"
		set["mip_heuristic_run_rins"] = "false"
		set["mip_heuristic_run_rens"] = "false"
		set["mip_heuristic_run_root_reduced_cost"] = "false"
		set["mip_allow_restart"] = "false"
		set["mip_detect_symmetry"] = "false"
	}
	if !presolve || m.Joint.Graph.Singles() {
		// HiGHS 1.13 has been seen to lose points where an operand is exactly the number at
		// which alone an activation has some level.
		set["presolve"] = "off"
	}
	if m.Options.NodeLimit > 0 {
		set["mip_max_nodes"] = strconv.Itoa(m.Options.NodeLimit)
	}
	if deadline, limited := ctx.Deadline(); limited {
		set["time_limit"] = highs.Number(max(0.01, time.Until(deadline).Seconds()))
	}
	if err := s.SetOptions(set); err != nil {
		return err
	}
	return s.SetOptions(m.Options.HiGHS)
}
