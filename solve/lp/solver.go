package lp

import (
	"context"
	"math"
	"strconv"

	"rsm/encode"
	"rsm/network"
	"rsm/relax"
	"rsm/solve/highs"
)

var inf = math.Inf(1)

// Tolerance is the tolerance of HiGHS for continuous columns and their reduced costs.
const Tolerance = 1e-9

// Encoding says what columns of a linear program without an objective mean: encode.LP, or
// encode.Encoding with its phases relaxed.
type Encoding interface {
	Functional(f network.Functional) (encode.Expression, error)
	Size() (columns, rows int)
}

// Objective returns a functional as costs of the columns of a relaxation and
// an offset, which is rounded up by what the costs lost.
func Objective(lp Encoding, f network.Functional) (cost []float64, offset float64, err error) {
	x, err := lp.Functional(f)
	if err != nil {
		return nil, 0, err
	}
	columns, _ := lp.Size()
	cost = make([]float64, columns)
	for _, t := range x.Terms {
		cost[t.Column] = t.Value
	}
	return cost, math.Nextafter(x.Const+x.Err, math.Inf(1)), nil
}

// Part is the scaled LP of a part of the region. Its multipliers and bounds
// are those of a program with the same value.
func Part(lp *encode.LP, part *relax.Bounds, cost []float64, cuts []encode.Cut) (*highs.Model, Scaling) {
	m := lp.Program(part)
	m.AddCuts(cuts)
	return relaxed(m, cost)
}

// relaxed is the scaled linear relaxation of a program: integers are left out.
func relaxed(m *encode.Program, cost []float64) (*highs.Model, Scaling) {
	out, scale := Scaled(&highs.Model{Maximize: true, Cost: cost, Lo: m.Lo, Up: m.Hi, Integer: make([]bool, len(m.Lo)),
		RowLo: m.RowLo, RowUp: m.RowHi, Start: m.Start, Index: m.Index, Value: m.Value})
	scale.Cost = costScale(out.Cost)
	for j := range out.Cost {
		out.Cost[j] *= scale.Cost
	}
	return out, scale
}

// Solver bounds linear functions by one linear relaxation.
type Solver struct {
	*highs.Solver
	lp    Encoding
	model *highs.Model // scaled
	scale Scaling
}

// NewSolver returns the solver of a relaxation and its rows.
func NewSolver(lp Encoding, m *encode.Program) (*Solver, error) {
	solver, err := highs.New()
	if err != nil {
		return nil, err
	}
	s := &Solver{Solver: solver, lp: lp}
	columns, _ := lp.Size()
	s.model, s.scale = relaxed(m, make([]float64, columns))
	if err = SetUp(solver, lp, nil); err == nil {
		err = solver.Pass(s.model)
	}
	if err != nil {
		solver.Close()
		return nil, err
	}
	return s, nil
}

// Upper is a certified upper bound of a functional, infinite where the solver
// gives no multipliers. It starts from the basis of the call before.
func (s *Solver) Upper(ctx context.Context, f network.Functional) (float64, error) {
	cost, offset, err := Objective(s.lp, f)
	if err != nil {
		return inf, nil
	}
	for j := range cost {
		cost[j] *= s.scale.Column[j]
	}
	scale := costScale(cost)
	for j := range cost {
		cost[j] *= scale
	}
	if err := s.SetCosts(cost); err != nil {
		return inf, err
	}
	status, err := s.Run(ctx, nil)
	if err != nil || status != highs.Optimal {
		return inf, s.ClearSolver()
	}
	_, _, _, y, err := s.Solution()
	if err != nil || y == nil {
		return inf, nil
	}
	if v := DualBound(s.model, cost, offset*scale, y) / scale; v <= inf {
		return v, nil
	}
	return inf, nil
}

// SetUp sets up a solver for the LPs of parts.
func SetUp(s *highs.Solver, lp Encoding, more map[string]string) error {
	columns, rows := lp.Size()
	err := s.SetOptions(map[string]string{
		"presolve": "off", "solver": "simplex", "simplex_strategy": "1",
		"simplex_dual_edge_weight_strategy": "1", "simplex_scale_strategy": "0",
		"dual_feasibility_tolerance": highs.Number(Tolerance),
		// It has been seen to go on for ever on badly scaled rows.
		"simplex_iteration_limit": strconv.Itoa(1000 + 10*(columns+rows)), "time_limit": "30",
	})
	if err != nil {
		return err
	}
	return s.SetOptions(more)
}
