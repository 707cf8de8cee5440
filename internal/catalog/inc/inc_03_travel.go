package inc

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// travel follows one incident up the chain of one solution.
type travel struct {
	*desk
	in       control.SolutionInput
	p        *inc03
	chain    *chain.Chain
	incident *v1alpha1.SecurityIncident
	reading  *clock.Reading
	changes  time.Time
	results  []control.Result
}

func (t *travel) add(r control.Result) { t.results = append(t.results, r) }

func (t *travel) args(more ...string) []string {
	return append([]string{"incident", t.incident.Name}, more...)
}

func (t *travel) judge() []control.Result {
	t.passedOn()
	t.shared()
	t.held()
	t.measures()
	t.closed()
	if len(t.results) == 0 && len(t.incident.Spec.Timeline) == 0 {
		t.add(control.Unknown("TimelineMissing", t.args()...).At("spec.timeline"))
	}
	if len(t.results) == 0 && len(t.reading.Ahead()) > 0 {
		t.add(ahead(t.reading))
	}
	if len(t.results) == 0 {
		t.add(control.Pass("Handled", t.args()...))
	}
	for n, r := range t.results {
		t.results[n] = r.On(ref(t.incident)).RestingOn(control.Declared).Until(t.changes).Until(t.reading.Changes())
	}
	return t.results
}

// passed tells whether an instant has come; one ahead is a change.
func (t *travel) passed(at time.Time) bool {
	if t.now.Before(at) {
		t.changes = control.Earliest(t.changes, at)
		return false
	}
	return true
}

// passedOn goes from the link that found the incident to the controllers.
func (t *travel) passedOn() {
	s := &t.incident.Spec
	aware, ok := s.DetectedAt.Time()
	var link *chain.Link
	switch {
	case s.DetectedBy != "":
		at := slices.IndexFunc(t.chain.Links, func(l *chain.Link) bool { return l.Supplier == s.DetectedBy && !l.Own })
		if at < 0 {
			t.add(control.Unknown("FinderNotInChain", t.args("from", s.DetectedBy)...).At("spec.detectedBy"))
			return
		}
		link = t.chain.Links[at]
	case s.ProcessorAwareAt != "":
		aware, ok = s.ProcessorAwareAt.Time()
		if at := slices.IndexFunc(t.chain.Links, func(l *chain.Link) bool { return l.Direct && !l.Own }); at >= 0 {
			link = t.chain.Links[at]
		}
	}
	path := []*chain.Link{}
	if link != nil && ok {
		path = link.Path()
	}
	for _, l := range slices.Backward(path) {
		if l.Direct || l.Parent == nil {
			t.toControllers(l, aware)
			return
		}
		if l.Parent.Supplier == l.Supplier {
			continue
		}
		told, reason := t.told(func(n *v1alpha1.IncidentNotice) bool { return n.Supplier == l.Parent.Supplier })
		if !t.inTime(l, l.Parent.String(), aware, told, reason) {
			return
		}
		aware = told
	}
}

// inTime judges one step and tells whether it was made.
func (t *travel) inTime(l *chain.Link, to string, aware, told time.Time, reason string) bool {
	due := aware.Add(t.within(l))
	args := t.args("from", l.String(), "to", to, "due", stamp(due), "told", stamp(told))
	switch {
	case told.IsZero() && t.passed(due):
		t.add(control.Fail("NotPassedOn", args...).At("spec.notices").For(v1alpha1.PartyProvider))
	case !told.IsZero() && told.After(due) && reason == "":
		t.add(control.Fail("PassedOnLate", args...).At("spec.notices").For(v1alpha1.PartyProvider))
	}
	return !told.IsZero()
}

// within is what the contracts of a link that are in force say, the shortest of them, else the profile.
func (t *travel) within(l *chain.Link) time.Duration {
	least := time.Duration(-1)
	for _, a := range l.InForce(t.now) {
		if c := a.Spec.AppendixC; c != nil && c.BreachNoticeHours != nil {
			if h := time.Duration(*c.BreachNoticeHours) * time.Hour; least < 0 || h < least {
				least = h
			}
		}
	}
	if least < 0 {
		return length(t.p.ProcessorToController)
	}
	return least
}

// told gives the first notice that counts and has been sent.
func (t *travel) told(counts func(*v1alpha1.IncidentNotice) bool) (first time.Time, reason string) {
	for n := range t.incident.Spec.Notices {
		notice := &t.incident.Spec.Notices[n]
		at, ok := notice.At.Time()
		if !counts(notice) || !ok || !t.passed(at) || !t.reading.Done(notice.At) {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first, reason = at, notice.LateReason
		}
	}
	return first, reason
}

// toControllers judges whether every controller that it concerns was told.
func (t *travel) toControllers(l *chain.Link, aware time.Time) {
	var missing []string
	var last time.Time
	lastReason := ""
	for _, c := range t.controllers(t.incident, t.in.Solution) {
		at, reason := t.toldController(c)
		switch {
		case at.IsZero():
			missing = append(missing, c)
		case last.IsZero() || at.After(last):
			last, lastReason = at, reason
		}
	}
	to := "the controllers"
	if names := slices.DeleteFunc(slices.Clone(missing), func(n string) bool { return n == "" }); len(names) > 0 {
		to = some(names)
	}
	if len(missing) > 0 {
		last = time.Time{}
	}
	t.inTime(l, to, aware, last, lastReason)
}

