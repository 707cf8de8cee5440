package remind

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// followUp reminds of observations and measures that are open, and of the supervision of suppliers (REM-03). How long and how
// often SUP-06 says.
func (r *run) followUp() {
	r.supervision()
	for _, s := range r.fleet.Solutions {
		records := assurance.Of(r.view, s.Object)
		for _, i := range assurance.Issues(records) {
			r.observation(s.Object.Name, i)
		}
		for _, record := range records {
			for n := range record.Spec.Measures {
				r.measure(record.Ref(), s.Object.Name, &record.Spec.Measures[n], record.Known(), true)
			}
		}
	}
	for _, a := range r.fleet.Attestations {
		if risk := a.Object.Spec.RiskAssessment; a.Fault == "" && risk != nil && r.latest(a) {
			r.measures(ref("Attestation", a.Object.Name), []string{r.solutionOf(a)}, risk.Measures)
		}
		if impact := a.Object.Spec.ImpactAssessment; a.Fault == "" && impact != nil && r.latest(a) {
			r.measures(ref("Attestation", a.Object.Name), []string{r.solutionOf(a)}, impact.Measures)
		}
	}
	for _, e := range r.fleet.Exceptions {
		if plan := e.Object.Spec.Plan; e.Fault == "" && plan != nil {
			r.measures(ref("ControlException", e.Object.Name), []string{e.Object.Spec.Scope.Solution}, plan.Steps)
		}
	}
	for _, i := range facts.List[v1alpha1.SecurityIncident](r.view) {
		r.measures(ref("SecurityIncident", i.Name), i.Spec.Solutions, i.Spec.Measures)
	}
}

func (r *run) observation(solution string, i assurance.Issue) {
	o := i.Observation
	r.changes(day(o.ClosedAt).First())
	if assurance.Closed(o, r.now) {
		return
	}
	severity := cmp.Or(o.Severity, v1alpha1.SeverityHigh) // one that nobody assessed counts as high
	within, ok := r.of(solution).period("SUP-06", "closeWithin", strings.ToLower(string(severity)))
	if ok {
		r.until(Deadline{Kind: "Observation", Subject: i.Record.Ref(), Solution: solution,
			What: fmt.Sprintf("Close observation %s of %s, and record the evidence", o.ID, i.Record.Name)}, i.Deadline(within), 30, 7, 0)
	}
}

func (r *run) measures(subject facts.Ref, solutions []string, list []v1alpha1.Measure) {
	for _, solution := range each(solutions) {
		for n := range list {
			r.measure(subject, solution, &list[n], time.Time{}, false)
		}
	}
}

// measure reminds of a measure by its day; one of an action plan has no longer than SUP-06 allows from when the plan was
// known, and is not done without evidence.
func (r *run) measure(subject facts.Ref, solution string, m *v1alpha1.Measure, known time.Time, plan bool) {
	if _, done := r.come(m.DoneAt); done && (!plan || m.Evidence != "") {
		return
	}
	due := day(m.DueAt).End()
	if within, ok := r.of(solution).period("SUP-06", "closeWithin", strings.ToLower(string(m.Severity))); ok && plan {
		due = control.Earliest(due, within.After(known))
	}
	r.until(Deadline{Kind: "Measure", Subject: subject, Solution: solution, What: fmt.Sprintf("Carry out measure %s of %s", m.Name, subject.Name)}, due, 30, 7, 0)
}
