package register

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// statements reads what statements name.
func (r *run) statements() {
	byName := map[string]*v1alpha1.AssuranceStatement{}
	for _, s := range r.out.Statements {
		byName[s.Name] = s
	}
	for _, s := range r.out.Statements {
		p := r.page(statementKind, s.Name)
		p.referAll(solutionKind, s.Spec.Solutions, "spec.solutions")
		p.referAll(solutionKind, s.Spec.NamedSolutions, "spec.namedSolutions")
		p.refer(supplierKind, s.Spec.Supplier, "spec.supplier")
		p.referAll(supplierKind, s.Spec.CarvedOut, "spec.carvedOut")
		p.referAll(statementKind, s.Spec.Answers, "spec.answers")
		p.refer(statementKind, s.Spec.ActionPlan, "spec.actionPlan")
		if plan := byName[s.Spec.ActionPlan]; plan != nil && plan.Spec.Document != v1alpha1.DocumentActionPlan {
			p.bad(v1alpha1.ReasonWrongType, "spec.actionPlan: %s is a %s; name a statement whose spec.document is ActionPlan.", plan.Name, plan.Spec.Document)
		}
		p.answers(s, byName)
		p.year(s)
		var groups []string
		for i, d := range s.Spec.Deliveries {
			p.refer(institutionKind, d.Institution, "spec.deliveries[%d]", i)
			if !slices.Contains(groups, d.Group) {
				groups = append(groups, d.Group)
				p.group(d.Group, "spec.deliveries", s.Spec.Solutions)
			}
		}
		p.done()
		p.consistent(assurance.Read(s))
		p.kindRequired(&s.Spec)
	}
}

// answers notes what an action plan answers and what has nothing to answer.
func (p *page) answers(s *v1alpha1.AssuranceStatement, byName map[string]*v1alpha1.AssuranceStatement) {
	for i, name := range s.Spec.Answers {
		switch answered := byName[name]; {
		case name == s.Name:
			p.bad(v1alpha1.ReasonCircle, "spec.answers[%d]: an action plan does not answer itself; name the statement whose observations it answers.", i)
		case answered != nil && answered.Spec.Document == v1alpha1.DocumentActionPlan:
			p.bad(v1alpha1.ReasonWrongType, "spec.answers[%d]: %s is an action plan; name the statement whose observations it answers.", i, name)
		}
	}
}

// year notes a statement of a year that nobody plans yet. Next year's may be ordered already.
func (p *page) year(s *v1alpha1.AssuranceStatement) {
	if next := int32(p.run.now.In(date.Copenhagen()).Year()) + 1; s.Spec.Year > next {
		p.run.next(assurance.Year(s.Spec.Year - 1).From)
		p.bad(v1alpha1.ReasonImplausibleDate, "spec.year: %d lies years ahead; a statement is recorded for %d at the latest. Correct the year.", s.Spec.Year, next)
	}
}

// consistent says what in a statement's record cannot be true.
func (p *page) consistent(record *assurance.Record) {
	var told []string
	reason := v1alpha1.ReasonImplausibleDate
	for _, d := range record.Doubts(p.run.now) {
		p.run.next(d.Ends())
		told = append(told, d.Field+": "+d.String())
		switch {
		case d.Kind == assurance.DeliveredNotReceived:
			reason = v1alpha1.ReasonDeliveredNotReceived
		case d.Contradiction() && reason == v1alpha1.ReasonImplausibleDate:
			reason = v1alpha1.ReasonContradiction
		}
	}
	if beside := periodBeside(&record.Spec); beside != "" {
		told = append(told, beside)
	}
	if len(told) > 0 {
		p.problem(v1alpha1.ConditionConsistent, metav1.ConditionFalse, reason, "This cannot be: "+strings.Join(told, "; ")+".")
		return
	}
	gaps := record.Gaps()
	silent := func(kind assurance.GapKind) bool {
		return slices.ContainsFunc(gaps, func(g assurance.Gap) bool { return g.Kind == kind })
	}
	if silent(assurance.ReceiptNotSaid) && silent(assurance.DeliveryNotSaid) {
		p.problem(v1alpha1.ConditionConsistent, metav1.ConditionUnknown, v1alpha1.ReasonNothingSaid, "The record says nothing of its receipt and of whom it was passed on to.")
	}
}

// periodBeside says that a period holds no day of the year that the statement is kept for, "" where it holds one or none is
// recorded.
func periodBeside(s *v1alpha1.AssuranceStatementSpec) string {
	if s.Period == nil {
		return ""
	}
	year := assurance.Year(s.Year)
	from, until := assurance.Day(s.Period.From).First(), assurance.Day(s.Period.To).End()
	if from.Before(year.Until) && year.From.Before(until) {
		return ""
	}
	return fmt.Sprintf("spec.period: %s to %s holds no day of %d, the year of the statement", s.Period.From, s.Period.To, s.Year)
}

