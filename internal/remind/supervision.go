package remind

import (
	"fmt"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// supervision reminds of what is planned to supervise a supplier, and of what is to be done again. A supplier whom many
// solutions share is supervised as often as the strictest of them asks.
func (r *run) supervision() {
	users := r.users()
	for _, s := range facts.List[v1alpha1.Supplier](r.view) {
		if s.Spec.Supervision == nil {
			continue
		}
		for i := range s.Spec.Supervision.Activities {
			a := &s.Spec.Supervision.Activities[i]
			r.until(Deadline{Kind: "Supervision", Subject: ref("Supplier", s.Name), What: fmt.Sprintf("Supervise %s: %s", s.Name, inWords(a.Form))},
				r.supervise(s.Name, a, users[s.Name]), 30, 7)
		}
	}
}

// supervise gives the end of the day by which an activity is to be carried out; zero where nothing that is recorded tells.
func (r *run) supervise(supplier string, a *v1alpha1.SupervisionActivity, users []string) time.Time {
	due, last := day(a.NextAt).End(), r.supervised(supplier, a)
	if last.IsZero() {
		return due
	}
	parameter := "supervisionInterval"
	if a.Form == v1alpha1.SupervisionVisit {
		parameter = "visitInterval"
	}
	if own, err := date.ParsePeriod(string(a.Interval)); err == nil && !own.IsZero() {
		due = control.Earliest(due, own.After(last))
	}
	for _, solution := range each(users) {
		if most, ok := r.of(solution).period("SUP-06", parameter); ok {
			due = control.Earliest(due, most.After(last))
		}
	}
	return due
}

// supervised gives the day on which an activity was last carried out: as recorded, or when a statement was assessed.
func (r *run) supervised(supplier string, a *v1alpha1.SupervisionActivity) (last time.Time) {
	days := []v1alpha1.Date{a.LastAt}
	if a.Form == v1alpha1.SupervisionStatement {
		for _, record := range assurance.About(r.view, supplier) {
			if record.Spec.Assessment != nil && record.Received() == date.Yes {
				days = append(days, record.Spec.Assessment.At)
			}
		}
	}
	for _, d := range days {
		if at, come := r.come(d); come && at.After(last) {
			last = at
		}
	}
	return last
}

func inWords(f v1alpha1.SupervisionForm) string {
	switch f {
	case v1alpha1.SupervisionStatement:
		return "assess its statement"
	case v1alpha1.SupervisionVisit:
		return "pay it a visit"
	case v1alpha1.SupervisionMeeting:
		return "hold a meeting"
	case v1alpha1.SupervisionWrittenQuestions:
		return "ask it in writing"
	default:
		return strings.ToLower(string(f))
	}
}
