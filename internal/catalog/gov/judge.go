package gov

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judge gathers what is found of one subject, and when any of it changes by itself.
type judge struct {
	now     time.Time
	changes time.Time
	basis   control.Basis
	results []control.Result
}

func newJudge(now time.Time) *judge { return &judge{now: now, basis: control.Declared} }

func (j *judge) add(r control.Result) { j.results = append(j.results, r) }

// done gives what was found, or else the result that says how it stands. Each is a part of one answer, so each changes when
// any of them does.
func (j *judge) done(otherwise control.Result) []control.Result {
	if len(j.results) == 0 {
		j.add(otherwise)
	}
	for i, r := range j.results {
		if r.Reason != control.ReasonEvidenceUnreadable && r.Reason != control.ReasonNotObservable {
			r = r.RestingOn(j.basis)
		}
		j.results[i] = r.Until(j.changes)
	}
	return j.results
}

// past tells whether an instant has come; one ahead is a change.
func (j *judge) past(t time.Time) bool {
	if j.now.Before(t) {
		j.changes = control.Earliest(j.changes, t)
		return false
	}
	return true
}

// when gives the beginning of a day that somebody wrote, come or not; zero where nothing readable is written.
func when(d v1alpha1.Date) time.Time {
	t, err := date.EndOfValidity(string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

// day gives the beginning of a day that somebody wrote, and whether it has come. Nothing written, or nothing readable, has
// not: it is no date.
func (j *judge) day(d v1alpha1.Date) (time.Time, bool) {
	t := when(d)
	return t, !t.IsZero() && j.past(t)
}

// latest gives the last of several days that have come.
func (j *judge) latest(days ...v1alpha1.Date) (last time.Time, ok bool) {
	for _, d := range days {
		if t, come := j.day(d); come && !t.Before(last) {
			last, ok = t, true
		}
	}
	return last, ok
}

// within tells whether no more than a period has passed since an instant.
func (j *judge) within(since time.Time, period string) bool {
	p, err := date.ParsePeriod(period)
	return err == nil && !j.past(p.After(since)) // parameters are checked before they come here
}

// attested gives the attestations of a type that count now, the latest first.
func (j *judge) attested(list []*v1alpha1.Attestation, typ v1alpha1.AttestationType) []*v1alpha1.Attestation {
	in, changes := control.InForce(list, typ, j.now)
	j.changes = control.Earliest(j.changes, changes)
	return in
}

// attestedDays gives their days.
func (j *judge) attestedDays(list []*v1alpha1.Attestation, typ v1alpha1.AttestationType) []v1alpha1.Date {
	var out []v1alpha1.Date
	for _, a := range j.attested(list, typ) {
		out = append(out, a.Spec.Date)
	}
	return out
}

// uses tells whether an institution uses a solution now. One that says nothing of it does, because it is its controller.
func (j *judge) uses(u *v1alpha1.SolutionUse) bool {
	if u == nil {
		return true
	}
	from, begun := j.day(u.From)
	_, ended := j.day(u.Until)
	return (begun || from.IsZero()) && !ended
}

// Reasons that every rule of institutions shares.
func institutionReasons() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "NoSolutions", Verdict: v1alpha1.VerdictNotApplicable, Text: "No solution names or selects the institution as a controller."},
		{Reason: "NotInUse", Verdict: v1alpha1.VerdictNotApplicable, Text: "The institution does not use {solution} now, as it says itself."},
	}
}

// idle tells whether supervision has nothing to ask of an institution.
func idle(i *control.Institution) bool { return len(i.Solutions) == 0 && len(i.Object.Spec.Uses) == 0 }

// inEach judges an institution's use of each of its solutions.
func inEach(in control.InstitutionInput, one func(j *judge, s *control.Solution, u *v1alpha1.SolutionUse) (otherwise control.Result)) []control.Result {
	var out []control.Result
	for _, s := range in.Institution.Solutions {
		j, u := newJudge(in.Now), in.Institution.Use(s.Object.Name)
		var results []control.Result
		if j.uses(u) {
			results = j.done(one(j, s, u))
		} else {
			results = j.done(control.NotApplicable("NotInUse", "solution", s.Object.Name))
		}
		for _, r := range results {
			out = append(out, r.Because(s.Ref()))
		}
	}
	if len(out) == 0 {
		out = append(out, control.NotApplicable("NoSolutions").RestingOn(control.Declared))
	}
	return out
}

// about keeps the attestations about an institution's use of one solution.
func about(list []*v1alpha1.Attestation, solution string) (out []*v1alpha1.Attestation) {
	for _, a := range list {
		if a.Spec.About.Solution == solution {
			out = append(out, a)
		}
	}
	return out
}

// personal tells whether a solution holds personal data: it says so, says nothing, or an agreement says so. The rule
// declares chain.Needs.
func personal(v facts.View, s *v1alpha1.HostedSolution) bool { return chain.Of(v, s).PersonalData }

func day(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

// edit says how to open an object, for remediations.
func edit(r facts.Ref) string { return "kubectl edit " + strings.ToLower(r.Kind) + " " + r.Name }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// some lists a few names and counts the rest.
func some(names []string) string {
	const shown = 3
	if len(names) > shown+1 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return strings.Join(names, ", ")
}

// limit is a parameter that is a period, and the longest that it may be.
type limit struct{ field, value, most string }

func checkLimits(limits ...limit) error {
	start := time.Unix(0, 0).UTC()
	for _, l := range limits {
		value, err := date.ParsePeriod(l.value)
		if err != nil {
			return fmt.Errorf("%s: %w", l.field, err)
		}
		most, err := date.ParsePeriod(l.most)
		if err != nil {
			return fmt.Errorf("%s: %w", l.field, err)
		}
		if value.After(start).After(most.After(start)) {
			return fmt.Errorf("%s: %s is more than %s", l.field, l.value, l.most)
		}
	}
	return nil
}
