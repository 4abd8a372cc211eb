package relax

import (
	"math"

	"rsm/network"
)

// The steps are those of Adam (Kingma and Ba, arXiv 1412.6980): each parameter
// has a length of its own, from firstStep to lastStep, and is projected to its
// interval. The bound has kinks, so the last steps must be short.
const (
	firstStep, lastStep = 0.15, 0.005
	momentum, memory    = 0.8, 0.95
)

// optimised returns what lower returns, improved by gradient steps for the
// slopes of every row (alpha-CROWN: Xu et al., Fast and Complete,
// arXiv 2011.13824; here also for the planes of pairs). Each step is a walk
// like that of lower, whose bounds hold for any slopes: the best is kept, and
// where the context ends that stands.
func (b *Bounds) optimised(batch func() *network.Rows, pairs bool, steps int) []float64 {
	if steps == 0 {
		return b.lower(batch(), pairs)
	}
	w := newWalk(b, batch())
	w.slopes = newSlopes(b, w.rows.Count)
	w.run(pairs)
	best := w.best
	var a adam
	for step := range steps {
		if b.ctx.Err() != nil {
			break
		}
		gradient, free := w.slopes.gradient(w.rows)
		if !free {
			break
		}
		a.ascend(w.slopes, gradient, firstStep*math.Pow(lastStep/firstStep, float64(step)/float64(steps)))
		next := newWalk(b, batch())
		next.slopes = w.slopes
		w = next
		w.run(pairs)
		for r, v := range w.best {
			best[r] = max(best[r], v)
		}
	}
	return best
}

// adam holds running means of the gradient and of its square.
type adam struct {
	mean, square []float64
	steps        int
}

// ascend moves the parameters by a step of about the given length each.
func (a *adam) ascend(s *slopes, gradient []float64, length float64) {
	// A walk may come to neurons that those before did not.
	a.mean = append(a.mean, make([]float64, len(gradient)-len(a.mean))...)
	a.square = append(a.square, make([]float64, len(gradient)-len(a.square))...)
	a.steps++
	// The means begin at zero: this is the weight that they have by now.
	weight1 := 1 - math.Pow(momentum, float64(a.steps))
	weight2 := 1 - math.Pow(memory, float64(a.steps))
	for k, g := range gradient {
		a.mean[k] += (1 - momentum) * (g - a.mean[k])
		a.square[k] += (1 - memory) * (g*g - a.square[k])
		move := length * (a.mean[k] / weight1) / math.Sqrt(a.square[k]/weight2)
		if isFinite(move) { // not 0/0, where a parameter has no influence
			s.q[k] = min(max(s.q[k]+move, s.lo[k]), 1)
		}
	}
}
