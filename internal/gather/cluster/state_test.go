package cluster

import (
	"errors"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var (
	start     = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	forbidden = apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", errors.New("no"))
	errBroken = errors.New("connection refused")
)

func newTracker() (*tracker, *clocktesting.FakeClock, chan facts.SourceState) {
	clk := clocktesting.NewFakeClock(start)
	states := make(chan facts.SourceState, 100)
	return &tracker{
		id: "pods", resource: schema.GroupResource{Resource: "pods"}, clock: clk, timeout: 2 * time.Minute,
		publish: func(s facts.SourceState) { states <- s },
	}, clk, states
}

func TestSourceState(t *testing.T) {
	later := func(d time.Duration) func(*tracker, *clocktesting.FakeClock) {
		return func(_ *tracker, c *clocktesting.FakeClock) { c.Step(d) }
	}
	do := func(f func(*tracker)) func(*tracker, *clocktesting.FakeClock) {
		return func(t *tracker, _ *clocktesting.FakeClock) { f(t) }
	}
	attempt, opened := do((*tracker).attempt), do((*tracker).opened)
	replaced := do(func(t *tracker) { t.replaced(nil) })
	refused, failed := do(func(t *tracker) { t.failed(forbidden) }), do(func(t *tracker) { t.failed(errBroken) })
	type steps []func(*tracker, *clocktesting.FakeClock)
	for name, test := range map[string]struct {
		steps     steps
		condition facts.SourceCondition
		reason    string
	}{
		"a source that was never listed is pending":                               {steps{attempt}, facts.SourcePending, facts.ReasonNotSynced},
		"a source listed but not watched is pending":                              {steps{attempt, replaced}, facts.SourcePending, facts.ReasonNotSynced},
		"a source watched but not listed is pending":                              {steps{attempt, opened}, facts.SourcePending, facts.ReasonNotSynced},
		"a source listed and then watched is synced":                              {steps{attempt, replaced, opened}, facts.SourceSynced, ""},
		"a streamed list makes a source synced":                                   {steps{attempt, opened, replaced}, facts.SourceSynced, ""},
		"a source pending for two minutes is unreadable":                          {steps{attempt, later(2 * time.Minute)}, facts.SourceUnreadable, facts.ReasonNotSynced},
		"a source that keeps failing is unreadable after two minutes":             {steps{attempt, failed, attempt, failed, later(2 * time.Minute)}, facts.SourceUnreadable, facts.ReasonListFailed},
		"a source that fails for the first time is pending":                       {steps{attempt, failed}, facts.SourcePending, facts.ReasonNotSynced},
		"a refused list makes a source unreadable at once":                        {steps{attempt, refused}, facts.SourceUnreadable, facts.ReasonForbidden},
		"a right to list without one to watch is not enough":                      {steps{attempt, replaced, refused, attempt, replaced, refused}, facts.SourceUnreadable, facts.ReasonForbidden},
		"a right taken away makes a synced source unreadable at once":             {steps{attempt, opened, replaced, refused}, facts.SourceUnreadable, facts.ReasonForbidden},
		"an open watch alone does not make up for a refusal":                      {steps{attempt, opened, replaced, refused, attempt, opened}, facts.SourceUnreadable, facts.ReasonForbidden},
		"a right granted again heals the source":                                  {steps{attempt, opened, replaced, refused, attempt, opened, replaced}, facts.SourceSynced, ""},
		"a short failure leaves a synced source synced":                           {steps{attempt, opened, replaced, failed, later(time.Minute)}, facts.SourceSynced, ""},
		"a watch that resumes after a failure makes up for it":                    {steps{attempt, opened, replaced, failed, later(time.Minute), opened, later(time.Hour)}, facts.SourceSynced, ""},
		"a failure of two minutes makes a synced source unreadable":               {steps{attempt, opened, replaced, failed, later(2 * time.Minute)}, facts.SourceUnreadable, facts.ReasonListFailed},
		"a new list after an expired version leaves a synced source synced":       {steps{attempt, opened, replaced, attempt, later(time.Minute)}, facts.SourceSynced, ""},
		"a source that was unreadable for long heals when it is listed anew":      {steps{attempt, later(time.Hour), attempt, opened, replaced}, facts.SourceSynced, ""},
		"an absent source is absent":                                              {steps{do(func(t *tracker) { t.fix(facts.SourceAbsent, "", "") })}, facts.SourceAbsent, ""},
		"a source that begins after it was absent is pending":                     {steps{do(func(t *tracker) { t.fix(facts.SourceAbsent, "", "") }), do((*tracker).begin)}, facts.SourcePending, facts.ReasonNotSynced},
		"a source that was synced before it was absent is pending when it begins": {steps{attempt, opened, replaced, do(func(t *tracker) { t.fix(facts.SourceAbsent, "", "") }), do((*tracker).begin)}, facts.SourcePending, facts.ReasonNotSynced},
	} {
		t.Run(name, func(t *testing.T) {
			track, clk, _ := newTracker()
			track.begin()
			for _, step := range test.steps {
				step(track, clk)
			}
			track.mu.Lock()
			got := track.state()
			track.mu.Unlock()
			if got.Condition != test.condition || got.Reason != test.reason {
				t.Errorf("state is %s %q, want %s %q", got.Condition, got.Reason, test.condition, test.reason)
			}
		})
	}
}

func TestTimeAloneMakesAPendingSourceUnreadable(t *testing.T) {
	track, clk, states := newTracker()
	track.begin()
	if s := <-states; s.Condition != facts.SourcePending {
		t.Fatalf("state is %s at first", s.Condition)
	}
	clk.Step(2 * time.Minute)
	if s := <-states; s.Condition != facts.SourceUnreadable {
		t.Errorf("state is %s after two minutes", s.Condition)
	}
}

func TestARefusalNamesTheMissingRight(t *testing.T) {
	track, _, states := newTracker()
	track.begin()
	track.failed(forbidden)
	<-states
	s := <-states
	for _, want := range []string{"list and watch pods", "(core)", "grant"} {
		if !strings.Contains(s.Message, want) {
			t.Errorf("message %q lacks %q", s.Message, want)
		}
	}
}

func TestLastEventIsWrittenAtMostEveryTenSeconds(t *testing.T) {
	track, clk, states := newTracker()
	track.begin()
	track.attempt()
	track.opened()
	track.replaced(map[facts.ObjectKey]facts.Ref{})
	for len(states) > 0 {
		<-states
	}
	key := facts.ObjectKey{Source: "pods", Namespace: "a", Name: "b"}
	for range 95 {
		clk.Step(100 * time.Millisecond)
		track.event(key, facts.Ref{})
	}
	if len(states) != 0 {
		t.Errorf("%d writes within ten seconds, want none", len(states))
	}
	clk.Step(time.Second)
	track.event(key, facts.Ref{})
	if s := <-states; !s.LastEvent.Equal(clk.Now()) {
		t.Errorf("last event is %s, want %s", s.LastEvent, clk.Now())
	}
}

func TestAnObjectThatCannotBeUnderstoodMakesTheSourceIncompleteUntilItCan(t *testing.T) {
	track, _, states := newTracker()
	track.begin()
	track.attempt()
	track.opened()
	track.replaced(map[facts.ObjectKey]facts.Ref{})
	key := facts.ObjectKey{Source: "pods", Namespace: "a", Name: "b"}
	bad := facts.Ref{Kind: "Pod", Namespace: "a", Name: "b"}
	for len(states) > 0 {
		<-states
	}
	track.event(key, bad)
	if s := <-states; s.Complete() || len(s.Undecodable) != 1 || s.Undecodable[0] != bad {
		t.Errorf("state is %+v, want %s undecodable", s, bad)
	}
	track.event(key, facts.Ref{})
	if s := <-states; !s.Complete() {
		t.Errorf("state is %+v, want complete", s)
	}
}
