package attack

import (
	"context"
	"math"
	"slices"

	"rsm/network"
)

// Gradient steps stand still where quantized values do: a margin of logits that are
// quantized is a staircase. From the best input that they find, annealing (Kirkpatrick,
// Gelatt, Vecchi, 1983) moves one input at a time: to an end of the step that it is on,
// or of one beside, for inputs that are quantized, and within the box for others.

const (
	// annealMoves is how many inputs are evaluated at most, annealEach how many for each
	// free input, and annealWork how many products that may take.
	annealMoves = 20000
	annealEach  = 400
	annealWork  = 4e9
	// hot and cold are the temperatures at the beginning and the end, relative to what
	// the objective varies by in the first moves.
	hot, cold = 0.3, 0.003
	// inside is how far from the end of a step inputs are put, relative to it.
	inside = 0x1p-34
)

// Anneal returns an input with a value of f no less than v, that of x, and its value.
func (a *Attacker) Anneal(ctx context.Context, f network.Functional, x []float64, v float64) ([]float64, float64) {
	smooth := smoothed(a.g, f)
	var free []int
	for i, lo := range a.Box.Lo {
		if lo < a.Box.Hi[i] {
			free = append(free, i)
		}
	}
	moves := int(min(annealMoves, annealEach*float64(len(free)), annealWork/float64(work(a.g))))
	if len(free) == 0 || moves == 0 {
		return x, v
	}
	steps := InputSteps(a.g)
	a.rng = random(a.seed + 1)
	at := append([]float64(nil), x...)
	best := append([]float64(nil), x...)
	a.Evaluator.Forward(at)
	// Between inputs of the same value the one is better that is nearer to the next step.
	energy := func(value float64) float64 { return value + 0.1*(a.Evaluator.At(smooth)-value) }
	now := energy(v)
	scale := 0.0
	const trials = 50
	for k := range moves {
		if k%16 == 0 && ctx.Err() != nil {
			break
		}
		i := free[a.rng.IntN(len(free))]
		old := at[i]
		if at[i] = a.moved(i, old, steps); !a.budget.Spares(at) {
			at[i] = old
			continue
		}
		value := a.Value(f, at)
		if value > v {
			v = value
			copy(best, at)
		}
		e := energy(value)
		if k < trials {
			scale += math.Abs(e-now) / trials
		}
		temperature := scale * hot * math.Pow(cold/hot, float64(k)/float64(moves))
		if e >= now || k >= trials && a.rng.Float64() < math.Exp((e-now)/temperature) {
			now = e
		} else {
			at[i] = old
		}
	}
	return best, v
}

// moved is another value for an input, which has the value x.
func (a *Attacker) moved(i int, x float64, steps []network.Staircase) float64 {
	if len(steps) == 0 {
		return a.Box.Lo[i] + a.rng.Float64()*(a.Box.Hi[i]-a.Box.Lo[i])
	}
	q := steps[a.rng.IntN(len(steps))]
	k := q.Value(i, x) + float64(a.rng.IntN(3)-1)
	lo, hi := q.Threshold(i, k-1), q.Threshold(i, k)
	if a.rng.IntN(2) == 0 {
		x = lo + inside*(hi-lo)
	} else {
		x = hi - inside*(hi-lo)
	}
	return min(max(x, a.Box.Lo[i]), a.Box.Hi[i])
}

// InputSteps are the quantizations of the input itself.
func InputSteps(g *network.Graph) []network.Staircase {
	var steps []network.Staircase
	for _, v := range g.Nodes {
		if q, ok := v.Op.(network.Staircase); ok && v.Inputs[0] == 0 {
			steps = append(steps, q)
		}
	}
	return steps
}

// work is about how many products an evaluation takes.
func work(g *network.Graph) int {
	n := 1
	for _, v := range g.Nodes {
		n += v.Size
		if op, ok := v.Op.(network.Affine); ok {
			n += v.Size * op.Terms()
		}
	}
	return n
}

// smoothed is a functional without the roundings of quantized values behind which there
// are only affine operators: the lines through the middles of their steps stand for them.
func smoothed(g *network.Graph, f network.Functional) network.Functional {
	rows := network.NewRows(g, 1)
	rows.AddFunctional(g, 0, f, 1)
	out := network.Functional{}
	keep := func(v int, coef []float64) {
		out.Nodes = append(out.Nodes, v)
		out.Coef = append(out.Coef, append([]float64(nil), coef...))
	}
	below := make(map[int][]float64)
	g.Pullback(rows, network.Steps{Activation: func(v int, rows *network.Rows) {
		q, ok := g.Nodes[v].Op.(network.Staircase)
		if !ok {
			keep(v, rows.Coef[v])
			return
		}
		z := g.Nodes[v].Inputs[0]
		if below[z] == nil {
			below[z] = make([]float64, g.Nodes[z].Size)
		}
		for i, c := range rows.Coef[v] {
			below[z][i] += c * q.Slope(i)
			rows.Const[0] += c * q.Offset(i)
		}
	}})
	if rows.Coef[0] != nil {
		keep(0, rows.Coef[0])
	}
	for z, coef := range below {
		if k := slices.Index(out.Nodes, z); k >= 0 {
			for i, c := range coef {
				out.Coef[k][i] += c
			}
			continue
		}
		keep(z, coef)
	}
	out.Const = rows.Const[0]
	return out
}
