package inc

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// authority judges the notice of one breach to the authority, by one controller.
func (j *judge01) authority(i *v1alpha1.SecurityIncident, controller string) control.Result {
	r, limit, group := j.read(i), j.limit(i), j.related(i)
	aware := r.Aware(controller, limit)
	c := r.Authority(controller, limit, group...)
	riskier := j.riskier(group)
	split := r.Breach() && c.NotRequired && riskier != ""
	c.NotRequired = c.NotRequired && !split
	args := []string{"incident", i.Name, "who", "", "due", stamp(c.DueAt), "aware", awareText(aware), "sent", stamp(c.StoppedAt), "others", riskier, "assessed", j.turned(r),
		"early", early(r), "from", clockStart(aware)}
	out := j.state(r, c, args, aware, split)
	if out.Verdict == v1alpha1.VerdictPass && c.State(j.now) != clock.Running {
		out = j.documented(i, c, args, out)
	}
	return out.Until(c.Changes(j.now)).Until(r.Changes())
}

func (j *judge01) state(r *clock.Reading, c clock.Clock, args []string, aware clock.Awareness, split bool) control.Result {
	state := c.State(j.now)
	switch {
	case state == clock.NotRequired && !r.Breach() && !explained(r.Incident):
		return control.Unknown("NotExplained", args...).At("spec.personalData")
	case state == clock.NotRequired && !r.Breach():
		return control.NotApplicable("NoPersonalData", args...).At("spec.personalData")
	case state == clock.Overdue:
		return overdue(r, args, split)
	case state == clock.Late && c.LateReason == "":
		return control.Fail("LateWithoutReason", args...).At("spec.notifications")
	case len(r.Ahead()) > 0:
		return ahead(r)
	case aware.Missing:
		return control.Unknown("AwarenessMissing", args...).At("spec.controllerAwareAt")
	case state == clock.NotRequired:
		if others := j.apart(r); others != "" {
			return control.Unknown("AssessedApart", "incident", r.Incident.Name, "others", others).At("spec.riskAssessments")
		}
		return control.Pass("RiskUnlikely", args...)
	case state == clock.Met:
		return control.Pass("Notified", args...)
	case state == clock.Late:
		return control.Pass("NotifiedLate", args...)
	}
	step := ""
	if h := c.Step(j.now); h > 0 {
		step = "; " + strconv.Itoa(int(h)) + " hours have passed"
	}
	return control.Pass("Running", append(args, "step", step)...)
}

// overdue says why nothing that is written stopped the clock.
func overdue(r *clock.Reading, args []string, split bool) control.Result {
	risk := r.Risk()
	switch {
	case split:
		return control.Fail("SplitUp", args...).At("spec.relatedIncidents")
	case !r.Breach():
		return control.Fail("WithdrawnLate", args...).At("spec.personalData")
	case risk != nil && risk.Level == v1alpha1.IncidentRiskUnlikely:
		return control.Fail("LoweredLate", args...).At("spec.riskAssessments")
	default:
		return control.Fail("Overdue", args...).At("spec.notifications")
	}
}

// awareText shows an awareness that was moved as what it was first.
func awareText(a clock.Awareness) string {
	switch {
	case a.Moved:
		return stamp(a.At) + ", as first recorded; it was changed since"
	case a.Found:
		return stamp(a.At) + ", when the controllers found it themselves"
	case a.Missing:
		return "not recorded"
	}
	return stamp(a.At)
}

// clockStart says from when a clock runs that has no awareness.
func clockStart(a clock.Awareness) string {
	if a.Found {
		return "the detection"
	}
	return "its creation"
}

// turned is when a risk that was another before, or data that were affected, were written off.
func (j *judge01) turned(r *clock.Reading) string {
	if !r.Breach() {
		return stamp(r.Withdrawn())
	}
	if risk := r.Risk(); risk != nil {
		return stamp(r.AssessedBy(risk))
	}
	return ""
}

// riskier names an incident of the same event with a risk.
func (j *judge01) riskier(group []*v1alpha1.SecurityIncident) string {
	for _, o := range group {
		r := j.read(o)
		if risk := r.Risk(); r.Breach() && risk != nil && risk.Level != v1alpha1.IncidentRiskUnlikely {
			return o.Name
		}
	}
	return ""
}

// apart names the breaches that may belong to the same event and were not looked at together: those found at about the same
// time in the same solution and not linked, and those linked that were found after the assessment.
func (j *judge01) apart(r *clock.Reading) string {
	i := r.Incident
	risk := r.Risk()
	found, ok := i.Spec.DetectedAt.Time()
	if risk == nil || !ok {
		return ""
	}
	group := j.related(i)
	assessed, _ := risk.At.Time()
	var others []string
	for _, o := range j.all {
		at, readable := o.Spec.DetectedAt.Time()
		if o == i || !readable || o.Spec.PersonalData == v1alpha1.PersonalDataNotAffected {
			continue
		}
		if slices.Contains(group, o) {
			if at.After(assessed) {
				others = append(others, o.Name)
			}
		} else if shareSolution(i, o) && at.Sub(found).Abs() < j.sameEvent {
			others = append(others, o.Name)
		}
	}
	return some(others)
}

