package phases

import (
	"context"
	"math"

	"rsm/encode"
	"rsm/solve/lp"
)

// worthCutting is the share of the gap to the witness that one round of cuts
// must close at the root for a branch and bound to have them in all of its
// linear programs, where each row costs time.
const worthCutting = 0.15

// addGiven makes the given conditions rows of all linear programs.
func (b *bab) addGiven() error {
	for _, c := range b.Given {
		x, err := b.lp.Functional(c.F)
		if err != nil {
			return err
		}
		row := encode.Cut{Hi: math.Nextafter(x.Const+x.Err, math.Inf(1))}
		for _, t := range x.Terms {
			row.Terms = append(row.Terms, encode.Term{Column: t.Column, Value: -t.Value})
		}
		b.cuts = append(b.cuts, row)
	}
	return nil
}

// cut looks for rows to be added to the linear programs of all nodes, and returns
// a basis for the first. Parts of the region satisfy what the region does.
func (b *bab) cut(ctx context.Context) (*lp.Basis, error) {
	if len(b.Given) > 0 {
		return nil, b.addGiven()
	}
	res, err := lp.BoundByCuts(ctx, b.lp, b.root, b.F, 1)
	if err != nil {
		return nil, err
	}
	b.LPIterations += res.Iterations
	if gap := min(res.Plain, b.Proved) - b.Witnessed; min(res.Plain, b.Proved)-res.Upper >= worthCutting*gap {
		b.cuts = res.Cuts
		return res.Basis, nil
	}
	return res.PlainBasis, nil
}