// toldController gives when one controller was told, or is aware as it says itself.
func (t *travel) toldController(name string) (time.Time, string) {
	at, reason := t.told(func(n *v1alpha1.IncidentNotice) bool {
		return n.Institution != "" && n.Institution == name || n.Group != "" && t.inGroup(n.Group, name)
	})
	own := t.incident.Spec.ControllerAwareAt
	for _, a := range t.incident.Spec.Awareness {
		if a.Controller == name {
			own = a.At
		}
	}
	if self, ok := own.Time(); ok && t.passed(self) && (at.IsZero() || self.Before(at)) {
		at = self
	}
	return at, reason
}

// inGroup tells whether a group of controllers of the solution holds an institution; every group holds one without a name.
func (t *travel) inGroup(group, name string) bool {
	return slices.ContainsFunc(t.in.Solution.Object.Spec.Controllers, func(c v1alpha1.Controller) bool {
		if c.Name != group || name == "" {
			return c.Name == group
		}
		i := facts.Get[v1alpha1.Institution](t.facts, "", name)
		return slices.Contains(c.Institutions, name) || i != nil && control.Belongs(&c, i)
	})
}

// shared judges an incident that was found at the provider and is recorded for some controllers of a shared solution.
func (t *travel) shared() {
	s := &t.incident.Spec
	start, ok := s.DetectedAt.Time()
	if len(s.Institutions) == 0 || s.DetectedBy == "" && s.ProcessorAwareAt == "" || !ok {
		return
	}
	var others []string
	for _, i := range control.ControllersOf(t.in.Solution.Object, facts.List[v1alpha1.Institution](t.facts)) {
		if !slices.Contains(s.Institutions, i.Name) && !t.toldByNotice(i.Name) {
			others = append(others, i.Name)
		}
	}
	expected := 0
	for _, c := range t.in.Solution.Object.Spec.Controllers {
		if told, _ := t.told(func(n *v1alpha1.IncidentNotice) bool { return n.Group == c.Name }); c.ExpectedCount != nil && told.IsZero() {
			expected += int(*c.ExpectedCount)
		}
	}
	who := some(others)
	if known := len(others) + len(s.Institutions); expected > known {
		who = strconv.Itoa(expected-len(s.Institutions)) + " others"
	}
	if who != "" && t.passed(start.Add(length(t.p.ProcessorToController))) {
		t.add(control.Fail("OneControllerOnly", t.args("named", some(s.Institutions), "others", who)...).At("spec.institutions").For(v1alpha1.PartyProvider))
	}
}

func (t *travel) toldByNotice(name string) bool {
	at, _ := t.told(func(n *v1alpha1.IncidentNotice) bool {
		return n.Institution == name || n.Group != "" && t.inGroup(n.Group, name)
	})
	return !at.IsZero()
}

// held judges whether evidence is held while an incident of some weight is open.
func (t *travel) held() {
	s := &t.incident.Spec
	detected, ok := s.DetectedAt.Time()
	if closed, isClosed := s.ClosedAt.Time(); isClosed && t.passed(closed) || !ok {
		return
	}
	if hold := s.EvidenceHold; hold != nil {
		if until, ends := hold.Until.Time(); ends && t.passed(until) {
			t.add(control.Fail("HoldEnded", t.args("until", stamp(until))...).At("spec.evidenceHold.until"))
		}
		return
	}
	if (s.PersonalData == v1alpha1.PersonalDataAffected || grave(s)) && t.passed(detected.Add(length(t.p.HoldWithin))) {
		t.add(control.Fail("NoEvidenceHold", t.args("from", stamp(detected))...).At("spec.evidenceHold"))
	}
}

func grave(s *v1alpha1.SecurityIncidentSpec) bool {
	return s.Severity == v1alpha1.SeverityHigh || s.Severity == v1alpha1.SeverityCritical
}

// measures judges what has to be done by now.
func (t *travel) measures() {
	s := &t.incident.Spec
	detected, ok := s.DetectedAt.Time()
	period := t.p.CloseMedium
	if grave(s) {
		period = t.p.CloseHigh
	}
	most, _ := date.ParsePeriod(period)
	var overdue []string
	for _, m := range s.Measures {
		due, err := date.EndOfValidity(string(m.DueAt))
		if err == nil {
			due = due.In(date.Copenhagen()).AddDate(0, 0, 1) // the day itself is still in time
		}
		if end := most.After(detected); ok && (err != nil || end.Before(due)) {
			due = end
		}
		if done, err := date.EndOfValidity(string(m.DoneAt)); err == nil && t.passed(done) {
			continue
		}
		if t.passed(due) {
			overdue = append(overdue, m.Name)
		}
	}
	if len(overdue) > 0 {
		t.add(control.Fail("MeasuresOverdue", t.args("what", some(overdue))...).At("spec.measures"))
	}
}

// closed judges what an incident that is closed must have.
func (t *travel) closed() {
	s := &t.incident.Spec
	if at, ok := s.ClosedAt.Time(); !ok || !t.passed(at) {
		return
	}
	var what []string
	if strings.TrimSpace(s.RootCause) == "" {
		what = append(what, "a cause")
	}
	if s.PoliceReport == nil || s.PoliceReport.Decision == "UnderConsideration" {
		what = append(what, "a decision on the police")
	}
	for _, m := range s.Measures {
		if done, err := date.EndOfValidity(string(m.DoneAt)); err != nil || !t.passed(done) {
			what = append(what, "the measure "+m.Name)
		}
	}
	if len(what) > 0 {
		t.add(control.Fail("ClosedWithout", t.args("what", some(what))...).At("spec.closedAt"))
	}
}
