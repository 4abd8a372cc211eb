package boxes

import (
	"context"
	"math"
	"math/big"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"rsm/network"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/logic"
	"rsm/solve/search"
)

// part is a part of the box that is still open: a box, and bounds of one around it.
type part struct {
	box    region.Box
	around *relax.Bounds
	share  float64 // of the whole box
	upper  float64 // bound of a functional that is maximized
	// Of a formula: what is open of it, the ranges of its functions, and the best
	// robustness found in the part.
	formula logic.Formula
	ranges  *logic.Ranges
	near    float64
	// refused says that an input of the part makes the formula true in float64, and was
	// not accepted; tried is how many neurons were open when the part, or one that holds
	// it, was last looked at in rational arithmetic, and -1 if none was.
	refused bool
	tried   int
}

// outcome is what came of a part. It is done with where neither parts of it are open,
// nor it is stuck.
type outcome struct {
	open []*part
	// stuck: no further split can decide it; why says why.
	stuck bool
	why   search.Stop
	// witness makes a formula true: what comes after it is not needed. point is the same
	// where it was found as rational numbers.
	witness []float64
	point   []*big.Rat
	// points are inputs that may be better than the witness known, fathomed is a bound
	// of what is not open any more.
	points   [][]float64
	fathomed float64

	boxes, nodes, iterations int64
}

// goal is what the parts of a box are searched for: the maximum of a functional, or an
// input that makes a formula true. choose and record are called by one goroutine, the
// others for many parts at the same time.
type goal interface {
	// choose takes the parts out of those that are open which are looked at next. There
	// are none where the search is over.
	choose(ctx context.Context) []*part
	// bound bounds what is searched for over a part, by its bounds, and looks for
	// witnesses in it. It returns the formula that inputs of interest satisfy, with
	// lines above the functions of its conditions, or nil where nothing is open.
	bound(ctx context.Context, a *attack.Attacker, p *part, r *outcome) (logic.Formula, func(*logic.Condition) relax.Line, error)
	// steepest is the functional by whose slopes a part is split.
	steepest(p *part) network.Functional
	// leaf has a branch and bound on phases narrow a part, if it is time for that, which
	// it is where it is not divisible. It says whether something is open.
	leaf(ctx context.Context, a *attack.Attacker, p *part, divisible bool, r *outcome) (open bool, err error)
	// record notes what came of parts, in their order.
	record(batch []*part, results []outcome) error
}

// splitter searches a box for a goal.
type splitter struct {
	goal
	whole     region.Box
	plan      Plan
	attackers []*attack.Attacker // one at least
	another   func() *attack.Attacker
	workers   *search.Workers // that have nothing else to do
}

const (
	// parallelParts is how many parts are looked at in one go. It does not depend on
	// the number of workers, so that neither does the result.
	parallelParts = 32
	// worthBounding is the share of a part's volume that is left after clipping up to
	// which it is bounded again.
	worthBounding = 0.8
)

// run looks at parts until the search is over.
func (s *splitter) run(ctx context.Context) error {
	for {
		batch := s.choose(ctx)
		if len(batch) == 0 {
			return nil
		}
		results, err := s.parallel(ctx, batch)
		if err != nil {
			return err
		}
		if err := s.record(batch, results); err != nil {
			return err
		}
	}
}

// parallel looks at parts, with idle workers beside this one. What comes of them does
// not depend on how many there are. Those that are not looked at stay open, because the
// context has ended or a part before has a witness.
func (s *splitter) parallel(ctx context.Context, batch []*part) ([]outcome, error) {
	results := make([]outcome, len(batch))
	for i, p := range batch {
		results[i] = outcome{open: []*part{p}, fathomed: math.Inf(-1)}
	}
	var next, last atomic.Int64
	last.Store(int64(len(batch)))
	work := func(a *attack.Attacker) error {
		for i := next.Add(1) - 1; i < last.Load() && ctx.Err() == nil; i = next.Add(1) - 1 {
			r, err := s.look(ctx, a, *batch[i])
			if err != nil {
				return err
			}
			results[i] = r
			for old := last.Load(); r.witness != nil && i < old && !last.CompareAndSwap(old, i); {
				old = last.Load()
			}
		}
		return nil
	}
	var group errgroup.Group
	for k := 0; k == 0 || k < len(batch) && s.workers.Borrow(); k++ {
		if k == len(s.attackers) {
			s.attackers = append(s.attackers, s.another())
		}
		a := s.attackers[k]
		group.Go(func() error {
			defer s.workers.Return()
			return work(a)
		})
	}
	err := group.Wait()
	s.workers.Reclaim() // this one
	return results, err
}

// look bounds a part, and narrows or splits it.
func (s *splitter) look(ctx context.Context, a *attack.Attacker, p part) (outcome, error) {
	r := outcome{fathomed: math.Inf(-1)}
	for {
		b, ok := p.around.Within(p.box)
		if !ok {
			return r, nil
		}
		r.boxes++
		p.around, a.Box = b, p.box
		open, above, err := s.bound(ctx, a, &p, &r)
		if open == nil || err != nil {
			return r, err
		}
		inner, ok := clip(p.box, open, above)
		if !ok {
			return r, nil
		}
		if volume(inner, p.box) > worthBounding || ctx.Err() != nil {
			break
		}
		p.box = inner
	}
	dim, divisible := s.dimension(&p)
	if open, err := s.leaf(ctx, a, &p, divisible, &r); !open || err != nil {
		return r, err
	}
	r.open = p.halves(dim)
	return r, nil
}
