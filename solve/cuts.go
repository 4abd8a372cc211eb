package solve

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"rsm/encode"
	"rsm/network"
	"rsm/relax"
	"rsm/solve/highs"
)

func env(n string, d int) int {
	if v, err := strconv.Atoi(os.Getenv(n)); err == nil {
		return v
	}
	return d
}

// cutting bounds a functional from above, and returns the rows that did it.
func cutting(ctx context.Context, lp *encode.LP, b *relax.Bounds, f network.Functional, rounds int) (float64, []encode.Cut, error) {
	m := lp.Model(b)
	_, fixed := lp.Size()
	s, err := newLPSolver(lp, m)
	if err != nil {
		return inf, nil, err
	}
	defer s.Close()
	best := inf
	var cuts []encode.Cut
	for r := 0; ; r++ {
		v, err := s.upper(ctx, f)
		if err != nil {
			return best, nil, err
		}
		if os.Getenv("CUTDEBUG") != "" {
			fmt.Fprintln(os.Stderr, "round", r, "cuts", len(cuts), "bound", v, "iterations", s.LPIterations())
		}
		best = min(best, v)
		x, _, _, _, err := s.Solution()
		if err != nil || x == nil {
			return best, cuts, err
		}
		cols, rows, err := s.Basis()
		if err != nil {
			return best, cuts, nil
		}
		// A row that is basic is not binding.
		var kept []encode.Cut
		keptRows := rows[:fixed:fixed]
		for k, c := range cuts {
			if rows[fixed+k] != highs.Basic {
				kept = append(kept, c)
				keptRows = append(keptRows, rows[fixed+k])
			}
		}
		cuts = kept
		if r >= rounds {
			return best, cuts, nil
		}
		more := lp.Cuts(m, b, s.scale.original(x), 1e-6)
		if len(more) == 0 {
			return best, cuts, nil
		}
		cuts = append(cuts, more...)
		for range more {
			keptRows = append(keptRows, highs.Basic)
		}
		m = lp.Model(b)
		m.AddCuts(cuts)
		s.model, s.scale = scaledLP(m, make([]float64, len(m.Lo)))
		if err := s.Pass(s.model); err != nil {
			return best, nil, err
		}
		if err := s.SetBasis(cols, keptRows); err != nil {
			return best, nil, err
		}
	}
}
