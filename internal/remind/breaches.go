package remind

import (
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// breachClocks is the reminder of clocks in incidents.
const breachClocks ID = "REM-14"

// breaches reminds of the clocks of law and contract in incidents (REM-14). They run in real hours.
func (r *run) breaches() {
	for _, i := range facts.List[v1alpha1.SecurityIncident](r.view) {
		reading := clock.Read(i, clock.MemoryOf(r.view, i.Name), r.now)
		clocks := reading.Clocks(clock.DefaultLimits(r.now))
		r.changes(reading.Changes())
		for _, c := range clocks {
			if state := c.State(r.now); state != clock.Running && state != clock.Overdue {
				continue
			}
			for _, solution := range each(i.Spec.Solutions) {
				d := Deadline{Kind: kindOfClock(c.Name), Subject: ref("SecurityIncident", i.Name), Solution: solution, What: fmt.Sprintf("%s (incident %s)", ToDo(c.Name), i.Name), At: c.DueAt}
				d.mark(c.StartedAt, "The clock runs")
				for _, step := range c.Steps {
					d.mark(c.StartedAt.Add(step), fmt.Sprintf("%d hours have passed", step/time.Hour))
				}
				r.add(d)
			}
		}
	}
}

// ClockKinds lists the kinds of deadlines that clocks in incidents have.
func ClockKinds() []Kind {
	var out []Kind
	for _, n := range []clock.Name{clock.AuthorityNotice, clock.RiskAssessment, clock.DataSubjectNotice, clock.ProcessorNotice, clock.NIS2EarlyWarning, clock.NIS2Notification, clock.NIS2Final} {
		out = append(out, kindOfClock(n))
	}
	return out
}

// kindOfClock keeps the first assessment of a breach apart from the yearly risk assessment.
func kindOfClock(n clock.Name) Kind {
	if n == clock.RiskAssessment {
		return "BreachRiskAssessment"
	}
	return Kind(n)
}

// ToDo says what a clock asks for, as an order.
func ToDo(n clock.Name) string {
	switch n {
	case clock.AuthorityNotice:
		return "Notify the data protection authority"
	case clock.RiskAssessment:
		return "Assess the risk to the data subjects"
	case clock.DataSubjectNotice:
		return "Tell the data subjects"
	case clock.ProcessorNotice:
		return "Tell the controllers"
	case clock.NIS2EarlyWarning:
		return "Send the early warning under NIS 2"
	case clock.NIS2Notification:
		return "Send the notification under NIS 2"
	case clock.NIS2Final:
		return "Send the final report under NIS 2"
	default:
		return string(n)
	}
}
