package phases

import (
	"container/heap"
	"context"
	"math"

	"rsm/encode"
	"rsm/relax"
	"rsm/solve/highs"
	"rsm/solve/lp"
	"rsm/solve/search"
)

// Run narrows the search over the region of the bounds by a branch and bound on phases,
// until the gap is closed, the threshold decided or a limit reached. program is the
// linear program of the region, which must come from the same bounds.
func Run(ctx context.Context, s *search.State, program *encode.LP, region *relax.Bounds) error {
	return (&bab{State: s, lp: program, root: region}).run(ctx)
}

// bab is one branch and bound.
type bab struct {
	*search.State
	lp       *encode.LP
	root     *relax.Bounds
	solver   [2]*highs.Solver // the second for parts bounded beside others
	obj      []float64
	cuts     []encode.Cut // rows of every node
	offset   float64      // of the objective, rounded up by what its coefficients lost
	open     nodeHeap
	fathomed float64        // highest bound of nodes, and of inputs, that were given up as good enough
	costs    [2]pseudocosts // of the sides below and above
	// nextDive is the number of nodes after which the next dive is due.
	nextDive int64
}

func (b *bab) run(ctx context.Context) (err error) {
	defer b.close()
	if b.obj, b.offset, err = lp.Objective(b.lp, b.F); err != nil {
		return err
	}
	b.fathomed = math.Inf(-1)
	for side := range b.costs {
		b.costs[side] = newPseudocosts(len(b.lp.Neurons))
	}
	start, err := b.cut(ctx)
	if err != nil {
		return err
	}
	above := &node{upper: b.Proved}
	if start != nil {
		above.cols, above.rows = start.Columns, start.Rows
	}
	root := b.evaluate(ctx, 0, b.cutoffs(), above, b.root)
	if root.err != nil {
		return root.err
	}
	b.record(&root)
	b.push(root.node)
	for len(b.open) > 0 {
		if b.open[0].upper <= b.Cutoff() {
			break
		}
		if err := b.bound(); err != nil {
			return err
		}
		if b.Decided() {
			return nil
		}
		if ctx.Err() != nil {
			b.Stop = search.Reason(ctx)
			return nil
		}
		if b.Options.NodeLimit > 0 && b.Nodes >= int64(b.Options.NodeLimit) {
			b.Stop = search.NodeLimit
			return nil
		}
		b.Report(b.Proved, b.Nodes)
		n := heap.Pop(&b.open).(*node)
		if b.Nodes >= b.nextDive && b.Joint.Graph.Quantized() > 0 {
			b.nextDive = diveGrowth * b.Nodes
			if err := b.dive(ctx, n); err != nil {
				return err
			}
		}
		if err := b.branch(ctx, n); err != nil {
			return err
		}
	}
	b.Stop = search.SolverLimit // replaced where the gap is closed
	return b.bound()
}

// solverOf returns one of the two solvers, made when it is first needed.
func (b *bab) solverOf(which int) (s *highs.Solver, err error) {
	if b.solver[which] != nil {
		return b.solver[which], nil
	}
	if s, err = highs.New(); err != nil {
		return nil, err
	}
	if err := lp.SetUp(s, b.lp, b.Options.HiGHS); err != nil {
		s.Close()
		return nil, err
	}
	b.solver[which] = s
	return s, nil
}

func (b *bab) close() {
	for _, s := range b.solver {
		if s != nil {
			s.Close()
		}
	}
}

// push keeps a node, or gives it up.
func (b *bab) push(n *node) {
	switch {
	case n == nil:
	case n.upper <= b.Cutoff():
		b.fathomed = max(b.fathomed, n.upper)
	default:
		if n.score == nil { // it was of no interest, and is by a rounding
			b.rate(n, nil, nil)
		}
		heap.Push(&b.open, n)
	}
}

// bound sets the proved bound from the open and the given-up nodes. The part
// that the witness is in is one of them.
func (b *bab) bound() error {
	v := b.fathomed
	if len(b.open) > 0 {
		v = max(v, b.open[0].upper)
	}
	if err := b.Refuted(min(v, b.Proved), "the branch and bound"); err != nil {
		return err
	}
	b.Proved = min(b.Proved, max(v, b.Witnessed))
	return nil
}
