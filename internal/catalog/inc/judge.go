package inc

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// incidentNeeds is what every rule about incidents looks at. What is remembered of them does not gate: a breach that the
// incident itself shows stands.
func incidentNeeds(more ...control.Need) []control.Need {
	return append([]control.Need{control.NeedsAll[v1alpha1.SecurityIncident](), control.NeedsAll[v1alpha1.Institution](), control.SeesAll[facts.SpecHistory]()}, more...)
}

// desk is what the rules of incidents have in common.
type desk struct {
	facts facts.View
	now   time.Time
	all   []*v1alpha1.SecurityIncident
}

func newDesk(v facts.View, now time.Time) *desk {
	return &desk{facts: v, now: now, all: facts.List[v1alpha1.SecurityIncident](v)}
}

func (d *desk) read(i *v1alpha1.SecurityIncident) *clock.Reading {
	return clock.Read(i, clock.MemoryOf(d.facts, i.Name), d.now)
}

// remembered makes a result that rests on what is written now one that cannot be given where the operator's memory cannot
// be read: what is written may have been something else before.
func (d *desk) remembered(r control.Result) control.Result {
	if missing := facts.Incomplete[facts.SpecHistory](d.facts); len(missing) > 0 && r.Verdict != v1alpha1.VerdictFail && r.Verdict != v1alpha1.VerdictUnknown {
		return control.Unreadable(missing...).On(r.Subject).Because(r.Cause).For(r.Party)
	}
	return r.RestingOn(control.Declared)
}

// of gives the incidents of a solution.
func (d *desk) of(s *control.Solution) (out []*v1alpha1.SecurityIncident) {
	for _, i := range d.all {
		if concerns(i, s) {
			out = append(out, i)
		}
	}
	return out
}

func concerns(i *v1alpha1.SecurityIncident, s *control.Solution) bool {
	return slices.Contains(i.Spec.Solutions, s.Object.Name) ||
		slices.ContainsFunc(i.Spec.Environments, func(e string) bool { return slices.Contains(s.Environments, e) })
}

// each judges the incidents that concern an institution: those that name it, and those of its solutions that name nobody.
func (d *desk) each(i *control.Institution, one func(*v1alpha1.SecurityIncident) control.Result) []control.Result {
	var out []control.Result
	for _, incident := range d.all {
		at := slices.IndexFunc(i.Solutions, func(s *control.Solution) bool { return concerns(incident, s) })
		named := slices.Contains(incident.Spec.Institutions, i.Object.Name)
		if !named && (len(incident.Spec.Institutions) > 0 || at < 0) {
			continue
		}
		r := one(incident)
		if at >= 0 {
			r = r.Because(i.Solutions[at].Ref())
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return []control.Result{control.NotApplicable("NoIncidents").RestingOn(control.Declared)}
	}
	return out
}

// controllers names the institutions whose data an incident concerns; one without a name where no resource tells.
func (d *desk) controllers(i *v1alpha1.SecurityIncident, s *control.Solution) []string {
	if len(i.Spec.Institutions) > 0 {
		return i.Spec.Institutions
	}
	var out []string
	for _, c := range control.ControllersOf(s.Object, facts.List[v1alpha1.Institution](d.facts)) {
		out = append(out, c.Name)
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}

// related gives every incident that belongs to the same event, by what either says.
func (d *desk) related(i *v1alpha1.SecurityIncident) []*v1alpha1.SecurityIncident {
	group := []*v1alpha1.SecurityIncident{i}
	for n := 0; n < len(group); n++ {
		for _, o := range d.all {
			linked := slices.Contains(group[n].Spec.RelatedIncidents, o.Name) || slices.Contains(o.Spec.RelatedIncidents, group[n].Name)
			if linked && !slices.Contains(group, o) {
				group = append(group, o)
			}
		}
	}
	return group[1:]
}

// fold makes one result of those of several controllers: the worst, with the names of all who have it.
func fold(controllers []string, one func(controller string) control.Result) control.Result {
	results := make([]control.Result, len(controllers))
	var worst control.Result
	var until time.Time
	for n, c := range controllers {
		results[n] = one(c)
		until = control.Earliest(until, results[n].ValidUntil)
		if n == 0 || control.Worse(results[n].Verdict, worst.Verdict) {
			worst = results[n]
		}
	}
	var who []string
	for n, r := range results {
		if r.Reason == worst.Reason && controllers[n] != "" {
			who = append(who, controllers[n])
		}
	}
	if len(who) > 0 {
		worst.Args = append(slices.DeleteFunc(slices.Clone(worst.Args), func(a control.Arg) bool { return a.Name == "who" }), control.Arg{Name: "who", Value: " (" + some(who) + ")"})
	}
	return worst.Until(until)
}

// ahead is the result where an incident was known of in the future: no clock can be told.
func ahead(r *clock.Reading) control.Result {
	fields := r.Ahead()
	return control.Unknown("DatedAhead", "incident", r.Incident.Name, "what", some(fields)).At(fields[0]).Until(r.Changes())
}

func datedAhead() control.ReasonText {
	return control.ReasonText{Reason: "DatedAhead", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} was known of in the future, as it says ({what}), so its clocks cannot be told.",
		Remediation: "Correct the date, the month or the offset. kubectl edit securityincident {incident}"}
}

// early names what was written and does not count, because it is dated before anybody knew of the incident.
func early(r *clock.Reading) string {
	_, fields := r.Doubtful()
	if len(fields) == 0 {
		return ""
	}
	return "; what is dated before anybody knew of it does not count (" + some(fields) + ")"
}

func ref(i *v1alpha1.SecurityIncident) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "SecurityIncident", Name: i.Name}
}

// stamp writes an instant, with its seconds where they are not zero: two that differ by seconds must not look alike.
func stamp(t time.Time) string {
	if t.Second() != 0 {
		return t.UTC().Format("2006-01-02 15:04:05 MST")
	}
	return t.UTC().Format("2006-01-02 15:04 MST")
}

// some lists a few names and counts the rest.
func some(names []string) string {
	const shown = 3
	if len(names) > shown+1 {
		return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
	}
	return strings.Join(names, ", ")
}

// limit is a parameter that is a length of time, and the longest that it may be; zero: as long as one likes.
type limit struct {
	field, value string
	most         time.Duration
}

func checkLimits(limits ...limit) error {
	for _, l := range limits {
		d, err := date.ParseDuration(l.value)
		if err != nil {
			return fmt.Errorf("%s: %w", l.field, err)
		}
		if d <= 0 || l.most > 0 && d > l.most {
			return fmt.Errorf("%s: %s is not between 1s and %dh", l.field, l.value, int(l.most.Hours()))
		}
	}
	return nil
}

// length reads a parameter that was checked.
func length(parameter string) time.Duration {
	d, _ := date.ParseDuration(parameter)
	return d
}

// explained tells whether an incident that is said not to affect personal data says what happened: a bare word silences no clock.
func explained(i *v1alpha1.SecurityIncident) bool {
	s := &i.Spec
	return !control.Bare(s.Description) || !control.Bare(s.RootCause) || slices.ContainsFunc(s.RiskAssessments, func(r v1alpha1.IncidentRiskAssessment) bool { return !control.Bare(r.Reason) })
}

func notExplained() control.ReasonText {
	return control.ReasonText{Reason: "NotExplained", Verdict: v1alpha1.VerdictUnknown, Text: "{incident} is said not to affect personal data, and nothing says why.",
		Remediation: "kubectl edit securityincident {incident}: say in spec.description what happened and why no personal data are affected, or correct spec.personalData."}
}
