package solve

import (
	"context"
	"math"
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
	// cutRounds is how often the relaxation of the rung lp-cuts is solved again
	// at most; it ends before where a round gains less than cutStall of what all
	// rounds have gained.
	cutRounds = 20
	cutStall  = 0.01
	// worthCutting is the share of the gap to the witness that one round of cuts
	// must close at the root for a branch and bound to have them in all of its
	// linear programs, where each row costs time.
	worthCutting = 0.15
)

// cutBound is what the relaxation proves without cuts and with them, and the
// cuts that are binding at the end.
type cutBound struct {
	plain, upper float64
	cuts         []encode.Cut
	// plainBasis is optimal without cuts, basis with those that are binding; nil
	// where there is none.
	plainBasis, basis *basis
	iterations        int64 // of the solver
}

// basis is a basis of an LP.
type basis struct{ cols, rows []highs.BasisStatus }

// boundByCuts bounds a functional from above by the relaxation over b and rows
// that cut off its solution, for some rounds. Cuts that are no longer binding are
// left out again.
func boundByCuts(ctx context.Context, lp *encode.LP, b *relax.Bounds, f network.Functional, rounds int) (cutBound, error) {
	res := cutBound{plain: inf, upper: inf}
	model := lp.Model(b)
	_, fixed := lp.Size()
	s, err := newLPSolver(lp, model)
	if err != nil {
		return res, err
	}
	defer s.Close()
	for round := 0; ; round++ {
		v, err := s.upper(ctx, f)
		res.iterations += s.LPIterations()
		if err != nil || v == inf || ctx.Err() != nil {
			return res, err
		}
		if round == 0 {
			res.plain = v
		}
		res.basis = nil
		gain := res.upper - v
		res.upper = min(res.upper, v)
		x, _, _, _, err := s.Solution()
		if err != nil || x == nil {
			return res, err
		}
		cols, rows, err := s.Basis()
		if err != nil {
			return res, nil // there is none: go on without more cuts
		}
		cuts := res.cuts
		res.cuts = nil
		binding := rows[:fixed:fixed]
		for k, c := range cuts {
			if rows[fixed+k] != highs.Basic { // a basic row is not binding
				res.cuts, binding = append(res.cuts, c), append(binding, rows[fixed+k])
			}
		}
		res.basis = &basis{cols, binding}
		if round == 0 {
			res.plainBasis = res.basis
		}
		if round == rounds || round > 0 && gain < cutStall*(res.plain-res.upper) {
			return res, nil
		}
		more := lp.Cuts(model, b, s.scale.original(x), leastViolation)
		if len(more) == 0 {
			return res, nil
		}
		res.cuts = append(res.cuts, more...)
		start := slices.Clone(binding)
		for range more {
			start = append(start, highs.Basic)
		}
		res.basis = &basis{cols, start} // of the cuts that there are now, if the next round fails
		model = lp.Model(b)
		model.AddCuts(res.cuts)
		s.model, s.scale = scaledLP(model, make([]float64, len(model.Lo)))
		if err := s.Pass(s.model); err != nil {
			return res, err
		}
		if err := s.SetBasis(cols, start); err != nil {
			return res, err
		}
	}
}

// addGiven makes the given conditions rows of all linear programs.
func (b *bab) addGiven() error {
	for _, c := range b.given {
		x, err := b.lp.Functional(c.F)
		if err != nil {
			return err
		}
		row := encode.Cut{Hi: math.Nextafter(x.Const+x.Err, inf)}
		for _, t := range x.Terms {
			row.Terms = append(row.Terms, encode.Term{Column: t.Column, Value: -t.Value})
		}
		b.cuts = append(b.cuts, row)
	}
	return nil
}

// cut looks for rows to be added to the linear programs of all nodes, and returns
// a basis for the first. Parts of the region satisfy what the region does.
func (b *bab) cut(ctx context.Context) (*basis, error) {
	if len(b.given) > 0 {
		return nil, b.addGiven()
	}
	res, err := boundByCuts(ctx, b.lp, b.root, b.f, 1)
	if err != nil {
		return nil, err
	}
	b.lpIterations += res.iterations
	if gap := min(res.plain, b.proved) - b.witnessed; min(res.plain, b.proved)-res.upper >= worthCutting*gap {
		b.cuts = res.cuts
		return res.basis, nil
	}
	return res.plainBasis, nil
}
