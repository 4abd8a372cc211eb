package solve

import (
	"container/heap"
	"context"
	"math"

	"rsm/encode"
	"rsm/relax"
	"rsm/solve/highs"
)

// bab is a branch and bound on the phases of ReLU neurons. Each node is a part
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
// Every bound is certified. Bounds of parts are those of package relax; the
// rows of the LP hold for all inputs of a part in exact arithmetic; and the
// value of an LP is computed from its row duals alone (dualBound), which bounds
// it whatever the solver's tolerances or mistakes are. HiGHS is asked for good
// multipliers, and never believed.
type bab struct {
	*search
	lp     *encode.LP
	root   *relax.Bounds
	solver *highs.Solver
	obj    []float64
	cuts   []encode.Cut // rows of every node
	offset float64      // of the objective, rounded up by what its coefficients lost
	open   nodeHeap
	closed float64        // highest bound of nodes, and of inputs, that were given up as good enough
	costs  [2]pseudocosts // of the phases inactive and active
}

// node is a part of the region that is still open.
type node struct {
	bounds *relax.Bounds
	upper  float64
	value  float64          // of its own relaxation
	score  []float64        // of each neuron: what its split promises
	off    []float64        // by how much the relaxation is off there
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
	if b.solver, err = highs.New(); err != nil {
		return err
	}
	defer b.solver.Close()
	if err := b.prepare(); err != nil {
		return err
	}
	b.closed = math.Inf(-1)
	for side := range b.costs {
		b.costs[side] = newPseudocosts(len(b.lp.Neurons))
	}
	if err := b.cut(ctx); err != nil {
		return err
	}
	root, err := b.evaluate(ctx, &node{upper: b.proved}, b.root)
	if err != nil {
		return err
	}
	b.push(root)
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
		if err := b.branch(ctx, n); err != nil {
			return err
		}
	}
	b.stop = SolverLimit // replaced where the gap is closed
	return b.bound()
}

// prepare makes the objective and sets the options.
func (b *bab) prepare() (err error) {
	if b.obj, b.offset, err = lpObjective(b.lp, b.f); err != nil {
		return err
	}
	return lpOptions(b.solver, b.lp, b.opt.HiGHS)
}

// push keeps a node, or gives it up.
func (b *bab) push(n *node) {
	switch {
	case n == nil:
	case n.upper <= b.enough():
		b.closed = max(b.closed, n.upper)
	default:
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

// evaluate bounds a part of the region, and chooses the neuron to split. It
// returns nil if the part is proved empty.
func (b *bab) evaluate(ctx context.Context, parent *node, part *relax.Bounds) (*node, error) {
	b.nodes++
	n := &node{bounds: part, cols: parent.cols, rows: parent.rows}
	_, hi := part.Functional(b.f)
	n.upper = min(parent.upper, hi)
	n.value = n.upper
	if n.upper <= b.enough() {
		return n, nil
	}
	m, scale := lpModel(b.lp, part, b.obj, b.cuts)
	if err := b.solver.Pass(m); err != nil {
		return nil, err
	}
	if n.cols != nil {
		if err := b.solver.SetBasis(n.cols, n.rows); err != nil {
			return nil, err
		}
	}
	status, err := b.solver.Run(ctx, nil)
	b.lpIterations += b.solver.LPIterations()
	if err == nil && status == highs.Infeasible && b.provedEmpty(m) {
		return nil, nil
	}
	var x, y []float64
	if err == nil && status == highs.Optimal {
		x, _, _, y, err = b.solver.Solution()
	}
	if err == nil {
		n.cols, n.rows, err = b.solver.Basis()
	}
	if err != nil || status != highs.Optimal || y == nil {
		// The symbolic bound stays.
		n.cols, n.rows = nil, nil
		b.rate(n, nil, nil)
		return n, b.solver.ClearSolver()
	}
	if v := dualBound(m, m.Cost, b.offset*scale.cost, y) / scale.cost; v < n.upper { // not if it is not a number
		n.upper, n.value = v, v
	}
	n.above = b.halfspace(part, m, scale, y)
	x = scale.original(x)
	b.replay(b.lp.Input(x))
	if n.upper > b.enough() {
		b.rate(n, x, scale.multipliers(y))
	}
	return n, nil
}

// provedEmpty says whether the solver's dual ray proves that no point satisfies
// the rows and column bounds: with a zero objective, multipliers whose dual
// bound is below zero.
func (b *bab) provedEmpty(m *highs.Model) bool {
	ray, ok, err := b.solver.DualRay()
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
// objective. Inputs below the witness are left out, or nearly as little above it
// as the gap allows.
func (b *bab) halfspace(part *relax.Bounds, m *highs.Model, scale scaling, y []float64) *relax.Halfspace {
	line := make([]float64, b.lp.InputColumns())
	constant := dualLine(m, m.Cost, b.offset*scale.cost, y, line) / scale.cost
	coef := make([]float64, len(part.Box.Lo))
	for i, c := range b.lp.Inputs() {
		if c >= 0 && scale.column[c] > 0 {
			coef[i] = line[c] / scale.column[c] / scale.cost
		}
	}
	v := b.witnessed + max(0, b.opt.allowed(b.witnessed)/2-DefaultGap)
	if b.threshold < inf {
		v = max(v, b.threshold)
	}
	b.closed = max(b.closed, v)
	slack := 0x1p-51*(math.Abs(v)+math.Abs(constant)) + 0x1p-900
	return part.NewHalfspace(coef, v-constant-slack)
}
