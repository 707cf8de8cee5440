package controller

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/cluster"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
	"github.com/tilsyn-dev/tilsyn/internal/register"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

const (
	// restShare bounds the part of a processor that evaluation takes: it rests so many times as long as it worked.
	restShare = 4
	restMin   = 50 * time.Millisecond
	// settleWait is how long an evaluation waits for a source that has only just appeared.
	settleWait = 5 * time.Second
	// timerMin keeps an instant that has passed without effect from turning the loop into a busy one.
	timerMin = time.Second
)

// outcome of one evaluation, for those who write.
type outcome struct {
	before, now *publish.Snapshot // before is nil at first
	// delta is what led to the evaluation, empty when time did.
	delta     cluster.Delta
	heartbeat bool
}

// loop evaluates everything whenever facts or time change something, and hands the outcome to publish.
type loop struct {
	gatherer  *cluster.Gatherer
	engine    *evaluate.Engine
	load      func(context.Context) (decide.Memory, error)
	publish   func(ctx context.Context, o outcome)
	evaluated func(time.Duration)
	panicked  func()
	// heartbeatDue is when the oldest status is due to be refreshed, zero where there is none.
	heartbeatDue func() time.Time
	heartbeat    time.Duration
	// clock dates evaluations and decides when results change by themselves; pace is the real clock.
	clock, pace clock.WithDelayedExecution
	log         logr.Logger

	memory   decide.Memory
	places   places
	register register.Reader // reads the contractual resources
	beat     time.Time       // when statuses were last refreshed
	last     atomic.Pointer[publish.Snapshot]
}

// Start is part of manager.Runnable. It runs in the leader.
func (l *loop) Start(ctx context.Context) error {
	if err := l.remember(ctx); err != nil {
		return nil //nolint:nilerr // only the end of the context ends the attempts
	}
	settled := false
	for {
		settled = settled || l.gatherer.Settled()
		timer := l.timer(settled)
		var due <-chan time.Time
		if timer != nil {
			due = timer.C()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.gatherer.Changes().Ready():
		case <-due:
		}
		if timer != nil {
			timer.Stop()
		}
		if !settled && !l.gatherer.Settled() {
			continue // a source that settles is a change
		}
		settled = true
		l.waitForNewSources(ctx)
		l.rest(ctx, l.evaluate(ctx, l.heartbeatIsDue()))
	}
}

// remember reads the memory that outlives a restart. Without it, since would start anew, so nothing is evaluated before.
func (l *loop) remember(ctx context.Context) error {
	backoff := wait.Backoff{Duration: 500 * time.Millisecond, Factor: 2, Cap: 30 * time.Second, Steps: 10, Jitter: 0.2}
	return backoff.DelayFunc().Until(ctx, true, true, func(ctx context.Context) (bool, error) {
		memory, err := l.load(ctx)
		if err != nil {
			l.log.Error(err, "Supervision records cannot be read, nothing is evaluated before")
			return false, nil
		}
		l.memory = memory
		return true, nil
	})
}

// timer fires when a result changes by itself or a heartbeat is due; nil before anything was evaluated.
func (l *loop) timer(settled bool) clock.Timer {
	s := l.last.Load()
	if !settled || s == nil {
		return nil
	}
	next := control.Earliest(s.Next, l.nextHeartbeat())
	next = control.Earliest(next, s.Evaluation.At.Add(l.heartbeat))
	if wait := next.Sub(l.clock.Now()); wait > 0 {
		return l.clock.NewTimer(wait)
	}
	return l.pace.NewTimer(timerMin) // the instant has passed meanwhile
}

// nextHeartbeat is when statuses have to be refreshed, zero where there are none. One that cannot be written does not keep
// the others from resting.
func (l *loop) nextHeartbeat() time.Time {
	due := l.heartbeatDue()
	if rest := l.beat.Add(l.heartbeat / 60); !due.IsZero() && due.Before(rest) {
		return rest
	}
	return due
}

func (l *loop) heartbeatIsDue() bool {
	due := l.nextHeartbeat()
	if due.IsZero() || due.After(l.clock.Now()) {
		return false
	}
	l.beat = l.clock.Now()
	return true
}

// waitForNewSources gives a kind that appeared at run time a moment to be listed, so that its first list is not preceded
// by a needless Unknown.
func (l *loop) waitForNewSources(ctx context.Context) {
	enough := l.pace.After(settleWait)
	for !l.gatherer.Settled() {
		select {
		case <-ctx.Done():
			return
		case <-enough:
			return
		case <-l.gatherer.Changes().Ready(): // a source that settles is a change
		}
	}
}

// rest lets the processor do other work after an evaluation that took so long.
func (l *loop) rest(ctx context.Context, took time.Duration) {
	select {
	case <-ctx.Done():
	case <-l.pace.After(max(restMin, restShare*took)):
	}
}

// evaluate judges everything and publishes it. A failure inside keeps the last outcome, whose age tells.
func (l *loop) evaluate(ctx context.Context, heartbeat bool) (took time.Duration) {
	began := l.pace.Now()
	defer func() {
		took = l.pace.Since(began)
		if r := recover(); r != nil {
			l.panicked()
			l.log.Error(fmt.Errorf("panic: %v", r), "Evaluation failed inside, the last outcome stays", "stack", string(debug.Stack()))
		}
	}()
	o := outcome{before: l.last.Load(), delta: l.gatherer.Changes().Take(), heartbeat: heartbeat}
	o.now = l.judge()
	l.evaluated(l.pace.Since(began))
	if o.before == nil {
		debug.FreeOSMemory() // reading everything takes several times what is kept of it
	}
	l.last.Store(o.now) // before anybody is told that there is something to write
	l.publish(ctx, o)
	return took
}

func (l *loop) judge() *publish.Snapshot {
	now := l.clock.Now()
	s := &publish.Snapshot{Heartbeat: l.heartbeat}
	var next time.Time
	l.gatherer.Store.Read(func(v facts.View) {
		fleet := l.engine.Resolve(v, now)
		s.Evaluation = l.engine.Evaluate(v, fleet, now)
		s.Register = l.register.Read(v, fleet, now)
		next = s.Register.Next
		var changes time.Time
		s.Deadlines, changes = remind.List(v, fleet, now)
		next = control.Earliest(next, changes)
		s.Sources = v.AllSources()
		s.Nodes = l.places.read(v, fleet.Platform.Platform)
	})
	s.Due = publish.DueOf(s.Deadlines)
	s.Decisions = decide.Decide(s.Evaluation, l.memory, now)
	s.Next = control.Earliest(s.Decisions.Next, next)
	l.memory = s.Decisions.Memory
	return s
}

// snapshot gives the last outcome; nil before the first evaluation.
func (l *loop) snapshot() *publish.Snapshot { return l.last.Load() }
