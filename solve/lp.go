package solve

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

// linear is a linear program without an objective: encode.LP, or
// encode.Encoding with its phases relaxed.
type linear interface {
	Functional(f network.Functional) (encode.Expression, error)
	Size() (columns, rows int)
}

// lpObjective returns a functional as costs of the columns of a relaxation and
// an offset, which is rounded up by what the costs lost.
func lpObjective(lp linear, f network.Functional) (cost []float64, offset float64, err error) {
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

// lpModel is the scaled LP of a part of the region. Its multipliers and bounds
// are those of a program with the same value.
func lpModel(lp *encode.LP, part *relax.Bounds, cost []float64, cuts []encode.Cut) (*highs.Model, scaling) {
	m := lp.Model(part)
	m.AddCuts(cuts)
	return scaledLP(m, cost)
}

// scaledLP is the scaled linear relaxation of a model: integers are left out.
func scaledLP(m *encode.Model, cost []float64) (*highs.Model, scaling) {
	out, scale := scaled(&highs.Model{Maximize: true, Cost: cost, Lo: m.Lo, Up: m.Hi, Integer: make([]bool, len(m.Lo)),
		RowLo: m.RowLo, RowUp: m.RowHi, Start: m.Start, Index: m.Index, Value: m.Value})
	scale.cost = costScale(out.Cost)
	for j := range out.Cost {
		out.Cost[j] *= scale.cost
	}
	return out, scale
}

// lpSolver bounds linear functions by one linear relaxation.
type lpSolver struct {
	*highs.Solver
	lp    linear
	model *highs.Model // scaled
	scale scaling
}

func newLPSolver(lp linear, m *encode.Model) (*lpSolver, error) {
	solver, err := highs.New()
	if err != nil {
		return nil, err
	}
	s := &lpSolver{Solver: solver, lp: lp}
	columns, _ := lp.Size()
	s.model, s.scale = scaledLP(m, make([]float64, columns))
	if err = lpOptions(solver, lp, nil); err == nil {
		err = solver.Pass(s.model)
	}
	if err != nil {
		solver.Close()
		return nil, err
	}
	return s, nil
}

// upper is a certified upper bound of a functional, infinite where the solver
// gives no multipliers. It starts from the basis of the call before.
func (s *lpSolver) upper(ctx context.Context, f network.Functional) (float64, error) {
	cost, offset, err := lpObjective(s.lp, f)
	if err != nil {
		return inf, nil
	}
	for j := range cost {
		cost[j] *= s.scale.column[j]
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
	if v := dualBound(s.model, cost, offset*scale, y) / scale; v <= inf {
		return v, nil
	}
	return inf, nil
}

// lpOptions sets up a solver for the LPs of parts.
func lpOptions(s *highs.Solver, lp linear, more map[string]string) error {
	columns, rows := lp.Size()
	err := setOptions(s, map[string]string{
		"presolve": "off", "solver": "simplex", "simplex_strategy": "1",
		"simplex_dual_edge_weight_strategy": "1", "simplex_scale_strategy": "0",
		"dual_feasibility_tolerance": number(lpTolerance),
		// It has been seen to go on for ever on badly scaled rows.
		"simplex_iteration_limit": strconv.Itoa(1000 + 10*(columns+rows)), "time_limit": "30",
	})
	if err != nil {
		return err
	}
	return setOptions(s, more)
}

// dualBound bounds the maximum of the objective over the rows and the column
// bounds of m by weak duality, for any row multipliers y:
//
//	c.x <= sum_j max over bounds of (c - A^T y)_j x_j + sum_i max over bounds of y_i (Ax)_i
//
// (Neumaier and Shcherbina, Safe bounds in linear and mixed-integer
// programming, 2004). The rounding of the float64 sums is added.
func dualBound(m *highs.Model, cost []float64, offset float64, y []float64) float64 {
	return dualLine(m, cost, offset, y, nil)
}

// dualLine is dualBound with the first columns left as they are: it writes their
// coefficients to line, and returns the constant of an upper bound
// line.x + constant of the objective.
func dualLine(m *highs.Model, cost []float64, offset float64, y []float64, line []float64) float64 {
	d := append([]float64(nil), cost...)
	scale := make([]float64, len(d))
	for j, c := range d {
		scale[j] = math.Abs(c)
	}
	total, magnitude := offset, math.Abs(offset)
	for i, v := range y {
		bound := m.RowUp[i]
		if v < 0 {
			bound = m.RowLo[i]
		}
		if v == 0 || math.IsInf(bound, 0) || math.IsNaN(v) || math.IsInf(v, 0) {
			continue // the multiplier 0 is as good as any
		}
		total += v * bound
		magnitude += math.Abs(v * bound)
		for k, end := rowElements(m, i); k < end; k++ {
			j, p := m.Index[k], v*m.Value[k]
			d[j] -= p
			scale[j] += math.Abs(p)
		}
	}
	for j, v := range d {
		switch {
		case j < len(line):
			line[j] = v
		case v > 0:
			total += v * m.Up[j]
		default:
			total += v * m.Lo[j]
		}
		magnitude += scale[j] * max(math.Abs(m.Lo[j]), math.Abs(m.Up[j]))
	}
	return total + magnitude*float64(len(d)+len(y)+8)*0x1p-52 + 0x1p-900
}