// kindRequired compares the kind that was received with the one that the statement itself says is required.
func (p *page) kindRequired(s *v1alpha1.AssuranceStatementSpec) {
	if s.Required == nil {
		return
	}
	var differ, missing []string
	for _, d := range assurance.Compare(*s.Required, s.StatementKind) {
		if d.Recorded() {
			differ = append(differ, d.String())
		} else {
			missing = append(missing, d.String())
		}
	}
	switch {
	case len(differ) > 0:
		p.problem(v1alpha1.ConditionKindAsRequired, metav1.ConditionFalse, v1alpha1.ReasonKindDiffers, strings.Join(append(differ, missing...), "; ")+".")
	case len(missing) > 0:
		p.problem(v1alpha1.ConditionKindAsRequired, metav1.ConditionUnknown, v1alpha1.ReasonKindNotRecorded, strings.Join(missing, "; ")+".")
	}
}

// institutions reads what institutions name, and whether the solutions that they use name them.
func (r *run) institutions() {
	secretariat := make(map[string]string, len(r.fleet.Institutions)) // today's
	for _, i := range r.fleet.Institutions {
		secretariat[i.Object.Name] = assurance.Secretariat(i.Object, r.now)
		r.next(assurance.SecretariatChanges(i.Object, r.now))
	}
	for _, i := range r.fleet.Institutions {
		p := r.page(institutionKind, i.Object.Name)
		for n, s := range i.Object.Spec.Secretariats {
			p.refer(institutionKind, s.Institution, "spec.secretariats[%d]", n)
		}
		if slices.ContainsFunc(i.Object.Spec.Secretariats, func(s v1alpha1.SecretariatMembership) bool { return s.Institution == i.Object.Name }) {
			p.bad(v1alpha1.ReasonCircle, "spec.secretariats: an institution does not supervise for itself; leave the entry out.")
		} else if way := circle(i.Object.Name, func(name string) string { return secretariat[name] }); way != nil {
			p.bad(v1alpha1.ReasonCircle, "spec.secretariats: the institutions supervise for each other in a circle: %s. Take the entry out of the one that supervises itself.", strings.Join(way, " > "))
		}
		p.report(i.Object.Spec.YearlyReport)
		p.uses(i.Institution)
		p.done()
	}
}

// report notes a yearly report that cannot have been sent when it says.
func (p *page) report(r *v1alpha1.YearlyReport) {
	if r == nil {
		return
	}
	sent := assurance.Day(r.SentAt)
	switch {
	case sent.AfterTime(p.run.now) == date.Yes:
		p.run.next(sent.First())
		p.bad(v1alpha1.ReasonImplausibleDate, "spec.yearlyReport.sentAt: %s has not come yet; record a report when it is sent.", r.SentAt)
	case sent.End().Before(assurance.Year(r.Year).From):
		p.bad(v1alpha1.ReasonImplausibleDate, "spec.yearlyReport: it was sent on %s, before %d began, the year that it is about. Correct the year or the day.", r.SentAt, r.Year)
	}
}

func (p *page) uses(i *control.Institution) {
	var strangers []string
	for n, u := range i.Object.Spec.Uses {
		p.refer(solutionKind, u.Solution, "spec.uses[%d]", n)
		if p.run.names.kinds[solutionKind].known[u.Solution] && i.Solution(u.Solution) == nil {
			strangers = append(strangers, u.Solution)
		}
	}
	if len(strangers) > 0 {
		p.bad(v1alpha1.ReasonNotController, "It says that it uses %s, which neither names nor selects it as a controller. Add it to spec.controllers there, or correct spec.uses.", some(strangers))
	}
}

// incidents reads what incidents name.
func (r *run) incidents() {
	for _, i := range r.out.Incidents {
		p, s := r.page(incidentKind, i.Name), &i.Spec
		p.referAll(solutionKind, s.Solutions, "spec.solutions")
		p.referAll(environmentKind, s.Environments, "spec.environments")
		p.referAll(institutionKind, s.Institutions, "spec.institutions")
		p.referAll(incidentKind, s.RelatedIncidents, "spec.relatedIncidents")
		p.refer(supplierKind, s.DetectedBy, "spec.detectedBy")
		for n, a := range s.Awareness {
			p.refer(institutionKind, a.Controller, "spec.awareness[%d]", n)
		}
		for n, a := range s.Notifications {
			p.refer(institutionKind, a.Controller, "spec.notifications[%d]", n)
		}
		for n, notice := range s.Notices {
			p.refer(supplierKind, notice.Supplier, "spec.notices[%d]", n)
			p.refer(supplierKind, notice.By, "spec.notices[%d].by", n)
			p.refer(institutionKind, notice.Institution, "spec.notices[%d]", n)
			p.group(notice.Group, "spec.notices", s.Solutions)
		}
		p.controls(s.Controls)
		p.done()
		reading := clock.Read(i, clock.Memory{}, r.now)
		p.instants(reading)
		for _, c := range reading.Clocks(clock.DefaultLimits(r.now)) {
			r.next(c.Changes(r.now))
		}
		r.next(reading.Changes())
	}
}

