package clock

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// Reading is an incident as it stands at an instant: what is dated later has not happened yet.
type Reading struct {
	Incident *v1alpha1.SecurityIncident
	Memory   Memory
	now      time.Time
	changes  time.Time
}

// Read reads an incident at an instant.
func Read(i *v1alpha1.SecurityIncident, m Memory, now time.Time) *Reading {
	return &Reading{Incident: i, Memory: m, now: now}
}

// Changes gives the next instant at which something that is written comes to count; zero: never. Clocks tell theirs.
func (r *Reading) Changes() time.Time { return r.changes }

// come reads an instant that has come; one ahead is a change.
func (r *Reading) come(i v1alpha1.Instant) (time.Time, bool) {
	t, ok := i.Time()
	if ok && t.After(r.now) {
		r.changes = control.Earliest(r.changes, t)
		return t, false
	}
	return t, ok
}

// Awareness is when a controller became aware.
type Awareness struct {
	// Found is true where the controllers found the incident themselves, and At is when they did.
	Found bool
	// At is the instant that counts.
	At time.Time
	// Missing is true where nobody wrote one; At is then the creation of the resource.
	Missing bool
	// Moved is true where a later one is written now than the one that counts.
	Moved bool
}

// Aware gives when a controller became aware, by name; empty: all of them. The earliest that was ever written counts, so
// that moving it later moves no clock. One of a controller's own that is later than that of all counts only if it was
// written while the clock of all still ran.
func (r *Reading) Aware(controller string, limit time.Duration) Awareness {
	general := r.awareOfAll()
	if controller == "" {
		return general
	}
	own := Awareness{}
	for _, a := range r.Incident.Spec.Awareness {
		if t, ok := r.come(a.At); ok && a.Controller == controller {
			own.At = t
		}
	}
	first, seen, known := r.Memory.aware(controller)
	if own.At.IsZero() && !known {
		return general
	}
	if known && (own.At.IsZero() || first.Before(own.At)) {
		own.Moved, own.At = true, first
	}
	if general.Found && own.At.After(general.At) {
		return general
	}
	_, generalSeen, remembered := r.Memory.aware("")
	if own.At.After(general.At) && !general.Missing && known && remembered && seen.After(generalSeen) && seen.After(general.At.Add(limit)) {
		return Awareness{At: general.At, Moved: true}
	}
	return own
}

func (r *Reading) awareOfAll() Awareness {
	written, ok := r.come(r.Incident.Spec.ControllerAwareAt)
	a := Awareness{At: written, Missing: !ok}
	if a.Missing {
		a.At = Created(r.Incident)
	}
	if found, themselves := r.found(); themselves {
		a.At, a.Found = found, true
	}
	if first, _, known := r.Memory.aware(""); known && first.Before(a.At) {
		a.At, a.Moved = first, ok
	}
	return a
}

// Created is the instant from which a clock runs that has no awareness. Manifests have no time of creation; then it is that
// of the detection.
func Created(i *v1alpha1.SecurityIncident) time.Time {
	if created := i.CreationTimestamp.UTC(); !i.CreationTimestamp.IsZero() {
		return created
	}
	detected, _ := i.Spec.DetectedAt.Time()
	return detected
}

// FoundByOthers tells whether somebody other than the controller found the incident, so that a missing awareness may yet be
// later than the creation of the resource.
func FoundByOthers(i *v1alpha1.SecurityIncident) bool {
	return i.Spec.DetectedBy != "" || i.Spec.ProcessorAwareAt != ""
}

// Risk gives the assessment that holds; nil where there is none yet.
func (r *Reading) Risk() *v1alpha1.IncidentRiskAssessment {
	var last *v1alpha1.IncidentRiskAssessment
	for n := range r.Incident.Spec.RiskAssessments {
		if a := &r.Incident.Spec.RiskAssessments[n]; r.made(a) {
			last = a
		}
	}
	return last
}

func (r *Reading) made(a *v1alpha1.IncidentRiskAssessment) bool { _, ok := r.done(a.At); return ok }

// FirstHigh gives the first instant at which the risk was assessed as high, also where that is no longer written.
func (r *Reading) FirstHigh() (first time.Time, ok bool) {
	for n := range r.Incident.Spec.RiskAssessments {
		a := &r.Incident.Spec.RiskAssessments[n]
		if t, come := r.come(a.At); come && a.Level == v1alpha1.IncidentRiskHigh {
			first, ok = control.Earliest(first, later(t, r.begun())), true
		}
	}
	for _, c := range r.Memory.Changes {
		for _, text := range []string{c.From, c.To} {
			if t, come := riskAt(text); c.Field == RiskField && come && riskLevel(text) == v1alpha1.IncidentRiskHigh {
				first, ok = control.Earliest(first, later(t, r.begun())), true
			}
		}
	}
	return first, ok
}

// AssessedBy gives the instant at which an assessment counts as made: not before the operator saw it take the place of
// another, whatever date it carries.
func (r *Reading) AssessedBy(a *v1alpha1.IncidentRiskAssessment) time.Time {
	at, _ := a.At.Time()
	for _, c := range r.Memory.Changes {
		if c.Field == RiskField && c.From != "" && c.To == RiskText(a) && riskLevel(c.From) != a.Level && c.At.After(at) {
			return c.At.Time
		}
	}
	return at
}

// Withdrawn gives when the operator saw that personal data which were affected no longer are; zero: never.
func (r *Reading) Withdrawn() time.Time {
	return r.turned(AffectedField, string(v1alpha1.PersonalDataAffected), string(v1alpha1.PersonalDataNotAffected))
}

