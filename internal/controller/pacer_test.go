package controller

import (
	"slices"
	"testing"
	"time"

	"k8s.io/client-go/util/workqueue"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// queue notes what is added to it; a request that is still in it is not added twice.
type queue struct {
	workqueue.TypedRateLimitingInterface[reconcile.Request]
	added []string
}

func (q *queue) Add(r reconcile.Request) { q.added = append(q.added, r.Name) }

func TestPacing(t *testing.T) {
	start := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	type step struct {
		after   time.Duration
		trigger string
	}
	for name, test := range map[string]struct {
		steps []step
		want  []string
	}{
		"the first change is handled at once":          {[]step{{0, "a"}}, []string{"a"}},
		"a change within the second waits":             {[]step{{0, "a"}, {300 * time.Millisecond, "a"}}, []string{"a"}},
		"and is handled at its end":                    {[]step{{0, "a"}, {300 * time.Millisecond, "a"}, {700 * time.Millisecond, ""}}, []string{"a", "a"}},
		"a burst is handled twice":                     {[]step{{0, "a"}, {10 * time.Millisecond, "a"}, {10 * time.Millisecond, "a"}, {2 * time.Second, ""}}, []string{"a", "a"}},
		"a change after the second is handled at once": {[]step{{0, "a"}, {time.Second, "a"}}, []string{"a", "a"}},
		"one object does not slow another":             {[]step{{0, "a"}, {0, "b"}}, []string{"a", "b"}},
		"a steady stream is handled once a second":     {append([]step{{0, "a"}}, slices.Repeat([]step{{100 * time.Millisecond, "a"}}, 30)...), []string{"a", "a", "a", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			clk := clocktesting.NewFakeClock(start)
			q := &queue{}
			p := newPacer(clk, func(time.Duration) {})
			p.start(q)
			for _, s := range test.steps {
				clk.Step(s.after)
				p.settled(t)
				if s.trigger != "" {
					p.trigger(request(s.trigger), clk.Now())
				}
			}
			p.settled(t)
			p.mu.Lock()
			defer p.mu.Unlock()
			if !slices.Equal(q.added, test.want) {
				t.Errorf("handled %v, want %v", q.added, test.want)
			}
		})
	}
}

// settled waits for what a clock has let loose.
func (p *pacer) settled(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		p.mu.Lock()
		late := false
		for r := range p.waiting {
			late = late || p.clock.Since(p.last[r]) >= pace
		}
		p.mu.Unlock()
		if !late {
			return
		}
	}
	t.Fatal("a request waits for longer than it should")
}

func TestWhatIsTriggeredBeforeTheControllerRunsIsNotLost(t *testing.T) {
	q := &queue{}
	p := newPacer(clocktesting.NewFakeClock(time.Now()), func(time.Duration) {})
	p.trigger(request("a"), time.Now())
	p.start(q)
	if !slices.Equal(q.added, []string{"a"}) {
		t.Errorf("handled %v, want a", q.added)
	}
}

func TestWhatIsLessUrgentWaitsASecondEvenTheFirstTime(t *testing.T) {
	clk, q := clocktesting.NewFakeClock(time.Now()), &queue{}
	p := newPacer(clk, func(time.Duration) {})
	p.lead = pace
	p.start(q)
	p.trigger(request("a"), clk.Now())
	p.mu.Lock()
	early := slices.Clone(q.added)
	p.mu.Unlock()
	clk.Step(pace)
	p.settled(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(early) > 0 || !slices.Equal(q.added, []string{"a"}) {
		t.Errorf("handled %v at once and %v after a second", early, q.added)
	}
}

func TestTheDelayIsThatOfTheOldestEventNotShown(t *testing.T) {
	clk := clocktesting.NewFakeClock(time.Now())
	var shown []time.Duration
	p := newPacer(clk, func(d time.Duration) { shown = append(shown, d) })
	p.start(&queue{})
	p.trigger(request("a"), time.Time{}) // a heartbeat, which nobody waits for
	p.trigger(request("a"), clk.Now())
	clk.Step(20 * time.Millisecond)
	p.done(request("a"))
	if !slices.Equal(shown, []time.Duration{20 * time.Millisecond}) {
		t.Errorf("delays are %v", shown)
	}
}
