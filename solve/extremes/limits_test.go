package extremes_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"rsm/encode"
	"rsm/formula"
	"rsm/internal/query"
	"rsm/network/networktest"
	"rsm/region"
	"rsm/relax"
	"rsm/solve"
	"rsm/solve/oracle"
)

// refute looks for a sample outside the proved bounds of a result and inside
// the box, and returns how many it tried.
func refute(t *testing.T, rng *rand.Rand, p oracle.Problem, samples int, results ...*solve.Result) int {
	t.Helper()
	n1, n2 := oracle.PlainOf(p.Pair.N1), oracle.PlainOf(p.Pair.N2)
	x := make([]float64, len(p.Box.Lo))
	for range samples {
		oracle.Sample(rng, p.Box, x)
		_, y1 := n1.Eval(x)
		_, y2 := n2.Eval(x)
		for _, res := range results {
			for k := range res.Min {
				c := res.Min[k].Classes
				r := (y1[c.I] - y1[c.J]) - (y2[c.I] - y2[c.J])
				slack := oracle.Rounding * (1 + math.Abs(r))
				for _, e := range []solve.Extremum{res.Min[k], res.Max[k]} {
					if oracle.Above(e, r) < -slack {
						t.Fatalf("%s: r is %v at %v, outside the bound %v (%v) of %v", p.Name, r, x, e.Proved, e.Rigor, e.Task)
					}
				}
			}
		}
	}
	return samples
}

// TestEnclosure: no sample lies outside the bounds of any relaxation, or any
// proved bound, however early the search was ended.
func TestEnclosure(t *testing.T) {
	const problems, samples = 300, 500
	count, bounded := 0, 0
	for seed := range uint64(problems) {
		rng, p := oracle.Random(t, 20000+seed, 6, 24)
		c := oracle.ClassPair(rng)
		var results []*solve.Result
		for _, m := range relax.Methods() {
			b, err := relax.Compute(context.Background(), p.Joint, p.Box, m)
			if err != nil {
				t.Fatal(err)
			}
			lo, hi := b.Functional(p.Joint.Margin(c))
			results = append(results, &solve.Result{
				Min: []solve.Extremum{{Task: solve.Task{Classes: c, Sense: solve.Minimum}, Proved: lo}},
				Max: []solve.Extremum{{Task: solve.Task{Classes: c, Sense: solve.Maximum}, Proved: hi}},
			})
		}
		results = append(results, oracle.Margins(t, p, solve.Options{NodeLimit: 1, Seed: seed}, c))
		if seed%4 == 0 {
			results = append(results, oracle.Margins(t, p, solve.Options{NodeLimit: 1, Encoding: encode.Plain}, c))
		}
		limit := []time.Duration{-time.Second, 0, 100 * time.Microsecond, 2 * time.Millisecond, 10 * time.Millisecond}[seed%5]
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		res, err := solve.Margins(ctx, p.Joint, []query.ClassPair{c}, solve.Options{Seed: seed})
		cancel()
		if err != nil {
			t.Fatalf("%s, after %v: %v", p.Name, limit, err)
		}
		results = append(results, res)
		for _, res := range results[len(relax.Methods()):] {
			for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				oracle.Replay(t, p, e)
				if e.Status == solve.Bounded {
					bounded++
				}
			}
		}
		count += refute(t, rng, p, samples, results...)
		// The witnesses found by any run are samples as well, and good ones.
		for _, res := range results {
			for _, by := range results[len(relax.Methods()):] {
				for _, w := range []solve.Extremum{by.Min[0], by.Max[0]} {
					for _, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
						if oracle.Above(e, w.Witnessed) < -1e-8*(1+math.Abs(w.Witnessed)) {
							t.Errorf("%s: the bound %v (%v) of %v is refuted by the witnessed %v", p.Name, e.Proved, e.Rigor, e.Task, w.Witnessed)
						}
					}
				}
			}
		}
	}
	t.Logf("%d samples, %d bounds of runs that did not end", count, bounded)
	if bounded < 100 {
		t.Errorf("only %d extremes were left open: the problems are too easy", bounded)
	}
}

