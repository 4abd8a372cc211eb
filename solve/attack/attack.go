package attack

import (
	"context"
	"math"
	"math/rand/v2"

	"rsm/internal/query"
	"rsm/network"
	"rsm/region"
)

// Attacker looks for inputs at which a functional is large, or a formula true. It is
// for one goroutine.
type Attacker struct {
	// Box is where it looks: the region's, or a part of that.
	Box region.Box
	// Evaluator holds the values of the graph's nodes at the input looked at last.
	Evaluator *network.Evaluator

	g      *network.Graph
	budget *region.Budget
	inner  *region.Box // query.Joint.Inner
	seed   uint64
	rng    *rand.Rand
	grad   []float64
}

const (
	// Restarts is how many points an attack on a whole region begins at, beside the
	// centre for a formula; each gets so many steps.
	Restarts = 10
	steps    = 60
	// partSteps is how many steps a part of a region gets.
	partSteps = 4
)

// New returns an attacker of a box. The seed is that of its random points.
func New(j *query.Joint, box region.Box, seed uint64) *Attacker {
	return &Attacker{
		Box: box, Evaluator: network.NewEvaluator(j.Graph), g: j.Graph, budget: j.Budget, inner: j.Inner, seed: seed,
		rng: random(seed), grad: make([]float64, len(box.Lo)),
	}
}

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// Value evaluates f at x.
func (a *Attacker) Value(f network.Functional, x []float64) float64 {
	a.Evaluator.Forward(x)
	return a.Evaluator.At(f)
}

// Maximize returns the best input found and its value. It looks at the centre first,
// then at random points, and stops early when the value reaches the target or the context
// ends.
func (a *Attacker) Maximize(ctx context.Context, f network.Functional, target float64) ([]float64, float64) {
	a.rng = random(a.seed) // what is found does not depend on attacks before
	var best []float64
	value := math.Inf(-1)
	try := func(x []float64, v float64) {
		if v > value {
			value, best = v, append(best[:0], x...)
		}
	}
	x := a.Centre()
	for k := range Restarts {
		if k > 0 {
			if ctx.Err() != nil || value >= target {
				break
			}
			x = a.Random(k%2 == 0)
		}
		a.ascend(f, x, steps, func() bool { return ctx.Err() != nil }, try)
	}
	return best, value
}

// Climb takes some gradient steps from the centre of the box, and returns the best input
// that they pass.
func (a *Attacker) Climb(f network.Functional) (best []float64) {
	a.ascend(f, a.Centre(), partSteps, func() bool { return false }, func(x []float64, _ float64) { best = append(best[:0], x...) })
	return best
}

// Random is a point of the box, or one of its corners.
func (a *Attacker) Random(corner bool) []float64 {
	x := make([]float64, len(a.Box.Lo))
	for i := range x {
		t := a.rng.Float64()
		if corner {
			t = math.Round(t)
		}
		x[i] = a.Box.Lo[i] + t*(a.Box.Hi[i]-a.Box.Lo[i])
	}
	a.Box.Project(x)
	a.Shrink(x)
	return x
}

// ascend takes steps along the sign of the gradient, scaled by the width of
// each feature (step). A step that loses is halved.
func (a *Attacker) ascend(f network.Functional, x []float64, steps int, ended func() bool, try func([]float64, float64)) {
	at, next := append([]float64(nil), x...), make([]float64, len(x))
	v := a.Value(f, at)
	try(at, v)
	a.Evaluator.Gradient(f, a.grad)
	step := 1.0
	for range steps {
		if ended() {
			return
		}
		a.step(at, next, step)
		w := a.Value(f, next)
		if w <= v {
			if step /= 2; step < 1e-4 {
				return
			}
			continue
		}
		v = w
		copy(at, next)
		try(at, v)
		a.Evaluator.Gradient(f, a.grad)
	}
}
