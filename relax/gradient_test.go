package relax

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/internal/query"
	"rsm/network"
	"rsm/network/networktest"
	"rsm/region"
)

// TestGradient compares the derivatives of the bound with difference quotients.
// Where those from the left and from the right differ, the bound has a kink.
func TestGradient(t *testing.T) {
	checked, wrong, kinks := 0, 0, 0
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 7))
		n1 := networktest.Random(rng, 3, 6, 5, 4, 2)
		pair, err := query.NewPair(n1, networktest.Twin(rng, n1, 0.02, 0))
		if err != nil {
			t.Fatal(err)
		}
		j, err := pair.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box, err := region.Ball([]float64{0.1, 0.2, -0.3}, []float64{0.7}, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Compute(context.Background(), j, box, Difference)
		if err != nil {
			t.Fatal(err)
		}
		f := j.Margin(query.ClassPair{I: 0, J: 1})
		for _, pairs := range []bool{false, true} {
			s := newSlopes(b, 1)
			walk := func() (float64, *network.Rows) {
				rows := network.NewRows(j.Graph, 1)
				rows.AddFunctional(j.Graph, 0, f, 1)
				w := newWalk(b, rows)
				w.slopes = s
				w.run(pairs)
				// The bound at the input alone, not the best of all cuts.
				last := newWalk(b, rows)
				last.cut()
				return last.best[0], rows
			}
			walk()
			for k := range s.q { // off the kinks at the start
				s.q[k] += (0.5 - s.q[k]) * 0.3 * rng.Float64()
			}
			at, rows := walk()
			g, _ := s.gradient(rows)
			const h = 1e-6
			for k := range s.q {
				q := s.q[k]
				s.q[k] = q + h
				above, _ := walk()
				s.q[k] = q - h
				below, _ := walk()
				s.q[k] = q
				left, right := (at-below)/h, (above-at)/h
				if math.Abs(left-right) > 1e-4*(1+math.Abs(left)) {
					kinks++
					continue
				}
				checked++
				if math.Abs(left-g[k]) > 1e-4*(1+math.Abs(left)) {
					wrong++
				}
			}
		}
	}
	if checked < 5000 || wrong > 0 {
		t.Errorf("%d of %d derivatives differ from difference quotients (%d kinks)", wrong, checked, kinks)
	}
}