// TestNodeLimitExact: a run that ends at its first nodes has bounds around the
// exact extremes.
func TestNodeLimitExact(t *testing.T) {
	bounded := 0
	for seed := range uint64(40) {
		rng, p := oracle.Random(t, 30000+seed, 3, 36)
		c := oracle.ClassPair(rng)
		o := oracle.Enumerate(p.Pair, p.Box, c)
		for limit := 1; limit <= 9; limit += 4 {
			res := oracle.Margins(t, p, solve.Options{NodeLimit: limit, Seed: seed}, c)
			for k, e := range []solve.Extremum{res.Min[0], res.Max[0]} {
				want := []float64{o.Min[0], o.Max[0]}[k]
				if oracle.Above(e, want) < -1e-8*(1+math.Abs(want)) {
					t.Errorf("%s, %d nodes: the bound %v of %v is refuted by %v", p.Name, limit, e.Proved, e.Task, want)
				}
				if e.Status == solve.Bounded {
					bounded++
					if e.Stop != solve.NodeLimit {
						t.Errorf("%s: %v ended for %q, not for its %d nodes", p.Name, e.Task, e.Stop, limit)
					}
				}
			}
		}
	}
	if bounded < 10 {
		t.Errorf("only %d extremes were left open: the problems are too easy", bounded)
	}
}

// hard is a pair that no search ends within seconds.
func hard(t testing.TB, seed uint64) (*rand.Rand, oracle.Problem) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 12))
	n1 := networktest.Random(rng, 8, 20, 20, 20, oracle.Classes)
	n2 := networktest.Random(rng, 8, 20, 20, 20, oracle.Classes)
	return rng, oracle.New(t, "hard pair", n1, n2, oracle.Ball(t, make([]float64, 8), 1))
}

// grace is how long after its limit a run may still go on.
const grace = 2 * time.Second

// TestTimeLimit: at a time limit a run ends soon, with bounds that hold.
func TestTimeLimit(t *testing.T) {
	rng, p := hard(t, 1)
	pairs := []query.ClassPair{{I: 0, J: 1}, {I: 2, J: 0}}
	for _, c := range []struct {
		limit    time.Duration
		encoding encode.Kind
		jobs     int
	}{{0, encode.Auto, 1}, {time.Millisecond, encode.Auto, 2}, {300 * time.Millisecond, encode.Auto, 1}, {1500 * time.Millisecond, encode.Auto, 2}, {700 * time.Millisecond, encode.Plain, 2}} {
		ctx, cancel := context.WithTimeout(context.Background(), c.limit)
		started := time.Now()
		res, err := solve.Margins(ctx, p.Joint, pairs, solve.Options{Encoding: c.encoding, Jobs: c.jobs})
		took := time.Since(started)
		cancel()
		if err != nil {
			t.Fatalf("%v: %v", c.limit, err)
		}
		t.Logf("limit %v, %v, %d jobs: took %v, %v in [%.3g, %.3g] witnessed [%.3g, %.3g]", c.limit, c.encoding, c.jobs, took, pairs[0],
			res.Min[0].Proved, res.Max[0].Proved, res.Min[0].Witnessed, res.Max[0].Witnessed)
		if took > c.limit+grace {
			t.Errorf("a limit of %v took %v", c.limit, took)
		}
		open(t, rng, p, res, solve.TimeLimit)
	}
}

// TestCancel: cancelled in the middle of a run, it ends soon, without an
// error, with bounds that hold.
func TestCancel(t *testing.T) {
	rng, p := hard(t, 2)
	for _, after := range []time.Duration{0, 30 * time.Millisecond, time.Second} {
		ctx, cancel := context.WithCancel(context.Background())
		var at time.Time
		timer := time.AfterFunc(after, func() { at = time.Now(); cancel() })
		res, err := solve.Margins(ctx, p.Joint, []query.ClassPair{{I: 0, J: 1}, {I: 1, J: 2}}, solve.Options{})
		timer.Stop()
		<-ctx.Done() // orders the write of at before its use
		took := time.Since(at)
		if err != nil {
			t.Fatalf("cancelled after %v: %v", after, err)
		}
		t.Logf("cancelled after %v: took %v longer", after, took)
		if took > grace {
			t.Errorf("cancelled after %v, it took %v longer", after, took)
		}
		open(t, rng, p, res, solve.Interrupted)
	}
}

// TestNodeLimit: the same for a limit of nodes, on a pair that is hard.
func TestNodeLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 12))
	n1, n2 := networktest.Random(rng, 6, 10, 10, oracle.Classes), networktest.Random(rng, 6, 10, 10, oracle.Classes)
	p := oracle.New(t, "pair of 40 neurons", n1, n2, oracle.Ball(t, make([]float64, 6), 1))
	last := math.Inf(1)
	for _, limit := range []int{1, 20} {
		res := oracle.Margins(t, p, solve.Options{NodeLimit: limit}, query.ClassPair{I: 0, J: 1})
		open(t, rng, p, res, solve.NodeLimit)
		gap := res.Max[0].Gap()
		if gap > last+1e-6 {
			t.Errorf("%d nodes leave a gap of %v, fewer left %v", limit, gap, last)
		}
		last = gap
	}
}

