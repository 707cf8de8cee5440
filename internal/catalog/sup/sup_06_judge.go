package sup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
)

// followUp judges what became of the statements of one solution.
type followUp struct {
	control.SolutionInput
	params  *sup06
	records []*assurance.Record
	limits  map[v1alpha1.Severity]date.Period // to close an observation
	results []control.Result
}

func judgeSUP06(in control.SolutionInput, p *sup06) []control.Result {
	j := &followUp{SolutionInput: in, params: p, limits: map[v1alpha1.Severity]date.Period{}}
	for _, s := range []v1alpha1.Severity{"", v1alpha1.SeverityCritical, v1alpha1.SeverityHigh, v1alpha1.SeverityMedium, v1alpha1.SeverityLow} {
		j.limits[s] = mustPeriod(p.CloseWithin.of(s))
	}
	for _, r := range assurance.Of(in.Facts, in.Solution.Object) {
		if r.Received() == date.Yes {
			j.records = append(j.records, r)
		}
	}
	j.statements()
	j.supervision()
	if len(j.results) == 0 {
		j.results = append(j.results, control.NotApplicable("NoSupplier"))
	}
	next := assurance.Due(int32(in.Now.In(date.Copenhagen()).Year()), date.Period{})
	for i := range j.results {
		j.results[i] = j.results[i].Until(next).RestingOn(control.Declared)
	}
	return j.results
}

// statements judges each statement and action plan, with the observations that stand in it and in no later one.
func (j *followUp) statements() {
	issues := map[*assurance.Record][]assurance.Issue{}
	for _, i := range assurance.Issues(slices.DeleteFunc(slices.Clone(j.records), func(r *assurance.Record) bool { return r.Spec.Document != v1alpha1.DocumentStatement })) {
		issues[i.Record] = append(issues[i.Record], i)
	}
	first := int32(j.Now.In(date.Copenhagen()).Year()) - j.params.Years
	for _, r := range j.records {
		switch current := r.Spec.Year >= first; {
		case r.Spec.Document == v1alpha1.DocumentActionPlan:
			j.plan(r, current)
		case r.Spec.Document == v1alpha1.DocumentStatement && (current || len(issues[r]) > 0):
			j.statement(r, issues[r], current)
		}
	}
}

// page gathers the results about one statement.
type page struct {
	record *assurance.Record
	next   time.Time
	out    []control.Result
}

func (p *page) add(r control.Result, field string) {
	r.Args = append(r.Args, control.Arg{Name: "statement", Value: p.record.Name})
	p.out = append(p.out, r.On(p.record.Ref()).At(field))
}

func (p *page) later(t time.Time) { p.next = control.Earliest(p.next, t) }

func (j *followUp) done(p *page) {
	for _, r := range p.out {
		j.results = append(j.results, r.Until(p.next))
	}
}

func (j *followUp) statement(r *assurance.Record, issues []assurance.Issue, current bool) {
	p := &page{record: r}
	if !r.Receipt.IsZero() && r.Receipt.AfterTime(j.Now) == date.Yes {
		p.later(r.Receipt.First())
		p.add(control.Unknown("ReceivedAhead", "date", r.Receipt.String()), "spec.receipt.date")
		j.done(p)
		return
	}
	j.observations(p, issues)
	if current {
		j.assessment(p)
		if j.qualified(r) && !j.answered(r) {
			p.add(control.Fail("NoActionPlan"), "spec.actionPlan")
		}
	}
	if len(p.out) == 0 {
		open := 0
		for _, i := range issues {
			if !assurance.Closed(i.Observation, j.Now) {
				open++
			}
		}
		switch {
		case len(r.Spec.Observations) == 0 && r.Spec.Opinion == v1alpha1.OpinionUnmodified:
			p.add(control.NotApplicable("NothingObserved"), "spec.observations")
		default:
			p.add(control.Pass("FollowedUp", "open", strconv.Itoa(open), "closed", strconv.Itoa(len(r.Spec.Observations)-open)), "spec.observations")
		}
	}
	j.done(p)
}

