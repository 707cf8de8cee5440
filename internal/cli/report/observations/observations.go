// Package observations makes the report on the observations of auditors and on action plans: how old, how severe, whose, due
// when, and which came again.
package observations

import (
	"cmp"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/page"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/assurance"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Report holds every observation once, however often auditors found it again.
type Report struct {
	At time.Time `json:"at"`
	// Observations: open ones first, the most severe and oldest of them first.
	Observations []Observation `json:"observations"`
	Plans        []Plan        `json:"actionPlans"`
	// NotRecorded are statements that were received, or may have been, and of which nobody wrote down whether they hold
	// observations.
	NotRecorded []string         `json:"notRecorded"`
	Controls    []page.Judgement `json:"controls"`
}

// Observation is one weakness as the latest statement with it describes it.
type Observation struct {
	Statement string `json:"statement"`
	ID        string `json:"id"`
	Kind      string `json:"kind,omitempty"`
	Year      int32  `json:"year"`
	// Solutions that the statement is kept for, or in whose chain its supplier is.
	Solutions   []string          `json:"solutions"`
	Supplier    string            `json:"supplier,omitempty"`
	Objective   string            `json:"controlObjective,omitempty"`
	Severity    v1alpha1.Severity `json:"severity,omitempty"`
	Description string            `json:"description"`
	Owner       string            `json:"owner,omitempty"`
	Action      string            `json:"action,omitempty"`
	ActionPlan  string            `json:"actionPlan,omitempty"`
	// Known is the day from which its age counts: that of its first statement. AgeDays is until it was closed, else until now.
	Known   string        `json:"known,omitempty"`
	AgeDays int           `json:"ageDays"`
	DueAt   v1alpha1.Date `json:"dueAt,omitempty"`
	// State is Open, Overdue (open, and the planned day has passed) or Closed.
	State      string        `json:"state"`
	ClosedAt   v1alpha1.Date `json:"closedAt,omitempty"`
	Evidence   string        `json:"evidence,omitempty"`
	VerifiedAt v1alpha1.Date `json:"verifiedAt,omitempty"`
	// FirstStatement is where it stood first, of an observation that came again; ClosedBefore names the statement in which it
	// was marked closed and yet came again.
	FirstStatement string `json:"firstStatement,omitempty"`
	ClosedBefore   string `json:"closedBefore,omitempty"`
}

// Plan is an action plan with its measures.
type Plan struct {
	Name      string    `json:"name"`
	Solutions []string  `json:"solutions"`
	Supplier  string    `json:"supplier,omitempty"`
	Year      int32     `json:"year"`
	State     string    `json:"state"`
	Answers   []string  `json:"answers"`
	Measures  []Measure `json:"measures"`
}

// Measure of an action plan: Open, Overdue or Done. One that is to be done on a day to come is not done yet.
type Measure struct {
	v1alpha1.Measure `json:",inline"`
	State            string `json:"state"`
}

// States of observations and measures.
const (
	open    = "Open"
	overdue = "Overdue"
	closed  = "Closed"
	done    = "Done"
)

// Make makes the report.
func Make(v facts.View, outcome *check.Report) *Report {
	m := &maker{now: outcome.At, at: map[*v1alpha1.Observation]int{}, out: &Report{At: outcome.At.UTC(), Observations: []Observation{}, Plans: []Plan{}, NotRecorded: []string{}}}
	taken := map[*assurance.Record]bool{}
	take := func(records []*assurance.Record, solution string) {
		var statements []*assurance.Record
		for _, r := range records {
			taken[r] = true
			if r.Spec.Document != v1alpha1.DocumentActionPlan {
				statements = append(statements, r)
			}
		}
		m.issues(statements, solution)
	}
	for _, s := range facts.List[v1alpha1.HostedSolution](v) {
		take(assurance.Of(v, s), s.Name)
	}
	bySupplier := map[string][]*assurance.Record{}
	for _, r := range assurance.All(v) {
		if !taken[r] { // of no solution that is known
			bySupplier[r.Spec.Supplier] = append(bySupplier[r.Spec.Supplier], r)
		}
		m.plan(r)
		m.silent(r)
	}
	for _, records := range bySupplier {
		take(records, "")
	}
	slices.SortFunc(m.out.Observations, compare)
	m.out.Controls = page.Judgements(outcome, func(r *check.Result) bool { return r.Control == "SUP-06" })
	return m.out
}

// compare orders observations: what is to be done first, the most severe and oldest before others.
func compare(a, b Observation) int {
	rank := func(o Observation) int { return slices.Index([]string{overdue, open, closed}, o.State) }
	severity := func(o Observation) int {
		return slices.Index([]v1alpha1.Severity{v1alpha1.SeverityCritical, v1alpha1.SeverityHigh, "", v1alpha1.SeverityMedium, v1alpha1.SeverityLow}, o.Severity)
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(severity(a), severity(b)), cmp.Compare(b.AgeDays, a.AgeDays),
		cmp.Compare(a.Statement, b.Statement), cmp.Compare(a.ID, b.ID))
}

type maker struct {
	now time.Time
	out *Report
	// at finds an observation that another solution has too.
	at map[*v1alpha1.Observation]int
}

func (m *maker) issues(records []*assurance.Record, solution string) {
	for _, i := range assurance.Issues(records) {
		at, again := m.at[i.Observation]
		if !again {
			at = len(m.out.Observations)
			m.at[i.Observation] = at
			m.out.Observations = append(m.out.Observations, m.observation(i))
		}
		if one := &m.out.Observations[at]; solution != "" && !slices.Contains(one.Solutions, solution) {
			one.Solutions = append(one.Solutions, solution)
		}
	}
}

func (m *maker) observation(i assurance.Issue) Observation {
	o, s := i.Observation, &i.Record.Spec
	out := Observation{Statement: i.Record.Name, ID: o.ID, Kind: o.Kind, Year: s.Year, Solutions: []string{}, Supplier: s.Supplier, Objective: o.ControlObjective, Severity: o.Severity,
		Description: o.Description, Owner: o.Owner, Action: o.Action, ActionPlan: s.ActionPlan, DueAt: o.DueAt, ClosedAt: o.ClosedAt, Evidence: o.Evidence, VerifiedAt: o.VerifiedAt}
	out.Solutions = append(out.Solutions, s.Solutions...)
	end := m.now
	switch due := assurance.Day(o.DueAt); {
	case assurance.Closed(o, m.now):
		out.State, end = closed, assurance.Day(o.ClosedAt).First()
	case !due.IsZero() && due.BeforeTime(m.now) == date.Yes:
		out.State = overdue
	default:
		out.State = open
	}
	if !i.Known.IsZero() {
		known := i.Known.Add(-time.Second) // it is the end of a day
		out.Known = date.Of(known).String()
		out.AgeDays = max(0, days(known, end))
	}
	if i.First != i.Record {
		out.FirstStatement = i.First.Name
	}
	if i.ClosedIn != nil {
		out.ClosedBefore = i.ClosedIn.Name
	}
	return out
}

// days counts calendar days.
func days(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		year, month, day := t.In(date.Copenhagen()).Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)).Hours() / 24)
}

func (m *maker) plan(r *assurance.Record) {
	s := &r.Spec
	if s.Document != v1alpha1.DocumentActionPlan {
		return
	}
	p := Plan{Name: r.Name, Solutions: append([]string{}, s.Solutions...), Supplier: s.Supplier, Year: s.Year, State: string(r.State()), Answers: append([]string{}, s.Answers...), Measures: []Measure{}}
	for _, one := range s.Measures {
		state := open
		switch due := assurance.Day(one.DueAt); {
		case one.DoneAt != "" && !m.now.Before(assurance.Day(one.DoneAt).First()):
			state = done
		case !due.IsZero() && due.BeforeTime(m.now) == date.Yes:
			state = overdue
		}
		p.Measures = append(p.Measures, Measure{one, state})
	}
	m.out.Plans = append(m.out.Plans, p)
}

// silent notes a statement of which nobody says whether it holds observations.
func (m *maker) silent(r *assurance.Record) {
	if r.Spec.Document == v1alpha1.DocumentStatement && len(r.Spec.Observations) == 0 && !r.Spec.NoObservations && r.Received() != date.No && !r.Excused() {
		m.out.NotRecorded = append(m.out.NotRecorded, r.Name)
	}
}
