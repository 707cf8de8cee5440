package clock

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// LookInto is how long controllers who found an incident themselves may look into it before they count as aware. Later than
// that their awareness counts from the detection.
const LookInto = 24 * time.Hour

// found gives when the controllers found the incident themselves, where none of them says to have been aware within LookInto
// of that: whoever finds something knows of it.
func (r *Reading) found() (time.Time, bool) {
	s := &r.Incident.Spec
	detected, come := r.come(s.DetectedAt)
	if !come || FoundByOthers(r.Incident) {
		return time.Time{}, false
	}
	said := false
	soon := func(t time.Time) bool { return !t.After(detected.Add(LookInto)) }
	for _, at := range append([]v1alpha1.Instant{s.ControllerAwareAt}, awarenesses(s)...) {
		t, ok := r.come(at)
		if ok && soon(t) {
			return time.Time{}, false
		}
		said = said || ok
	}
	for _, t := range r.Memory.awarenesses() {
		if soon(t) && !t.Equal(detected) { // they said so once; the detection itself is what is remembered of the rule here
			return time.Time{}, false
		}
	}
	if !said && soon(Created(r.Incident)) {
		return time.Time{}, false
	}
	return detected, true
}

func awarenesses(s *v1alpha1.SecurityIncidentSpec) []v1alpha1.Instant {
	out := make([]v1alpha1.Instant, len(s.Awareness))
	for n := range s.Awareness {
		out[n] = s.Awareness[n].At
	}
	return out
}

// begun is the first instant at which anybody knew of the incident, as it is written or was first: nothing was done about it
// before. Zero where that is not known.
func (r *Reading) begun() (first time.Time) {
	s := &r.Incident.Spec
	for _, at := range append([]v1alpha1.Instant{s.DetectedAt, s.ProcessorAwareAt, s.ControllerAwareAt}, awarenesses(s)...) {
		if t, ok := at.Time(); ok {
			first = control.Earliest(first, t)
		}
	}
	for _, t := range r.Memory.awarenesses() {
		first = control.Earliest(first, t)
	}
	return first
}

// done reads an instant at which something was done about the incident: it has come, and is not before anybody knew of it.
func (r *Reading) done(i v1alpha1.Instant) (time.Time, bool) {
	t, come := r.come(i)
	return t, come && !t.Before(r.begun())
}

// Done tells whether something was done at an instant: it has come, and is not before anybody knew of the incident.
func (r *Reading) Done(i v1alpha1.Instant) bool { _, done := r.done(i); return done }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Ahead lists the fields that say when somebody knew of the incident and that lie ahead: what they say cannot be.
func (r *Reading) Ahead() []string { return r.ahead(r.known()) }

// Doubtful lists the fields whose instants cannot be: those that lie ahead, and those of something that was done before
// anybody knew of the incident. The latter count for nothing.
func (r *Reading) Doubtful() (ahead, early []string) {
	begun := r.begun()
	for _, w := range r.acts() {
		if t, ok := w.at.Time(); ok && t.Before(begun) {
			early = append(early, w.field)
		}
	}
	return r.ahead(append(r.known(), r.acts()...)), early
}

// BeforeFound lists the fields that say that somebody was aware before the incident was found. Nobody knows of what nobody has
// found; the clocks take the earlier.
func (r *Reading) BeforeFound() (out []string) {
	found, ok := r.Incident.Spec.DetectedAt.Time()
	if !ok {
		return nil
	}
	for _, w := range r.known() {
		if t, ok := w.at.Time(); ok && t.Before(found) && w.field != "spec.occurredAt" {
			out = append(out, w.field)
		}
	}
	return out
}

func (r *Reading) ahead(list []written) (out []string) {
	for _, w := range list {
		if _, ok := w.at.Time(); !ok {
			continue
		}
		if _, come := r.come(w.at); !come {
			out = append(out, w.field)
		}
	}
	return out
}

// written is an instant and the field that has it.
type written struct {
	field string
	at    v1alpha1.Instant
}

// known lists when somebody knew of the incident.
func (r *Reading) known() []written {
	s := &r.Incident.Spec
	out := []written{
		{"spec.occurredAt", s.OccurredAt}, {"spec.detectedAt", s.DetectedAt}, {"spec.processorAwareAt", s.ProcessorAwareAt}, {"spec.controllerAwareAt", s.ControllerAwareAt},
	}
	for n, a := range s.Awareness {
		out = append(out, written{fmt.Sprintf("spec.awareness[%d].at", n), a.At})
	}
	if s.NIS2 != nil {
		out = append(out, written{"spec.nis2.awareAt", s.NIS2.AwareAt})
	}
	return out
}

// acts lists when something was done about the incident.
func (r *Reading) acts() (out []written) {
	s := &r.Incident.Spec
	for n := range s.RiskAssessments {
		out = append(out, written{fmt.Sprintf("spec.riskAssessments[%d].at", n), s.RiskAssessments[n].At})
	}
	for n := range s.Notifications {
		out = append(out, written{fmt.Sprintf("spec.notifications[%d].at", n), s.Notifications[n].At})
	}
	if s.DataSubjectNotice != nil {
		out = append(out, written{"spec.dataSubjectNotice.at", s.DataSubjectNotice.At})
	}
	for n := range s.Notices {
		out = append(out, written{fmt.Sprintf("spec.notices[%d].at", n), s.Notices[n].At})
	}
	if s.PoliceReport != nil {
		out = append(out, written{"spec.policeReport.at", s.PoliceReport.At})
	}
	return append(out, written{"spec.closedAt", s.ClosedAt})
}
