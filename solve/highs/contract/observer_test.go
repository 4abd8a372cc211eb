package contract_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"rsm/solve/highs"
)

// What observers hear: incumbents that are solutions, each better than the one
// before, below the bound; progress with time and nodes that do not fall.
func TestObserver(t *testing.T) {
	for _, threads := range []int{1, 2} {
		m := hard()
		s := hardSolver(t)
		must(t, s.SetInt("threads", threads))
		must(t, s.SetFloat("time_limit", 1))
		incumbents, reports := 0, 0
		last, seconds, count := math.Inf(-1), 0.0, int64(0)
		began := time.Now()
		status, err := s.Run(t.Context(), &highs.Observer{
			Incumbent: func(value, bound float64, x []float64) {
				incumbents++
				if !feasible(m, x, 1e-6) || !near(objective(m, x), value, 1e-9) || value <= last || bound < value {
					t.Errorf("incumbent %v after %v, bound %v; its objective is %v", value, last, bound, objective(m, x))
				}
				last = value
			},
			Progress: func(sec, primal, dual float64, nodes int64) {
				reports++
				if sec < seconds || sec > time.Since(began).Seconds()+0.1 || nodes < count || dual < primal {
					t.Errorf("progress: %v s after %v, %d nodes after %d, primal %v, dual %v", sec, seconds, nodes, count, primal, dual)
				}
				seconds, count = sec, nodes
			},
		})
		must(t, err)
		if status != highs.TimeLimit || incumbents == 0 || reports < 2 || reports > 15 {
			t.Errorf("%d threads: %v with %d incumbents and %d reports", threads, status, incumbents, reports)
		}
		if s.Objective() != last {
			t.Errorf("objective %v, last incumbent %v", s.Objective(), last)
		}
	}
}

// A panic of an observer stops the run, and comes out of Run; the solver is
// good for another run.
func TestObserverPanic(t *testing.T) {
	s := hardSolver(t)
	must(t, s.SetFloat("time_limit", 60))
	cause := errors.New("cause")
	calls := 0
	func() {
		defer func() {
			p, ok := recover().(*highs.ObserverPanic)
			if !ok || !errors.Is(p, cause) || len(p.Stack) == 0 || calls != 1 {
				t.Errorf("recovered %v after %d calls", p, calls)
			}
		}()
		s.Run(t.Context(), &highs.Observer{Incumbent: func(float64, float64, []float64) {
			calls++
			panic(cause)
		}})
		t.Error("Run returned")
	}()
	if s.Status() != highs.Interrupted {
		t.Errorf("status %v", s.Status())
	}
	must(t, s.SetFloat("time_limit", 0.2))
	run(t, s, highs.TimeLimit)
}

// Whatever an observer does with its solver is an error and no crash.
func TestBusy(t *testing.T) {
	s := hardSolver(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	status, err := s.Run(ctx, &highs.Observer{Incumbent: func(float64, float64, []float64) {
		_, runErr := s.Run(ctx, nil)
		for _, err := range []error{runErr, s.Close(), s.Pass(hard()), s.SetCost(0, 1), s.SetOption("threads", "2"), s.ClearSolver()} {
			if !errors.Is(err, highs.ErrBusy) {
				t.Errorf("got %v, want ErrBusy", err)
			}
		}
		cancel()
	}})
	must(t, err)
	if status != highs.Interrupted {
		t.Errorf("status %v", status)
	}
}
