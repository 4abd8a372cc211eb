package solve

import (
	"container/heap"
	"context"
	"math"
	"slices"

	"rsm/encode"
	"rsm/relax"
	"rsm/solve/highs"
)

// bab is a branch and bound on the phases of ReLU neurons and the levels of quantized
// values. Each node is a part
// of the region with bounds of its own, computed anew after every split:
// deciding a neuron of one network nearly decides its twin. A node's bound is
// the best of the symbolic bound of the functional and the LP relaxation over
// the node's bounds, solved from the basis of its parent. The open node with the
// highest bound is split next, so that the highest bound of all open nodes is
// a bound of the maximum at any time.
//
// The witness narrows the parts. The multipliers of a part's LP give a linear
// function of the inputs that is above the objective there; where it is below the
// witness no input is of interest, and the bounds of the part's children are over
// the rest (relax.Halfspace). The nearer the bound of a part comes to the witness,
// the smaller the part: most neurons are decided without a split.
//
// Where values are quantized, dives look for better witnesses (dive.go).
//
// Every bound is certified. Bounds of parts are those of package relax; the
// rows of the LP hold for all inputs of a part in exact arithmetic; and the
// value of an LP is computed from its row duals alone (dualBound), which bounds
// it whatever the solver's tolerances or mistakes are. HiGHS is asked for good
// multipliers, and never believed.
type bab struct {
	*search
	lp     *encode.LP
	root   *relax.Bounds
	solver [2]*highs.Solver // the second for parts bounded beside others
	obj    []float64
	cuts   []encode.Cut // rows of every node
	offset float64      // of the objective, rounded up by what its coefficients lost
	open   nodeHeap
	closed float64        // highest bound of nodes, and of inputs, that were given up as good enough
	costs  [2]pseudocosts // of the sides below and above
	// nextDive is the number of nodes after which the next dive is due.
	nextDive int64
}

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

