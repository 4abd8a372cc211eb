package solve

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"rsm/encode"
	"rsm/internal/query"
	"rsm/network"
	"rsm/relax"
	"rsm/solve/attack"
	"rsm/solve/search"
	"rsm/solve/witness"
)

// Result holds the extremes of all class pairs over one region.
type Result struct {
	Min, Max []Extremum // one for each class pair asked for, in order
	// Method is the relaxation that the bounds come from; a short time limit
	// may leave a looser one than the options ask for.
	Method relax.Method
	// Neurons and Unstable count the ReLU neurons of the joint graph, and
	// those whose phase the bounds leave open.
	Neurons, Unstable int
	// Quantized and OpenLevels count the quantized values, and those of more than one
	// level.
	Quantized, OpenLevels int
	// BoundsSeconds is the time for the bounds of all neurons.
	BoundsSeconds float64
	Seconds       float64
	// Jobs is how many solves ran at the same time.
	Jobs int
}

// Margins finds the minimum and the maximum of the log relative margin of each
// class pair over the region of the joint graph. When the context ends, by its deadline or by
// cancellation, it returns what is known by then, without an error. The time
// until the deadline is divided among the extremes that are left, evenly.
func Margins(ctx context.Context, joint *query.Joint, classes []query.ClassPair, options Options) (*Result, error) {
	opt, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := joint.Check(); err != nil {
		return nil, err
	}
	for _, c := range classes {
		if err := checkClasses(joint, c); err != nil {
			return nil, err
		}
	}
	if err := opt.Engine.forExtremes(joint, opt.Encoding); err != nil {
		return nil, err
	}
	started := time.Now()
	s := &session{joint: joint, opt: &opt, search: opt.search()}
	if s.bounds, err = relax.Compute(ctx, joint, joint.Box, opt.method()); err != nil {
		return nil, err
	}
	s.engine = opt.Engine.suited(s.bounds, opt.Encoding)
	unstable, open := s.bounds.OpenCount()
	res := &Result{
		Min: make([]Extremum, len(classes)), Max: make([]Extremum, len(classes)),
		Method: s.bounds.Reached, Neurons: joint.Graph.ReLUs(), Unstable: unstable,
		Quantized: joint.Graph.Quantized(), OpenLevels: open,
		BoundsSeconds: time.Since(started).Seconds(), Jobs: opt.Jobs,
	}
	for k, c := range classes {
		lo, hi := s.bounds.Functional(joint.Margin(c))
		res.Min[k] = Extremum{Task: Task{c, Minimum}, Proved: lo, Relaxed: lo, Threshold: opt.AtLeast}
		res.Max[k] = Extremum{Task: Task{c, Maximum}, Proved: hi, Relaxed: hi, Threshold: opt.AtMost}
	}
	if err := s.solveAll(ctx, res); err != nil {
		return nil, err
	}
	res.Seconds = time.Since(started).Seconds()
	return res, nil
}

func checkClasses(joint *query.Joint, c query.ClassPair) error {
	if n := joint.Graph.Nodes[joint.Out1].Size; c.I < 0 || c.J < 0 || c.I >= n || c.J >= n || c.I == c.J {
		return fmt.Errorf("class pair %v: give two different classes from 0 to %d", c, n-1)
	}
	return nil
}

// session is what the solves of one region share.
type session struct {
	joint  *query.Joint
	opt    *Options
	search *search.Options
	bounds *relax.Bounds
	engine Engine

	once      sync.Once
	encoding  *encode.Encoding // for the milp engine
	lp        *encode.LP       // for the bab engine
	encodeErr error

	mu    sync.Mutex // for opt.Progress
	queue queue

	workers search.Workers
}

