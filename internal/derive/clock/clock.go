package clock

import (
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// Name of a clock, as status.clocks of a SecurityIncident shows it.
type Name string

// Clocks: AuthorityNotice is GDPR art. 33(1), DataSubjectNotice art. 34, ProcessorNotice art. 33(2); RiskAssessment is the
// project's own; the others are those of NIS 2.
const (
	AuthorityNotice   Name = "AuthorityNotice"
	RiskAssessment    Name = "RiskAssessment"
	DataSubjectNotice Name = "DataSubjectNotice"
	ProcessorNotice   Name = "ProcessorNotice"
	NIS2EarlyWarning  Name = "NIS2EarlyWarning"
	NIS2Notification  Name = "NIS2Notification"
	NIS2Final         Name = "NIS2Final"
)

// State of a clock.
type State string

// States. Late is stopped after its end, Overdue not stopped.
const (
	Running     State = "Running"
	Met         State = "Met"
	Late        State = "Late"
	Overdue     State = "Overdue"
	NotRequired State = "NotRequired"
)

// Limits are the lengths that a profile may tighten.
type Limits struct {
	// Notify the authority within, from awareness.
	Notify time.Duration
	// Assess the risk within, from awareness.
	Assess time.Duration
	// Tell the data subjects within, from the assessment that the risk is high.
	Tell time.Duration
	// Forward is how long a processor may take to tell its customer where the contract says nothing.
	Forward time.Duration
}

// DefaultLimits are those of the law at an instant, and the project's own where the law gives no number.
func DefaultLimits(at time.Time) Limits {
	return Limits{Notify: LegalNotice(at), Assess: 24 * time.Hour, Tell: 72 * time.Hour, Forward: 24 * time.Hour}
}

// LegalNotice gives the time within which art. 33(1) demands the notice to the authority, for an awareness at an instant. A
// change of the law becomes another line with the day from which it holds.
func LegalNotice(awareness time.Time) time.Duration {
	limit := 72 * time.Hour
	for _, l := range []struct {
		from  time.Time
		limit time.Duration
	}{
		{time.Date(2018, 5, 25, 0, 0, 0, 0, date.Copenhagen()), 72 * time.Hour},
	} {
		if !awareness.Before(l.from) {
			limit = l.limit
		}
	}
	return limit
}

// Steps are the hours after which a running clock is shown anew, beside its end.
func Steps(n Name) []time.Duration {
	switch n {
	case AuthorityNotice, NIS2Notification:
		return []time.Duration{24 * time.Hour, 48 * time.Hour, 66 * time.Hour, 72 * time.Hour}
	case NIS2EarlyWarning, RiskAssessment, ProcessorNotice:
		return []time.Duration{24 * time.Hour}
	case DataSubjectNotice:
		return []time.Duration{24 * time.Hour, 48 * time.Hour, 72 * time.Hour}
	default:
		return nil
	}
}

// Clock is one clock of an incident.
type Clock struct {
	Name               Name
	StartedAt, DueAt   time.Time
	StoppedAt          time.Time // zero: not stopped
	NotRequired        bool      // nothing has to be done before the end
	Steps              []time.Duration
	LateReason, Detail string // as written by whoever stopped it
}

func newClock(n Name, start, due time.Time) Clock {
	return Clock{Name: n, StartedAt: start, DueAt: due, Steps: Steps(n)}
}

// State of the clock at an instant.
func (c Clock) State(now time.Time) State {
	switch {
	case !c.StoppedAt.IsZero() && !c.StoppedAt.After(c.DueAt):
		return Met
	case !c.StoppedAt.IsZero():
		return Late
	case c.NotRequired:
		return NotRequired
	case now.Before(c.DueAt):
		return Running
	default:
		return Overdue
	}
}

// Step gives the hours of the last step that a clock reached which nothing stopped; 0 before the first one.
func (c Clock) Step(now time.Time) int32 {
	var last int32
	for _, s := range c.Steps {
		if c.ticks() && !now.Before(c.StartedAt.Add(s)) {
			last = int32(s / time.Hour)
		}
	}
	return last
}

func (c Clock) ticks() bool { return c.StoppedAt.IsZero() && !c.NotRequired }

// Changes gives the next instant at which a clock reaches a step or its end; zero: never.
func (c Clock) Changes(now time.Time) (next time.Time) {
	if !c.ticks() {
		return next
	}
	for _, s := range c.Steps {
		if at := c.StartedAt.Add(s); at.After(now) {
			next = control.Earliest(next, at)
		}
	}
	if c.DueAt.After(now) {
		next = control.Earliest(next, c.DueAt)
	}
	return next
}