func (b *bab) run(ctx context.Context) (err error) {
	defer b.close()
	if b.obj, b.offset, err = lpObjective(b.lp, b.f); err != nil {
		return err
	}
	b.closed = math.Inf(-1)
	for side := range b.costs {
		b.costs[side] = newPseudocosts(len(b.lp.Neurons))
	}
	start, err := b.cut(ctx)
	if err != nil {
		return err
	}
	above := &node{upper: b.proved}
	if start != nil {
		above.cols, above.rows = start.cols, start.rows
	}
	root := b.evaluate(ctx, 0, b.aim(), above, b.root)
	if root.err != nil {
		return root.err
	}
	b.take(&root)
	b.push(root.node)
	for len(b.open) > 0 {
		if b.open[0].upper <= b.enough() {
			break
		}
		if err := b.bound(); err != nil {
			return err
		}
		if b.decided() {
			return nil
		}
		if ctx.Err() != nil {
			b.stop = reason(ctx)
			return nil
		}
		if b.opt.NodeLimit > 0 && b.nodes >= int64(b.opt.NodeLimit) {
			b.stop = NodeLimit
			return nil
		}
		b.tell(b.proved, b.nodes)
		n := heap.Pop(&b.open).(*node)
		if b.nodes >= b.nextDive && b.joint.Graph.Quantized() > 0 {
			b.nextDive = diveGrowth * b.nodes
			if err := b.dive(ctx, n); err != nil {
				return err
			}
		}
		if err := b.branch(ctx, n); err != nil {
			return err
		}
	}
	b.stop = SolverLimit // replaced where the gap is closed
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
	if err := lpOptions(s, b.lp, b.opt.HiGHS); err != nil {
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
	case n.upper <= b.enough():
		b.closed = max(b.closed, n.upper)
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
	v := b.closed
	if len(b.open) > 0 {
		v = max(v, b.open[0].upper)
	}
	if err := b.refuted(min(v, b.proved), "the branch and bound"); err != nil {
		return err
	}
	b.proved = min(b.proved, max(v, b.witnessed))
	return nil
}

// aim is what parts are held against: what is known when their evaluation begins.
type aim struct {
	enough float64 // bounds up to this are of no interest
	floor  float64 // nor are inputs below this
}

func (b *bab) aim() aim {
	a := aim{enough: b.enough(), floor: b.witnessed + max(0, b.opt.slack(b.witnessed)-DefaultGap)}
	if b.threshold != nil {
		a.floor = max(a.floor, *b.threshold)
	}
	return a
}

// evaluated is what came of a part.
type evaluated struct {
	node       *node     // nil if the part is proved empty
	point      []float64 // an input that the LP suggests, or nil
	closed     float64   // inputs below this were left out
	iterations int64
	err        error
}

// take notes what came of a part, but for the node itself.
func (b *bab) take(r *evaluated) {
	b.nodes++
	b.lpIterations += r.iterations
	b.closed = max(b.closed, r.closed)
	if r.point != nil {
		b.replay(r.point)
	}
}

// evaluate bounds a part of the region, and scores the neurons to split, with one
// of the solvers. It changes nothing of b: two parts may be evaluated at the same
// time.
func (b *bab) evaluate(ctx context.Context, which int, a aim, parent *node, part *relax.Bounds) (r evaluated) {
	r.closed = math.Inf(-1)
	n := &node{bounds: part, cols: parent.cols, rows: parent.rows}
	r.node = n
	_, hi := part.Functional(b.f)
	n.upper = min(parent.upper, hi)
	n.value = n.upper
	if n.upper <= a.enough {
		return r
	}
	solver, err := b.solverOf(which)
	if err != nil {
		r.err = err
		return r
	}
	m, scale := lpModel(b.lp, part, b.obj, b.cuts)
	loose := *m
	loose.Lo, loose.Up = slices.Clone(m.Lo), slices.Clone(m.Up)
	b.lp.Loosen(loose.Lo, loose.Up)
	if r.err = solver.Pass(&loose); r.err != nil {
		return r
	}
	if n.cols != nil {
		if r.err = solver.SetBasis(n.cols, n.rows); r.err != nil {
			return r
		}
	}
	status, err := solver.Run(ctx, nil)
	r.iterations = solver.LPIterations()
	if err == nil && status == highs.Infeasible && b.provedEmpty(solver, m) {
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
	if v := dualBound(m, m.Cost, b.offset*scale.cost, y) / scale.cost; v < n.upper { // not if it is not a number
		n.upper, n.value = v, v
	}
	n.above = b.halfspace(part, m, scale, y, a.floor)
	r.closed = a.floor
	x = scale.original(x)
	r.point = b.lp.Input(x)
	if n.upper > a.enough {
		b.rate(n, x, scale.multipliers(y))
	}
	return r
}

// provedEmpty says whether the solver's dual ray proves that no point satisfies
// the rows and column bounds: with a zero objective, multipliers whose dual
// bound is below zero.
func (b *bab) provedEmpty(s *highs.Solver, m *highs.Model) bool {
	ray, ok, err := s.DualRay()
	if err != nil || !ok {
		return false
	}
	zero := make([]float64, len(b.obj))
	if dualBound(m, zero, 0, ray) < 0 {
		return true
	}
	for i := range ray {
		ray[i] = -ray[i]
	}
	return dualBound(m, zero, 0, ray) < 0
}

// halfspace is where the objective can be of interest, by the multipliers y of
// the part's linear program: they give a linear function of the inputs above the
// objective. Inputs at which it is below the floor are left out.
func (b *bab) halfspace(part *relax.Bounds, m *highs.Model, scale scaling, y []float64, floor float64) *relax.Halfspace {
	line := make([]float64, b.lp.InputColumns())
	constant := dualLine(m, m.Cost, b.offset*scale.cost, y, line) / scale.cost
	coef := make([]float64, len(part.Box.Lo))
	for i, c := range b.lp.Inputs() {
		if c >= 0 && scale.column[c] > 0 {
			coef[i] = line[c] / scale.column[c] / scale.cost
		}
	}
	slack := 0x1p-51*(math.Abs(floor)+math.Abs(constant)) + 0x1p-900
	return part.NewHalfspace(coef, floor-constant-slack)
}