// solveAll attacks every extremum, and then solves those whose gap is open,
// the smallest gaps first: they end early and leave their time to the others.
func (s *session) solveAll(ctx context.Context, res *Result) error {
	var all []*Extremum
	for k := range res.Min {
		all = append(all, &res.Min[k], &res.Max[k])
	}
	err := s.parallel(all, func(a *attack.Attacker, e *Extremum) error {
		return s.attack(ctx, a, e)
	})
	if err != nil {
		return err
	}
	var open []*Extremum
	for _, e := range all {
		switch {
		case s.search.Closed(e.Witnessed, e.Proved):
		case e.Threshold != nil && e.verdict() != Unknown:
			e.Stop = ThresholdDecided
		case e.Threshold == nil && s.opt.thresholds():
			e.Stop = NotAsked
		default:
			open = append(open, e)
		}
	}
	slices.SortStableFunc(open, func(a, b *Extremum) int { return cmp.Compare(a.Gap(), b.Gap()) })
	s.queue.left, s.queue.workers = len(open), s.opt.Jobs
	err = s.parallel(open, func(a *attack.Attacker, e *Extremum) error { return s.close(ctx, a, e) })
	if err != nil {
		return err
	}
	for _, e := range all {
		s.evaluate(e)
		if err := s.finish(e); err != nil {
			return err
		}
		e.Point = witness.Of(s.joint, e.Witness)
	}
	return nil
}

// parallel runs work for each extremum, in order, with Jobs workers.
func (s *session) parallel(all []*Extremum, work func(*attack.Attacker, *Extremum) error) error {
	var group errgroup.Group
	next := make(chan *Extremum)
	stop := make(chan struct{})
	var once sync.Once
	workers := min(s.opt.Jobs, len(all))
	s.workers.Set(s.opt.Jobs - workers)
	for range workers {
		group.Go(func() error {
			a := attack.New(s.joint, s.bounds.Box, s.opt.Seed)
			defer s.workers.Return()
			for e := range next {
				if err := work(a, e); err != nil {
					once.Do(func() { close(stop) })
					return err
				}
			}
			return nil
		})
	}
feed:
	for _, e := range all {
		select {
		case next <- e:
		case <-stop:
			break feed
		}
	}
	close(next)
	return group.Wait()
}

// objective is the margin, negated for a minimum: solves maximize.
func (s *session) objective(e *Extremum) network.Functional {
	f := s.joint.Margin(e.Classes)
	if e.Sense == Minimum {
		f = f.Negated()
	}
	return f
}

func (s *session) attack(ctx context.Context, a *attack.Attacker, e *Extremum) error {
	started := time.Now()
	target := e.sign()*e.Proved - s.opt.Gap
	if e.Threshold != nil {
		target = min(target, math.Nextafter(e.sign()**e.Threshold, math.Inf(1)))
	}
	f := s.objective(e)
	x, v := a.Maximize(ctx, f, target)
	if v < target && s.joint.Graph.Quantized() > 0 {
		x, v = a.Anneal(ctx, f, x, v)
	}
	v = witness.Sure(s.joint, f, x, v)
	e.Witness, e.Witnessed = x, e.sign()*v
	e.Seconds.Attack = time.Since(started).Seconds()
	e.Engine = "bounds"
	if over := v - e.sign()*e.Proved; over > search.Explained(v) {
		return fmt.Errorf("%w: the bound of %v is %v, and a witness has %v", ErrContradiction, e.Task, e.Proved, e.Witnessed)
	}
	return nil
}