// assessment judges whether somebody has read a statement.
func (j *followUp) assessment(p *page) {
	s := &p.record.Spec
	due := mustPeriod(j.params.AssessWithin).After(p.record.Known())
	if s.Assessment != nil {
		p.later(laterThan(j.Now, assurance.Day(s.Assessment.At).First()))
	}
	switch assessed := assessed(s, j.Now); {
	case !assessed && !j.Now.Before(due):
		p.add(control.Unknown("NotAssessed", "due", lastDay(due)), "spec.assessment")
	case !assessed:
		p.later(due)
		if len(p.out) == 0 {
			p.add(control.Pass("ToBeAssessed", "due", lastDay(due)), "spec.assessment")
		}
	case len(s.Observations) == 0 && !s.NoObservations:
		p.add(control.Unknown("ObservationsNotRecorded"), "spec.observations")
	case s.Opinion == "":
		p.add(control.Unknown("OpinionNotRecorded"), "spec.opinion")
	}
	if assessed(s, j.Now) && insufficient(s.Assessment.Conclusion) && !j.answered(p.record) {
		p.add(control.Fail("FoundInsufficient", "conclusion", s.Assessment.Conclusion), "spec.assessment.conclusion")
	}
}

// assessed tells whether somebody assessed a statement, on a day that has come.
func assessed(s *v1alpha1.AssuranceStatementSpec, now time.Time) bool {
	return s.Assessment != nil && !now.Before(assurance.Day(s.Assessment.At).First())
}

// insufficient tells whether a conclusion begins by saying that a statement is not enough.
func insufficient(conclusion v1alpha1.Line) bool {
	words := strings.Join(strings.FieldsFunc(strings.ToLower(conclusion), func(r rune) bool { return !unicode.IsLetter(r) }), " ") + " "
	return slices.ContainsFunc([]string{"insufficient", "not sufficient", "inadequate", "not adequate", "utilstrækkelig", "ikke tilstrækkelig", "ikke tilfredsstillende", "utilfredsstillende"}, func(no string) bool {
		return strings.HasPrefix(words, no)
	})
}

// observations judges what stands open: each way of failing once, with all that it concerns.
func (j *followUp) observations(p *page, issues []assurance.Issue) {
	var overdue, unplanned, repeated, before []string
	for _, i := range issues {
		o := i.Observation
		closed := assurance.Closed(o, j.Now) && !i.Record.ClosedBefore(o)
		switch {
		case i.ClosedIn == nil:
		case !closed:
			repeated = append(repeated, fmt.Sprintf("%s (%s, closed in %s)", o.ID, o.ControlObjective, i.ClosedIn.Name))
		case !j.verified(p, o):
			repeated = append(repeated, fmt.Sprintf("%s (%s, closed in %s and again on %s, which nobody else verified)", o.ID, o.ControlObjective, i.ClosedIn.Name, o.ClosedAt))
		}
		if i.Record.ClosedBefore(o) {
			before = append(before, fmt.Sprintf("%s (%s)", o.ID, o.ClosedAt))
		}
		if closed {
			continue
		}
		if o.ClosedAt != "" && !i.Record.ClosedBefore(o) {
			p.later(laterThan(j.Now, assurance.Day(o.ClosedAt).First()))
		}
		if missing := unsettled(o); len(missing) > 0 {
			unplanned = append(unplanned, o.ID+" ("+strings.Join(missing, ", ")+")")
		}
		deadline := i.Deadline(j.limits[o.Severity])
		if j.Now.Before(deadline) {
			p.later(deadline)
			continue
		}
		overdue = append(overdue, fmt.Sprintf("%s (%s, by %s)", o.ID, severity(o.Severity), lastDay(deadline)))
	}
	for _, f := range []struct {
		reason control.Reason
		list   []string
	}{{"Repeated", repeated}, {"ClosedBefore", before}, {"Overdue", overdue}, {"NotPlanned", unplanned}} {
		if len(f.list) > 0 {
			p.add(control.Fail(f.reason, "list", some(f.list)), "spec.observations")
		}
	}
}

