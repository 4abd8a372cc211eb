package solve

import (
	"context"
	"sync"
	"time"
)

// Time limits. The deadline of a context is the only one; what is left until then is
// divided, and no work on a question asks a clock but here.
//
//   - Extremes: the workers' time is divided evenly among those not begun yet.
//   - Claims: one after another gets an even share; those that were left undecided get
//     another round while that is worth its while.
//   - Radii: each ball gets a share of what is left, more where nothing else helps.

// share gives one of some open tasks its part of the time that is left: what all workers
// have together, divided evenly.
func share(ctx context.Context, workers, tasks int) (context.Context, context.CancelFunc) {
	deadline, limited := ctx.Deadline()
	if !limited {
		return context.WithCancel(ctx)
	}
	part := time.Until(deadline) * time.Duration(min(workers, tasks)) / time.Duration(tasks)
	return context.WithDeadline(ctx, time.Now().Add(part))
}

// queue counts the tasks that were not begun yet.
type queue struct {
	mu      sync.Mutex
	left    int
	workers int
}

// begin gives the next task its share.
func (q *queue) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	q.mu.Lock()
	defer q.mu.Unlock()
	ctx, cancel := share(ctx, q.workers, q.left)
	q.left--
	return ctx, cancel
}

// rounds are those of claims that time left undecided.
type rounds struct {
	begun bool
	had   time.Duration // each, in the last round
}

// another says whether a round for so many claims is worth its while: the first is, and
// one in which each gets half as much again as before.
func (r *rounds) another(ctx context.Context, claims int) bool {
	first := !r.begun
	r.begun = true
	if claims == 0 || !first && ctx.Err() != nil {
		return false
	}
	deadline, limited := ctx.Deadline()
	if !limited {
		return true
	}
	each := time.Until(deadline) / time.Duration(claims)
	if !first && each < r.had*3/2 {
		return false
	}
	r.had = each
	return true
}

// radiusShare is the part of the time left that a ball gets: a fourth. Where all balls
// in the bracket are undecided for want of time it is doubled, up to all of it.
const radiusShare = 4