// instants notes instants of an incident that cannot be.
func (p *page) instants(reading *clock.Reading) {
	ahead, early := reading.Doubtful()
	if len(ahead) > 0 {
		p.bad(v1alpha1.ReasonImplausibleDate, "In the future: %s. Correct the date, the month or the offset; until then it has not happened.", some(ahead))
	}
	if before := reading.BeforeFound(); len(before) > 0 {
		p.bad(v1alpha1.ReasonImplausibleDate, "Aware before anybody found it (spec.detectedAt): %s. The clocks run from the earlier; correct whichever is wrong.", some(before))
	}
	if len(early) > 0 {
		p.bad(v1alpha1.ReasonImplausibleDate, "Before anybody knew of the incident: %s. That stops no clock; correct it, or spec.detectedAt.", some(early))
	}
}

// controls notes controls that the catalogue does not have.
func (p *page) controls(ids []v1alpha1.ControlID) {
	var unknown []string
	for _, id := range ids {
		if _, ok := p.run.fleet.Platform.Policy.Entry(id); !ok {
			unknown = append(unknown, string(id))
		}
	}
	if len(unknown) > 0 {
		p.bad(v1alpha1.ReasonUnknownControl, "spec.controls: the catalogue has no control %s; `tilsyn controls` lists them.", some(unknown))
	}
}

// solutions reads what solutions name of the contractual side, and the order of their chains.
func (r *run) solutions() {
	for _, object := range facts.List[v1alpha1.HostedSolution](r.view) {
		p, s := r.page(solutionKind, object.Name), &object.Spec
		engagedBy := map[string]string{}
		for i, link := range s.SupplierChain {
			p.refer(supplierKind, link.Supplier, "spec.supplierChain[%d]", i)
			engagedBy[link.Name] = link.EngagedBy
		}
		p.order(s.SupplierChain, engagedBy)
		for i, c := range s.Controllers {
			for n, name := range c.Institutions {
				p.refer(institutionKind, name, "spec.controllers[%d].institutions[%d]", i, n)
			}
		}
		for i, e := range s.ExternalEndpoints {
			p.refer(supplierKind, e.Supplier, "spec.externalEndpoints[%d]", i)
		}
		for i, a := range s.Administration {
			p.refer(supplierKind, a.Supplier, "spec.administration[%d]", i)
		}
		if s.Continuity != nil && s.Continuity.Contingency != nil {
			for i, party := range s.Continuity.Contingency.Informed {
				p.refer(supplierKind, party.Supplier, "spec.continuity.contingency.informed[%d]", i)
				p.refer(institutionKind, party.Institution, "spec.continuity.contingency.informed[%d]", i)
			}
		}
		p.done()
	}
}

// order notes links that nobody engaged, and those that engage each other.
func (p *page) order(links []v1alpha1.SupplierLink, engagedBy map[string]string) {
	var orphans []string
	told := false
	for _, l := range links {
		if _, there := engagedBy[l.EngagedBy]; l.EngagedBy != "" && !there {
			orphans = append(orphans, l.Name+" (by "+l.EngagedBy+")")
		}
		if way := circle(l.Name, func(name string) string { return engagedBy[name] }); way != nil && !told {
			told = true
			p.bad(v1alpha1.ReasonCircle, "spec.supplierChain: the links engage each other in a circle: %s. Leave engagedBy out of those that the controllers engaged.", strings.Join(way, " > "))
		}
	}
	if len(orphans) > 0 {
		p.bad(v1alpha1.ReasonUnknownLink, "spec.supplierChain: engagedBy names no link of the chain: %s.", some(orphans))
	}
}

// places reads what environments and the platform name.
func (r *run) places() {
	for _, e := range facts.List[v1alpha1.SolutionEnvironment](r.view) {
		p := r.page(environmentKind, e.Name)
		p.refer(supplierKind, e.Spec.HostedBy, "spec.hostedBy")
		p.done()
	}
	if object := r.fleet.Platform.Object; object != nil {
		p := r.page("Platform", object.Name)
		for i, a := range object.Spec.Administration {
			p.refer(supplierKind, a.Supplier, "spec.administration[%d]", i)
		}
		p.done()
	}
}
