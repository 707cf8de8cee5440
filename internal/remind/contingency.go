package remind

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// contingency reminds of restore tests, exercises and the review of contingency plans (REM-10), as BCK-02 and BCK-04 ask for
// them.
func (r *run) contingency() {
	r.attested(func(a *v1alpha1.Attestation) (Deadline, []int, bool) {
		lead := []int{30, 7}
		switch a.Spec.Type {
		case v1alpha1.AttestRestoreTest:
			return Deadline{Kind: "RestoreTest", What: fmt.Sprintf("Restore a backup on trial again (last: %s)", a.Name)}, lead, true
		case v1alpha1.AttestContingencyPlan:
			return Deadline{Kind: "ContingencyReview", What: fmt.Sprintf("Review the contingency plan (last: %s)", a.Name)}, lead, true
		case v1alpha1.AttestContingencyExercise, v1alpha1.AttestIncidentExercise, v1alpha1.AttestFailoverTest:
			return Deadline{Kind: "Exercise", What: fmt.Sprintf("Exercise again: %s (last: %s)", a.Spec.Type, a.Name)}, lead, true
		default:
			return Deadline{}, nil, false
		}
	}, r.exerciseLimit)
	for _, s := range r.fleet.Solutions {
		if s.Object.Spec.Continuity == nil || s.Object.Spec.Continuity.Contingency == nil {
			continue
		}
		c := s.Object.Spec.Continuity.Contingency
		if next := day(c.NextExercise); !next.IsZero() && !r.exercised(s.Object.Name, next) {
			r.by(Deadline{Kind: "Exercise", Subject: s.Ref(), Solution: s.Object.Name, What: "Hold the planned exercise and attest it"}, next, next.End(), 30, 7)
		}
		if most, ok := r.of(s.Object.Name).period("BCK-04", "planReview"); ok {
			r.until(Deadline{Kind: "ContingencyReview", Subject: s.Ref(), Solution: s.Object.Name, What: "Review the contingency plan"},
				r.lapses(most, s.Attestations, v1alpha1.AttestContingencyPlan, c.ReviewedAt), 30, 7)
		}
	}
}

// exerciseLimit gives the end of the time that a control allows from an attestation to the next.
func (r *run) exerciseLimit(a *v1alpha1.Attestation) time.Time {
	l := r.of(a.Spec.About.Solution)
	if e := r.fleet.Environment(a.Spec.About.Environment); e != nil {
		l = limits{r, e.Policy}
	}
	parameter := map[v1alpha1.AttestationType][2]string{
		v1alpha1.AttestRestoreTest: {"BCK-02", "interval"}, v1alpha1.AttestContingencyPlan: {"BCK-04", "planReview"},
		v1alpha1.AttestContingencyExercise: {"BCK-04", "exercise"}, v1alpha1.AttestIncidentExercise: {"INC-03", "exercise"},
	}[a.Spec.Type]
	if most, ok := l.period(v1alpha1.ControlID(parameter[0]), parameter[1]); ok {
		return most.After(day(a.Spec.Date).First())
	}
	return time.Time{}
}

// exercised tells whether an exercise was attested for a planned day or later.
func (r *run) exercised(solution string, planned date.Partial) bool {
	for _, a := range r.fleet.Attestations {
		if a.Object.Spec.Type == v1alpha1.AttestContingencyExercise && a.Fault == "" && r.solutionOf(a) == solution && !r.now.Before(a.From) && !a.From.Before(planned.First()) {
			return true
		}
	}
	return false
}
