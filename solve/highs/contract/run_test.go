package contract_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"rsm/solve/highs"
)

// hard is a program that HiGHS does not finish in the time of a test.
func hard() *highs.Model { return knapsack(5, 100, 20) }

// hardSolver holds a hard program and is asked for its exact optimum.
func hardSolver(t *testing.T) *highs.Solver {
	s := newSolver(t)
	must(t, s.SetFloat("mip_rel_gap", 0))
	must(t, s.Pass(hard()))
	return s
}

// checkStopped demands an incumbent, a bound that is not beyond it, and a
// solution that satisfies the program: what a run that was stopped leaves.
func checkStopped(t *testing.T, s *highs.Solver) {
	t.Helper()
	m := hard()
	x, _, _, _, err := s.Solution()
	must(t, err)
	if !s.PrimalFeasible() || !feasible(m, x, 1e-6) || !near(objective(m, x), s.Objective(), 1e-9) {
		t.Errorf("no solution with objective %v", s.Objective())
	}
	if b := s.DualBound(); math.IsInf(b, 0) || b < s.Objective() || s.Gap() != b-s.Objective() {
		t.Errorf("bound %v, objective %v, gap %v", b, s.Objective(), s.Gap())
	}
}

func TestCancel(t *testing.T) {
	s := hardSolver(t)
	for range 2 { // the solver is good for another run
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(300*time.Millisecond, cancel)
		began := time.Now()
		status, err := s.Run(ctx, nil)
		must(t, err)
		if elapsed := time.Since(began); status != highs.Interrupted || elapsed > 5*time.Second {
			t.Errorf("%v after %v", status, elapsed)
		}
		timer.Stop()
		cancel()
		checkStopped(t, s)
	}
}

func TestCancelLP(t *testing.T) {
	m := knapsack(9, 1500, 700)
	m.Integer = nil
	for _, solver := range []string{"simplex", "ipm"} {
		s := newSolver(t)
		must(t, s.SetString("presolve", "off"))
		must(t, s.SetString("solver", solver))
		must(t, s.Pass(m))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		began := time.Now()
		status, err := s.Run(ctx, nil)
		must(t, err)
		if elapsed := time.Since(began); status != highs.Interrupted || elapsed > 5*time.Second {
			t.Errorf("%s: %v after %v", solver, status, elapsed)
		}
		if b := s.DualBound(); !math.IsInf(b, 1) {
			t.Errorf("%s: a bound of %v from an unfinished run", solver, b)
		}
	}
}

func TestCancelledBefore(t *testing.T) {
	s := newSolver(t)
	solve(t, s, knapsack(1, 10, 1), highs.Optimal)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	status, err := s.Run(ctx, nil)
	must(t, err)
	if status != highs.Interrupted || s.PrimalFeasible() || !math.IsInf(s.DualBound(), 1) {
		t.Errorf("%v with a result of an earlier run: %v", status, s.DualBound())
	}
}

// A time limit keeps bound and incumbent, and counts from the run's own
// beginning.
func TestTimeLimit(t *testing.T) {
	s := hardSolver(t)
	must(t, s.SetFloat("time_limit", 0.5))
	for range 2 {
		began := time.Now()
		run(t, s, highs.TimeLimit)
		if elapsed := time.Since(began); elapsed < 400*time.Millisecond || elapsed > 5*time.Second {
			t.Errorf("0.5 s took %v", elapsed)
		}
		checkStopped(t, s)
		must(t, s.ClearSolver())
	}
}

// A limit that leaves no time leaves no solution either, and none is made up.
func TestNoTime(t *testing.T) {
	s := hardSolver(t)
	must(t, s.SetFloat("time_limit", 0))
	run(t, s, highs.TimeLimit)
	if s.PrimalFeasible() || !math.IsInf(s.Objective(), -1) || !math.IsInf(s.Gap(), 1) {
		t.Errorf("objective %v, gap %v", s.Objective(), s.Gap())
	}
	if x, _, _, _, err := s.Solution(); err == nil && feasible(hard(), x, 1e-6) {
		t.Errorf("solution %v", x)
	}
}

func TestNodeLimit(t *testing.T) {
	m := knapsack(5, 40, 5)
	s := newSolver(t)
	must(t, s.SetFloat("mip_rel_gap", 0))
	solve(t, s, m, highs.Optimal)
	best := s.Objective()
	must(t, s.SetInt("mip_max_nodes", 20))
	solve(t, s, m, highs.SolutionLimit)
	if n := s.Nodes(); n < 20 || n > 100 {
		t.Errorf("%d nodes for a limit of 20", n)
	}
	if s.LPIterations() <= 0 {
		t.Error("no LP iterations")
	}
	if s.DualBound() < best || s.Objective() > best {
		t.Errorf("[%v, %v] is without the optimum %v", s.Objective(), s.DualBound(), best)
	}
}

func TestOtherLimits(t *testing.T) {
	s := newSolver(t)
	must(t, s.SetString("presolve", "off"))
	must(t, s.SetInt("simplex_iteration_limit", 1))
	m := knapsack(3, 60, 20)
	m.Integer = nil
	solve(t, s, m, highs.IterationLimit)
	if b := s.DualBound(); !math.IsInf(b, 1) {
		t.Errorf("bound %v", b)
	}
	s = hardSolver(t)
	must(t, s.SetFloat("objective_target", objective(hard(), greedy(hard()))))
	must(t, s.SetFloat("time_limit", 20))
	run(t, s, highs.ObjectiveTarget)
	checkStopped(t, s)
}

