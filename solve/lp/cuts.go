package lp

import (
	"context"
	"slices"

	"rsm/encode"
	"rsm/network"
	"rsm/relax"
	"rsm/solve/highs"
)

const (
	// leastViolation is the share of a neuron's range by which a solution must
	// violate a cut for it to be added.
	leastViolation = 1e-3
	// CutRounds is how often the relaxation lp-cuts is solved again
	// at most; it ends before where a round gains less than cutStall of what all
	// rounds have gained.
	CutRounds = 20
	cutStall  = 0.01
)

// CutBound is what the relaxation proves without cuts and with them, and the
// cuts that are binding at the end.
type CutBound struct {
	Plain, Upper float64
	Cuts         []encode.Cut
	// PlainBasis is optimal without cuts, Basis with those that are binding; nil
	// where there is none.
	PlainBasis, Basis *Basis
	Iterations        int64 // of the solver
}

// Basis is a basis of an LP.
type Basis struct{ Columns, Rows []highs.BasisStatus }

// BoundByCuts bounds a functional from above by the relaxation over b and rows
// that cut off its solution, for some rounds. Cuts that are no longer binding are
// left out again.
func BoundByCuts(ctx context.Context, lp *encode.LP, b *relax.Bounds, f network.Functional, rounds int) (CutBound, error) {
	res := CutBound{Plain: inf, Upper: inf}
	program := lp.Program(b)
	_, fixed := lp.Size()
	s, err := NewSolver(lp, program)
	if err != nil {
		return res, err
	}
	defer s.Close()
	for round := 0; ; round++ {
		v, err := s.Upper(ctx, f)
		res.Iterations += s.LPIterations()
		if err != nil || v == inf || ctx.Err() != nil {
			return res, err
		}
		if round == 0 {
			res.Plain = v
		}
		res.Basis = nil
		gain := res.Upper - v
		res.Upper = min(res.Upper, v)
		x, _, _, _, err := s.Solution()
		if err != nil || x == nil {
			return res, err
		}
		cols, rows, err := s.Basis()
		if err != nil {
			return res, nil // there is none: go on without more cuts
		}
		cuts := res.Cuts
		res.Cuts = nil
		binding := rows[:fixed:fixed]
		for k, c := range cuts {
			if rows[fixed+k] != highs.Basic { // a basic row is not binding
				res.Cuts, binding = append(res.Cuts, c), append(binding, rows[fixed+k])
			}
		}
		res.Basis = &Basis{cols, binding}
		if round == 0 {
			res.PlainBasis = res.Basis
		}
		if round == rounds || round > 0 && gain < cutStall*(res.Plain-res.Upper) {
			return res, nil
		}
		more := lp.Cuts(program, b, s.scale.Original(x), leastViolation)
		if len(more) == 0 {
			return res, nil
		}
		res.Cuts = append(res.Cuts, more...)
		start := slices.Clone(binding)
		for range more {
			start = append(start, highs.Basic)
		}
		res.Basis = &Basis{cols, start} // of the cuts that there are now, if the next round fails
		program = lp.Program(b)
		program.AddCuts(res.Cuts)
		s.model, s.scale = relaxed(program, make([]float64, len(program.Lo)))
		if err := s.Pass(s.model); err != nil {
			return res, err
		}
		if err := s.SetBasis(cols, start); err != nil {
			return res, err
		}
	}
}
