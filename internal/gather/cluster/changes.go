package cluster

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Delta is everything that changed since the last Take.
type Delta struct {
	// Facts that changed, by type and namespace, in no order.
	Facts []facts.Change
	// Sources whose condition, reason or completeness changed.
	Sources []facts.SourceID
	// Since is when the oldest of these changes was seen.
	Since time.Time
}

// Changes collects what changed until somebody takes it, so that a burst costs one evaluation and memory that is bounded
// by the number of types and namespaces. It is safe for concurrent use.
type Changes struct {
	mu      sync.Mutex
	facts   map[facts.Change]struct{}
	sources map[facts.SourceID]struct{}
	since   time.Time
	ready   chan struct{}
}

func newChanges() *Changes {
	return &Changes{facts: map[facts.Change]struct{}{}, sources: map[facts.SourceID]struct{}{}, ready: make(chan struct{}, 1)}
}

// Ready receives a value when there is something to take.
func (c *Changes) Ready() <-chan struct{} { return c.ready }

// Take gives what has been collected, possibly nothing, and forgets it.
func (c *Changes) Take() Delta {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.ready:
	default:
	}
	d := Delta{Facts: slices.Collect(maps.Keys(c.facts)), Sources: slices.Collect(maps.Keys(c.sources)), Since: c.since}
	clear(c.facts)
	clear(c.sources)
	c.since = time.Time{}
	return d
}

func (c *Changes) add(at time.Time, changed []facts.Change) {
	if len(changed) == 0 {
		return
	}
	c.mu.Lock()
	for _, ch := range changed {
		c.facts[ch] = struct{}{}
	}
	c.mark(at)
}

func (c *Changes) addSource(at time.Time, id facts.SourceID) {
	c.mu.Lock()
	c.sources[id] = struct{}{}
	c.mark(at)
}

// mark unlocks.
func (c *Changes) mark(at time.Time) {
	if c.since.IsZero() {
		c.since = at
	}
	c.mu.Unlock()
	select {
	case c.ready <- struct{}{}:
	default: // somebody has been told already and has not taken yet
	}
}
