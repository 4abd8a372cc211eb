package search

import "sync/atomic"

// Workers counts the workers of a session that have nothing to work on. A search may
// borrow one for a while.
type Workers struct{ idle atomic.Int64 }

// Set sets how many are idle.
func (w *Workers) Set(n int) { w.idle.Store(int64(n)) }

// Borrow takes a worker, if one is idle.
func (w *Workers) Borrow() bool {
	for {
		n := w.idle.Load()
		if n <= 0 {
			return false
		}
		if w.idle.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// Return gives a worker back, or a new one.
func (w *Workers) Return() { w.idle.Add(1) }

// Reclaim takes back a worker that was returned for a while, even if none is idle now:
// one too many works then, until another is returned.
func (w *Workers) Reclaim() { w.idle.Add(-1) }
