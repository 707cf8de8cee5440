package remind

import (
	"cmp"
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// attestations reminds of attestations and exceptions that end, and of use within purpose to confirm (REM-13).
// Attestations of something that has a reminder of its own are left to that.
func (r *run) attestations() {
	r.attested(func(a *v1alpha1.Attestation) (Deadline, []int, bool) {
		if owned(a.Spec.Type) {
			return Deadline{}, nil, false
		}
		return Deadline{Kind: "Attestation", What: fmt.Sprintf("Attest %s anew (%s)", a.Spec.Type, a.Name)}, []int{30, 7}, true
	}, nil)
	for _, e := range r.fleet.Exceptions {
		if e.Fault != "" {
			continue
		}
		spec := &e.Object.Spec
		r.ends(Deadline{Kind: "ControlException", Subject: ref("ControlException", e.Object.Name), Solution: spec.Scope.Solution,
			What: fmt.Sprintf("Mend what deviates from %s, then delete exception %s, or renew it", spec.Control, e.Object.Name)}, e.Until, 30, 7)
	}
	for _, i := range r.fleet.Institutions {
		most, ok := limits{r, i.Policy}.period("GOV-01", "useWithinPurpose")
		for n := range i.Object.Spec.Uses {
			u := &i.Object.Spec.Uses[n]
			if !ok || r.over(u) {
				continue
			}
			r.until(Deadline{Kind: "UseWithinPurpose", Subject: i.Ref(), Solution: u.Solution, What: fmt.Sprintf("Confirm that %s is used within its purpose", u.Solution)},
				r.lapses(most, aboutUse(i.Attestations, u.Solution), v1alpha1.AttestUseWithinPurpose, u.WithinPurposeConfirmedAt), 30, 7)
		}
	}
}

// owned tells the types whose end another reminder tells of.
func owned(t v1alpha1.AttestationType) bool {
	switch t {
	case v1alpha1.AttestRiskAssessment, v1alpha1.AttestImpactAssessment, v1alpha1.AttestProcessingRecord, v1alpha1.AttestUseWithinPurpose,
		v1alpha1.AttestContactsConfirmed, v1alpha1.AttestManagementStatement, v1alpha1.AttestRestoreTest, v1alpha1.AttestContingencyPlan,
		v1alpha1.AttestContingencyExercise, v1alpha1.AttestFailoverTest, v1alpha1.AttestIncidentExercise, v1alpha1.AttestAccessReview,
		v1alpha1.AttestAccessLogReview:
		return true
	default:
		return false
	}
}

// attested adds a deadline for the end of each attestation that counts and that no later one of the same takes up. within
// gives how long after its day it is to be made anew, whatever end it states; nil: no limit.
func (r *run) attested(of func(*v1alpha1.Attestation) (Deadline, []int, bool), within func(*v1alpha1.Attestation) time.Time) {
	for _, a := range r.fleet.Attestations {
		if a.Fault != "" {
			continue
		}
		d, lead, ok := of(a.Object)
		r.changes(a.From)
		if !ok || r.now.Before(a.From) || !r.latest(a) {
			continue
		}
		d.Subject, d.Solution = ref("Attestation", a.Object.Name), r.solutionOf(a)
		until := a.Until
		if within != nil {
			until = control.Earliest(until, within(a.Object))
		}
		r.ends(d, until, lead...)
	}
}

// same is what attestations have in common that take each other's place.
type same struct {
	typ          v1alpha1.AttestationType
	about        v1alpha1.AttestationAbout
	target, kind string
}

func sameOf(a *v1alpha1.Attestation) same {
	return same{a.Spec.Type, a.Spec.About, a.Spec.Target, kindOf(a)}
}

// latest tells whether no later attestation takes this one's place.
func (r *run) latest(a *evaluate.Attestation) bool {
	if r.newest == nil {
		r.newest = map[same]*evaluate.Attestation{}
		for _, o := range r.fleet.Attestations {
			if key := sameOf(o.Object); o.Fault == "" && !r.now.Before(o.From) && (r.newest[key] == nil || later(o, r.newest[key])) {
				r.newest[key] = o
			}
		}
	}
	return r.newest[sameOf(a.Object)] == a
}

// later tells which of two attestations counts: that of the later day, of one day that which lasts longer.
func later(a, b *evaluate.Attestation) bool {
	return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until), cmp.Compare(b.Object.Name, a.Object.Name)) > 0
}

// kindOf tells apart attestations of one type that do not take each other's place.
func kindOf(a *v1alpha1.Attestation) string {
	switch s := &a.Spec; {
	case s.RiskAssessment != nil:
		return s.RiskAssessment.Kind
	case s.ImpactAssessment != nil:
		return s.ImpactAssessment.Part
	default:
		return ""
	}
}

func (r *run) solutionOf(a *evaluate.Attestation) string {
	about := &a.Object.Spec.About
	if e := r.fleet.Environment(about.Environment); e != nil && about.Solution == "" {
		return e.Object.Spec.Solution
	}
	return about.Solution
}
