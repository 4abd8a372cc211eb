package solve

import "sync/atomic"

// spare counts the workers of a session that have no extremum to work on. A
// search may take one for a while.
type spare struct{ n atomic.Int64 }

// take takes a worker, if there is one.
func (s *spare) take() bool {
	for {
		n := s.n.Load()
		if n <= 0 {
			return false
		}
		if s.n.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// give gives a worker back, or a new one.
func (s *spare) give() { s.n.Add(1) }
