package decide

import (
	"iter"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Subject is what was decided about one environment, about a solution's own results, about an institution or the platform.
type Subject struct {
	Ref facts.Ref
	// State is the worst of the parties'; Unknown where nothing concerns either.
	State v1alpha1.ComplianceState
	// Provider and Institution; nil where no required control concerns the party here.
	Provider, Institution *v1alpha1.PartyStatus
	// Failed and Unknown count required controls.
	Failed, Unknown int32
	// WorstControl is the required control of the highest severity that failed, else that is unknown; empty: none.
	WorstControl v1alpha1.ControlID
	// Controls in the order of the catalogue, observed ones too.
	Controls []Control
	// Findings are results to act on, Fail and Unknown, worst first in a stable order.
	Findings []Finding
	// Next is the first instant at which something changes by itself; zero: not by itself.
	Next time.Time

	worst   *Control
	parts   []part // of Controls
	covered map[*evaluate.Exception]*covering
	decider *decider
}

// Control is one control, folded over its subjects.
type Control struct {
	*control.Control
	// Party that has to act here: the control's own, or the one that every result names instead.
	Party   v1alpha1.Party
	Verdict v1alpha1.Verdict
	Reason  control.Reason
	Mode    v1alpha1.ControlMode
	// Since when the folded verdict is what it is.
	Since time.Time
	// Counts of results by decided verdict. Settling counts those of Unknown that may pass by themselves; they weigh nothing
	// where the control was met before.
	Passed, Failed, Unknown, Excepted, NotApplicable, Settling int
}

// Subjects counts the results.
func (c Control) Subjects() int {
	return c.Passed + c.Failed + c.Unknown + c.Excepted + c.NotApplicable
}

// Status gives the control as a status holds it.
func (c Control) Status() v1alpha1.ControlStatus {
	return v1alpha1.ControlStatus{Control: c.ID, Verdict: c.Verdict, Severity: c.Severity, Party: c.Party, Mode: c.Mode,
		Reason: string(c.Reason), Since: since(c.Since), Subjects: int32(c.Subjects())}
}

// All gives every result with what was decided about it, ordered by control and subject: passes and excepted ones too.
func (s *Subject) All() iter.Seq[Finding] {
	return func(yield func(Finding) bool) {
		for _, c := range s.decider.results.Controls {
			d := s.decider.of(c)
			for r := range c.All() {
				if !yield(d.finding(&r)) {
					return
				}
			}
		}
	}
}

// basis is everything that a decision rests on apart from the time and the memory.
type basis struct {
	results    *evaluate.Results
	policy     *evaluate.Policy
	exceptions []*evaluate.Exception // of the solution, or that name the institution
	// environment by name; empty for a solution itself, an institution and the platform.
	environment string
	// outOfScope subjects are never compliant.
	outOfScope bool
	// institution is true where the subject is an institution, which acts on every result itself.
	institution bool
	// provider is true where controls always concern the provider, so that nothing passed means unknown.
	provider bool
}

// alike tells whether two rest on the same apart from results.
func (b basis) alike(o basis) bool {
	return b.policy == o.policy && b.outOfScope == o.outOfScope && b.provider == o.provider &&
		b.environment == o.environment && b.institution == o.institution && slices.Equal(b.exceptions, o.exceptions)
}

// holds tells whether the last decision still holds for all of which the results stayed: it rests on the same, and nothing in
// it has changed by itself.
func (r *remembered) holds(b basis, now time.Time) bool {
	return r != nil && r.last != nil && r.basis.alike(b) && !now.Before(r.at) && (r.last.Next.IsZero() || now.Before(r.last.Next))
}

// keeps tells whether the decision on the i-th control stays. One with results that settle does not: what they weigh depends on
// what was decided before.
func (r *remembered) keeps(i int, c *evaluate.ControlResults) bool {
	return i < len(r.basis.results.Controls) && r.basis.results.Controls[i] == c && !r.last.parts[i].settles
}

// decide decides about one subject and adds what it learns to the next memory. What was decided last stays while what it rests
// on stays: of the whole subject, or of a control.
func (m Memory) decide(b basis, now time.Time, next Memory) *Subject {
	old := m.subjects[b.results.Subject]
	holds := old.holds(b, now)
	if holds && old.basis.results == b.results {
		next.keep(b.results.Subject, old)
		return old.last
	}
	d := &decider{basis: b, now: now}
	if old != nil {
		d.old = old.entries // and not old itself, or every decision would hold the one before it
	}
	if next.subjects != nil {
		d.next = make(entries, len(d.old))
	}
	s := &Subject{Ref: b.results.Subject, covered: map[*evaluate.Exception]*covering{}, decider: d}
	for i, c := range b.results.Controls {
		if holds && old.keeps(i, c) {
			d.takeOver(s, old, i)
		} else {
			d.control(s, c)
		}
	}
	s.order()
	s.parties(d)
	s.changes(now)
	next.keep(s.Ref, &remembered{entries: d.next, basis: b, at: now, last: s})
	d.next, d.settled = nil, nil // the decision itself needs them no more
	return s
}

// order puts the findings of all controls in order. A run has its place as a whole: what is compared before subjects is the
// same in all of it. The parts keep their runs as parts of the whole.
func (s *Subject) order() {
	var all []*[]Finding
	n := 0
	for i := range s.parts {
		s.parts[i].findings = slices.Clone(s.parts[i].findings) // those of the decision before stay
		for j := range s.parts[i].findings {
			run := &s.parts[i].findings[j]
			all = append(all, run)
			n += len(*run)
		}
	}
	slices.SortFunc(all, func(a, b *[]Finding) int { return compareFindings((*a)[0], (*b)[0]) })
	if n > 0 {
		s.Findings = make([]Finding, 0, n)
	}
	for _, run := range all {
		from := len(s.Findings)
		s.Findings = append(s.Findings, *run...)
		*run = s.Findings[from:len(s.Findings):len(s.Findings)]
	}
}

// changes notes when something changes by itself.
func (s *Subject) changes(now time.Time) {
	note := func(t time.Time) {
		if t.After(now) {
			s.Next = control.Earliest(s.Next, t)
		}
	}
	d := s.decider
	for _, c := range d.results.Controls {
		note(c.Next)
		if e, ok := d.policy.Entry(c.Control.ID); ok && e.Mode == v1alpha1.ModeObserve {
			note(e.RequiredFrom)
		}
	}
	for _, e := range d.exceptions {
		if e.Fault == "" {
			note(e.From)
			note(e.Until)
		}
	}
	for _, t := range d.settled {
		note(t)
	}
}
