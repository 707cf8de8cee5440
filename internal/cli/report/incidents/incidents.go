// Package incidents makes the register of incidents and breaches, of those that were notified and of those that were not:
// clocks, notices, reasons for lateness, and what was learnt (GDPR art. 33(5)).
package incidents

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Report is the register, by the time of detection.
type Report struct {
	At        time.Time  `json:"at"`
	Incidents []Incident `json:"incidents"`
	// Deleted are incidents that the operator remembers and that are no longer there.
	Deleted []Deleted `json:"deleted"`
	// NotRemembered is true where the operator's memory was not read: what was changed or deleted is then not known.
	NotRemembered bool `json:"notRemembered"`
}

// Incident is one incident as it stands.
type Incident struct {
	Name string                        `json:"name"`
	Spec v1alpha1.SecurityIncidentSpec `json:"incident"`
	// Aware is the instant from which the clock of the controllers runs; AwareMissing where nobody wrote one, AwareMoved
	// where a later one is written now.
	Aware        time.Time `json:"aware"`
	AwareMissing bool      `json:"awareMissing,omitempty"`
	AwareMoved   bool      `json:"awareMoved,omitempty"`
	// Breach is true where personal data are affected or may be.
	Breach bool    `json:"breach"`
	Clocks []Clock `json:"clocks"`
	// Authority says in one word what became of the notice to the authority: NotRequired, Running, Met, Late or Overdue;
	// NotABreach where no personal data are affected. Where controllers have clocks of their own it is the worst.
	Authority string           `json:"authority"`
	Controls  []page.Judgement `json:"controls"`
}

// Clock of law or contract.
type Clock struct {
	Clock clock.Name `json:"clock"`
	// Controller whose own clock it is; empty: all together.
	Controller string      `json:"controller,omitempty"`
	StartedAt  time.Time   `json:"startedAt"`
	DueAt      time.Time   `json:"dueAt"`
	StoppedAt  *time.Time  `json:"stoppedAt,omitempty"`
	State      clock.State `json:"state"`
	LateReason string      `json:"lateReason,omitempty"`
}

// Deleted is an incident that was deleted.
type Deleted struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// notABreach: nobody has to be told, because no personal data are affected.
const notABreach = "NotABreach"

// Make makes the register.
func Make(v facts.View, outcome *check.Report) *Report {
	r := &Report{At: outcome.At.UTC(), Incidents: []Incident{}, Deleted: []Deleted{}, NotRemembered: len(facts.Incomplete[facts.SpecHistory](v)) > 0}
	all := facts.List[v1alpha1.SecurityIncident](v)
	for _, i := range all {
		r.Incidents = append(r.Incidents, incident(v, outcome, i))
	}
	slices.SortStableFunc(r.Incidents, func(a, b Incident) int {
		at, _ := a.Spec.DetectedAt.Time()
		bt, _ := b.Spec.DetectedAt.Time()
		return at.Compare(bt)
	})
	for _, h := range facts.List[facts.SpecHistory](v) {
		if h.Kind == "SecurityIncident" && !h.DeletedAt.IsZero() && !slices.ContainsFunc(all, func(i *v1alpha1.SecurityIncident) bool { return i.Name == h.Name }) {
			r.Deleted = append(r.Deleted, Deleted{h.Name, h.DeletedAt.UTC()})
		}
	}
	return r
}

func incident(v facts.View, outcome *check.Report, i *v1alpha1.SecurityIncident) Incident {
	reading := clock.Read(i, clock.MemoryOf(v, i.Name), outcome.At)
	limits := clock.DefaultLimits(clock.Created(i))
	aware := reading.Aware("", limits.Notify)
	limits = clock.DefaultLimits(aware.At)
	out := Incident{Name: i.Name, Spec: i.Spec, Aware: aware.At.UTC(), AwareMissing: aware.Missing, AwareMoved: aware.Moved, Breach: reading.Breach(), Clocks: []Clock{}, Authority: notABreach}
	enter := func(c clock.Clock, controller string) {
		one := Clock{Clock: c.Name, Controller: controller, StartedAt: c.StartedAt.UTC(), DueAt: c.DueAt.UTC(), State: c.State(outcome.At), LateReason: c.LateReason}
		if !c.StoppedAt.IsZero() {
			stopped := c.StoppedAt.UTC()
			one.StoppedAt = &stopped
		}
		if c.Name == clock.AuthorityNotice && out.Breach && worse(string(one.State), out.Authority) {
			out.Authority = string(one.State)
		}
		out.Clocks = append(out.Clocks, one)
	}
	for _, c := range reading.Clocks(limits) {
		enter(c, "")
	}
	for _, a := range i.Spec.Awareness {
		if out.Breach {
			enter(reading.Authority(a.Controller, clock.LegalNotice(reading.Aware(a.Controller, limits.Notify).At)), a.Controller)
		}
	}
	out.Controls = page.Judgements(outcome, func(r *check.Result) bool {
		return r.Subject.Kind == "SecurityIncident" && r.Subject.Name == i.Name && strings.HasPrefix(string(r.Control), "INC-")
	})
	return out
}

// worse orders what can become of a notice, best first.
func worse(a, b string) bool {
	order := []string{notABreach, string(clock.NotRequired), string(clock.Met), string(clock.Running), string(clock.Late), string(clock.Overdue)}
	return slices.Index(order, a) > slices.Index(order, b)
}
