package remind

import (
	"fmt"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

// risk reminds of risk assessments (REM-06), as GOV-03 asks for them: by their age, and where the authority raised the threat
// level.
func (r *run) risk() {
	r.attested(func(a *v1alpha1.Attestation) (Deadline, []int, bool) {
		if a.Spec.Type != v1alpha1.AttestRiskAssessment || a.Spec.RiskAssessment == nil {
			return Deadline{}, nil, false
		}
		return Deadline{Kind: "RiskAssessment", What: fmt.Sprintf("Assess the risk to %s anew (last: %s)", atRisk(a), a.Name)}, []int{60, 30}, true
	}, r.renewal(v1alpha1.AttestRiskAssessment, "GOV-03", "interval"))
	for _, a := range r.fleet.Attestations {
		assessed, l := a.Object.Spec.RiskAssessment, r.of(r.solutionOf(a))
		level, since := l.text("GOV-03", "threatLevel"), day(v1alpha1.Date(l.text("GOV-03", "threatLevelSince")))
		within, ok := l.period("GOV-03", "afterTrigger")
		if a.Fault != "" || assessed == nil || level == "" || since.IsZero() || !ok || !r.latest(a) || strings.EqualFold(assessed.ThreatLevel, level) {
			continue
		}
		r.until(Deadline{Kind: "RiskAssessment", Subject: ref("Attestation", a.Object.Name), Solution: r.solutionOf(a),
			What: fmt.Sprintf("Assess the risk to %s anew: the threat level is %s", atRisk(a.Object), level)}, within.After(since.First()), 60, 30)
	}
}

func atRisk(a *v1alpha1.Attestation) string {
	if a.Spec.RiskAssessment.Kind == "DataSubjects" {
		return "data subjects"
	}
	return "the organisation"
}

// renewal gives the end of the time that a parameter of a control allows after an assessment.
func (r *run) renewal(typ v1alpha1.AttestationType, id v1alpha1.ControlID, parameter string) func(*v1alpha1.Attestation) time.Time {
	return func(a *v1alpha1.Attestation) time.Time {
		l := r.of(a.Spec.About.Solution)
		if i := r.fleet.Institution(a.Spec.About.Institution); i != nil {
			l = limits{r, i.Policy}
		}
		if most, ok := l.period(id, parameter); ok && a.Spec.Type == typ {
			return most.After(day(a.Spec.Date).First())
		}
		return time.Time{}
	}
}

// authorityAnswers is how long the authority has for its advice on a prior consultation (GDPR art. 36(2)).
var authorityAnswers = date.Period{Days: 8 * 7}

// impact reminds of impact assessments (REM-07), as GOV-04 asks for them: before production begins, when the review is due,
// and when the authority should have answered.
func (r *run) impact() {
	r.attested(func(a *v1alpha1.Attestation) (Deadline, []int, bool) {
		if a.Spec.Type != v1alpha1.AttestImpactAssessment || a.Spec.ImpactAssessment == nil {
			return Deadline{}, nil, false
		}
		return Deadline{Kind: "ImpactAssessment", What: fmt.Sprintf("Review the screening or impact assessment %s", a.Name)}, []int{30}, true
	}, r.renewal(v1alpha1.AttestImpactAssessment, "GOV-04", "review"))
	concluded := map[string]bool{}
	for _, a := range r.fleet.Attestations {
		s := a.Object.Spec.ImpactAssessment
		if a.Fault != "" || s == nil || !r.latest(a) || r.now.Before(a.From) {
			continue
		}
		if _, finished := r.come(s.FinishedAt); finished || !s.Required {
			concluded[r.solutionOf(a)] = true
		}
		if s.PriorConsultation != nil {
			r.consultation(a, s.PriorConsultation)
		}
	}
	for _, s := range r.fleet.Solutions {
		if start := r.start(s); !start.IsZero() && !concluded[s.Object.Name] {
			r.until(Deadline{Kind: "ImpactAssessment", Subject: s.Ref(), Solution: s.Object.Name,
				What: "Screen for an impact assessment, and finish one that is required, before the processing begins"}, start, 30)
		}
	}
}

func (r *run) consultation(a *evaluate.Attestation, c *v1alpha1.PriorConsultation) {
	_, answered := r.come(c.AnsweredAt)
	if sent, come := r.come(c.SentAt); come && !answered {
		r.until(Deadline{Kind: "PriorConsultation", Subject: ref("Attestation", a.Object.Name), Solution: r.solutionOf(a),
			What: "Ask the authority for its answer to the prior consultation"}, authorityAnswers.After(sent.AddDate(0, 0, 1)), 30)
	}
}

// start gives the first day of production where it lies ahead; zero otherwise.
func (r *run) start(s *evaluate.Solution) time.Time {
	var first time.Time
	for _, p := range s.Object.Spec.InProduction {
		first = control.Earliest(first, day(p.From).First())
	}
	if first.After(r.now) {
		return first
	}
	return time.Time{}
}
