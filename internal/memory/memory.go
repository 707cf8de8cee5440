// Package memory keeps a program that reads much and keeps little small.
package memory

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// floor is the heap in bytes that is always allowed. Left to itself the garbage collector would run more often while
	// little is alive and let the heap grow to twice of what is alive later.
	floor = 24 << 20
	// growth is how much more than what is alive is allowed beyond that, in percent.
	growth = 35
	// most percent that the heap may grow by, for the beginning, when next to nothing is alive.
	most = 100 * floor / (4 << 20) // the runtime begins at 4 MiB, times this
)

// Bound lets the heap grow to a floor or a little beyond what is alive, whichever is more, unless the user says otherwise
// with GOGC. It measures after every collection, and takes no time between them.
func Bound() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(most)
	watch()
}

// watch adjusts after the next collection, and so on.
func watch() {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		debug.SetGCPercent(percent(live()))
		watch()
	})
}

// sentinel is what nobody refers to, so that its finalizer runs after a collection. It has a pointer, because small values
// without one are put together with others.
type sentinel struct{ _ *sentinel }

// live is what the last collection left, in bytes.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// percent by which the heap may grow.
func percent(live uint64) int {
	if live == 0 || live*most/100 < floor {
		return most
	}
	if live > floor {
		return growth
	}
	return max(growth, int(100*(floor-live)/live))
}
