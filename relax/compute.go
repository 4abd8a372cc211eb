package relax

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// Compute bounds every node of the joint graph over the box by the given
// method. It takes at most the share nodesShare of the time that the context leaves:
// bounds of functionals need some too. When that ends first, the bounds are those of a
// method below it, the tightest that was finished, which Bounds.Reached tells, or better:
// layers that were done by then are kept. Interval always is finished. Gradient steps that the context cuts short keep what they gained:
// a method that has begun with them counts as finished.
func Compute(ctx context.Context, j *query.Joint, box region.Box, m Method) (*Bounds, error) {
	if len(box.Lo) != j.Graph.InputSize() {
		return nil, fmt.Errorf("the box has %d features, the networks take %d", len(box.Lo), j.Graph.InputSize())
	}
	within := ctx
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		within, cancel = context.WithDeadline(ctx, time.Now().Add(time.Duration(nodesShare*float64(time.Until(end)))))
		defer cancel()
	}
	done := make(map[Method]*Bounds)
	b, err := compute(within, j, box, m, done)
	for _, d := range done {
		d.ctx = ctx
	}
	return b, err
}

const nodesShare = 0.75

// compute is Compute, with the methods that are done.
func compute(ctx context.Context, j *query.Joint, box region.Box, m Method, done map[Method]*Bounds) (*Bounds, error) {
	if b := done[m]; b != nil {
		return b, nil
	}
	g := j.Graph
	var prior []*Bounds
	for _, below := range m.Below() {
		b, err := compute(ctx, j, box, below, done)
		if err != nil {
			return nil, err
		}
		if prior = append(prior, b); b.Reached != below {
			return prior[0], nil
		}
	}
	relaxations, err := relaxationsOf(g)
	if err != nil {
		return nil, err
	}
	b := &Bounds{
		Joint: j, Box: box, Method: m, Reached: m, prior: prior, relaxations: relaxations,
		Node:        make([]Range, len(g.Nodes)),
		Diff:        make([]Range, len(j.Pairs)),
		sensitivity: make([][]float64, len(g.Nodes)),
		underflow:   make([]float64, len(g.Nodes)),
		ctx:         ctx,
		pairOf:      make(map[int]int),
		workers:     runtime.GOMAXPROCS(0),
	}
	b.spent = b.budget()
	b.ties, b.grids = tiesOf(g), b.gridded()
	for p, pair := range j.Pairs {
		b.pairOf[pair.Second] = p
	}
	for v, node := range g.Nodes {
		if prior != nil && ctx.Err() != nil && v == 0 {
			return prior[0], nil
		}
		if b.firstOfPair(v) {
			continue // with its partner, next
		}
		if p, ok := b.pairOf[v]; ok {
			// Both layers of the pair: their operands are known by now.
			b.forwardDiff(p)
			b.tightenPair(p)
			b.forward(j.Pairs[p].First)
		} else if network.IsActivation(node.Op) {
			b.tightenLayer(v)
		}
		b.forward(v)
	}
	if prior == nil {
		b = b.decidedExactly()
	}
	if b.empty {
		return nil, fmt.Errorf("bounds that must all hold have no common point: please report this")
	}
	if prior != nil && ctx.Err() != nil && m.steps(ofNeurons) == 0 {
		b.Reached = prior[0].Reached // some layers were left as they were
	}
	done[m] = b
	return b, b.checkFinite()
}

// checkFinite reports an overflow, which only absurd weights reach.
func (b *Bounds) checkFinite() error {
	for v, x := range b.Node {
		for i := range x.Lo {
			if !x.finite(i) {
				return fmt.Errorf("the bounds of node %q overflow float64: its weights or the region are too large", b.Joint.Graph.Nodes[v].Name)
			}
		}
	}
	return nil
}

// tightenLayer improves the bounds of the operand of an activation node where its
// neurons are open. The bounds of an operand that is one itself follow from those of
// its own operand.
func (b *Bounds) tightenLayer(v int) {
	z := b.Joint.Graph.Nodes[v].Inputs[0]
	if b.Method < Symbolic || z == 0 || network.IsActivation(b.Joint.Graph.Nodes[z].Op) {
		return
	}
	var at []int
	for i := range b.Node[z].Lo {
		if b.Open(v, i) {
			at = append(at, i)
		}
	}
	// A neuron depends on one network: there are no differences on the way.
	b.each(ofNeurons, len(at), b.Joint.Graph.Nodes[z].Size, false, func(rows *network.Rows, k, r int, sign float64) {
		n := b.Joint.Graph.Nodes[z].Size
		rows.At(b.Joint.Graph, z)[r*n+at[k]] = sign
	}, func(k int, lo, hi float64) { b.intersect(b.Node[z], at[k], lo, hi) })
	b.inward(z)
}

