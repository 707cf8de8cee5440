package remind

import "github.com/tilsyn-dev/tilsyn/api/v1alpha1"

// institutions reminds of what an institution does every year: policy, awareness, report (REM-09), as GOV-07 asks for it.
func (r *run) institutions() {
	for _, i := range r.fleet.Institutions {
		spec, l := &i.Object.Spec, limits{r, i.Policy}
		yearly := func(kind Kind, what, limit string, at v1alpha1.Date) {
			if most, ok := l.period("GOV-07", limit); ok {
				r.until(Deadline{Kind: kind, Subject: i.Ref(), What: what}, r.lapses(most, nil, "", at), 60, 30)
			}
		}
		if spec.Policy != nil {
			yearly("SecurityPolicy", "Revise the security policy and have it approved", "policyReview", spec.Policy.ApprovedAt)
		}
		if spec.Awareness != nil {
			yearly("Awareness", "Hold a round of awareness", "awareness", spec.Awareness.LastRound)
		}
		if spec.YearlyReport != nil {
			yearly("YearlyReport", "Send the yearly report to management", "yearlyReport", spec.YearlyReport.SentAt)
		}
	}
}
