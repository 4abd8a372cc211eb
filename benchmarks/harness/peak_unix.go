//go:build unix

package harness

import (
	"os"
	"runtime"
	"syscall"
)

// peakBytes is the peak of the resident memory of a process that has ended.
// Linux counts from before the program starts, when the process still shares
// the memory of the one that made it: it is never below that of the run.
func peakBytes(p *os.ProcessState) int64 {
	u, ok := p.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin" || runtime.GOOS == "ios":
		return int64(u.Maxrss) // bytes
	}
	return int64(u.Maxrss) << 10 // KiB
}
