package sup

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// supervision judges how the suppliers of the chain are supervised. Those that lack a plan, a resource or a coordinator are
// named together: it is one task.
func (j *followUp) supervision() {
	plans, unknown, uncoordinated := map[v1alpha1.Party][]string{}, []string(nil), []string(nil)
	for _, s := range j.suppliers() {
		party := facts.Get[v1alpha1.Supplier](j.Facts, "", s.name)
		switch {
		case party == nil:
			unknown = append(unknown, s.name)
			continue
		case party.Spec.Supervision == nil || len(party.Spec.Supervision.Activities) == 0:
			plans[s.supervisor] = append(plans[s.supervisor], s.name)
		default:
			j.supplier(party, s)
		}
		if s.supervisor == v1alpha1.PartyInstitution && j.shared() && !j.coordinated(party) {
			uncoordinated = append(uncoordinated, s.name)
		}
	}
	for _, p := range []v1alpha1.Party{v1alpha1.PartyProvider, v1alpha1.PartyInstitution} {
		if list := plans[p]; len(list) > 0 {
			j.results = append(j.results, control.Fail("NoSupervisionPlan", "suppliers", some(list), "example", "activities: [{form: WrittenQuestions, interval: "+j.params.SupervisionInterval+"}]").For(p))
		}
	}
	if len(unknown) > 0 {
		j.results = append(j.results, control.Unknown("SupplierNotRecorded", "suppliers", some(unknown)).At("spec.supplierChain").For(v1alpha1.PartyProvider))
	}
	if len(uncoordinated) > 0 {
		j.results = append(j.results, control.Fail("NoCoordinator", "suppliers", some(uncoordinated)).For(v1alpha1.PartyInstitution))
	}
}

// supervised is a supplier and who has to supervise it.
type supervised struct {
	name       string
	supervisor v1alpha1.Party
	// since is the day from which it had to be supervised, as far as it is recorded; zero where nothing tells.
	since time.Time
}

// suppliers lists the suppliers that have to do with personal data, whatever the chain says of them, in its order. Whom the controllers engaged
// the institutions supervise, the others the provider.
func (j *followUp) suppliers() []supervised {
	var out []supervised
	for _, link := range chain.Of(j.Facts, j.Solution.Object).Links {
		if !link.Touches || link.Own { // nobody is one's own supplier
			continue
		}
		at := slices.IndexFunc(out, func(s supervised) bool { return s.name == link.Supplier })
		if at < 0 {
			at = len(out)
			out = append(out, supervised{name: link.Supplier, supervisor: v1alpha1.PartyProvider, since: j.began(link)})
		}
		if link.Direct {
			out[at].supervisor = v1alpha1.PartyInstitution
		}
	}
	return out
}

// began gives the first day on which a supplier of a solution in production worked for it, by its agreements; zero where neither
// production nor agreements are recorded.
func (j *followUp) began(link *chain.Link) time.Time {
	var production, agreed time.Time
	for _, p := range j.Solution.Object.Spec.InProduction {
		production = control.Earliest(production, assurance.Day(p.From).First())
	}
	for _, a := range link.Agreements {
		for i := range a.Terms {
			if t := &a.Terms[i]; t.Obstacle == "" {
				agreed = control.Earliest(agreed, t.From)
			}
		}
	}
	if agreed.After(production) {
		return agreed
	}
	return production
}

// shared tells whether the solution has several controllers.
func (j *followUp) shared() bool {
	n := 0
	for _, c := range j.Solution.Object.Spec.Controllers {
		members := len(c.Institutions)
		if c.InstitutionSelector != nil {
			members = 2 // a selector is there for more than one
		}
		if c.ExpectedCount != nil {
			members = int(*c.ExpectedCount)
		}
		n += max(1, members)
	}
	return n > 1
}

// coordinated tells whether a coordinator is named; one that does not exist is a result of its own.
func (j *followUp) coordinated(s *v1alpha1.Supplier) bool {
	if s.Spec.Supervision == nil || s.Spec.Supervision.Coordinator == "" {
		return false
	}
	if name := s.Spec.Supervision.Coordinator; facts.Get[v1alpha1.Institution](j.Facts, "", name) == nil {
		j.results = append(j.results, control.Fail("UnknownCoordinator", "supplier", s.Name, "coordinator", name).On(supplierRef(s)).At("spec.supervision.coordinator").For(v1alpha1.PartyInstitution))
	}
	return true
}

func supplierRef(s *v1alpha1.Supplier) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "Supplier", Name: s.Name}
}

// schedule is how far the supervision of one supplier has come.
type schedule struct {
	overdue, silent []string  // forms
	since           time.Time // the first that is overdue was due; zero: never carried out
	next            time.Time
	latest          time.Time // the last time that anything was carried out
	visits          bool
}

