package phases

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/search"
)

// TestLargeRelativeGap begins a search from a poor witness below zero. Any better
// one allows a smaller gap, so that parts which were of no interest could come to
// be of interest again; the search ends within the gap of what it finds.
func TestLargeRelativeGap(t *testing.T) {
	better := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 78))
		n1 := networktest.Random(rng, 3, 4, 4, 2)
		p, err := query.NewPair(n1, networktest.Twin(rng, n1, 0.5, 0))
		if err != nil {
			t.Fatal(err)
		}
		joint, err := p.Joint()
		if err != nil {
			t.Fatal(err)
		}
		box, err := region.Ball(make([]float64, 3), []float64{1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		root, err := relax.Compute(context.Background(), joint, box, relax.Difference)
		if err != nil {
			t.Fatal(err)
		}
		opt := search.Options{Gap: search.DefaultGap, RelativeGap: 1 + 5*rng.Float64()}
		f := joint.Margin(query.ClassPair{I: 0, J: 1})
		at := attack.New(joint, box, seed)
		_, best := at.Maximize(context.Background(), f, math.Inf(1))
		x, low := at.Maximize(context.Background(), f.Negated(), math.Inf(1))
		_, hi := root.Functional(f)
		s := &search.State{Options: &opt, Joint: joint, F: f, Attacker: at, Witness: x, Witnessed: -low, Proved: hi, Workers: new(search.Workers)}
		b := &bab{State: s, root: root}
		if b.lp, err = encode.NewLP(context.Background(), root, encode.Coupled); err != nil {
			t.Fatal(err)
		}
		if err := b.run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if b.Proved < best-1e-9 || !opt.Closed(b.Witnessed, b.Proved) {
			t.Errorf("seed %d: witnessed %v, proved %v with the relative gap %v, and an input has %v", seed, b.Witnessed, b.Proved, opt.RelativeGap, best)
		}
		if b.Witnessed > -low && low > 0 {
			better++
		}
	}
	rng := rand.New(rand.NewPCG(0, 79))
	for range 100000 { // the cutoff never falls
		o := search.Options{Gap: 1e-6, RelativeGap: 4 * rng.Float64()}
		v, w := rng.NormFloat64(), rng.NormFloat64()
		if v, w = min(v, w), max(v, w); v+o.Slack(v) > w+o.Slack(w)+1e-15*math.Abs(v) || o.Slack(v) > o.Allowed(v)/2 {
			t.Fatalf("relative gap %v: %v and %v", o.RelativeGap, v, w)
		}
	}
	if better < 10 {
		t.Errorf("%d better witnesses: too few", better)
	}
}
