package relax_test

import (
	"context"
	"testing"

	"rsm/internal/query"
	"rsm/relax"
)

// countdown is a context that ends after it was asked a number of times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// TestInterruptedSteps ends the context at every moment of the work: the bounds
// hold in exact arithmetic, and are not looser than those of the method that
// they are said to be of.
func TestInterruptedSteps(t *testing.T) {
	improved, below := 0, 0
	for seed := range uint64(40) {
		rng, p := random(t, 1000+seed)
		x := sample(rng, p.box)
		values := exactValues(t, p.joint.Graph, x)
		whole, err := relax.Compute(context.Background(), p.joint, p.box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		for asked := 0; ; asked += 1 + rng.IntN(20) {
			ctx := &countdown{context.Background(), asked}
			b, err := relax.Compute(ctx, p.joint, p.box, relax.DifferenceOpt)
			if err != nil {
				t.Fatal(err)
			}
			finished := ctx.left >= 0
			for v := range values {
				for i, y := range values[v] {
					if !inside(b.Node[v].Lo[i], b.Node[v].Hi[i], y) {
						t.Fatalf("seed %d, ended after %d: node %d[%d] is outside its bounds", seed, asked, v, i)
					}
				}
				if b.Reached >= relax.Difference {
					within(t, b.Node[v], whole.Node[v])
				}
			}
			lo, hi := b.Functional(p.joint.Margin(query.ClassPair{I: 0, J: 1}))
			if lo > hi {
				t.Fatalf("seed %d, ended after %d: [%v, %v] is empty", seed, asked, lo, hi)
			}
			switch {
			case b.Reached == relax.DifferenceOpt && !finished:
				improved++
			case b.Reached != relax.DifferenceOpt:
				below++
			}
			if finished {
				break
			}
		}
	}
	if improved < 100 || below < 100 {
		t.Errorf("only %d runs ended within the steps of the last method, and %d before", improved, below)
	}
}
