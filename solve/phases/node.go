package phases

import (
	"context"
	"errors"
	"math"
	"slices"

	"rsm/relax"
	"rsm/solve/highs"
	"rsm/solve/lp"
	"rsm/solve/search"
)

// node is a part of the region that is still open.
type node struct {
	bounds *relax.Bounds
	upper  float64
	value  float64          // of its own relaxation
	score  []float64        // of each neuron: what its split promises
	off    []float64        // by how much the relaxation is off there
	level  []float64        // of a quantized value: the one above which it would be split
	above  *relax.Halfspace // where its inputs are of interest
	cols   []highs.BasisStatus
	rows   []highs.BasisStatus
}

// nodeHeap has the node with the highest bound first.
type nodeHeap []*node

func (h nodeHeap) Len() int           { return len(h) }
func (h nodeHeap) Less(i, j int) bool { return h[i].upper > h[j].upper }
func (h nodeHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *nodeHeap) Push(x any)        { *h = append(*h, x.(*node)) }
func (h *nodeHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	*h = old[:len(old)-1]
	return n
}

// cutoffs are what parts are held against: what is known when their evaluation begins.
type cutoffs struct {
	part  float64 // bounds of parts up to this are of no interest
	input float64 // nor are inputs below this
}

func (b *bab) cutoffs() cutoffs {
	c := cutoffs{part: b.Cutoff(), input: b.Witnessed + max(0, b.Options.Slack(b.Witnessed)-search.DefaultGap)}
	if b.Threshold != nil {
		c.input = max(c.input, *b.Threshold)
	}
	return c
}

// evaluated is what came of a part.
type evaluated struct {
	node       *node     // nil if the part is proved empty
	point      []float64 // an input that the LP suggests, or nil
	fathomed   float64   // inputs below this were left out
	iterations int64
	err        error
}

// record notes what came of a part, but for the node itself.
func (b *bab) record(r *evaluated) {
	b.Nodes++
	b.LPIterations += r.iterations
	b.fathomed = max(b.fathomed, r.fathomed)
	if r.point != nil {
		b.Replay(r.point)
	}
}

// evaluate bounds a part of the region, and scores the neurons to split, with one
// of the solvers. It changes nothing of b: two parts may be evaluated at the same
// time.
func (b *bab) evaluate(ctx context.Context, which int, c cutoffs, parent *node, part *relax.Bounds) (r evaluated) {
	r.fathomed = math.Inf(-1)
	n := &node{bounds: part, cols: parent.cols, rows: parent.rows}
	r.node = n
	_, hi := part.Functional(b.F)
	n.upper = min(parent.upper, hi)
	n.value = n.upper
	if n.upper <= c.part {
		return r
	}
	solver, err := b.solverOf(which)
	if err != nil {
		r.err = err
		return r
	}
	m, scale := lp.Part(b.lp, part, b.obj, b.cuts)
	loose := *m
	loose.Lo, loose.Up = slices.Clone(m.Lo), slices.Clone(m.Up)
	b.lp.Loosen(loose.Lo, loose.Up)
	if err := solver.Pass(&loose); errors.Is(err, highs.ErrRejected) {
		b.rate(n, nil, nil) // the symbolic bound stays
		return r
	} else if err != nil {
		r.err = err
		return r
	}
	if n.cols != nil {
		if r.err = solver.SetBasis(n.cols, n.rows); r.err != nil {
			return r
		}
	}
	status, err := solver.Run(ctx, nil)
	r.iterations = solver.LPIterations()
	if err == nil && status == highs.Infeasible && lp.Empty(solver, m) {
		r.node = nil
		return r
	}
	var x, y []float64
	if err == nil && status == highs.Optimal {
		x, _, _, y, err = solver.Solution()
	}
	if err == nil {
		n.cols, n.rows, err = solver.Basis()
	}
	if err != nil || status != highs.Optimal || y == nil {
		// The symbolic bound stays.
		n.cols, n.rows = nil, nil
		b.rate(n, nil, nil)
		r.err = solver.ClearSolver()
		return r
	}
	if v := lp.DualBound(m, m.Cost, b.offset*scale.Cost, y) / scale.Cost; v < n.upper { // not if it is not a number
		n.upper, n.value = v, v
	}
	n.above = b.halfspace(part, m, scale, y, c.input)
	r.fathomed = c.input
	x = scale.Original(x)
	r.point = b.lp.Input(x)
	if n.upper > c.part {
		b.rate(n, x, scale.Multipliers(y))
	}
	return r
}

// halfspace is where the objective can be of interest, by the multipliers y of
// the part's linear program: they give a linear function of the inputs above the
// objective. Inputs at which it is below the cutoff are left out.
func (b *bab) halfspace(part *relax.Bounds, m *highs.Model, scale lp.Scaling, y []float64, cutoff float64) *relax.Halfspace {
	line := make([]float64, b.lp.InputColumns())
	constant := lp.DualLine(m, m.Cost, b.offset*scale.Cost, y, line) / scale.Cost
	coef := make([]float64, len(part.Box.Lo))
	for i, c := range b.lp.Inputs() {
		if c >= 0 && scale.Column[c] > 0 {
			coef[i] = line[c] / scale.Column[c] / scale.Cost
		}
	}
	slack := 0x1p-51*(math.Abs(cutoff)+math.Abs(constant)) + 0x1p-900
	return part.NewHalfspace(coef, cutoff-constant-slack)
}