// tightenPair improves the bounds of the pre-activations of an aligned pair of
// layers and of their differences, each by the others.
func (b *Bounds) tightenPair(p int) {
	z1, z2 := b.preactivations(p)
	b.tightenLayer(b.Joint.Pairs[p].Second)
	if z2 != z1 {
		b.tightenLayer(b.Joint.Pairs[p].First)
	}
	b.cross(p)
	if !b.Method.pairs() {
		return
	}
	g := b.Joint.Graph
	n1, n2 := g.Nodes[z1].Size, g.Nodes[z2].Size
	partner := b.Joint.Pairs[p].Partner
	var at []int
	for i, j := range partner {
		if j >= 0 && (b.Unstable(z1, i) || b.Unstable(z2, j)) {
			at = append(at, i)
		}
	}
	b.each(ofNeurons, len(at), max(n1, n2), true, func(rows *network.Rows, k, r int, sign float64) {
		rows.At(g, z1)[r*n1+at[k]] += sign
		rows.At(g, z2)[r*n2+partner[at[k]]] -= sign
	}, func(k int, lo, hi float64) { b.intersect(b.Diff[p], at[k], lo, hi) })
	b.cross(p)
}

// cross intersects z1, z2 and z1 - z2 with what the other two allow.
func (b *Bounds) cross(p int) {
	z1, z2 := b.preactivations(p)
	x1, x2, d := b.Node[z1], b.Node[z2], b.Diff[p]
	for i, j := range b.Joint.Pairs[p].Partner {
		if j < 0 {
			continue
		}
		b.intersect(x1, i, down(x2.Lo[j]+d.Lo[i]), up(x2.Hi[j]+d.Hi[i]))
		b.intersect(x2, j, down(x1.Lo[i]-d.Hi[i]), up(x1.Hi[i]-d.Lo[i]))
		b.intersect(d, i, down(x1.Lo[i]-x2.Hi[j]), up(x1.Hi[i]-x2.Lo[j]))
	}
}

// chunkElements bounds the coefficients of one batch of rows.
const chunkElements = 1 << 19

// each bounds count linear functions from both sides by the method of b, in
// batches: set writes sign times function k into row r, and got receives its
// bounds. Once the context has ended, the bounds are those of the first step of
// a walk, which the known bounds of the nodes give. Functions of both networks may
// gain from relaxing aligned neurons together. Batches are walked by several workers;
// got is called in order.
func (b *Bounds) each(goal goal, count, width int, both bool, set func(rows *network.Rows, k, r int, sign float64), got func(k int, lo, hi float64)) {
	for v := range b.Joint.Graph.Nodes { // a row comes to have coefficients of all that it depends on
		width = max(width, b.Joint.Graph.Nodes[v].Size)
	}
	step := max(1, chunkElements/max(width, 1)/2)
	low := make([][]float64, (count+step-1)/step)
	bound := func(chunk int) {
		from := chunk * step
		n := min(step, count-from)
		low[chunk] = b.walked(goal, both, func() *network.Rows {
			rows := network.NewRows(b.Joint.Graph, 2*n)
			for k := range n {
				set(rows, from+k, k, 1)
				set(rows, from+k, n+k, -1)
			}
			return rows
		})
	}
	if workers := min(b.workers, len(low)); workers > 1 {
		var next atomic.Int64
		var group sync.WaitGroup
		for range workers {
			group.Go(func() {
				for chunk := next.Add(1) - 1; chunk < int64(len(low)); chunk = next.Add(1) - 1 {
					bound(int(chunk))
				}
			})
		}
		group.Wait()
	} else {
		for chunk := range low {
			bound(chunk)
		}
	}
	for chunk, v := range low {
		for k := range len(v) / 2 {
			got(chunk*step+k, v[k], 0-v[len(v)/2+k])
		}
	}
}

// walked returns lower bounds of a batch of rows.
func (b *Bounds) walked(goal goal, both bool, batch func() *network.Rows) []float64 {
	if b.Method == Interval || b.ctx.Err() != nil {
		w := newWalk(b, batch())
		w.cut()
		return w.best
	}
	steps := b.Method.steps(goal)
	together := both && b.Method.pairs() && len(b.Joint.Pairs) > 0
	low := b.optimised(batch, together, steps)
	if together && !b.quick {
		for r, v := range b.optimised(batch, false, steps) {
			low[r] = max(low[r], v)
		}
	}
	return low
}

// Functional bounds a linear function of the nodes' values over the region.
func (b *Bounds) Functional(f network.Functional) (lo, hi float64) {
	l, h := b.Functionals([]network.Functional{f})
	return l[0], h[0]
}

// Functionals bounds linear functions of the nodes' values over the region.
func (b *Bounds) Functionals(fs []network.Functional) (lo, hi []float64) {
	lo, hi = make([]float64, len(fs)), make([]float64, len(fs))
	var at []int
	width := 1
	for k, f := range fs {
		lo[k], hi[k] = f.Const, f.Const
		if f.Zero() {
			continue
		}
		at = append(at, k)
		for _, v := range f.Nodes {
			width = max(width, b.Joint.Graph.Nodes[v].Size)
		}
	}
	b.each(ofFunctionals, len(at), width, true, func(rows *network.Rows, k, r int, sign float64) {
		rows.AddFunctional(b.Joint.Graph, r, fs[at[k]], sign)
	}, func(k int, l, h float64) { lo[at[k]], hi[at[k]] = l, h })
	for _, prior := range b.prior {
		l, h := prior.Functionals(fs)
		for k := range fs {
			lo[k], hi[k] = max(lo[k], l[k]), min(hi[k], h[k])
		}
	}
	return lo, hi
}