// open checks a result that the given reason has left open.
func open(t *testing.T, rng *rand.Rand, p oracle.Problem, res *solve.Result, stop solve.Stop) {
	t.Helper()
	for k := range res.Min {
		for _, e := range []solve.Extremum{res.Min[k], res.Max[k]} {
			oracle.Replay(t, p, e)
			if e.Status != solve.Bounded || e.Stop != stop {
				t.Errorf("%s: %v is %v for %q, not bounded for %q", p.Name, e.Task, e.Status, e.Stop, stop)
			}
			if math.IsInf(e.Proved, 0) || math.IsNaN(e.Proved) {
				t.Errorf("%s: the bound of %v is %v", p.Name, e.Task, e.Proved)
			}
			relaxed := e
			relaxed.Proved = e.Relaxed
			if oracle.Above(relaxed, e.Proved) < -1e-9 {
				t.Errorf("%s: the bound %v of %v is looser than the relaxed %v", p.Name, e.Proved, e.Task, e.Relaxed)
			}
		}
	}
	refute(t, rng, p, 2000, res)
}

// TestBadQuestions: what cannot be asked is an error that says what is wrong.
func TestBadQuestions(t *testing.T) {
	_, p := oracle.Random(t, 3, 3, 6)
	good := query.ClassPair{I: 0, J: 1}
	for _, c := range []struct {
		want    string
		classes query.ClassPair
		opt     solve.Options
	}{
		{"class pair 0:3", query.ClassPair{I: 0, J: 3}, solve.Options{}},
		{"class pair 3:0", query.ClassPair{I: 3, J: 0}, solve.Options{}},
		{"class pair -1:0", query.ClassPair{I: -1, J: 0}, solve.Options{}},
		{"class pair 0:-1", query.ClassPair{I: 0, J: -1}, solve.Options{}},
		{"class pair 2:2", query.ClassPair{I: 2, J: 2}, solve.Options{}},
		{"the gap is -1", good, solve.Options{Gap: -1}},
		{"the gap is NaN", good, solve.Options{Gap: math.NaN()}},
		{"relative gap is -0.5", good, solve.Options{RelativeGap: -0.5}},
		{"relative gap is NaN", good, solve.Options{RelativeGap: math.NaN()}},
		{"-2 jobs", good, solve.Options{Jobs: -2}},
		{"node limit is -1", good, solve.Options{NodeLimit: -1}},
		{"plain encoding", good, solve.Options{Encoding: encode.Plain, Engine: solve.BaB}},
		{"plain encoding", good, solve.Options{Encoding: encode.Plain, Engine: solve.Split}},
	} {
		res, err := solve.Margins(context.Background(), p.Joint, []query.ClassPair{good, c.classes}, c.opt)
		if err == nil || res != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %+v: %v, want %q", c.classes, c.opt, err, c.want)
		}
	}
	short, err := region.NewBox([]float64{0}, []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Box.Lo) > 1 {
		if _, err := solve.Margins(context.Background(), p.Joint.In(short), []query.ClassPair{good}, solve.Options{}); err == nil {
			t.Error("a box with too few features is accepted")
		}
	}
	if err := solve.CheckHiGHS(map[string]string{"no_such_option": "1"}); err == nil || !strings.Contains(err.Error(), "no_such_option") {
		t.Errorf("an unknown option of HiGHS: %v", err)
	}
	// Claims are looked at before any is decided, be they as easy as these.
	problem := query.Problem{Joint: p.Joint, Formula: formula.Or{}}
	for want, opt := range map[string]solve.Options{"milp does not decide": {Engine: solve.MILP}, "the gap is -1": {Gap: -1}} {
		for _, claim := range []solve.Claim{{Problem: problem}, {Problem: problem, Premise: formula.Or{}}} {
			if f, err := solve.Refute(context.Background(), []solve.Claim{claim}, opt, nil); err == nil || f != nil || !strings.Contains(err.Error(), want) {
				t.Errorf("a claim, %+v: %v, want %q", opt, err, want)
			}
		}
		if d, err := solve.Decide(context.Background(), problem, opt); err == nil || d != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a formula, %+v: %v, want %q", opt, err, want)
		}
	}
	// No class pairs: nothing is asked.
	if res, err := solve.Margins(context.Background(), p.Joint, nil, solve.Options{}); err != nil || len(res.Min) != 0 || len(res.Max) != 0 {
		t.Errorf("no class pairs: %v", err)
	}
}
