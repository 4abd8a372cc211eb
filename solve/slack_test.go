package solve

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
		opt, err := (&Options{RelativeGap: 1 + 5*rng.Float64()}).withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		f := joint.Margin(query.ClassPair{I: 0, J: 1})
		at := newAttacker(joint, box, seed)
		_, best := at.maximize(context.Background(), f, inf)
		x, low := at.maximize(context.Background(), f.Negated(), inf)
		_, hi := root.Functional(f)
		s := &search{opt: &opt, joint: joint, f: f, att: at, x: x, witnessed: -low, proved: hi, spare: new(spare)}
		b := &bab{search: s, root: root}
		if b.lp, err = encode.NewLP(context.Background(), root, encode.Tied); err != nil {
			t.Fatal(err)
		}
		if err := b.run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if b.proved < best-1e-9 || !opt.closed(b.witnessed, b.proved) {
			t.Errorf("seed %d: witnessed %v, proved %v with the relative gap %v, and an input has %v", seed, b.witnessed, b.proved, opt.RelativeGap, best)
		}
		if b.witnessed > -low && low > 0 {
			better++
		}
	}
	rng := rand.New(rand.NewPCG(0, 79))
	for range 100000 { // what is enough never falls
		o := Options{Gap: 1e-6, RelativeGap: 4 * rng.Float64()}
		v, w := rng.NormFloat64(), rng.NormFloat64()
		if v, w = min(v, w), max(v, w); v+o.slack(v) > w+o.slack(w)+1e-15*math.Abs(v) || o.slack(v) > o.allowed(v)/2 {
			t.Fatalf("relative gap %v: %v and %v", o.RelativeGap, v, w)
		}
	}
	if better < 10 {
		t.Errorf("%d better witnesses: too few", better)
	}
}
