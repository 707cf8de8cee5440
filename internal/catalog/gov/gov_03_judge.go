package gov

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// risk judges the risk assessments of one kind.
type risk struct {
	*judge
	kind, where string
	params      *gov03
	// all that are dated up to now, whatever is wrong with them, the latest first.
	all []*v1alpha1.Attestation
}

func newRisk(now time.Time, list []*v1alpha1.Attestation, kind, where string, p *gov03) *risk {
	r := &risk{judge: newJudge(now), kind: kind, where: where, params: p}
	r.basis = control.Attested
	for _, a := range list {
		if a.Spec.Type == v1alpha1.AttestRiskAssessment && a.Spec.RiskAssessment != nil && a.Spec.RiskAssessment.Kind == kind && !a.Spec.About.Platform {
			if _, come := r.day(a.Spec.Date); come {
				r.all = append(r.all, a)
			}
		}
	}
	slices.SortFunc(r.all, func(a, b *v1alpha1.Attestation) int {
		return cmp.Or(cmp.Compare(b.Spec.Date, a.Spec.Date), cmp.Compare(a.Name, b.Name))
	})
	return r
}

// fault says why an assessment does not count; empty: it does.
func (r *risk) fault(a *v1alpha1.Attestation) string {
	_, _, fault := control.AttestationSpan(a)
	switch fault {
	case control.FaultSamePerson:
		return "its author approved it"
	case control.FaultLikelySamePerson:
		return "whoever approved it is likely its author, as their names go"
	case control.FaultMixedScripts:
		return "a name of those who made or approved it mixes scripts, so nobody can tell who it is"
	case control.FaultServiceAccount:
		return "a service account made or approved it"
	case "":
	default:
		return "it is no valid attestation (" + fault + ")"
	}
	if a.Spec.Approval == nil {
		return "management has not approved it"
	}
	if _, come := r.day(a.Spec.Approval.At); !come {
		return "its approval is dated ahead"
	}
	if at := when(a.Spec.Approval.At); at.Before(when(a.Spec.Date)) {
		return "its approval of " + string(a.Spec.Approval.At) + " is older than it"
	}
	return ""
}

// assess judges the latest assessment that counts.
func (r *risk) assess(changes []change, version string) control.Result {
	at := slices.IndexFunc(r.all, func(a *v1alpha1.Attestation) bool { return r.fault(a) == "" })
	if at < 0 {
		a := r.all[0]
		return control.Fail("NotApproved", append(r.args(a), "why", r.fault(a))...).Because(attestationRef(a))
	}
	a := r.all[at]
	say := func(reason control.Reason, args ...string) {
		r.add(control.Fail(reason, append(r.args(a), args...)...).Because(attestationRef(a)))
	}
	if what := r.lacks(a, version); len(what) > 0 {
		say("Incomplete", "what", strings.Join(what, ", "))
	}
	from, until, _ := control.AttestationSpan(a)
	first := r.content(a)
	switch {
	case r.past(until) || !r.within(from, r.params.Interval):
		say("Overdue", "most", r.params.Interval, "until", string(a.Spec.ValidUntil))
		r.measures(a, say)
		return control.Result{}
	case first.Before(from) && !r.within(first, r.params.Interval):
		say("RenewedUnchanged", "first", day(first))
	}
	r.triggers(a, first, changes, version, say)
	r.measures(a, say)
	return control.Pass("Current", r.args(a)...).Because(attestationRef(a))
}

func (r *risk) args(a *v1alpha1.Attestation) []string {
	return []string{"kind", r.kind, "whose", whose(r.kind), "about", r.where, "name", a.Name, "date", string(a.Spec.Date)}
}

func attestationRef(a *v1alpha1.Attestation) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "Attestation", Name: a.Name}
}

// lacks lists what an assessment does not say. Without the hash nobody can tell a renewal from a new date.
func (r *risk) lacks(a *v1alpha1.Attestation, version string) []string {
	var out []string
	s := a.Spec.RiskAssessment
	if len(s.Scenarios) == 0 {
		out = append(out, "scenarios")
	}
	if s.ContentHash == "" {
		out = append(out, "contentHash")
	}
	if version != "" && s.SolutionVersion == "" {
		out = append(out, "solutionVersion")
	}
	for _, m := range s.Measures {
		if m.DueAt == "" && m.DoneAt == "" {
			out = append(out, "dueAt of measure "+m.Name)
		}
	}
	return out
}

// content gives the day from which the content of an assessment is: that of the first one with the same hash.
func (r *risk) content(a *v1alpha1.Attestation) time.Time {
	first := when(a.Spec.Date)
	for _, o := range r.all {
		same := a.Spec.RiskAssessment.ContentHash != "" && strings.EqualFold(o.Spec.RiskAssessment.ContentHash, a.Spec.RiskAssessment.ContentHash)
		if at := when(o.Spec.Date); same && at.Before(first) {
			first = at
		}
	}
	return first
}

// triggers judges what has happened since the content of an assessment was written.
func (r *risk) triggers(a *v1alpha1.Attestation, since time.Time, changes []change, version string, say func(control.Reason, ...string)) {
	var larger, after []change
	for _, c := range changes {
		if !c.at.Before(since.AddDate(0, 0, 1)) {
			after = append(after, c)
			if c.large {
				larger = append(larger, c)
			}
		}
	}
	p := r.params
	if c := r.unanswered(larger, since, p.AfterTrigger); c != nil {
		say("TriggerUnanswered", "change", c.what, "on", day(c.at))
	}
	if len(after) >= p.ChangeCount && !r.within(after[p.ChangeCount-1].at, p.AfterTrigger) {
		say("ManyChanges", "count", strconv.Itoa(len(after)), "on", day(after[len(after)-1].at), "most", strconv.Itoa(p.ChangeCount))
	}
	assessed := a.Spec.RiskAssessment.SolutionVersion
	seen := slices.ContainsFunc(after, func(c change) bool { return c.what == "spec.version" }) // then the change itself is judged
	if version != "" && assessed != "" && major(assessed) != major(version) && !seen {
		say("EarlierVersion", "assessed", assessed, "version", version)
	}
	if raised := when(v1alpha1.Date(p.ThreatLevelSince)); p.ThreatLevel != "" && !strings.EqualFold(a.Spec.RiskAssessment.ThreatLevel, p.ThreatLevel) && !r.within(raised, p.AfterTrigger) {
		say("ThreatLevelRaised", "assessed", cmp.Or(a.Spec.RiskAssessment.ThreatLevel, "none"), "level", p.ThreatLevel, "since", p.ThreatLevelSince)
	}
}

// measures judges whether decided measures are carried out by their day.
func (r *risk) measures(a *v1alpha1.Attestation, say func(control.Reason, ...string)) {
	var late []string
	for _, m := range a.Spec.RiskAssessment.Measures {
		_, done := r.day(m.DoneAt)
		if due := when(m.DueAt); !done && !due.IsZero() && r.past(due.AddDate(0, 0, 1)) {
			late = append(late, m.Name+" ("+string(m.DueAt)+")")
		}
	}
	if len(late) > 0 {
		say("MeasureOverdue", "measures", some(late))
	}
}
