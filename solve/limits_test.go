package solve

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestQueue: where every task uses up its share, all get one, none less than with one
// worker, and the last ends at the deadline; where one ends early, the others get its time.
func TestQueue(t *testing.T) {
	const whole = time.Hour
	for _, tasks := range []int{1, 2, 3, 7, 20} {
		for _, workers := range []int{1, 2, 5} {
			for _, early := range []bool{false, true} {
				t.Run(fmt.Sprint(tasks, workers, early), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						ctx, cancel := context.WithTimeout(t.Context(), whole)
						defer cancel()
						started := time.Now()
						q := queue{left: tasks, workers: workers}
						next := make(chan int, tasks)
						for k := range tasks {
							next <- k
						}
						close(next)
						had := make([]time.Duration, tasks)
						var group sync.WaitGroup
						for range workers {
							group.Go(func() {
								for k := range next {
									ctx, cancel := q.begin(ctx)
									deadline, _ := ctx.Deadline()
									if had[k] = time.Until(deadline); !early || k > 0 {
										<-ctx.Done()
									}
									cancel()
								}
							})
						}
						group.Wait()
						for k, d := range had {
							if alone := whole / time.Duration(tasks); d < alone-time.Microsecond {
								t.Errorf("task %d had %v, and has %v with one worker", k, d, alone)
							}
						}
						if used := time.Since(started); used > whole || used < whole-time.Millisecond && (!early || tasks > 1) {
							t.Errorf("all tasks ended after %v of %v", used, whole)
						}
					})
				})
			}
		}
	}
}

// TestRounds: claims that time leaves undecided get another round only where each gets
// half as much again as before, and all rounds end by the deadline.
func TestRounds(t *testing.T) {
	const whole = time.Hour
	for _, quick := range []int{0, 2, 5, 9} { // claims that are decided at once
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), whole)
			defer cancel()
			started := time.Now()
			open, most := 10, time.Duration(0)
			var r rounds
			count := 0
			for ; r.another(ctx, open); count++ {
				left := 0
				for i := range open {
					one, stop := share(ctx, 1, open-i)
					if deadline, _ := one.Deadline(); count > 0 && time.Until(deadline) < most*3/2-time.Microsecond {
						t.Errorf("%d quick claims: a claim has %v in round %d, and had %v", quick, time.Until(deadline), count, most)
					}
					if count > 0 || i >= quick {
						<-one.Done()
						left++
					}
					stop()
				}
				most, open = r.had, left
			}
			if used := time.Since(started); used > whole || count == 0 {
				t.Errorf("%d quick claims: %d rounds, %v of %v", quick, count, used, whole)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		var r rounds
		if !r.another(t.Context(), 3) || r.another(t.Context(), 0) {
			t.Error("without a deadline there is a round for open claims, and none for no claim")
		}
	})
}
