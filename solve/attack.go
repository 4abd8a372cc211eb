package solve

import (
	"context"
	"math"
	"math/rand/v2"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// attacker looks for inputs with a large value of a functional by projected
// gradient ascent. It is for one goroutine.
type attacker struct {
	g      *network.Graph
	ev     *network.Evaluator
	box    region.Box
	budget *region.Budget
	seed   uint64
	rng    *rand.Rand
	grad   []float64
}

const (
	attackRestarts = 10
	attackSteps    = 60
)

func newAttacker(j *query.Joint, box region.Box, seed uint64) *attacker {
	return &attacker{
		g: j.Graph, ev: network.NewEvaluator(j.Graph), box: box, budget: j.Budget, seed: seed,
		rng:  attackRandom(seed),
		grad: make([]float64, len(box.Lo)),
	}
}

func attackRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// value evaluates f at x.
func (a *attacker) value(f network.Functional, x []float64) float64 {
	a.ev.Forward(x)
	return a.ev.At(f)
}

// maximize returns the best input found and its value. It looks at starts
// first, then at the centre and random points, and stops early when the value
// reaches enough or the context ends.
func (a *attacker) maximize(ctx context.Context, f network.Functional, enough float64, starts ...[]float64) ([]float64, float64) {
	a.rng = attackRandom(a.seed) // what is found does not depend on attacks before
	var best []float64
	value := math.Inf(-1)
	try := func(x []float64, v float64) {
		if v > value {
			value, best = v, append(best[:0], x...)
		}
	}
	for k := range attackRestarts + len(starts) {
		if k > 0 && (ctx.Err() != nil || value >= enough) {
			break
		}
		var x []float64
		switch {
		case k < len(starts):
			x = append(x, starts[k]...)
		case k == len(starts):
			x = a.centre()
		default:
			x = a.random(k%2 == 0)
		}
		a.ascend(f, x, attackSteps, func() bool { return ctx.Err() != nil }, try)
	}
	return best, value
}

// random is a point of the box, or one of its corners.
func (a *attacker) random(corner bool) []float64 {
	x := make([]float64, len(a.box.Lo))
	for i := range x {
		t := a.rng.Float64()
		if corner {
			t = math.Round(t)
		}
		x[i] = a.box.Lo[i] + t*(a.box.Hi[i]-a.box.Lo[i])
	}
	a.box.Project(x)
	a.budget.Shrink(x, a.box)
	return x
}

// ascend takes steps along the sign of the gradient, scaled by the width of
// each feature (step). A step that loses is halved.
func (a *attacker) ascend(f network.Functional, x []float64, steps int, ended func() bool, try func([]float64, float64)) {
	at, next := append([]float64(nil), x...), make([]float64, len(x))
	v := a.value(f, at)
	try(at, v)
	a.ev.Gradient(f, a.grad)
	step := 1.0
	for range steps {
		if ended() {
			return
		}
		a.step(at, next, step)
		w := a.value(f, next)
		if w <= v {
			if step /= 2; step < 1e-4 {
				return
			}
			continue
		}
		v = w
		copy(at, next)
		try(at, v)
		a.ev.Gradient(f, a.grad)
	}
}
