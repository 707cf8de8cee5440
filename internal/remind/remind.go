package remind

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Reminder finds deadlines of one kind of duty.
type Reminder struct {
	ID ID
	// Of says what it reminds of.
	Of   string
	find func(*run)
}

// Reminders lists every reminder, in the order of the catalogue.
func Reminders() []Reminder {
	return []Reminder{
		{"REM-01", "a statement that is to be received", (*run).statements},
		{"REM-02", "a received statement or action plan that is to be passed on", (*run).deliveries},
		{"REM-03", "an observation or measure that is to be closed, a supplier that is to be supervised", (*run).followUp},
		{"REM-04", "an agreement that ends or is to be reviewed, a change of subprocessors that awaits authorisation", (*run).agreements},
		{"REM-05", "an adequacy decision or certification that ends", (*run).law},
		{"REM-06", "a risk assessment", (*run).risk},
		{"REM-07", "an impact assessment, its review, the answer to a prior consultation", (*run).impact},
		{"REM-08", "the confirmation of a processing record", (*run).records},
		{"REM-09", "the approval of the policy, a round of awareness, the yearly report", (*run).institutions},
		{"REM-10", "a restore test, an exercise, the review of a contingency plan", (*run).contingency},
		{"REM-11", "a review of access or of logs", (*run).access},
		{"REM-12", "a certificate that nothing renews, the end of support of a component or of the version of the cluster", (*run).support},
		{"REM-13", "an attestation or exception that ends, the confirmation of use within purpose", (*run).attestations},
		{breachClocks, "a clock that runs in an incident", (*run).breaches},
		{"REM-15", "contacts that are to be tried", (*run).contacts},
		{"REM-16", "the management statement", (*run).managementStatement},
		{"REM-17", "the next status of a renegotiation", (*run).renegotiation},
	}
}

// List gives every deadline at an instant, what is due first first, and the next instant at which the list changes by
// itself; zero: never. What was done has no deadline any more.
func List(v facts.View, fleet *evaluate.Fleet, now time.Time) ([]Deadline, time.Time) {
	r := &run{view: v, fleet: fleet, now: now, read: map[string]map[string]any{}}
	for _, reminder := range Reminders() {
		r.id = reminder.ID
		reminder.find(r)
	}
	for i := range r.out {
		d := &r.out[i]
		d.ready()
		d.stand(now)
		r.next = control.Earliest(r.next, d.Next)
	}
	slices.SortFunc(r.out, Compare)
	return r.out, r.next
}

// run is one look at everything.
type run struct {
	view  facts.View
	fleet *evaluate.Fleet
	now   time.Time
	id    ID
	read  map[string]map[string]any // parameters that were decoded, by their text
	// newest attestation of each thing that is attested; nil before anybody asked.
	newest map[same]*evaluate.Attestation
	out    []Deadline
	next   time.Time
}

// changes notes an instant ahead at which something that is written comes to count.
func (r *run) changes(at time.Time) {
	if at.After(r.now) {
		r.next = control.Earliest(r.next, at)
	}
}

// come reads a day that has come; false where it is not written or lies ahead.
func (r *run) come(d v1alpha1.Date) (time.Time, bool) {
	at := day(d).First()
	r.changes(at)
	return at, !at.IsZero() && !at.After(r.now)
}

// until adds a deadline for something to be done before an instant: the day before it is the last.
func (r *run) until(d Deadline, at time.Time, lead ...int) {
	if !at.IsZero() {
		r.by(d, date.Of(at.Add(-time.Hour)), at, lead...)
	}
}

// by adds a deadline for something to be done by the end of a day as it is written.
func (r *run) by(d Deadline, due date.Partial, at time.Time, lead ...int) {
	d.Due, d.At = due, at
	d.before(due, lead...)
	r.add(d)
}

// ends adds a deadline for something that ceases at 00:00 of a day.
func (r *run) ends(d Deadline, at time.Time, lead ...int) {
	r.by(d, date.Of(at), at, lead...)
}

func (r *run) add(d Deadline) {
	d.Reminder = r.id
	r.out = append(r.out, d)
}

// each gives the names of solutions that a deadline is about, "" where there are none.
func each(solutions []string) []string {
	if len(solutions) == 0 {
		return []string{""}
	}
	return solutions
}

// limits are the parameters of controls that hold for somebody.
type limits struct {
	run    *run
	policy *evaluate.Policy
}

// of gives the limits of a solution; those of the platform, which are the strictest, where it is not known.
func (r *run) of(solution string) limits {
	if s := r.fleet.Solution(solution); s != nil {
		return limits{r, s.Policy}
	}
	return limits{r, r.fleet.Platform.Policy}
}

// value finds a parameter by its path, for example closeWithin, high.
func (l limits) value(id v1alpha1.ControlID, path ...string) any {
	if l.policy == nil {
		return nil
	}
	e, found := l.policy.Entry(id)
	if !found || e.Bound == nil {
		return nil
	}
	at, known := l.run.read[e.Bound.Key]
	if !known {
		// The text is what the engine itself wrote; one that is no object has no parameters.
		_ = json.Unmarshal([]byte(e.Bound.Key), &at)
		l.run.read[e.Bound.Key] = at
	}
	for i, name := range path {
		if i == len(path)-1 {
			return at[name]
		}
		at, _ = at[name].(map[string]any)
	}
	return nil
}

func (l limits) text(id v1alpha1.ControlID, path ...string) string {
	s, _ := l.value(id, path...).(string)
	return s
}

// period reads a length of time; false where the control has none, or its profile cannot be understood.
func (l limits) period(id v1alpha1.ControlID, path ...string) (date.Period, bool) {
	p, err := date.ParsePeriod(l.text(id, path...))
	return p, err == nil && !p.IsZero()
}

func day(d v1alpha1.Date) date.Partial {
	p, err := date.Parse(string(d))
	if err != nil {
		return date.Partial{}
	}
	return p
}

func ref(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

// some joins the first names of a list.
func some(names []string) string {
	const shown = 3
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + " and " + plural(len(names)-shown, "other")
}