// verified tells whether somebody who is not even likely its owner checked a closure, on or after the day of it.
func (j *followUp) verified(p *page, o *v1alpha1.Observation) bool {
	at := assurance.Day(o.VerifiedAt).First()
	if o.VerifiedAt == "" || o.VerifiedBy == "" || v1alpha1.ComparePersons(o.VerifiedBy, o.Owner) != v1alpha1.TwoPersons || at.Before(assurance.Day(o.ClosedAt).First()) {
		return false
	}
	p.later(laterThan(j.Now, at))
	return !at.After(j.Now)
}

func severity(s v1alpha1.Severity) string {
	if s == "" {
		return "not assessed"
	}
	return strings.ToLower(string(s))
}

// unsettled lists what an open observation lacks.
func unsettled(o *v1alpha1.Observation) []string {
	var out []string
	for _, f := range []struct {
		name  string
		there bool
	}{{"severity", o.Severity != ""}, {"owner", o.Owner != ""}, {"action", o.Action != ""}, {"due day", o.DueAt != ""}} {
		if !f.there {
			out = append(out, f.name)
		}
	}
	return out
}

// qualified tells whether a statement needs an action plan.
func (j *followUp) qualified(r *assurance.Record) bool {
	o := r.Spec.Opinion
	return o == v1alpha1.OpinionQualified || o == v1alpha1.OpinionAdverse || o == v1alpha1.OpinionDisclaimer ||
		slices.ContainsFunc(r.Spec.Observations, func(o v1alpha1.Observation) bool { return o.Kind == "Qualification" })
}

// answered tells whether an action plan that answers a statement was received. That it is empty is a result of its own.
func (j *followUp) answered(r *assurance.Record) bool {
	if plan := assurance.Get(j.Facts, r.Spec.ActionPlan); plan != nil && plan.Spec.Document == v1alpha1.DocumentActionPlan && plan.Received() == date.Yes &&
		(len(plan.Spec.Measures) > 0 || slices.Contains(j.records, plan)) {
		return true
	}
	return slices.ContainsFunc(j.records, func(plan *assurance.Record) bool {
		return plan.Spec.Document == v1alpha1.DocumentActionPlan && slices.Contains(plan.Spec.Answers, r.Name)
	})
}

// plan judges the measures of an action plan.
func (j *followUp) plan(r *assurance.Record, current bool) {
	p := &page{record: r}
	if len(r.Spec.Measures) == 0 {
		if current {
			p.add(control.Fail("EmptyActionPlan"), "spec.measures")
			j.done(p)
		}
		return
	}
	var overdue, unplanned []string
	open := 0
	for i := range r.Spec.Measures {
		m := &r.Spec.Measures[i]
		if m.DoneAt != "" && m.Evidence != "" && !j.Now.Before(assurance.Day(m.DoneAt).First()) {
			continue
		}
		open++
		deadline := j.limits[m.Severity].After(r.Known())
		if due := assurance.Day(m.DueAt); !due.IsZero() && (m.Severity == "" || due.End().Before(deadline)) {
			deadline = due.End() // without a severity the plan's own day counts
		}
		if m.DueAt == "" || m.Owner == "" {
			unplanned = append(unplanned, m.Name)
		}
		if j.Now.Before(deadline) {
			p.later(deadline)
		} else {
			overdue = append(overdue, m.Name+" (by "+lastDay(deadline)+")")
		}
		if m.DoneAt != "" {
			p.later(laterThan(j.Now, assurance.Day(m.DoneAt).First()))
		}
	}
	if len(overdue) > 0 {
		p.add(control.Fail("MeasuresOverdue", "list", some(overdue)), "spec.measures")
	}
	if len(unplanned) > 0 {
		p.add(control.Fail("MeasuresNotPlanned", "list", some(unplanned)), "spec.measures")
	}
	if len(p.out) == 0 && (current || open > 0) {
		p.add(control.Pass("FollowedUp", "open", strconv.Itoa(open), "closed", strconv.Itoa(len(r.Spec.Measures)-open)), "spec.measures")
	}
	j.done(p)
}

// laterThan gives an instant that is still to come; zero where it has passed.
func laterThan(now, t time.Time) time.Time {
	if t.After(now) {
		return t
	}
	return time.Time{}
}