// turned gives the last time a field was seen to go from one value to another.
func (r *Reading) turned(field, from, to string) time.Time {
	for _, c := range slices.Backward(r.Memory.Changes) {
		if c.Field == field && c.From == from && c.To == to {
			return c.At.Time
		}
	}
	return time.Time{}
}

// Breach tells whether personal data are affected, or may be.
func (r *Reading) Breach() bool {
	return r.Incident.Spec.PersonalData != v1alpha1.PersonalDataNotAffected
}

// Authority is the clock of the notice to the authority for one controller; empty: all. Notices that related incidents
// carry count too.
func (r *Reading) Authority(controller string, limit time.Duration, related ...*v1alpha1.SecurityIncident) Clock {
	start := r.Aware(controller, limit).At
	c := newClock(AuthorityNotice, start, start.Add(limit))
	for _, i := range append([]*v1alpha1.SecurityIncident{r.Incident}, related...) {
		r.stop(&c, i, v1alpha1.NotificationAuthority, func(n *v1alpha1.Notification) bool { return n.Controller == "" || n.Controller == controller })
	}
	if risk := r.Risk(); risk != nil && risk.Level == v1alpha1.IncidentRiskUnlikely && !r.AssessedBy(risk).After(c.DueAt) {
		c.NotRequired = true
	}
	if !r.Breach() && !r.Withdrawn().After(c.DueAt) {
		c.NotRequired = true
	}
	return c
}

// stop stops a clock at the first notice of a type that has been sent.
func (r *Reading) stop(c *Clock, i *v1alpha1.SecurityIncident, typ v1alpha1.NotificationType, counts func(*v1alpha1.Notification) bool) {
	carrier := r
	if i != r.Incident {
		carrier = Read(i, Memory{}, r.now)
	}
	for k := range i.Spec.Notifications {
		n := &i.Spec.Notifications[k]
		if n.Type != typ || !counts(n) {
			continue
		}
		at, sent := carrier.done(n.At)
		r.changes = control.Earliest(r.changes, carrier.changes)
		if sent && (c.StoppedAt.IsZero() || at.Before(c.StoppedAt)) {
			c.StoppedAt, c.Detail = at, n.Reference
		}
		if sent {
			c.LateReason = cmp.Or(c.LateReason, n.LateReason)
		}
	}
}

// Assessment is the clock of the first assessment of the risk.
func (r *Reading) Assessment(limit, notify time.Duration) Clock {
	start := r.Aware("", notify).At
	c := newClock(RiskAssessment, start, start.Add(limit))
	for n := range r.Incident.Spec.RiskAssessments {
		if at, made := r.done(r.Incident.Spec.RiskAssessments[n].At); made {
			c.StoppedAt = control.Earliest(c.StoppedAt, at)
		}
	}
	c.NotRequired = !r.Breach()
	return c
}

// DataSubjects is the clock of the notice to the data subjects; false where the risk never was high.
func (r *Reading) DataSubjects(limit time.Duration) (Clock, bool) {
	high, ok := r.FirstHigh()
	if !ok {
		return Clock{}, false
	}
	c := newClock(DataSubjectNotice, high, high.Add(limit))
	if n := r.Incident.Spec.DataSubjectNotice; n != nil {
		if at, told := r.done(n.At); told {
			c.StoppedAt, c.LateReason, c.Detail = at, n.Reason, n.Method
		}
		c.NotRequired = n.Exception != ""
	}
	if !r.Breach() && !r.Withdrawn().After(c.DueAt) {
		c.NotRequired = true
	}
	if risk := r.Risk(); risk != nil && risk.Level != v1alpha1.IncidentRiskHigh && !r.AssessedBy(risk).After(c.DueAt) {
		c.NotRequired = true
	}
	return c, true
}

// Clocks gives every clock that runs or ran in the incident, for all controllers together.
func (r *Reading) Clocks(l Limits) []Clock {
	var out []Clock
	if c, ok := r.Processor(l.Forward); ok {
		out = append(out, c)
	}
	if r.Breach() || !r.Withdrawn().IsZero() {
		out = append(out, r.Assessment(l.Assess, l.Notify), r.Authority("", l.Notify))
		if c, ok := r.DataSubjects(l.Tell); ok {
			out = append(out, c)
		}
	}
	return append(out, r.NIS2()...)
}

// Awarenesses gives what is written now of who became aware when, by the key of memory.
func Awarenesses(i *v1alpha1.SecurityIncident, now time.Time) map[string]time.Time {
	out := map[string]time.Time{}
	if found, themselves := Read(i, Memory{}, now).found(); themselves {
		out[AwareKey] = found
	} else if t, ok := i.Spec.ControllerAwareAt.Time(); ok {
		out[AwareKey] = t
	} else if created := Created(i); !FoundByOthers(i) && !created.IsZero() {
		out[AwareKey] = created
	}
	for _, a := range i.Spec.Awareness {
		if t, ok := a.At.Time(); ok {
			out[AwareKey+a.Controller] = t
		}
	}
	if n := i.Spec.NIS2; n != nil {
		if t, ok := n.AwareAt.Time(); ok {
			out[AwareKey+nis2Key] = t
		}
	}
	return out
}

// Watched gives what is written now of the fields whose changes are remembered.
func Watched(i *v1alpha1.SecurityIncident) map[string]string {
	s := &i.Spec
	out := map[string]string{AwareField: string(s.ControllerAwareAt), AffectedField: string(s.PersonalData), RiskField: RiskText(s.Risk()),
		NIS2Field: "", ScopeField: strings.Join(slices.Concat(s.Solutions, s.Environments), " ")}
	if s.NIS2 != nil {
		out[NIS2Field] = strconv.FormatBool(s.NIS2.Significant)
	}
	return out
}