// schedule reads the activities that are planned, and whether any of them was carried out as lately as the level asks.
func (j *followUp) schedule(s *v1alpha1.Supplier, since time.Time) schedule {
	var out schedule
	for i := range s.Spec.Supervision.Activities {
		a := &s.Spec.Supervision.Activities[i]
		last, coming := j.last(s.Name, a)
		out.next = control.Earliest(out.next, coming)
		if last.After(out.latest) {
			out.latest = last
		}
		out.visits = out.visits || a.Form == v1alpha1.SupervisionVisit
		switch due := j.due(a, last, since); {
		case due.IsZero() && !last.IsZero(): // carried out once, and nothing asks for another one
		case !j.Now.Before(due):
			out.since = earliestDue(out.since, due, len(out.overdue) == 0)
			out.overdue = append(out.overdue, forms(a.Form))
		default:
			out.next = control.Earliest(out.next, due)
		}
		if a.LastAt != "" && a.Report == "" && a.Form != v1alpha1.SupervisionStatement {
			out.silent = append(out.silent, forms(a.Form))
		}
	}
	if len(out.overdue) > 0 || out.latest.IsZero() {
		return out
	}
	if general := mustPeriod(j.params.SupervisionInterval).After(out.latest); j.Now.Before(general) {
		out.next = control.Earliest(out.next, general)
	} else {
		out.overdue, out.since = []string{"any form"}, general
	}
	return out
}

// supplier judges whether the supervision of one supplier is carried out as planned, and as often as the level asks.
func (j *followUp) supplier(s *v1alpha1.Supplier, how supervised) {
	plan := j.schedule(s, how.since)
	var out []control.Result
	if len(plan.overdue) > 0 {
		out = append(out, control.Fail("SupervisionOverdue", "forms", strings.Join(plan.overdue, ", "), "since", sinceWhen(plan.since)))
	}
	if interval := j.params.VisitInterval; interval != "" && !plan.visits {
		out = append(out, control.Fail("NoVisit", "interval", interval, "example", "{form: Visit, interval: "+interval+"}"))
	}
	if len(plan.silent) > 0 {
		out = append(out, control.Unknown("NotEvidenced", "forms", strings.Join(plan.silent, ", ")))
	}
	if len(out) == 0 {
		out = append(out, control.Pass("Supervised", "due", lastDay(plan.next)))
	}
	for _, r := range out {
		r.Args = append(r.Args, control.Arg{Name: "supplier", Value: s.Name})
		j.results = append(j.results, r.On(supplierRef(s)).At("spec.supervision.activities").Until(plan.next).For(how.supervisor))
	}
}

// earliestDue keeps the earlier of two due instants, of which the zero one, never carried out, is the earliest.
func earliestDue(a, b time.Time, first bool) time.Time {
	if first || b.Before(a) {
		return b
	}
	return a
}

func sinceWhen(due time.Time) string {
	if due.IsZero() {
		return "was never carried out"
	}
	return "was due by " + lastDay(due)
}

// last gives when an activity was last carried out: as recorded, or for statements when the last one was assessed. A day that
// has not come is no day on which something was done; coming is the first such day, zero if none.
func (j *followUp) last(supplier string, a *v1alpha1.SupervisionActivity) (last, coming time.Time) {
	days := []v1alpha1.Date{a.LastAt}
	if a.Form == v1alpha1.SupervisionStatement {
		for _, r := range assurance.About(j.Facts, supplier) {
			if r.Spec.Assessment != nil && r.Received() == date.Yes {
				days = append(days, r.Spec.Assessment.At)
			}
		}
	}
	for _, d := range days {
		switch at := assurance.Day(d).First(); {
		case at.After(j.Now):
			coming = control.Earliest(coming, at)
		case at.After(last):
			last = at
		}
	}
	return last, coming
}

// due gives the end of the day by which an activity is to be carried out again: as planned, but not later than its own
// interval and that of the level after the last time. What was never carried out is due on the planned day, or at once, and
// not later than one interval after the supplier had to be supervised. Zero: never carried out and due at once, or carried out
// and not due again.
func (j *followUp) due(a *v1alpha1.SupervisionActivity, last, since time.Time) time.Time {
	due := assurance.Day(a.NextAt).End()
	if last.IsZero() && due.IsZero() {
		return due
	}
	from := last
	if last.IsZero() {
		from = since
	}
	if from.IsZero() || from.After(j.Now) { // nobody tells since when: a plan reaches no further than an interval after this year
		from = assurance.Due(int32(j.Now.In(date.Copenhagen()).Year()), date.Period{})
	}
	limits := []string{string(a.Interval), j.params.SupervisionInterval}
	if a.Form == v1alpha1.SupervisionVisit {
		limits[1] = j.params.VisitInterval
	}
	for _, l := range limits {
		if l == "" {
			continue
		}
		limit := mustPeriod(l).After(from)
		if last.IsZero() && since.IsZero() && limit.Before(due) {
			return time.Time{} // planned for later than any start allows
		}
		due = control.Earliest(due, limit)
	}
	return due
}

func forms(f v1alpha1.SupervisionForm) string {
	switch f {
	case v1alpha1.SupervisionWrittenQuestions:
		return "written questions"
	case v1alpha1.SupervisionStatement:
		return "statement"
	default:
		return strings.ToLower(string(f))
	}
}
