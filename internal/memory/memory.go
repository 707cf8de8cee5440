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
	// small heaps are kept as small as that, and roomy is what large ones may grow by.
	small, roomy = 24 << 20, 64 << 20
	// most percent that the heap may grow by, for the beginning, when next to nothing is alive.
	most = 100 * floor / (4 << 20) // the runtime begins at 4 MiB, times this
)

// Lean gives how much the heap may grow, in bytes, in a program that runs for long and allocates little: by a third.
func Lean(live uint64) uint64 { return live * growth / 100 }

// Batch gives how much it may grow in a program that reads all its input once and allocates a hundred times what it keeps. Each
// collection goes through all that is alive, so the more is alive the fewer there have to be, or time would grow faster than
// the input does.
func Batch(live uint64) uint64 {
	return min(max(Lean(live), live-min(live, small)), roomy)
}

// Bound lets the heap grow to a floor or as far beyond what is alive as is said, whichever is more, unless the user says
// otherwise with GOGC. It measures after every collection, and takes no time between them.
func Bound(beyond func(live uint64) uint64) {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(most)
	watch(beyond)
}

// watch adjusts after the next collection, and so on.
func watch(beyond func(live uint64) uint64) {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		debug.SetGCPercent(percent(live(), beyond))
		watch(beyond)
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
func percent(live uint64, beyond func(live uint64) uint64) int {
	if live == 0 || live*most/100 < floor {
		return most
	}
	room := beyond(live)
	if live < floor {
		room = max(room, floor-live)
	}
	return int((100*room + live - 1) / live)
}