// close closes the gap of an extremum by the engine.
func (s *session) close(whole context.Context, a *attack.Attacker, e *Extremum) error {
	ctx, cancel := s.queue.begin(whole)
	defer cancel()
	if ctx.Err() != nil {
		e.Stop = search.Reason(ctx)
		return nil
	}
	started := time.Now()
	m := &search.State{
		Options: s.search, Joint: s.joint, F: s.objective(e), Attacker: a, Name: e.Task.String(), Workers: &s.workers,
		Witness: e.Witness, Witnessed: e.sign() * e.Witnessed, Seen: math.Inf(-1), Proved: e.sign() * e.Proved, Rigor: Certified,
	}
	if e.Threshold != nil {
		v := e.sign() * *e.Threshold
		m.Threshold = &v
	}
	m.Progress = func(proved float64, nodes int64) {
		s.report(Progress{Task: e.Task, Elapsed: time.Since(started),
			Witnessed: e.sign() * m.Witnessed, Proved: e.sign() * proved, Nodes: nodes})
	}
	err := s.encode(whole)
	e.Seconds.Encode = time.Since(started).Seconds()
	started = time.Now()
	if err == nil {
		e.Engine = s.engine.String()
		err = s.run(ctx, m, e.Task)
	}
	if why, stopped := search.StopOf(whole, err); stopped {
		m.Stop = why // the bounds so far are the answer
	} else if err != nil {
		return err
	}
	e.Witness, e.Witnessed = m.Witness, e.sign()*m.Witnessed
	e.Proved, e.Rigor, e.Stop = e.sign()*m.Proved, m.Rigor, m.Stop
	if m.Decided() {
		e.Stop = ThresholdDecided
	}
	e.Nodes, e.LPIterations = m.Nodes, m.LPIterations
	e.Seconds.Solve = time.Since(started).Seconds()
	s.report(Progress{Task: e.Task, Elapsed: time.Since(started),
		Witnessed: e.Witnessed, Proved: e.Proved, Nodes: m.Nodes, Done: true})
	return nil
}

func (s *session) report(p Progress) {
	if s.opt.Progress == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opt.Progress(p)
}

// reached is what the margin at the witness certainly reaches: the worse end of
// an interval that contains its exact value. Evaluation in float64 alone could
// claim more for a network in which large values cancel.
func (s *session) reached(e *Extremum) float64 {
	lo, hi, err := witness.Margin(s.joint, e.Classes, e.Witness)
	if err != nil {
		return math.NaN()
	}
	if e.Sense == Minimum {
		return hi
	}
	return lo
}

// decide answers the question about a threshold.
func (s *session) decide(e *Extremum, violated bool) {
	switch {
	case violated:
		e.Verdict = Violated
	case e.verdict() == Holds:
		e.Verdict = Holds
	case e.Stop == ThresholdDecided:
		e.Stop = SolverLimit // the witness is beyond it by less than float64 tells
	}
	if e.Verdict != Unknown && e.Status != Exact {
		e.Status, e.Stop = Decided, ThresholdDecided
	}
}

// finish sets the status of an extremum whose work has ended. Two certified
// statements that exclude each other are an error.
func (s *session) finish(e *Extremum) error {
	e.Status = Bounded
	if e.Threshold == nil {
		s.reproduce(e)
	}
	if s.joint.Graph.Quantized() > 0 {
		ev := network.NewEvaluator(s.joint.Graph)
		ev.Forward(e.Witness)
		e.NearThresholds = ev.NearThresholds(SingleShare)
	}
	violated := e.Threshold != nil && e.verdict() == Violated
	if violated || s.search.Closed(e.Witnessed, e.Proved) || e.sign()*(e.Witnessed-e.Proved) > 0 {
		reached := s.reached(e)
		// Only a value that is beyond the threshold in exact arithmetic violates it.
		violated = violated && e.sign()*(reached-*e.Threshold) > 0
		if e.Rigor == Certified && e.sign()*(reached-e.Proved) > 0 {
			return fmt.Errorf("%w: the bound %v of %v is certified, and so is the value %v of a witness", ErrContradiction, e.Proved, e.Task, reached)
		}
		if s.search.Closed(e.Witnessed, e.Proved) && s.search.Closed(reached, e.Proved) {
			e.Status, e.Stop = Exact, GapClosed
		}
	}
	if e.Status != Exact && e.Stop == GapClosed {
		e.Stop = search.WithinRounding
	}
	if e.Threshold != nil {
		s.decide(e, violated)
	}
	// Evaluation in float64 rounds: a witness beyond a certified bound by as
	// much as that is the bound.
	if e.sign()*(e.Witnessed-e.Proved) > 0 {
		e.Proved = e.Witnessed
	}
	if math.Signbit(e.Witnessed) && e.Witnessed == 0 {
		e.Witnessed = 0
	}
	if math.Signbit(e.Proved) && e.Proved == 0 {
		e.Proved = 0
	}
	return nil
}
