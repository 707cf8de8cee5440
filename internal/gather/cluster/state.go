package cluster

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	// eventStep is how often a source's last event is written to the store at most; ages are judged in hours.
	eventStep = 10 * time.Second
	// undecodableListed bounds the objects named in a source's state; one is enough to make the source incomplete.
	undecodableListed = 50
)

// tracker turns what happens to a watch into the state of its source. A source is Synced while it has been listed and
// its watch is open; a short failure of a synced source, such as a restart of the API server, changes nothing.
type tracker struct {
	id       facts.SourceID
	resource schema.GroupResource
	publish  func(facts.SourceState) // called with the lock held
	clock    clock.WithDelayedExecution
	timeout  time.Duration // how long a source may be pending or failing before it is unreadable

	mu sync.Mutex
	// listed and open tell how far the present attempt is; synced is kept through a short failure.
	listed, open, synced bool
	fixed                *facts.SourceState // a state set from outside: Absent, or Unreadable for want of discovery
	err                  error              // the last failure, until it is made up for
	since                time.Time          // when the waiting or failing began, zero while synced
	lastEvent            time.Time
	undecodable          map[facts.ObjectKey]facts.Ref
	published            facts.SourceState
}

// begin makes the source Pending, for a watch that starts.
func (t *tracker) begin() {
	t.update(func() {
		t.synced, t.fixed, t.err, t.lastEvent, t.since = false, nil, nil, time.Time{}, time.Time{}
		t.undecodable = map[facts.ObjectKey]facts.Ref{}
		t.wait()
	})
}

// attempt records that the kind is about to be listed and watched anew.
func (t *tracker) attempt() { t.update(t.wait) }

// fix sets a state that does not come from a watch.
func (t *tracker) fix(condition facts.SourceCondition, reason, message string) {
	t.update(func() {
		t.fixed = &facts.SourceState{ID: t.id, Condition: condition, Reason: reason, Message: message, LastEvent: t.clock.Now()}
	})
}

// replaced records that the store now holds what a list gave.
func (t *tracker) replaced(undecodable map[facts.ObjectKey]facts.Ref) {
	t.update(func() {
		t.listed, t.undecodable, t.lastEvent = true, undecodable, t.clock.Now()
		t.settle()
	})
}

// opened records that the API server accepted a watch.
func (t *tracker) opened() {
	t.update(func() {
		t.open = true
		t.settle()
	})
}

// failed records that a list or watch was refused or broken off.
func (t *tracker) failed(err error) {
	t.update(func() {
		t.err = err
		if apierrors.IsForbidden(err) {
			t.synced = false
			t.wait()
			return
		}
		listed := t.listed // a watch that breaks off is resumed without a new list
		t.wait()
		t.listed = listed
	})
}

// wait starts the time after which a source that is not synced is unreadable.
func (t *tracker) wait() {
	t.listed, t.open = false, false
	if !t.since.IsZero() {
		return
	}
	t.since = t.clock.Now()
	// In its own goroutine: a fake clock calls back while it holds its lock.
	t.clock.AfterFunc(t.timeout, func() { go t.update(func() {}) })
}

// settle makes the source synced once it is both listed and watched, in whichever order that happens.
func (t *tracker) settle() {
	if t.listed && t.open {
		t.synced, t.err, t.since = true, nil, time.Time{}
	}
}

// event records that the watch said something about an object, which could be understood or not.
func (t *tracker) event(key facts.ObjectKey, bad facts.Ref) {
	t.mu.Lock()
	now := t.clock.Now()
	_, wasBad := t.undecodable[key]
	same := wasBad == !bad.IsZero() && now.Sub(t.lastEvent) < eventStep
	t.mu.Unlock()
	if same {
		return
	}
	t.update(func() {
		t.lastEvent = now
		if bad.IsZero() {
			delete(t.undecodable, key)
		} else {
			t.undecodable[key] = bad
		}
	})
}

func (t *tracker) update(change func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change()
	state := t.state()
	if same(state, t.published) {
		return
	}
	t.published = state
	t.publish(state)
}

func same(a, b facts.SourceState) bool {
	return a.Condition == b.Condition && a.Reason == b.Reason && a.Message == b.Message && a.LastEvent.Equal(b.LastEvent) &&
		slices.Equal(a.Undecodable, b.Undecodable)
}

func (t *tracker) state() facts.SourceState {
	if t.fixed != nil {
		return *t.fixed
	}
	s := facts.SourceState{ID: t.id, LastEvent: t.lastEvent, Undecodable: t.named()}
	late := !t.since.IsZero() && t.clock.Since(t.since) >= t.timeout
	switch {
	case t.err != nil && apierrors.IsForbidden(t.err):
		s.Condition, s.Reason, s.Message = facts.SourceUnreadable, facts.ReasonForbidden, missingRight(t.resource, t.err)
	case late && t.err != nil:
		s.Condition, s.Reason, s.Message = facts.SourceUnreadable, facts.ReasonListFailed, fmt.Sprintf("list and watch %s: %v", t.resource, t.err)
	case late:
		s.Condition, s.Reason = facts.SourceUnreadable, facts.ReasonNotSynced
		s.Message = fmt.Sprintf("%s could not be listed within %s", t.resource, t.timeout)
	case t.synced:
		s.Condition = facts.SourceSynced
	default:
		s.Condition, s.Reason = facts.SourcePending, facts.ReasonNotSynced
	}
	return s
}

func (t *tracker) named() []facts.Ref {
	if len(t.undecodable) == 0 {
		return nil
	}
	refs := slices.SortedFunc(maps.Values(t.undecodable), facts.Ref.Compare)
	return refs[:min(len(refs), undecodableListed)]
}

// missingRight names the right that RBAC must grant, then what the API server said.
func missingRight(resource schema.GroupResource, err error) string {
	group := resource.Group
	if group == "" {
		group = `"" (core)`
	}
	return fmt.Sprintf("the right to list and watch %s in API group %s is missing; grant it to the operator's service account. The API server says: %v",
		resource.Resource, group, err)
}