// A start becomes the first incumbent, where without it HiGHS has none yet.
func TestStart(t *testing.T) {
	m := knapsack(5, 40, 5)
	x := greedy(m)
	for _, given := range []bool{false, true} {
		s := newSolver(t)
		must(t, s.SetFloat("mip_rel_gap", 0))
		must(t, s.SetFloat("mip_heuristic_effort", 0))
		must(t, s.SetInt("mip_max_nodes", 1))
		must(t, s.Pass(m))
		if given {
			must(t, s.SetStart(x))
		}
		first := math.NaN()
		status, err := s.Run(t.Context(), &highs.Observer{Incumbent: func(objective, _ float64, _ []float64) {
			if math.IsNaN(first) {
				first = objective
			}
		}})
		must(t, err)
		if used := first == objective(m, x); used != given {
			t.Errorf("%v: first incumbent %v; start %v, given: %v", status, first, objective(m, x), given)
		}
		if given && s.Objective() < objective(m, x) {
			t.Errorf("objective %v is worse than the start's %v", s.Objective(), objective(m, x))
		}
	}
	s := newSolver(t)
	must(t, s.Pass(m))
	if err := s.SetStart(x[1:]); err == nil {
		t.Error("a start of the wrong length was taken")
	}
	x[3] = math.NaN()
	if err := s.SetStart(x); err == nil {
		t.Error("a start with NaN was taken")
	}
}

// A start that is no solution does no harm.
func TestBadStart(t *testing.T) {
	m := knapsack(5, 20, 3)
	s := newSolver(t)
	must(t, s.SetFloat("mip_rel_gap", 0))
	solve(t, s, m, highs.Optimal)
	want := s.Objective()
	for _, v := range []float64{1, 0.5, 7, -1e30} {
		x := make([]float64, len(m.Cost))
		for j := range x {
			x[j] = v
		}
		must(t, s.Pass(m))
		must(t, s.SetStart(x))
		run(t, s, highs.Optimal)
		if !near(s.Objective(), want, 1e-9) {
			t.Errorf("from %v: %v, without a start %v", v, s.Objective(), want)
		}
	}
}

func TestClosed(t *testing.T) {
	s, err := highs.New()
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	_, runErr := s.Run(t.Context(), nil)
	_, _, _, _, solutionErr := s.Solution()
	_, _, rayErr := s.DualRay()
	_, floatErr := s.Float("mip_gap")
	for _, err := range []error{runErr, solutionErr, rayErr, floatErr, s.Pass(hard()), s.SetCosts(nil), s.SetBool("output_flag", true), s.WriteModel(t.TempDir() + "/m.lp")} {
		if !errors.Is(err, highs.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if s.Columns() != 0 || s.Rows() != 0 || s.Nonzeros() != 0 {
		t.Error("a closed solver has a model")
	}
	var zero highs.Solver
	if err := zero.ClearSolver(); !errors.Is(err, highs.ErrClosed) {
		t.Errorf("the zero solver: %v", err)
	}
}

// outcome is all that two equal solves must agree on.
type outcome struct {
	objective, bound float64
	nodes, lp        int64
	x                []float64
}

func solveKnapsack(seed uint64, threads int) (o outcome, err error) {
	s, err := highs.New()
	if err != nil {
		return o, err
	}
	defer s.Close()
	err = errors.Join(s.SetFloat("mip_rel_gap", 0), s.SetInt("threads", threads), s.Pass(knapsack(seed, 14, 3)))
	if err != nil {
		return o, err
	}
	if status, err := s.Run(context.Background(), nil); err != nil || status != highs.Optimal {
		return o, fmt.Errorf("%v, %v", status, err)
	}
	o = outcome{objective: s.Objective(), bound: s.DualBound(), nodes: s.Nodes(), lp: s.LPIterations()}
	o.x, _, _, _, err = s.Solution()
	return o, err
}

// Solves with one thread are the same bit by bit, alone and in parallel, on
// shared and on own OS threads, and beside solves with more threads.
func TestParallelDeterministic(t *testing.T) {
	want := make([]outcome, 8)
	for k := range want {
		var err error
		want[k], err = solveKnapsack(uint64(k), 1)
		must(t, err)
	}
	for _, lock := range []bool{false, true} {
		var wg sync.WaitGroup
		for g := range 4 {
			wg.Go(func() {
				if lock {
					runtime.LockOSThread() // the thread ends with the goroutine
				}
				for k := range want {
					threads := 1
					if (g+k)%4 == 0 {
						threads = 2 + k%2
					}
					got, err := solveKnapsack(uint64(k), threads)
					if err != nil || !near(got.objective, want[k].objective, 1e-9) {
						t.Errorf("%d threads: objective %v, alone %v (%v)", threads, got.objective, want[k].objective, err)
					}
					if threads == 1 && !reflect.DeepEqual(got, want[k]) {
						t.Errorf("in parallel %v, alone %v", got, want[k])
					}
				}
			})
		}
		wg.Wait()
	}
}

// Cancelling many runs at once.
func TestParallelCancel(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 4 {
		s := hardSolver(t)
		must(t, s.SetInt("threads", 1+g%2))
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
			defer cancel()
			status, err := s.Run(ctx, &highs.Observer{Progress: func(_, _, _ float64, _ int64) {}})
			if err != nil || status != highs.Interrupted {
				t.Errorf("%v, %v", status, err)
			}
		})
	}
	wg.Wait()
}
