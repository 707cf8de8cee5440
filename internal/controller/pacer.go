package controller

import (
	"sync"
	"time"

	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// pace is how far apart the writes of one object are.
const pace = time.Second

// pacer puts requests into a controller's queue: the first at once, those that follow within a second at its end. It also
// remembers when the oldest event was seen that an object does not show yet.
type pacer struct {
	clock clock.WithDelayedExecution
	shown func(after time.Duration)
	// lead is how long even the first change waits, for what is less urgent than the rest.
	lead time.Duration

	mu      sync.Mutex
	queue   workqueue.TypedRateLimitingInterface[reconcile.Request]
	last    map[reconcile.Request]time.Time // when a request was put into the queue
	waiting map[reconcile.Request]bool
	since   map[reconcile.Request]time.Time
}

func newPacer(c clock.WithDelayedExecution, shown func(time.Duration)) *pacer {
	return &pacer{
		clock: c, shown: shown,
		last: map[reconcile.Request]time.Time{}, waiting: map[reconcile.Request]bool{}, since: map[reconcile.Request]time.Time{},
	}
}

// start takes the queue of the controller; what was triggered before waits in since.
func (p *pacer) start(queue workqueue.TypedRateLimitingInterface[reconcile.Request]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = queue
	for request := range p.since {
		p.put(request)
	}
}

// trigger asks for a request to be handled because of an event seen at a time; zero for a heartbeat.
func (p *pacer) trigger(request reconcile.Request, since time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if earlier, pending := p.since[request]; !pending || earlier.IsZero() {
		p.since[request] = since
	}
	if p.queue == nil || p.waiting[request] {
		return
	}
	wait := max(pace-p.clock.Since(p.last[request]), p.lead)
	if wait <= 0 {
		p.put(request)
		return
	}
	p.waiting[request] = true
	p.clock.AfterFunc(wait, func() { go p.late(request) }) // a fake clock calls back while it holds its lock
}

// late puts a request that had to wait into the queue.
func (p *pacer) late(request reconcile.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.waiting, request)
	p.put(request)
}

// put adds to the queue; the caller holds the lock.
func (p *pacer) put(request reconcile.Request) {
	now := p.clock.Now()
	if len(p.last) > 1000 {
		for r, at := range p.last {
			if now.Sub(at) > pace {
				delete(p.last, r)
			}
		}
	}
	p.last[request] = now
	p.queue.Add(request)
}

// done records that an object shows everything that was known when its request was handled.
func (p *pacer) done(request reconcile.Request) {
	p.mu.Lock()
	since := p.since[request]
	if !p.waiting[request] {
		delete(p.since, request)
	}
	p.mu.Unlock()
	if !since.IsZero() {
		p.shown(p.clock.Since(since))
	}
}
