package extremes_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/solve/oracle"
)

// segment finds the extremes of r on a box with one free feature by evaluation
// alone: r is affine between two points where all neurons have the same phases,
// unless they change in between and change back, which the first division is meant
// to be too fine for; other intervals are halved.
type segment struct {
	e        *network.Evaluator
	relus    []int
	margin   network.Functional
	min, max float64
}

// at evaluates r and the phases at a point.
func (s *segment) at(x []float64) (phases []bool) {
	s.e.Forward(x)
	r := s.e.At(s.margin)
	s.min, s.max = min(s.min, r), max(s.max, r)
	for _, v := range s.relus {
		for _, y := range s.e.Value(v) {
			phases = append(phases, y > 0)
		}
	}
	return phases
}

func extremes(j *query.Joint, c query.ClassPair, box region.Box, free int) (lo, hi float64) {
	s := &segment{e: network.NewEvaluator(j.Graph), margin: j.Margin(c), min: math.Inf(1), max: math.Inf(-1)}
	for v, node := range j.Graph.Nodes {
		if _, ok := node.Op.(network.ReLU); ok {
			s.relus = append(s.relus, v)
		}
	}
	point := func(t float64) []float64 {
		x := append([]float64(nil), box.Lo...)
		x[free] = t
		return x
	}
	var divide func(a, b float64, at, to []bool)
	divide = func(a, b float64, at, to []bool) {
		mid := a/2 + b/2
		if slices.Equal(at, to) || b-a < 1e-10 {
			return
		}
		half := s.at(point(mid))
		divide(a, mid, at, half)
		divide(mid, b, half, to)
	}
	const parts = 2000
	t, phases := box.Lo[free], s.at(box.Lo)
	for k := range parts {
		next := box.Lo[free] + (box.Hi[free]-box.Lo[free])*float64(k+1)/parts
		more := s.at(point(next))
		divide(t, next, phases, more)
		t, phases = next, more
	}
	return s.min, s.max
}

// TestResidual: the extremes of residual networks over a segment are those that
// evaluation finds, by every engine.
func TestResidual(t *testing.T) {
	solved := map[string]int{}
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 6))
		n1 := networktest.Residual(rng, 4)
		pair, err := query.NewPair(n1, networktest.Twin(rng, n1, 0.05, 0.05))
		if err != nil {
			t.Fatal(err)
		}
		joint, err := pair.Joint()
		if err != nil {
			t.Fatal(err)
		}
		center, radius := make([]float64, n1.InputSize()), make([]float64, n1.InputSize())
		for i := range center {
			center[i] = rng.NormFloat64()
		}
		free := rng.IntN(len(radius))
		radius[free] = 1.5
		box, err := region.Ball(center, radius, nil)
		if err != nil {
			t.Fatal(err)
		}
		p := oracle.Problem{Name: fmt.Sprintf("residual %d", seed), Pair: pair, Joint: joint, Box: box}
		c := query.ClassPair{I: 0, J: 2}
		lo, hi := extremes(joint, c, box, free)
		for _, way := range oracle.Configurations {
			opt := way.Opt
			opt.Seed = seed
			res := oracle.Margins(t, p, opt, c)
			oracle.Compare(t, p, way.Name, res.Min[0], lo)
			oracle.Compare(t, p, way.Name, res.Max[0], hi)
			solved[res.Min[0].Engine]++
			solved[res.Max[0].Engine]++
		}
	}
	t.Logf("solved by %v", solved)
	if solved["bounds"] > 8 {
		t.Errorf("the problems are too easy: solved by %v", solved)
	}
}