func shareSolution(a, b *v1alpha1.SecurityIncident) bool {
	return slices.ContainsFunc(a.Spec.Solutions, func(s string) bool { return slices.Contains(b.Spec.Solutions, s) }) ||
		slices.ContainsFunc(a.Spec.Environments, func(e string) bool { return slices.Contains(b.Spec.Environments, e) })
}

// documented judges what has to be recorded of every breach, also of those that the authority is not told of.
func (j *judge01) documented(i *v1alpha1.SecurityIncident, c clock.Clock, args []string, otherwise control.Result) control.Result {
	what := missingContent(i.Spec.Breach)
	if len(what) == 0 {
		return otherwise
	}
	from := c.StoppedAt
	if from.IsZero() {
		from = c.DueAt
	}
	due := from.Add(j.content)
	if j.now.Before(due) {
		return otherwise.Until(due)
	}
	return control.Fail("ContentMissing", append(args, "what", strings.Join(what, ", "), "date", stamp(due))...).At("spec.breach")
}

// missingContent lists what art. 33(3) asks for and is not there. Numbers are asked for where possible, so they may be
// missing.
func missingContent(b *v1alpha1.PersonalDataBreach) (what []string) {
	if b == nil {
		return []string{"the breach (spec.breach)"}
	}
	for _, part := range []struct {
		there bool
		name  string
	}{
		{len(b.Nature) > 0, "its nature"}, {len(b.Categories) > 0, "the categories of data"}, {len(b.DataSubjects) > 0, "the data subjects"},
		{b.Consequences != "", "the likely consequences"}, {b.MeasuresTaken != "", "the measures"}, {b.Contact != nil, "a contact"},
	} {
		if !part.there {
			what = append(what, part.name)
		}
	}
	return what
}

// nis2 judges the reports of a significant incident; false where there is nothing to say.
func (j *judge01) nis2(i *v1alpha1.SecurityIncident, s *control.Solution) (control.Result, bool) {
	r := j.read(i)
	if i.Spec.NIS2 == nil {
		return control.Unknown("NIS2NotAssessed", "incident", i.Name), s.Object.Spec.NIS2
	}
	var until time.Time
	next := ""
	clocks := r.NIS2()
	for _, c := range clocks {
		until = control.Earliest(until, c.Changes(j.now))
		args := []string{"incident", i.Name, "what", words(c.Name), "type", string(c.Name), "due", stamp(c.DueAt), "sent", stamp(c.StoppedAt)}
		switch state := c.State(j.now); {
		case state == clock.Overdue:
			return control.Fail("NIS2Overdue", args...).Until(r.Changes()), true
		case state == clock.Late && c.LateReason == "":
			return control.Fail("NIS2Late", args...), true
		case state == clock.Running && next == "":
			next = "; " + words(c.Name) + " is due at " + stamp(c.DueAt)
		}
	}
	if len(clocks) > 0 && len(r.Ahead()) > 0 {
		return ahead(r), true
	}
	return control.Pass("NIS2InTime", "incident", i.Name, "next", next).Until(until).Until(r.Changes()), len(clocks) > 0
}

func words(n clock.Name) string {
	switch n {
	case clock.NIS2EarlyWarning:
		return "the early warning"
	case clock.NIS2Notification:
		return "the notification"
	default:
		return "the final report"
	}
}

// deleted judges the incidents of a solution that somebody deleted although personal data were, or may have been, affected.
func (j *judge01) deleted(s *control.Solution) (out []control.Result) {
	for _, h := range facts.List[facts.SpecHistory](j.facts) {
		if h.Kind != "SecurityIncident" || h.DeletedAt.IsZero() || slices.ContainsFunc(j.all, func(i *v1alpha1.SecurityIncident) bool { return i.Name == h.Name }) {
			continue
		}
		scope, affected := "", ""
		for _, f := range h.First {
			switch f.Key {
			case clock.ScopeField:
				scope = f.Value
			case clock.AffectedField:
				affected = f.Value
			}
		}
		here := slices.ContainsFunc(strings.Fields(scope), func(name string) bool { return name == s.Object.Name || slices.Contains(s.Environments, name) })
		if here && affected != string(v1alpha1.PersonalDataNotAffected) {
			out = append(out, control.Fail("Deleted", "incident", h.Name, "date", stamp(h.DeletedAt)).
				On(facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: "SecurityIncident", Name: h.Name}))
		}
	}
	return out
}
